/* command_token.c - tocsin token create, list, revoke. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "sys/clock.h"
#include "tools/command.h"
#include "tools/json_print.h"
#include "wire/token.h"

static int create(struct context *x, const char *name, uint64_t scopes, uint64_t expires)
{
	struct buffer body;
	struct unpack u;
	const char *token;
	int result;

	buffer_init(&body, 10000);
	pack_text(&body, name);
	pack_number(&body, scopes);
	pack_number(&body, expires);
	pack_text(&body, ""); /* one's own password is asked for in a browser only */
	result = command_ask(x, WORD_TOKEN_CREATE, &body, WORD_TOKEN_CREATED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	unpack_number(&u); /* id */
	token = unpack_text(&u, 1000, x->arena);
	if (!unpack_end(&u))
		return command_malformed();
	puts(token);
	fputs("tocsin: this token is not shown again\n", stderr);
	return EX_OK;
}

/* NAME --scope read,send,admin [--expires DATE] */
int command_token_create(struct context *x)
{
	const char *name = NULL, *scope = NULL, *date = NULL;
	uint64_t scopes, expires = 0;

	for (int i = 0; i < x->argc; i++) {
		if (strcmp(x->argv[i], "--scope") == 0 && i + 1 < x->argc)
			scope = x->argv[++i];
		else if (strcmp(x->argv[i], "--expires") == 0 && i + 1 < x->argc)
			date = x->argv[++i];
		else if (x->argv[i][0] != '-' && name == NULL)
			name = x->argv[i];
		else
			return command_misused("token create takes NAME --scope read,send,admin "
				"[--expires DATE]");
	}
	if (name == NULL || scope == NULL)
		return command_misused("token create needs NAME and --scope with read, send or admin, or "
			"several of them: read,send");
	if (!token_scopes_parse(slice_of(scope), &scopes))
		return command_misused("--scope takes read, send and admin, separated by commas");
	if (date != NULL && !token_expiry_parse(slice_of(date), &expires))
		return command_misused("--expires takes the last day on which the token is good, such as "
			"2027-12-31");
	return create(x, name, scopes, expires);
}

static const char *state_of(const struct token_view *t, uint64_t now)
{
	if (t->revoked != 0)
		return "revoked";
	return t->expires != 0 && t->expires <= now ? "expired" : "good";
}

static void print_json(const struct token_view *t, const char *state)
{
	char scopes[TOKEN_SCOPES_SIZE];

	printf("{\"id\": %ju", (uintmax_t)t->id);
	json_print_text("name", t->name);
	json_print_text("state", state);
	json_print_text("scopes", token_scopes_text(t->scopes, scopes));
	json_print_number("created", t->created);
	json_print_text("created_by", t->created_by);
	json_print_number("expires", t->expires);
	json_print_number("used", t->used);
	json_print_text("used_from", t->used_from);
	json_print_number("revoked", t->revoked);
	json_print_text("revoked_by", t->revoked_by);
	putchar('}');
}

static void print_line(struct context *x, const struct token_view *t, const char *state)
{
	char scopes[TOKEN_SCOPES_SIZE];

	printf("%-5ju ", (uintmax_t)t->id);
	command_print(t->name);
	printf("  %s  %s", state, token_scopes_text(t->scopes, scopes));
	printf("\n      made %s by ", command_time(x->arena, t->created));
	command_print(t->created_by);
	if (t->used != 0) {
		printf("; last used %s from ", command_time(x->arena, t->used));
		command_print(t->used_from);
	} else {
		fputs("; never used", stdout);
	}
	if (t->revoked != 0) {
		printf("; revoked %s by ", command_time(x->arena, t->revoked));
		command_print(t->revoked_by);
	} else if (t->expires != 0) {
		printf("; good until %s", command_time(x->arena, t->expires));
	}
	putchar('\n');
}

int command_token_list(struct context *x)
{
	bool json = x->argc == 1 && strcmp(x->argv[0], "--json") == 0;
	uint64_t n, now = (uint64_t)clock_wall();
	struct unpack u;
	int result;

	if (x->argc > (json ? 1 : 0))
		return command_misused("token list takes --json and nothing else");
	result = command_ask(x, WORD_TOKEN_LIST, NULL, WORD_TOKENS_ARE, COMMAND_WAIT_MS);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	n = unpack_below(&u, TOKENS_MAX + 1);
	if (json)
		putchar('[');
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		struct token_view t;

		token_view_unpack(&u, x->arena, &t);
		if (u.failed)
			break;
		if (json) {
			fputs(i > 0 ? ",\n " : "\n ", stdout);
			print_json(&t, state_of(&t, now));
		} else {
			print_line(x, &t, state_of(&t, now));
		}
	}
	if (json)
		puts(n > 0 ? "\n]" : "]");
	else if (n == 0)
		puts("no tokens");
	return unpack_end(&u) ? EX_OK : command_malformed();
}

int command_token_revoke(struct context *x)
{
	struct buffer body;
	int result;

	if (x->argc != 1)
		return command_misused("token revoke takes the name or number of one token");
	buffer_init(&body, 10000);
	pack_text(&body, x->argv[0]);
	result = command_ask(x, WORD_TOKEN_REVOKE, &body, WORD_DONE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result == EX_OK)
		printf("token %s revoked\n", x->argv[0]);
	return result;
}
