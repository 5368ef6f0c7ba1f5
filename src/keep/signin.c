/*
 * signin.c - signing in and out. One hash at a time runs in a worker with a short waiting list;
 * who comes when it is full is told to wait before anything is hashed, and addresses that signed
 * in before go first. A wrong name and a wrong password get the same answer in the same time.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/password.h"
#include "core/password_rule.h"
#include "core/throttle_rule.h"
#include "keep/authorise.h"
#include "keep/handlers.h"
#include "keep/signin.h"
#include "store/audit.h"
#include "sys/clock.h"

enum {
	HASHES_WAITING = 4,
	BUSY_RETRY = 2, /* seconds */
};

struct keep_signin {
	struct worker *hasher;
};

int keep_signin_init(struct keeper *k)
{
	k->signin = calloc(1, sizeof(*k->signin));
	if (k->signin == NULL)
		return -1;
	k->signin->hasher = worker_new(k->loop, HASHES_WAITING, "hash");
	return k->signin->hasher != NULL ? 0 : -1;
}

void keep_signin_release(struct keeper *k)
{
	if (k->signin == NULL)
		return;
	worker_free(k->signin->hasher);
	free(k->signin);
	k->signin = NULL;
}

int keep_hash(struct keeper *k, struct job *job)
{
	return worker_submit(k->signin->hasher, job);
}

void keep_reply_login(struct request *r, enum login_result result, const char *token,
	int64_t retry_after)
{
	struct buffer body;

	buffer_init_secret(&body, 1000);
	pack_number(&body, result);
	pack_text(&body, token);
	pack_number(&body, (uint64_t)retry_after);
	keep_reply(r, WORD_LOGIN_IS, &body);
	buffer_release(&body);
}

/* ---- signing in: look, hash, write ---- */

struct login {
	struct request *request;
	struct job hash_job;
	const char *realm, *name, *address;
	const char *old_token; /* of the session this sign-in replaces, or "" */
	struct slice password;
	struct store_account account;
	bool found, fits;
	struct keep_new_session session;
};

static void run_verify(struct job *job)
{
	struct login *l = CONTAINER_OF(job, struct login, hash_job);

	l->fits = password_verify(l->found ? l->account.hash : NULL, l->password);
}

static int write_failure(struct store_db *db, struct login *l)
{
	struct throttle_subject subject = { l->realm, l->name, l->address };
	struct audit_entry entry = {
		.at = l->session.now, .who = "somebody", .from = l->address, .what = "sign-in failed",
	};
	int result = throttle_failed(db, &subject, l->session.now);

	return result == STORE_OK ? audit_append(db, &entry) : result;
}

/* A browser that signs in again leaves no session behind that nobody would end. */
static int end_old_session(struct store_db *db, struct login *l)
{
	struct token_digest digest = token_digest(slice_of(l->old_token));
	struct arena *a = arena_new(4096);
	struct store_session old;
	int result;

	if (a == NULL)
		return STORE_FAILED;
	result = store_session_find(db, &digest, l->session.now, &session_limits, a, &old);
	if (result == STORE_OK)
		result = store_session_end(db, old.id);
	arena_free(a);
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}

static int write_success(struct store_db *db, struct login *l)
{
	struct throttle_subject subject = { l->realm, l->name, l->address };
	struct audit_entry entry = {
		.at = l->session.now, .who = l->account.name, .from = l->address, .what = "signed in",
	};
	int result = end_old_session(db, l);

	if (result == STORE_OK)
		result = keep_new_session_write(db, &l->session, l->account.id, l->address);

	if (result == STORE_OK)
		result = throttle_succeeded(db, &subject, l->session.now);
	return result == STORE_OK ? audit_append(db, &entry) : result;
}

static int run_login(struct store_db *db, void *arg)
{
	struct login *l = arg;

	return l->fits ? write_success(db, l) : write_failure(db, l);
}

static void login_written(void *arg, int result)
{
	struct login *l = arg;

	if (result != STORE_OK)
		keep_refuse_store(l->request, result);
	else if (l->fits)
		keep_reply_login(l->request, LOGIN_OK, l->session.token, 0);
	else
		keep_reply_login(l->request, LOGIN_WRONG, "", 0);
}

static void verify_done(struct job *job)
{
	struct login *l = CONTAINER_OF(job, struct login, hash_job);

	if (job->displaced) {
		keep_reply_login(l->request, LOGIN_BUSY, "", BUSY_RETRY);
		return;
	}
	keep_new_session_make(&l->session);
	l->request->job = (struct store_job){ .run = run_login, .done = login_written, .arg = l };
	store_write(l->request->keeper->store, &l->request->job);
}

