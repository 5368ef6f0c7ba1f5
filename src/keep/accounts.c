/*
 * accounts.c - making accounts: by the one-time set-up link on a page, or by `tocsin admin add`.
 * The link is random, good once and for 24 hours; a new one replaces it, and so does any account.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/secret.h"
#include "base/password.h"
#include "core/password_rule.h"
#include "keep/authorise.h"
#include "keep/handlers.h"
#include "keep/proof.h"
#include "keep/signin.h"
#include "store/audit.h"
#include "sys/clock.h"

enum {
	LINK_LIFE = 24 * 3600,
};

static const char realm[] = "login";
static const char taken[] = "belongs to an account already. Choose another.";

/* ---- the link ---- */

struct link {
	struct store_job job;
	struct keeper *keeper;
	struct request *request; /* NULL for the one told at start */
	char token[TOKEN_TEXT_SIZE];
};

static int run_link(struct store_db *db, void *arg)
{
	struct link *l = arg;
	struct token_digest digest = token_digest(slice_of(l->token));
	struct audit_entry entry = {
		.at = clock_wall(), .who = "tocsin", .from = "local", .what = "a set-up link was made",
	};
	int result = store_setup_put(db, realm, &digest, entry.at + LINK_LIFE);

	if (l->request != NULL) {
		entry.who = l->request->asker.name;
		entry.from = l->request->asker.who.from;
	}
	return result == STORE_OK ? audit_append(db, &entry) : result;
}

static void tell_link(struct link *l, struct arena *a, const char **ret_url)
{
	struct settings here = l->keeper->settings;
	const char *site;

	/* whoever reads it sits at this machine; the site's name may be for mail alone */
	here.value[SETTING_SITE_HOST_NAME] = "";
	site = settings_site_url(&here, "localhost", l->keeper->https_port, a);
	*ret_url = arena_printf(a, "%s/login/setup?token=%s", site, l->token);
}

static void link_answered(struct link *l, int result)
{
	struct request *r = l->request;
	struct buffer body;
	const char *url;

	if (result != STORE_OK) {
		keep_refuse_store(r, result);
		return;
	}
	tell_link(l, r->arena, &url);
	buffer_init_secret(&body, 4096);
	pack_text(&body, url);
	keep_reply(r, WORD_SETUP_LINK_IS, &body);
	buffer_release(&body);
}

/* Only to a terminal or a file of the user's own, not to the journal, where others read it. */
static void link_greeted(struct link *l, int result)
{
	struct arena *a = arena_new(4096);
	const char *url;

	if (a == NULL || result != STORE_OK) {
		log_error("the set-up link could not be made; run: tocsin admin setup-link");
	} else if (getenv("JOURNAL_STREAM") != NULL) {
		log_info("there is no account yet; for a link to make the first one run: "
			"tocsin admin setup-link");
	} else {
		tell_link(l, a, &url);
		log_info("there is no account yet; make the first one within 24 hours at %s", url);
	}
	arena_free(a);
}

static void link_done(void *arg, int result)
{
	struct link *l = arg;

	if (l->request != NULL)
		link_answered(l, result);
	else
		link_greeted(l, result);
	secret_wipe(l->token, sizeof(l->token));
	free(l);
}

static bool start_link(struct keeper *k, struct request *r)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return false;
	l->keeper = k;
	l->request = r;
	token_make(l->token);
	l->job = (struct store_job){ .run = run_link, .done = link_done, .arg = l };
	store_write(k->store, &l->job);
	return true;
}

void keep_setup_link(struct request *r)
{
	if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else if (!start_link(r->keeper, r))
		keep_refuse_store(r, STORE_BUSY);
}

void keep_accounts_greet(struct keeper *k)
{
	struct arena *a = arena_new(4096);
	uint64_t n = 1;

	if (a == NULL || store_account_count(store_reader(k->store), realm, &n) != STORE_OK)
		log_error("the accounts cannot be counted");
	if (a != NULL && n > 0)
		log_info("sign in at %s/login", settings_site_url(&k->settings, "localhost", k->https_port,
			a));
	else if (a != NULL && !start_link(k, NULL))
		log_error("the set-up link could not be made: out of memory");
	arena_free(a);
}

void keep_setup_check(struct request *r)
{
	struct token_digest digest = token_digest(unpack_slice(&r->body, TYPED_MAX));
	int result;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	result = store_setup_check(store_reader(r->keeper->store), realm, &digest, clock_wall());
	if (result == STORE_OK)
		keep_done(r, 1);
	else if (result == STORE_NOT_FOUND)
		keep_refuse(r, EX_NOPERM, "token", "This link was used, replaced or is older than 24 hours. "
			"Make a new one with: tocsin admin setup-link");
	else
		keep_refuse_store(r, result);
}

/* ---- an account: check, hash, write ---- */

struct new_account {
	struct request *request;
	struct keep_proof proof;
	struct job hash_job;
	bool by_link;
	struct token_digest link;
	const char *name, *address;
	struct slice password;
	char hash[PASSWORD_HASH_SIZE];
	bool hashed;
	struct keep_new_session session; /* by link only: whoever used it is signed in */
};

