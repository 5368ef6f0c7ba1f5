/* token.c - tokens of the API on the wire and as text; see token.h. */
#include "wire/token.h"

#include <stdio.h>

#include "base/number.h"
#include "core/time_format.h"

enum {
	TEXT_MAX = 2048,
	DAY = 24 * 3600,
};

void token_view_pack(struct buffer *b, const struct token_view *t)
{
	pack_number(b, t->id);
	pack_text(b, t->name);
	pack_number(b, t->scopes);
	pack_number(b, t->created);
	pack_text(b, t->created_by);
	pack_number(b, t->expires);
	pack_number(b, t->used);
	pack_text(b, t->used_from);
	pack_number(b, t->revoked);
	pack_text(b, t->revoked_by);
}

void token_view_unpack(struct unpack *u, struct arena *a, struct token_view *ret_token)
{
	struct token_view *t = ret_token;

	t->id = unpack_number(u);
	t->name = unpack_text(u, TEXT_MAX, a);
	t->scopes = unpack_below(u, TOKEN_SCOPES_ALL + 1);
	t->created = unpack_number(u);
	t->created_by = unpack_text(u, TEXT_MAX, a);
	t->expires = unpack_number(u);
	t->used = unpack_number(u);
	t->used_from = unpack_text(u, TEXT_MAX, a);
	t->revoked = unpack_number(u);
	t->revoked_by = unpack_text(u, TEXT_MAX, a);
}

static const struct {
	uint64_t scope;
	const char *name;
} names[] = {
	{ TOKEN_SCOPE_READ, "read" },
	{ TOKEN_SCOPE_SEND, "send" },
	{ TOKEN_SCOPE_ADMIN, "admin" },
};

static uint64_t scope_of(struct slice name)
{
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_is(name, names[i].name))
			return names[i].scope;
	return 0;
}

bool token_scopes_parse(struct slice text, uint64_t *ret_scopes)
{
	struct slice rest = text;
	uint64_t scopes = 0;

	while (rest.data != NULL) {
		uint64_t scope = scope_of(slice_trim(slice_cut(&rest, ',')));

		if (scope == 0)
			return false;
		scopes |= scope;
	}
	if (scopes == 0)
		return false;
	*ret_scopes = scopes;
	return true;
}

const char *token_scopes_text(uint64_t scopes, char ret_text[static TOKEN_SCOPES_SIZE])
{
	size_t len = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if ((scopes & names[i].scope) != 0)
			len += (size_t)snprintf(ret_text + len, TOKEN_SCOPES_SIZE - len, "%s%s",
				len > 0 ? "," : "", names[i].name);
	return ret_text;
}

static bool is_name_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '.' || c == '_' || c == '-';
}

/* A name of digits alone could not be told from a number in `tocsin token revoke`. */
const char *token_name_objection(struct slice name)
{
	bool digits = true;

	if (name.len == 0)
		return "is empty. Name the program that will use the token.";
	if (name.len > TOKEN_NAME_MAX)
		return "is longer than 64 characters.";
	for (size_t i = 0; i < name.len; i++) {
		if (!is_name_char(name.data[i]))
			return "may hold letters, digits, \".\", \"_\" and \"-\" only.";
		digits = digits && char_is_digit(name.data[i]);
	}
	if (digits || name.data[0] == '-')
		return "must hold a letter and not begin with \"-\".";
	return NULL;
}

bool token_expiry_parse(struct slice date, uint64_t *ret_expires)
{
	struct civil_time t = { 0 }, again;
	uint64_t year, month, day;
	int64_t at;

	if (date.len != 10 || date.data[4] != '-' || date.data[7] != '-' ||
		!number_parse(slice_sub(date, 0, 4), 1970, 9999, &year) ||
		!number_parse(slice_sub(date, 5, 2), 1, 12, &month) ||
		!number_parse(slice_sub(date, 8, 2), 1, 31, &day))
		return false;
	t.year = (int)year;
	t.month = (int)month;
	t.day = (int)day;
	at = civil_time_seconds(&t, 0);
	civil_time_from(at, 0, &again);
	if (again.day != t.day) /* 30 February */
		return false;
	*ret_expires = (uint64_t)(at + DAY);
	return true;
}
