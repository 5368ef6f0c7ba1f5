/* backup_record.c - rows of a backup as octets; see backup_record.h. */
#include "keep/backup_record.h"

#include <ctype.h>

#include "wire/pack.h"

enum {
	LENGTH_SIZE = 4,
};

/* ---- writing ---- */

static void write_value(struct buffer *body, char type, const struct backup_value *v)
{
	pack_bool(body, !v->null);
	if (v->null)
		return;
	if (type == 'i' || type == 'I')
		pack_number(body, (uint64_t)v->number);
	else
		pack_slice(body, v->octets);
}

void backup_record_write(struct buffer *out, const struct backup_row *row)
{
	const char *types = backup_columns(row->kind);
	unsigned char length[LENGTH_SIZE];
	struct buffer body;

	buffer_init_secret(&body, BACKUP_RECORD_MAX);
	pack_number(&body, row->kind);
	for (size_t i = 0; i < row->n; i++)
		write_value(&body, types[i], &row->values[i]);
	for (size_t i = 0; i < LENGTH_SIZE; i++)
		length[i] = (unsigned char)(body.len >> (8 * (LENGTH_SIZE - 1 - i)));
	if (buffer_ok(&body)) {
		buffer_append(out, length, sizeof(length));
		buffer_append_slice(out, buffer_slice(&body));
	} else {
		out->failed = true;
	}
	buffer_release(&body);
}

/* ---- reading ---- */

void backup_reader_init(struct backup_reader *r,
	int (*take)(void *arg, const struct backup_row *row), void *arg)
{
	*r = (struct backup_reader){ .take = take, .arg = arg };
	/* one record, and what came with its end */
	buffer_init_secret(&r->rest, 2 * (BACKUP_RECORD_MAX + LENGTH_SIZE));
}

void backup_reader_release(struct backup_reader *r)
{
	buffer_release(&r->rest);
}

static const unsigned char places[BACKUP_KINDS] = {
	[BACKUP_HEAD] = 1, [BACKUP_CERTIFICATE] = 2, [BACKUP_SETTING] = 3, [BACKUP_SIGN_IN] = 4,
	[BACKUP_ACCOUNT] = 5, [BACKUP_TOKEN] = 6, [BACKUP_ALIAS] = 7, [BACKUP_NOTICE] = 8,
	[BACKUP_AUDIT] = 9, [BACKUP_MESSAGE] = 10, [BACKUP_RECIPIENT] = 10, [BACKUP_ATTEMPT] = 10,
	[BACKUP_DEED] = 10,
};

/* What stands below a message needs one; everything else comes in order, the head once. */
static bool may_follow(enum backup_kind last, enum backup_kind next)
{
	switch (next) {
	case BACKUP_HEAD:
		return last == BACKUP_NONE;
	case BACKUP_RECIPIENT:
		return last == BACKUP_MESSAGE || last == BACKUP_RECIPIENT || last == BACKUP_ATTEMPT;
	case BACKUP_ATTEMPT:
		return last == BACKUP_RECIPIENT || last == BACKUP_ATTEMPT;
	case BACKUP_DEED:
		return places[last] == places[BACKUP_MESSAGE];
	case BACKUP_MESSAGE:
	case BACKUP_SETTING:
	case BACKUP_ACCOUNT:
	case BACKUP_TOKEN:
	case BACKUP_ALIAS:
	case BACKUP_NOTICE:
	case BACKUP_AUDIT:
		return last != BACKUP_NONE && places[last] <= places[next];
	case BACKUP_SIGN_IN:
	case BACKUP_CERTIFICATE:
		return last != BACKUP_NONE && places[last] < places[next];
	case BACKUP_NONE:
	case BACKUP_KINDS:
		break;
	}
	return false;
}

static void read_value(struct unpack *u, char type, struct backup_value *v)
{
	v->null = !unpack_bool(u);
	if (v->null)
		u->failed = u->failed || !isupper((unsigned char)type);
	else if (type == 'i' || type == 'I')
		v->number = (int64_t)unpack_number(u);
	else
		v->octets = unpack_slice(u, BACKUP_RECORD_MAX);
	if ((type == 't' || type == 'T') && slice_has_char(v->octets, '\0'))
		u->failed = true;
}

static int read_record(struct backup_reader *r, struct slice body)
{
	struct backup_row row = { 0 };
	struct unpack u;
	const char *types;

	unpack_init(&u, body);
	row.kind = (enum backup_kind)unpack_below(&u, BACKUP_KINDS);
	if (u.failed || !may_follow(r->last, row.kind))
		return BACKUP_RECORD_BAD;
	types = backup_columns(row.kind);
	for (; types[row.n] != '\0'; row.n++)
		read_value(&u, types[row.n], &row.values[row.n]);
	if (!unpack_end(&u))
		return BACKUP_RECORD_BAD;
	r->last = row.kind;
	return r->take(r->arg, &row);
}

int backup_reader_feed(struct backup_reader *r, struct slice content)
{
	size_t at = 0;
	int result = 0;

	buffer_append_slice(&r->rest, content);
	if (!buffer_ok(&r->rest))
		return -1;
	while (result == 0 && r->rest.len - at >= LENGTH_SIZE) {
		struct slice rest = slice_sub(buffer_slice(&r->rest), at, r->rest.len);
		size_t len = 0;

		for (size_t i = 0; i < LENGTH_SIZE; i++)
			len = len << 8 | (unsigned char)rest.data[i];
		if (len > BACKUP_RECORD_MAX)
			return BACKUP_RECORD_BAD;
		if (rest.len < LENGTH_SIZE + len)
			break;
		result = read_record(r, slice_sub(rest, LENGTH_SIZE, len));
		at += LENGTH_SIZE + len;
	}
	buffer_consume(&r->rest, at);
	return result;
}

bool backup_reader_end(const struct backup_reader *r)
{
	return r->last != BACKUP_NONE && r->rest.len == 0;
}
