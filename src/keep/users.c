/*
 * users.c - the accounts that are there: listed, given another password, disabled, removed, their
 * sessions ended. Making one is accounts.c's.
 *
 * The last account that may sign in is neither disabled nor removed: nobody could undo it from a
 * browser. Whoever changes a password in a browser types their own one, too (proof.h).
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/password.h"
#include "core/password_rule.h"
#include "keep/authorise.h"
#include "keep/handlers.h"
#include "keep/proof.h"
#include "keep/signin.h"
#include "store/audit.h"
#include "sys/clock.h"
#include "wire/user.h"

enum {
	REALM_MAX = 20,
};

/* ---- the list ---- */

void keep_user_list(struct request *r)
{
	const char *realm = unpack_text(&r->body, REALM_MAX, r->arena);
	int64_t now = clock_wall();
	struct store_users list;
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (store_account_list(store_reader(r->keeper->store), realm, now - session_limits.idle,
			now - session_limits.absolute, USERS_MAX, r->arena, &list) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, list.n);
	for (size_t i = 0; i < list.n; i++) {
		const struct store_user *u = &list.items[i];
		const struct user_view view = {
			.name = u->name, .created = (uint64_t)u->created,
			.signed_in = (uint64_t)u->signed_in, .n_sessions = u->n_sessions,
			.disabled = u->disabled,
			.is_asker = r->asker.session != NULL && r->asker.session->account == u->id,
		};

		user_view_pack(&body, &view);
	}
	keep_reply(r, WORD_USERS_ARE, &body);
	buffer_release(&body);
}

/* ---- one account ---- */

struct user_change {
	struct request *request;
	const char *realm, *name;
	struct store_account account;
	bool disable;
	uint64_t n;

	/* a password */
	struct keep_proof proof;
	struct job hash_job;
	struct slice password;
	bool hashed;
	char hash[PASSWORD_HASH_SIZE];
};

/* Reads realm and name, which every such word begins with; NULL when that was refused. */
static struct user_change *open_change(struct request *r)
{
	struct user_change *c = arena_alloc(r->arena, sizeof(*c));

	if (c == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return NULL;
	}
	c->request = r;
	c->realm = unpack_text(&r->body, REALM_MAX, r->arena);
	c->name = unpack_text(&r->body, TYPED_MAX, r->arena);
	return c;
}

/* After the rest of the body: finds the account; false when the request was refused. */
static bool find_account(struct user_change *c)
{
	struct request *r = c->request;
	int result;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return false;
	}
	result = store_account_find(store_reader(r->keeper->store), c->realm, c->name, r->arena,
		&c->account);
	if (result == STORE_NOT_FOUND)
		keep_refuse(r, EX_NOUSER, "", "No account has this name.");
	else if (result != STORE_OK)
		keep_refuse_store(r, result);
	return result == STORE_OK;
}

static int note(struct store_db *db, const struct user_change *c, const char *what)
{
	const struct request *r = c->request;
	struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from,
		.what = arena_printf(r->arena, "%s: %s", what, c->account.name),
	};

	return audit_append(db, &entry);
}

/* STORE_CONFLICT when nobody else could sign in. */
static int check_not_last(struct store_db *db, const struct user_change *c)
{
	uint64_t others = 0;
	int result = store_account_count_others(db, c->realm, c->account.id, &others);

	return result == STORE_OK && others == 0 ? STORE_CONFLICT : result;
}

static void change_done(void *arg, int result)
{
	struct user_change *c = arg;
	struct request *r = c->request;

	if (result == STORE_OK)
		keep_done(r, c->n);
	else if (result == STORE_CONFLICT)
		keep_refuse(r, EX_DATAERR, "", "This is the last account that can sign in. Make another one "
			"first.");
	else if (result == STORE_NOT_FOUND)
		keep_refuse(r, EX_NOUSER, "", "This account is gone: somebody removed it meanwhile.");
	else
		keep_refuse_store(r, result);
}

