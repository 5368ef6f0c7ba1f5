/* authorise.c - rights; see authorise.h. */
#include "keep/authorise.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "store/api_tokens.h"
#include "store/sessions.h"
#include "sys/clock.h"
#include "wire/token.h"

enum {
	TOUCH_EVERY = 60, /* seconds; a session's last use need not be known better */
	TOKEN_TOUCH_EVERY = 10 * 60, /* programs call often */
};

const struct store_session_limits session_limits = {
	.idle = SESSION_IDLE,
	.absolute = SESSION_ABSOLUTE,
};

/* The last use of a session or a token. */
struct touch {
	struct store_job job;
	uint64_t id;
	int64_t now;
	char from[WHO_FROM_MAX + 1];
};

static int run_touch_session(struct store_db *db, void *arg)
{
	struct touch *t = arg;

	return store_session_touch(db, t->id, t->now);
}

static int run_touch_token(struct store_db *db, void *arg)
{
	struct touch *t = arg;

	return store_api_token_touch(db, t->id, t->now, t->from);
}

static void touch_done(void *arg, int result)
{
	if (result != STORE_OK)
		log_warning("the last use of a session or token could not be noted");
	free(arg);
}

static void touch(const struct request *r, int (*run)(struct store_db *db, void *arg), uint64_t id,
	int64_t now)
{
	struct touch *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return;
	t->id = id;
	t->now = now;
	snprintf(t->from, sizeof(t->from), "%s", r->asker.who.from);
	t->job = (struct store_job){ .run = run, .done = touch_done, .arg = t };
	store_write(r->keeper->store, &t->job);
}

static void find_session(struct request *r)
{
	struct keeper *k = r->keeper;
	struct token_digest digest = token_digest(slice_of(r->asker.who.token));
	struct store_session *session = arena_alloc(r->arena, sizeof(*session));
	int64_t now = clock_wall();

	if (session == NULL ||
		store_session_find(store_reader(k->store), &digest, now, &session_limits, r->arena,
			session) != STORE_OK)
		return;
	r->asker.session = session;
	r->asker.name = session->name;
	r->asker.may_command = true;
	if (now - session->seen >= TOUCH_EVERY)
		touch(r, run_touch_session, session->id, now);
}

/* ---- tokens of the API ---- */

/* What a token may say, and the scope that lets it. */
static const struct {
	enum word word;
	uint64_t scope;
} bearer_words[] = {
	{ WORD_STATUS, TOKEN_SCOPE_READ },
	{ WORD_METRICS, TOKEN_SCOPE_READ },
	{ WORD_OAUTH_STATUS, TOKEN_SCOPE_READ },
	{ WORD_SETTINGS_GET, TOKEN_SCOPE_READ },
	{ WORD_TEST_SHOW, TOKEN_SCOPE_READ },
	{ WORD_QUEUE_LIST, TOKEN_SCOPE_READ },
	{ WORD_QUEUE_SHOW, TOKEN_SCOPE_READ },
	{ WORD_QUEUE_TRIES, TOKEN_SCOPE_READ },
	{ WORD_SUBMIT, TOKEN_SCOPE_SEND },
	{ WORD_SETTINGS_SET, TOKEN_SCOPE_ADMIN },
	{ WORD_SETTINGS_CHECK, TOKEN_SCOPE_ADMIN },
	{ WORD_OAUTH_KEY, TOKEN_SCOPE_ADMIN },
	{ WORD_OAUTH_BEGIN, TOKEN_SCOPE_ADMIN },
	{ WORD_OAUTH_FINISH, TOKEN_SCOPE_ADMIN },
	{ WORD_OAUTH_DEVICE, TOKEN_SCOPE_ADMIN },
	{ WORD_OAUTH_DISCONNECT, TOKEN_SCOPE_ADMIN },
	{ WORD_TEST, TOKEN_SCOPE_ADMIN },
	{ WORD_QUEUE_RETRY, TOKEN_SCOPE_ADMIN },
	{ WORD_QUEUE_ACT, TOKEN_SCOPE_ADMIN },
	{ WORD_QUEUE_RESEND, TOKEN_SCOPE_ADMIN },
	{ WORD_AUDIT_LIST, TOKEN_SCOPE_ADMIN },
};

static void find_token(struct request *r)
{
	struct token_digest digest = token_digest(slice_of(r->asker.who.token));
	struct store_api_token *token = arena_alloc(r->arena, sizeof(*token));
	int64_t now = clock_wall();

	if (token == NULL || store_api_token_find(store_reader(r->keeper->store), &digest, now,
		r->arena, token) != STORE_OK)
		return;
	if ((token->scopes & TOKEN_SCOPE_ADMIN) != 0)
		token->scopes |= TOKEN_SCOPE_READ;
	r->asker.token = token;
	r->asker.name = arena_printf(r->arena, "token %s", token->name);
	if (now - token->used >= TOKEN_TOUCH_EVERY)
		touch(r, run_touch_token, token->id, now);
}

static bool token_may(const struct request *r)
{
	for (size_t i = 0; i < COUNT_OF(bearer_words); i++)
		if (bearer_words[i].word == r->word)
			return r->asker.token != NULL &&
				(r->asker.token->scopes & bearer_words[i].scope) != 0;
	return false;
}

static void name_local(struct request *r)
{
	struct asker *asker = &r->asker;

	asker->may_command = asker->who.uid == 0 || asker->who.uid == r->keeper->starter ||
		asker->who.in_admin_group;
	asker->name = asker->who.uid == 0 ? "root (local)" :
		arena_printf(r->arena, "uid %ju (local)", (uintmax_t)asker->who.uid);
}

bool authorise(struct request *r, enum right right)
{
	struct asker *asker = &r->asker;

	if (asker->who.kind == WHO_SESSION)
		find_session(r);
	else if (asker->who.kind == WHO_LOCAL)
		name_local(r);
	else if (asker->who.kind == WHO_BEARER)
		find_token(r);
	if (asker->who.kind == WHO_BEARER && right != RIGHT_NONE)
		return token_may(r);
	switch (right) {
	case RIGHT_NONE:
		return true;
	case RIGHT_KNOWN:
		return asker->session != NULL || asker->who.kind == WHO_LOCAL;
	case RIGHT_SESSION:
		return asker->session != NULL;
	case RIGHT_COMMAND:
		return asker->may_command;
	}
	return false;
}
