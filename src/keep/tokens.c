/*
 * tokens.c - tokens of the API: made, listed, revoked, and recognised. Which words a token may say
 * stands in authorise.c.
 *
 * A token is found by its digest, so a wrong one costs one look into an index and tells nothing by
 * the time it takes. Addresses that show many wrong ones are told to wait; a good one is good from
 * any address at any time, or somebody behind the same address could shut out a program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/secret.h"
#include "keep/authorise.h"
#include "keep/handlers.h"
#include "keep/proof.h"
#include "keep/signin.h"
#include "store/api_tokens.h"
#include "store/audit.h"
#include "sys/clock.h"
#include "wire/token.h"

enum {
	PREFIX_LEN = sizeof("tocsin_") - 1,
	TEXT_SIZE = PREFIX_LEN + TOKEN_TEXT_SIZE,
	REMEMBERED = 30 * 24 * 3600, /* seconds for which a revoked or expired one is listed */
	WRONG_WINDOW = 60 * 1000, /* ms */
	WRONG_MAX = 10, /* from one address in a window, then it is told to wait */
	ADDRESSES_MAX = 256,
};

/* Wrong tokens of one address. */
struct wrong {
	char from[WHO_FROM_MAX + 1];
	int64_t since; /* boot ms, 0 unused */
	unsigned n;
};

static const char taken[] = "belongs to another token. Choose another, or revoke that one first.";

struct keep_tokens {
	struct wrong wrong[ADDRESSES_MAX];
};

int keep_tokens_init(struct keeper *k)
{
	k->tokens = calloc(1, sizeof(*k->tokens));
	return k->tokens != NULL ? 0 : -1;
}

void keep_tokens_release(struct keeper *k)
{
	free(k->tokens);
	k->tokens = NULL;
}

/* ---- making one ---- */

struct new_token {
	struct request *request;
	struct keep_proof proof;
	char text[TEXT_SIZE];
	struct store_api_token row;
	uint64_t id;
	bool too_many;
};

static int note(struct store_db *db, const struct request *r, const char *what)
{
	struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from, .what = what,
	};

	return audit_append(db, &entry);
}

static int run_create(struct store_db *db, void *arg)
{
	struct new_token *n = arg;
	struct token_digest digest = token_digest(slice_of(n->text));
	struct request *r = n->request;
	char scopes[TOKEN_SCOPES_SIZE];
	uint64_t count = 0;
	int result = store_api_token_forget(db, n->row.created - REMEMBERED);

	if (result == STORE_OK)
		result = store_api_token_count(db, &count);
	n->too_many = count >= TOKENS_MAX;
	if (result == STORE_OK && n->too_many)
		return STORE_CONFLICT;
	if (result == STORE_OK)
		result = store_api_token_add(db, &digest, &n->row, &n->id);
	if (result != STORE_OK)
		return result;
	return note(db, r, arena_printf(r->arena, "token made: %s (%s)", n->row.name,
		token_scopes_text(n->row.scopes, scopes)));
}

static void create_done(void *arg, int result)
{
	struct new_token *n = arg;
	struct request *r = n->request;
	struct buffer body;

	if (result == STORE_CONFLICT) {
		keep_refuse(r, EX_DATAERR, "", "There are 200 tokens already. Revoke those that nobody uses; "
			"a revoked one leaves the list after 30 days.");
	} else if (result == STORE_EXISTS) {
		keep_refuse(r, EX_DATAERR, "name", taken);
	} else if (result != STORE_OK) {
		keep_refuse_store(r, result);
	} else {
		buffer_init_secret(&body, 1000);
		pack_number(&body, n->id);
		pack_text(&body, n->text);
		keep_reply(r, WORD_TOKEN_CREATED, &body);
		buffer_release(&body);
	}
}

static void proved(struct keep_proof *p)
{
	struct new_token *n = CONTAINER_OF(p, struct new_token, proof);
	struct request *r = n->request;

	memcpy(n->text, "tocsin_", PREFIX_LEN);
	token_make(n->text + PREFIX_LEN);
	r->job = (struct store_job){ .run = run_create, .done = create_done, .arg = n };
	store_write(r->keeper->store, &r->job);
}

/* A look ahead: the write finds out for good. */
static bool is_taken(struct request *r, const char *name)
{
	struct store_api_tokens list = { .n = 0 };

	if (store_api_token_list(store_reader(r->keeper->store), TOKENS_MAX, r->arena, &list) !=
		STORE_OK)
		return false;
	for (size_t i = 0; i < list.n; i++)
		if (list.items[i].revoked == 0 &&
			slice_equal_nocase(slice_of(list.items[i].name), slice_of(name)))
			return true;
	return false;
}

static void find_problems(struct new_token *n)
{
	struct keep_problems *problems = &n->proof.problems;
	const char *objection = token_name_objection(slice_of(n->row.name));

	if (objection == NULL && is_taken(n->request, n->row.name))
		objection = taken;
	keep_problem(problems, "name", objection);
	if (n->row.scopes == 0)
		keep_problem(problems, "scope", "is missing: choose at least one of read, send and admin.");
	if (n->row.expires != 0 && n->row.expires <= n->row.created)
		keep_problem(problems, "expires", "is over already. Give a day to come.");
}