int64_t keep_throttled(struct keeper *k, const struct throttle_subject *subject)
{
	int64_t now = clock_wall();
	struct throttle_count count;
	struct throttle_facts facts;

	if (throttle_look(store_reader(k->store), subject, now, &count) != STORE_OK)
		return -1;
	facts = (struct throttle_facts){
		.by_name = count.by_name, .by_address = count.by_address, .by_both = count.by_both,
		.last_by_name = count.last_by_name, .last_by_address = count.last_by_address,
		.known = count.known,
	};
	return throttle_wait(&facts, now);
}

static void start_login(struct login *l)
{
	struct request *r = l->request;
	struct store_db *db = store_reader(r->keeper->store);
	struct throttle_subject subject = { l->realm, l->name, l->address };
	int64_t wait = keep_throttled(r->keeper, &subject);
	int result;

	if (wait < 0) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	if (wait > 0) {
		keep_reply_login(r, LOGIN_BUSY, "", wait);
		return;
	}
	result = store_account_find(db, l->realm, l->name, r->arena, &l->account);
	if (result != STORE_OK && result != STORE_NOT_FOUND) {
		keep_refuse_store(r, result);
		return;
	}
	l->found = result == STORE_OK && !l->account.disabled;
	l->hash_job = (struct job){
		.run = run_verify, .done = verify_done,
		.known = throttle_address_known(db, l->address),
	};
	if (keep_hash(r->keeper, &l->hash_job) != 0)
		keep_reply_login(r, LOGIN_BUSY, "", BUSY_RETRY);
}

void keep_login(struct request *r)
{
	struct login *l = arena_alloc(r->arena, sizeof(*l));

	if (l == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	l->request = r;
	l->realm = unpack_text(&r->body, 20, r->arena);
	l->name = unpack_text(&r->body, TYPED_MAX, r->arena);
	l->password = unpack_slice(&r->body, TYPED_MAX);
	l->address = unpack_text(&r->body, 128, r->arena);
	l->old_token = unpack_text(&r->body, WHO_TOKEN_MAX, r->arena);
	if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else
		start_login(l);
}

/* ---- sessions ---- */

void keep_new_session_make(struct keep_new_session *s)
{
	token_make(s->token);
	token_make(s->csrf);
	s->now = clock_wall();
}

int keep_new_session_write(struct store_db *db, const struct keep_new_session *s, uint64_t account,
	const char *address)
{
	struct token_digest digest = token_digest(slice_of(s->token));
	uint64_t id;
	int result = store_session_expire(db, s->now, &session_limits);

	if (result == STORE_OK)
		result = store_account_signed_in(db, account, s->now);
	return result == STORE_OK ?
		store_session_add(db, &digest, account, s->csrf, address, s->now, &id) : result;
}

void keep_session(struct request *r)
{
	const struct store_session *s = r->asker.session;
	struct buffer body;
	uint64_t others = 0;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (store_session_count_others(store_reader(r->keeper->store), s, clock_wall(),
			&session_limits, &others) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, 4096);
	pack_number(&body, s->account);
	pack_text(&body, s->name);
	pack_text(&body, s->csrf);
	pack_number(&body, others);
	pack_number(&body, (uint64_t)s->created);
	keep_reply(r, WORD_SESSION_IS, &body);
	buffer_release(&body);
}

static int append_own_audit(struct store_db *db, const struct request *r, const char *what)
{
	struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from, .what = what,
	};

	return audit_append(db, &entry);
}

static int run_logout(struct store_db *db, void *arg)
{
	struct request *r = arg;
	int result = store_session_end(db, r->asker.session->id);

	return result == STORE_OK ? append_own_audit(db, r, "signed out") : result;
}

static int run_end_others(struct store_db *db, void *arg)
{
	struct request *r = arg;
	uint64_t n;
	int result =
		store_session_end_others(db, r->asker.session->account, r->asker.session->id, &n);

	return result == STORE_OK ? append_own_audit(db, r, "ended the other sessions") : result;
}

static void session_written(void *arg, int result)
{
	struct request *r = arg;

	if (result == STORE_OK)
		keep_done(r, 1);
	else
		keep_refuse_store(r, result);
}

static void write_session(struct request *r, int (*run)(struct store_db *db, void *arg))
{
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	r->job = (struct store_job){ .run = run, .done = session_written, .arg = r };
	store_write(r->keeper->store, &r->job);
}

void keep_logout(struct request *r)
{
	write_session(r, run_logout);
}

void keep_end_others(struct request *r)
{
	write_session(r, run_end_others);
}
