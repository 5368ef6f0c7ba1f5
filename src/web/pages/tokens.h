/* tokens.h - what templates/tokens.html prints. */
#ifndef TOCSIN_WEB_PAGES_TOKENS_H
#define TOCSIN_WEB_PAGES_TOKENS_H

#include "web/form_view.h"

struct token_line_view {
	uint64_t id;
	const char *name;
	const char *scopes; /* "read, send" */
	const char *state; /* "good", "expired", "revoked" */
	uint64_t created;
	const char *created_by;
	uint64_t used; /* 0 never */
	const char *used_from;
	uint64_t until; /* when it ends or ended, 0 never */
	bool good, can_revoke;
};

struct tokens_view {
	struct problems_view problems;
	const char *made; /* the new token, told this once, or NULL */
	const char *made_name;
	const char *revoked; /* a sentence after revoking one, or NULL */
	const char *csrf;
	struct field_view name, read, send, admin, expires;
	struct field_view current; /* password of who makes one */
	struct token_line_view *lines;
	size_t n_lines;
};

#endif
