/* backup_file.c - a whole backup written and read; see backup_file.h. */
#include "keep/backup_file.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/secret.h"
#include "keep/backup_record.h"
#include "sys/disk.h"
#include "sys/spool.h"

enum {
	/* history above this is left out, so that the rest of it always fits */
	HISTORY_END = BACKUP_FILE_MAX - 8 * 1024 * 1024,
};

bool backup_file_has_room(int fd)
{
	uint64_t free_octets, size;

	return disk_free(fd, &free_octets, &size) != 0 || free_octets >= BACKUP_FILE_FREE_MIN;
}

/* ---- making ---- */

struct writer {
	struct backup_making *making;
	struct backup_seal seal;
	struct buffer plain; /* not sealed yet */
	bool skips; /* the message that is told, with what stands below it, is left out */
	char chunk[BACKUP_SEAL_CHUNK];
};

static int write_out(struct writer *w, struct slice octets)
{
	struct backup_making *m = w->making;

	if (!backup_file_has_room(m->fd)) {
		fault_set(&m->fault, "The disk of the state folder has too little room for a backup.");
		return -1;
	}
	if (spool_add(m->fd, octets, &m->fault) != 0)
		return -1;
	m->size += octets.len;
	return 0;
}

/* All whole chunks; the last one besides, when it is the end. */
static int flush(struct writer *w, bool end)
{
	int result = 0;

	while (result == 0 && (w->plain.len > BACKUP_SEAL_PLAIN || end)) {
		struct slice plain = slice_sub(buffer_slice(&w->plain), 0, BACKUP_SEAL_PLAIN);
		bool last = end && plain.len == w->plain.len;
		size_t len = backup_seal_add(&w->seal, plain, last, w->chunk);

		result = write_out(w, slice_make(w->chunk, len));
		buffer_consume(&w->plain, plain.len);
		if (last)
			break;
	}
	return result;
}

static int add_row(void *arg, const struct backup_row *row)
{
	struct writer *w = arg;
	struct backup_making *m = w->making;

	if (row->kind == BACKUP_MESSAGE) {
		w->skips = m->size > HISTORY_END;
		m->n_messages += !w->skips;
		m->n_left_out += w->skips;
	}
	if (w->skips)
		return 0;
	m->sign_in = m->sign_in || row->kind == BACKUP_SIGN_IN;
	backup_record_write(&w->plain, row);
	if (buffer_ok(&w->plain))
		return flush(w, false);
	fault_set(&m->fault, "Not enough memory.");
	return -1;
}

static int write_rows(struct writer *w)
{
	struct backup_making *m = w->making;
	const struct backup_row head = { .kind = BACKUP_HEAD, .n = 4, .values = {
		{ .octets = slice_of(m->program) }, { .octets = slice_of(m->node) },
		{ .number = m->at }, { .octets = slice_of(m->by) },
	} };
	const struct backup_row certificate = { .kind = BACKUP_CERTIFICATE, .n = 2, .values = {
		{ .octets = m->chain }, { .octets = m->key },
	} };
	uint64_t older = 0;
	int result = write_out(w, slice_make((char *)w->seal.head, BACKUP_SEAL_HEAD));

	if (result == 0)
		result = add_row(w, &head);
	if (result == 0 && m->key.len > 0)
		result = add_row(w, &certificate);
	if (result == 0)
		result = store_backup_read(m->db, add_row, w, &older);
	m->n_left_out += older;
	return result == 0 ? flush(w, true) : -1;
}

int backup_file_make(struct backup_making *m)
{
	struct writer *w = calloc(1, sizeof(*w));
	int result = -1;

	fault_set(&m->fault, "The store could not be read, or memory is short.");
	if (w == NULL)
		return -1;
	w->making = m;
	buffer_init_secret(&w->plain, BACKUP_RECORD_MAX + 2 * BACKUP_SEAL_PLAIN);
	if (backup_seal_start(&w->seal, m->passphrase) == 0)
		result = write_rows(w);
	buffer_release(&w->plain);
	secret_wipe(&w->seal, sizeof(w->seal));
	free(w);
	return result;
}

/* ---- reading ---- */

static const char *const words[] = {
	[BACKUP_SEAL_STRANGE] = "This is no backup made by tocsin backup.",
	[BACKUP_SEAL_VERSION] = "This backup is of a newer format, or damaged: restore it with the "
		"version of Tocsin that made it, or a newer one.",
	[BACKUP_SEAL_DAMAGED] = "The backup is damaged or cut short.",
	[BACKUP_SEAL_PASSPHRASE] = "The passphrase is not the one that this backup was made with.",
};

static int say(int result, struct fault *f)
{
	if (result > 0)
		fault_set(f, "%s", words[result]);
	else if (result < 0)
		fault_set(f, "Not enough memory.");
	return result > 0 ? BACKUP_FILE_BAD : result;
}

int backup_file_open(int fd, struct slice passphrase, struct backup_seal *ret_seal,
	struct fault *f)
{
	char head[BACKUP_SEAL_HEAD];
	size_t len;

	if (spool_read(fd, 0, head, sizeof(head), &len, f) != 0)
		return -1;
	return say(backup_seal_open(ret_seal, slice_make(head, len), passphrase), f);
}

struct pass {
	struct backup_reader reader;
	char chunk[BACKUP_SEAL_CHUNK];
	char plain[BACKUP_SEAL_PLAIN];
};

static int feed(struct pass *p, size_t len, struct fault *f)
{
	int result = backup_reader_feed(&p->reader, slice_make(p->plain, len));

	/* a record of ours that does not parse was not written by this version */
	return result == BACKUP_RECORD_BAD ? say(BACKUP_SEAL_DAMAGED, f) : result;
}

static int read_chunks(struct pass *p, int fd, struct backup_seal *seal, struct fault *f)
{
	uint64_t offset = BACKUP_SEAL_HEAD;
	bool last = false;
	char more;

	while (!last) {
		size_t len, plain;
		int result;

		if (spool_read(fd, offset, p->chunk, sizeof(p->chunk), &len, f) != 0)
			return -1;
		result = backup_seal_take(seal, slice_make(p->chunk, len), p->plain, &plain, &last);
		if (result == 0)
			result = feed(p, plain, f);
		else
			result = say(result, f);
		if (result != 0)
			return result;
		offset += len;
		if (last && (spool_read(fd, offset, &more, 1, &len, f) != 0 || len > 0))
			return say(BACKUP_SEAL_DAMAGED, f);
	}
	return backup_reader_end(&p->reader) ? 0 : say(BACKUP_SEAL_DAMAGED, f);
}

int backup_file_read(int fd, struct backup_seal *seal,
	int (*take)(void *arg, const struct backup_row *row), void *arg, struct fault *f)
{
	struct pass *p = calloc(1, sizeof(*p));
	int result;

	if (p == NULL)
		return say(-1, f);
	backup_reader_init(&p->reader, take, arg);
	result = say(backup_seal_rewind(seal), f);
	if (result == 0)
		result = read_chunks(p, fd, seal, f);
	backup_reader_release(&p->reader);
	secret_wipe(p, sizeof(*p));
	free(p);
	return result;
}