void keep_token_create(struct request *r)
{
	struct new_token *n = arena_alloc(r->arena, sizeof(*n));

	if (n == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	n->request = r;
	n->row = (struct store_api_token){ .created = clock_wall(), .created_by = r->asker.name };
	n->row.name = unpack_text(&r->body, 1000, r->arena);
	n->row.scopes = unpack_below(&r->body, TOKEN_SCOPES_ALL + 1);
	n->row.expires = (int64_t)unpack_below(&r->body, INT64_MAX);
	n->proof.request = r;
	n->proof.typed = unpack_slice(&r->body, TYPED_MAX);
	n->proof.then = proved;
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	find_problems(n);
	keep_prove(&n->proof);
}

/* ---- listing ---- */

void keep_token_list(struct request *r)
{
	struct store_api_tokens list;
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (store_api_token_list(store_reader(r->keeper->store), TOKENS_MAX, r->arena, &list) !=
		STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, list.n);
	for (size_t i = 0; i < list.n; i++) {
		const struct store_api_token *t = &list.items[i];
		struct token_view view = {
			.id = t->id, .name = t->name, .scopes = t->scopes,
			.created = (uint64_t)t->created, .created_by = t->created_by,
			.expires = (uint64_t)t->expires, .used = (uint64_t)t->used,
			.used_from = t->used_from, .revoked = (uint64_t)t->revoked,
			.revoked_by = t->revoked_by,
		};

		token_view_pack(&body, &view);
	}
	keep_reply(r, WORD_TOKENS_ARE, &body);
	buffer_release(&body);
}

/* ---- revoking ---- */

static int run_revoke(struct store_db *db, void *arg)
{
	struct request *r = arg;
	const char *which = r->data;
	int result = store_api_token_revoke(db, which, clock_wall(), r->asker.name);

	return result == STORE_OK ?
		note(db, r, arena_printf(r->arena, "token revoked: %s", which)) : result;
}

static void revoke_done(void *arg, int result)
{
	struct request *r = arg;

	if (result == STORE_NOT_FOUND)
		keep_refuse(r, EX_NOINPUT, "", "There is no token of this name or number that is not revoked "
			"already.");
	else if (result != STORE_OK)
		keep_refuse_store(r, result);
	else
		keep_done(r, 1);
}

void keep_token_revoke(struct request *r)
{
	const char *which = unpack_text(&r->body, TOKEN_NAME_MAX, r->arena);

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	r->data = arena_alloc(r->arena, TOKEN_NAME_SIZE);
	if (r->data == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	memcpy(r->data, which, strlen(which) + 1);
	r->job = (struct store_job){ .run = run_revoke, .done = revoke_done, .arg = r };
	store_write(r->keeper->store, &r->job);
}

/* ---- recognising ---- */

/* The address's row, or the one that is unused or oldest. */
static struct wrong *wrong_of(struct keep_tokens *t, const char *from)
{
	struct wrong *oldest = &t->wrong[0];

	for (size_t i = 0; i < ADDRESSES_MAX; i++) {
		if (t->wrong[i].since != 0 && strcmp(t->wrong[i].from, from) == 0)
			return &t->wrong[i];
		if (t->wrong[i].since < oldest->since)
			oldest = &t->wrong[i];
	}
	*oldest = (struct wrong){ 0 };
	snprintf(oldest->from, sizeof(oldest->from), "%s", from);
	return oldest;
}

/* Counts one more; seconds to wait when it was one too many, else 0. */
static uint64_t wrong_token(struct keep_tokens *t, const char *from)
{
	struct wrong *w = wrong_of(t, from);
	int64_t now = clock_boot_ms();

	if (w->since == 0 || now - w->since >= WRONG_WINDOW) {
		w->since = now > 0 ? now : 1;
		w->n = 0;
	}
	if (w->n < WRONG_MAX) {
		w->n++;
		if (w->n == 1)
			log_warning("api: a token that is not good was shown from %s", from);
		return 0;
	}
	return (uint64_t)(WRONG_WINDOW - (now - w->since) + 999) / 1000;
}

void keep_bearer(struct request *r)
{
	const struct store_api_token *t = r->asker.token;
	uint64_t wait = 0;
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (t == NULL)
		wait = wrong_token(r->keeper->tokens, r->asker.who.from);
	buffer_init(&body, 10000);
	pack_number(&body, t != NULL ? LOGIN_OK : wait > 0 ? LOGIN_BUSY : LOGIN_WRONG);
	pack_number(&body, wait);
	pack_number(&body, t != NULL ? t->id : 0);
	pack_text(&body, t != NULL ? t->name : "");
	pack_number(&body, t != NULL ? t->scopes : 0);
	pack_text(&body, t != NULL ? r->keeper->settings.value[SETTING_EMAIL_FROM_ADDRESS] : "");
	keep_reply(r, WORD_BEARER_IS, &body);
	buffer_release(&body);
}
