/* keeper_tokens.c - tokens of the API, as the sample keeper tells them. */
#include "unit/unit.h"

#include "web/keeper.h"
#include "wire/token.h"

enum {
	NOW = 1772546405,
};

void keeper_lists_tokens(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const struct token_view rows[] = {
		{ .id = 4, .name = told(b, "backup"), .scopes = TOKEN_SCOPE_SEND, .created = NOW - 90000,
			.created_by = told(b, "anna"), .used = NOW - 60, .used_from = told(b, "192.0.2.9") },
		{ .id = 3, .name = told(b, "monitor"), .scopes = TOKEN_SCOPE_READ | TOKEN_SCOPE_SEND,
			.created = NOW - 99999, .created_by = told(b, "root (local)"), .expires = NOW + 90000 },
		{ .id = 2, .name = told(b, "trial"), .scopes = TOKEN_SCOPES_ALL, .created = NOW - 200000,
			.created_by = told(b, "anna"), .expires = NOW - 90000 },
		{ .id = 1, .name = told(b, "backup"), .scopes = TOKEN_SCOPE_ADMIN, .created = NOW - 300000,
			.created_by = told(b, "anna"), .revoked = NOW - 90000,
			.revoked_by = told(b, "anna") },
	};
	size_t n = b->nothing_saved ? 0 : COUNT_OF(rows);
	struct buffer body;

	assert_true(unpack_end(u));
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, n);
	for (size_t i = 0; i < n; i++)
		token_view_pack(&body, &rows[i]);
	keeper_answers(b, m, WORD_TOKENS_ARE, &body);
}

void keeper_makes_token(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *name = unpack_text(u, 100, b->arena);
	uint64_t scopes = unpack_number(u), expires = unpack_number(u);
	bool proved = slice_is(unpack_slice(u, 100), "own");
	struct buffer body;

	assert_true(unpack_end(u));
	if (strcmp(name, "taken") == 0 || !proved) {
		keeper_refuses_fields(b, m, strcmp(name, "taken") == 0 ? "name" : NULL,
			"belongs to another token.", proved ? NULL : "current", "is missing.");
		return;
	}
	if (scopes == 0 || expires == 1) {
		keeper_refuses_fields(b, m, scopes == 0 ? "scope" : NULL, "is missing: choose one.",
			expires == 1 ? "expires" : NULL, "is over already.");
		return;
	}
	buffer_init(&body, 1000);
	pack_number(&body, 5);
	pack_text(&body, told(b, "tocsin_0123456789abcdef"));
	keeper_answers(b, m, WORD_TOKEN_CREATED, &body);
}