static void start_change(struct user_change *c, int (*run)(struct store_db *db, void *arg))
{
	c->n = 1;
	c->request->job = (struct store_job){ .run = run, .done = change_done, .arg = c };
	store_write(c->request->keeper->store, &c->request->job);
}

static int run_disable(struct store_db *db, void *arg)
{
	struct user_change *c = arg;
	int result = c->disable ? check_not_last(db, c) : STORE_OK;

	if (result == STORE_OK)
		result = store_account_set_disabled(db, c->account.id, c->disable);
	return result == STORE_OK ? note(db, c, c->disable ? "account disabled" : "account enabled") :
		result;
}

void keep_user_disable(struct request *r)
{
	struct user_change *c = open_change(r);

	if (c == NULL)
		return;
	c->disable = unpack_bool(&r->body);
	if (find_account(c))
		start_change(c, run_disable);
}

static int run_remove(struct store_db *db, void *arg)
{
	struct user_change *c = arg;
	int result = check_not_last(db, c);

	if (result == STORE_OK)
		result = store_account_remove(db, c->account.id);
	return result == STORE_OK ? note(db, c, "account removed") : result;
}

void keep_user_remove(struct request *r)
{
	struct user_change *c = open_change(r);

	if (c != NULL && find_account(c))
		start_change(c, run_remove);
}

static int run_end(struct store_db *db, void *arg)
{
	struct user_change *c = arg;
	int result = store_session_end_others(db, c->account.id, 0, &c->n);

	return result == STORE_OK ? note(db, c, "ended all sessions") : result;
}

void keep_user_end(struct request *r)
{
	struct user_change *c = open_change(r);

	if (c != NULL && find_account(c))
		start_change(c, run_end);
}

/* ---- a password ---- */

/* The session in which it was changed goes on; whoever had the old one elsewhere is out. */
static int run_password(struct store_db *db, void *arg)
{
	struct user_change *c = arg;
	const struct store_session *own = c->request->asker.session;
	bool is_own = own != NULL && own->account == c->account.id;
	uint64_t ended;
	int result = store_account_set_hash(db, c->account.id, c->hash);

	if (result == STORE_OK)
		result = store_session_end_others(db, c->account.id, is_own ? own->id : 0, &ended);
	return result == STORE_OK ? note(db, c, "password changed") : result;
}

static void run_hash(struct job *job)
{
	struct user_change *c = CONTAINER_OF(job, struct user_change, hash_job);

	c->hashed = password_hash(c->password, c->hash);
}

static void hash_done(struct job *job)
{
	struct user_change *c = CONTAINER_OF(job, struct user_change, hash_job);
	struct request *r = c->request;

	if (job->displaced) {
		keep_refuse(r, EX_TEMPFAIL, "", "Too many sign-ins are under way. Try again.");
	} else if (!c->hashed) {
		keep_refuse(r, EX_TEMPFAIL, "", "There is not enough memory to hash the password now.");
	} else {
		start_change(c, run_password);
	}
}

static void proved(struct keep_proof *p)
{
	struct user_change *c = CONTAINER_OF(p, struct user_change, proof);

	c->hash_job = (struct job){ .run = run_hash, .done = hash_done, .known = true };
	if (keep_hash(c->request->keeper, &c->hash_job) != 0)
		keep_refuse(c->request, EX_TEMPFAIL, "", "Too many sign-ins are under way. Try again.");
}

void keep_user_password(struct request *r)
{
	struct user_change *c = open_change(r);

	if (c == NULL)
		return;
	c->password = unpack_slice(&r->body, TYPED_MAX);
	c->proof.request = r;
	c->proof.typed = unpack_slice(&r->body, TYPED_MAX);
	c->proof.then = proved;
	if (!find_account(c))
		return;
	keep_problem(&c->proof.problems, "password",
		password_objection(c->password, slice_of(c->account.name)));
	keep_prove(&c->proof);
}
