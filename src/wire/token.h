/*
 * token.h - tokens of the API: what one may do, its name, when it ends; and how lists show it.
 *   TOKEN = the fields of struct token_view in their order
 */
#ifndef TOCSIN_WIRE_TOKEN_H
#define TOCSIN_WIRE_TOKEN_H

#include "wire/pack.h"

/* What a token may do; any of them together. */
enum {
	TOKEN_SCOPE_READ = 1, /* see the status, the settings without secrets, the mail log */
	TOKEN_SCOPE_SEND = 2, /* hand in mail */
	TOKEN_SCOPE_ADMIN = 4, /* change settings, test, act on the queue; and all that read may */
	TOKEN_SCOPES_ALL = TOKEN_SCOPE_READ | TOKEN_SCOPE_SEND | TOKEN_SCOPE_ADMIN,
};

enum {
	TOKENS_MAX = 200, /* that live, or ended lately */
	TOKEN_NAME_MAX = 64,
	TOKEN_NAME_SIZE = TOKEN_NAME_MAX + 1,
	TOKEN_SCOPES_SIZE = 20, /* "read,send,admin" and its NUL */
};

struct token_view {
	uint64_t id;
	const char *name;
	uint64_t scopes;
	uint64_t created; /* times are seconds since the epoch */
	const char *created_by;
	uint64_t expires; /* 0 never */
	uint64_t used; /* to a few minutes; 0 never */
	const char *used_from; /* address */
	uint64_t revoked; /* 0: not */
	const char *revoked_by;
};

void token_view_pack(struct buffer *b, const struct token_view *t);
void token_view_unpack(struct unpack *u, struct arena *a, struct token_view *ret_token);

/* scopes = scope *( "," scope ), blanks around them allowed; false when one is unknown or none is. */
bool token_scopes_parse(struct slice text, uint64_t *ret_scopes) MUST_CHECK;
const char *token_scopes_text(uint64_t scopes, char ret_text[static TOKEN_SCOPES_SIZE]);

/* Continues a sentence that begins with the name; NULL when it is good. */
const char *token_name_objection(struct slice name);

/* date = 4DIGIT "-" 2DIGIT "-" 2DIGIT, the last day (UTC) on which a token is good. */
bool token_expiry_parse(struct slice date, uint64_t *ret_expires) MUST_CHECK;

#endif