static void run_hash(struct job *job)
{
	struct new_account *n = CONTAINER_OF(job, struct new_account, hash_job);

	n->hashed = password_hash(n->password, n->hash);
}

static int use_up_link(struct store_db *db, const struct new_account *n)
{
	struct token_digest none;

	if (n->by_link)
		return store_setup_take(db, realm, &n->link, n->session.now);
	/* a link that waits for the first account has lost its purpose: nobody has one like this */
	random_bytes(none.octets, sizeof(none.octets));
	return store_setup_put(db, realm, &none, 0);
}

static int run_account(struct store_db *db, void *arg)
{
	struct new_account *n = arg;
	struct request *r = n->request;
	struct audit_entry entry = {
		.at = n->session.now,
		.who = n->by_link ? n->name : r->asker.name,
		.from = n->address,
		.what = arena_printf(r->arena, "account made: %s", n->name),
	};
	uint64_t account;
	int result = use_up_link(db, n);

	if (result == STORE_OK)
		result = store_account_add(db, realm, n->name, n->hash, n->session.now, &account);
	if (result == STORE_OK && n->by_link)
		result = keep_new_session_write(db, &n->session, account, n->address);
	return result == STORE_OK ? audit_append(db, &entry) : result;
}

static void account_written(void *arg, int result)
{
	struct new_account *n = arg;
	struct request *r = n->request;

	if (result == STORE_NOT_FOUND)
		keep_reply_login(r, LOGIN_LINK_DEAD, "", 0);
	else if (result == STORE_EXISTS)
		keep_refuse(r, EX_DATAERR, "name", taken);
	else if (result != STORE_OK)
		keep_refuse_store(r, result);
	else if (n->by_link)
		keep_reply_login(r, LOGIN_OK, n->session.token, 0);
	else
		keep_done(r, 1);
}

static void hash_done(struct job *job)
{
	struct new_account *n = CONTAINER_OF(job, struct new_account, hash_job);
	struct request *r = n->request;

	if (job->displaced) {
		keep_refuse(r, EX_TEMPFAIL, "", "Too many sign-ins are under way. Try again.");
		return;
	}
	if (!n->hashed) {
		keep_refuse(r, EX_TEMPFAIL, "", "There is not enough memory to hash the password now.");
		return;
	}
	keep_new_session_make(&n->session);
	r->job = (struct store_job){ .run = run_account, .done = account_written, .arg = n };
	store_write(r->keeper->store, &r->job);
}

static void proved(struct keep_proof *p)
{
	struct new_account *n = CONTAINER_OF(p, struct new_account, proof);
	struct request *r = n->request;

	n->hash_job = (struct job){ .run = run_hash, .done = hash_done, .known = !n->by_link };
	if (keep_hash(r->keeper, &n->hash_job) != 0)
		keep_refuse(r, EX_TEMPFAIL, "", "Too many sign-ins are under way. Try again.");
}

static const char *name_objection(const struct new_account *n)
{
	const char *objection = account_name_objection(slice_of(n->name));
	struct store_account account;

	if (objection == NULL && store_account_find(store_reader(n->request->keeper->store), realm,
		n->name, n->request->arena, &account) == STORE_OK)
		objection = taken;
	return objection;
}

static void start_account(struct new_account *n)
{
	n->proof.request = n->request;
	n->proof.then = proved;
	keep_problem(&n->proof.problems, "name", name_objection(n));
	keep_problem(&n->proof.problems, "password",
		password_objection(n->password, slice_of(n->name)));
	keep_prove(&n->proof);
}

static struct new_account *new_account(struct request *r)
{
	struct new_account *n = arena_alloc(r->arena, sizeof(*n));

	if (n == NULL)
		keep_refuse_store(r, STORE_BUSY);
	else
		n->request = r;
	return n;
}

void keep_setup(struct request *r)
{
	struct new_account *n = new_account(r);

	if (n == NULL)
		return;
	n->by_link = true;
	n->link = token_digest(unpack_slice(&r->body, TYPED_MAX));
	n->name = unpack_text(&r->body, TYPED_MAX, r->arena);
	n->password = unpack_slice(&r->body, TYPED_MAX);
	n->address = unpack_text(&r->body, 128, r->arena);
	if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else if (store_setup_check(store_reader(r->keeper->store), realm, &n->link, clock_wall()) !=
		STORE_OK)
		keep_reply_login(r, LOGIN_LINK_DEAD, "", 0);
	else
		start_account(n);
}

void keep_account_add(struct request *r)
{
	struct new_account *n = new_account(r);
	const char *wanted;

	if (n == NULL)
		return;
	wanted = unpack_text(&r->body, 20, r->arena);
	n->name = unpack_text(&r->body, TYPED_MAX, r->arena);
	n->password = unpack_slice(&r->body, TYPED_MAX);
	n->proof.typed = unpack_slice(&r->body, TYPED_MAX);
	n->address = r->asker.who.from;
	if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else if (strcmp(wanted, realm) != 0)
		keep_refuse(r, EX_UNAVAILABLE, "realm", "must be login: accounts of the appliance are not in "
			"this version.");
	else
		start_account(n);
}
