/* keeper.c - the table of what may be asked of the keeper, and a request's way to its handler. */
#include "keep/keeper.h"

#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "keep/alerts.h"
#include "keep/authorise.h"
#include "keep/certificates.h"
#include "keep/daily.h"
#include "keep/endings.h"
#include "keep/handlers.h"
#include "keep/oauth.h"
#include "keep/page_certificate.h"
#include "keep/queue.h"
#include "keep/retention.h"
#include "sys/clock.h"
#include "sys/descriptor.h"

enum {
	REQUEST_MAX = 16 * 1024 * 1024, /* memory of one request, its answer included */
};

/* Which role may say a word stands in wire/words.c; here is what the person behind it needs. */
static const struct {
	enum word word;
	bool has_who;
	enum right right;
	void (*handle)(struct request *r);
} table[] = {
	{ WORD_HEALTH, false, RIGHT_NONE, keep_health },
	{ WORD_FACT, false, RIGHT_NONE, keep_fact },

	{ WORD_LOGIN, false, RIGHT_NONE, keep_login },
	{ WORD_SETUP_CHECK, false, RIGHT_NONE, keep_setup_check },
	{ WORD_SETUP, false, RIGHT_NONE, keep_setup },
	{ WORD_SESSION, true, RIGHT_SESSION, keep_session },
	{ WORD_LOGOUT, true, RIGHT_SESSION, keep_logout },
	{ WORD_END_OTHERS, true, RIGHT_SESSION, keep_end_others },
	{ WORD_SETUP_LINK, true, RIGHT_COMMAND, keep_setup_link },
	{ WORD_ACCOUNT_ADD, true, RIGHT_COMMAND, keep_account_add },

	{ WORD_USER_LIST, true, RIGHT_COMMAND, keep_user_list },
	{ WORD_USER_PASSWORD, true, RIGHT_COMMAND, keep_user_password },
	{ WORD_USER_DISABLE, true, RIGHT_COMMAND, keep_user_disable },
	{ WORD_USER_REMOVE, true, RIGHT_COMMAND, keep_user_remove },
	{ WORD_USER_END, true, RIGHT_COMMAND, keep_user_end },

	{ WORD_SETTINGS_GET, true, RIGHT_COMMAND, keep_settings_get },
	{ WORD_SETTINGS_SET, true, RIGHT_COMMAND, keep_settings_set },
	{ WORD_SETTINGS_CHECK, true, RIGHT_COMMAND, keep_settings_check },
	{ WORD_TEST, true, RIGHT_COMMAND, keep_test },
	{ WORD_TEST_SHOW, true, RIGHT_COMMAND, keep_test_show },
	{ WORD_TRIAL_STAGE, false, RIGHT_NONE, keep_trial_stage },

	{ WORD_SUBMIT, true, RIGHT_KNOWN, keep_queue_submit },
	{ WORD_SUBMIT_DATA, false, RIGHT_NONE, keep_queue_submit_data },
	{ WORD_SUBMIT_END, false, RIGHT_NONE, keep_queue_submit_end },
	{ WORD_QUEUE_LIST, true, RIGHT_COMMAND, keep_queue_list },
	{ WORD_QUEUE_SHOW, true, RIGHT_COMMAND, keep_queue_show },
	{ WORD_QUEUE_TRIES, true, RIGHT_COMMAND, keep_queue_tries },
	{ WORD_QUEUE_RETRY, true, RIGHT_COMMAND, keep_queue_retry },
	{ WORD_QUEUE_ACT, true, RIGHT_COMMAND, keep_queue_act },
	{ WORD_QUEUE_RESEND, true, RIGHT_COMMAND, keep_queue_resend },
	{ WORD_NEXT, false, RIGHT_NONE, keep_queue_next },
	{ WORD_BODY, false, RIGHT_NONE, keep_queue_body },
	{ WORD_DOT, false, RIGHT_NONE, keep_queue_dot },
	{ WORD_VERDICT, false, RIGHT_NONE, keep_queue_verdict },

	{ WORD_ALIAS_LIST, true, RIGHT_COMMAND, keep_alias_list },
	{ WORD_ALIAS_SET, true, RIGHT_COMMAND, keep_alias_set },

	{ WORD_OWN_CERTIFICATE, false, RIGHT_NONE, keep_own_certificate },
	{ WORD_RELAY_CERTIFICATE, false, RIGHT_NONE, keep_relay_certificate },

	{ WORD_STATUS, true, RIGHT_KNOWN, keep_status },
	{ WORD_AUDIT_LIST, true, RIGHT_COMMAND, keep_audit_list },

	{ WORD_TOKEN_CREATE, true, RIGHT_COMMAND, keep_token_create },
	{ WORD_TOKEN_LIST, true, RIGHT_COMMAND, keep_token_list },
	{ WORD_TOKEN_REVOKE, true, RIGHT_COMMAND, keep_token_revoke },
	{ WORD_METRICS, true, RIGHT_COMMAND, keep_metrics },

	{ WORD_OAUTH_BEGIN, true, RIGHT_COMMAND, keep_oauth_begin },
	{ WORD_OAUTH_LEAD, true, RIGHT_COMMAND, keep_oauth_lead },
	{ WORD_OAUTH_FINISH, true, RIGHT_COMMAND, keep_oauth_finish },
	{ WORD_OAUTH_STATUS, true, RIGHT_COMMAND, keep_oauth_status },
	{ WORD_OAUTH_DEVICE, true, RIGHT_COMMAND, keep_oauth_device },
	{ WORD_OAUTH_DISCONNECT, true, RIGHT_COMMAND, keep_oauth_disconnect },
	{ WORD_OAUTH_TRY, true, RIGHT_COMMAND, keep_oauth_try },
	{ WORD_OAUTH_LOOK, true, RIGHT_COMMAND, keep_oauth_look },
	{ WORD_OAUTH_DISCOVER, true, RIGHT_COMMAND, keep_oauth_discover },
	{ WORD_OAUTH_KEY, true, RIGHT_COMMAND, keep_oauth_key },
	{ WORD_BEARER, true, RIGHT_NONE, keep_bearer },

	{ WORD_BACKUP, true, RIGHT_COMMAND, keep_backup },
	{ WORD_BACKUP_READ, true, RIGHT_COMMAND, keep_backup_read },
	{ WORD_BACKUP_END, true, RIGHT_COMMAND, keep_backup_end },
	{ WORD_RESTORE, true, RIGHT_COMMAND, keep_restore },
	{ WORD_RESTORE_DATA, true, RIGHT_COMMAND, keep_restore_data },
	{ WORD_RESTORE_CHECK, true, RIGHT_COMMAND, keep_restore_check },
	{ WORD_RESTORE_APPLY, true, RIGHT_COMMAND, keep_restore_apply },
};

/* ---- a request's way in ---- */

static struct request *request_new(struct keeper *k, enum role from,
	const struct channel_message *m)
{
	struct arena *a = arena_new(REQUEST_MAX);
	struct request *r = a != NULL ? arena_alloc(a, sizeof(*r)) : NULL;

	if (r == NULL) {
		arena_free(a);
		return NULL;
	}
	r->keeper = k;
	r->arena = a;
	r->from = from;
	r->generation = k->peer_generation[from];
	r->id = m->id;
	r->word = m->word;
	r->asker.name = "";
	unpack_init(&r->body, arena_slice(a, m->body));
	return r;
}

static void dispatch(struct request *r, size_t row)
{
	if (table[row].has_who) {
		who_unpack(&r->body, r->arena, &r->asker.who);
		if (r->body.failed) {
			keep_refuse_malformed(r);
			return;
		}
	}
	if (authorise(r, table[row].right))
		table[row].handle(r);
	else if (r->asker.who.kind == WHO_LOCAL)
		keep_refuse(r, EX_NOPERM, "", "You may not do this: only root, the user who started the "
			"daemon and members of the group tocsin-admin may.");
	else if (r->asker.who.kind == WHO_BEARER)
		keep_refuse(r, EX_NOPERM, "", "The token is not good, or its scopes do not reach so far.");
	else
		keep_refuse(r, EX_NOPERM, "", "You are not signed in, or your session is over.");
}

static void on_message(struct keeper *k, enum role from, struct channel *c,
	const struct channel_message *m)
{
	struct request *r;
	size_t row = 0;

	while (row < COUNT_OF(table) && table[row].word != m->word)
		row++;
	if (row == COUNT_OF(table)) {
		log_error("%s said %s, which nobody here understands", role_name(from), word_name(m->word));
		return;
	}
	r = request_new(k, from, m);
	if (r == NULL)
		channel_refuse(c, m->id, EX_TEMPFAIL, "", "Out of memory. Try again in a moment.");
	else
		dispatch(r, row);
}

/* ---- neighbours ---- */

static void peer_went(struct keeper *k, enum role peer)
{
	if (peer == ROLE_SENDER)
		keep_queue_sender_went(k);
	else if (peer == ROLE_FRONT)
		keep_queue_front_went(k);
}

static void on_closed(struct keeper *k, enum role peer, struct channel *c)
{
	channel_free(c);
	if (k->peers[peer] != c)
		return; /* replaced already */
	k->peers[peer] = NULL;
	k->peer_generation[peer]++;
	peer_went(k, peer);
}

/* The channel's callbacks know the keeper; which neighbour it is follows from the function. */
#define NEIGHBOUR(name, role) \
	static void name##_message(void *arg, struct channel *c, const struct channel_message *m) \
	{ \
		on_message(arg, role, c, m); \
	} \
	static void name##_closed(void *arg, struct channel *c) \
	{ \
		on_closed(arg, role, c); \
	} \
	static const struct channel_events name##_events = { \
		.message = name##_message, \
		.closed = name##_closed, \
	}

NEIGHBOUR(front, ROLE_FRONT);
NEIGHBOUR(sender, ROLE_SENDER);
NEIGHBOUR(watcher, ROLE_WATCHER);

static const struct channel_events *const neighbours[KEEP_PEERS] = {
	[ROLE_FRONT] = &front_events,
	[ROLE_SENDER] = &sender_events,
	[ROLE_WATCHER] = &watcher_events,
};

void keeper_link(struct keeper *k, enum role peer, int fd)
{
	struct channel *old = k->peers[peer];

	if (neighbours[peer] == NULL) {
		descriptor_close(fd);
		return;
	}
	k->peers[peer] = NULL;
	k->peer_generation[peer]++;
	channel_free(old);
	if (old != NULL)
		peer_went(k, peer);
	k->peers[peer] = channel_new(k->loop, fd, ROLE_KEEPER, peer, neighbours[peer], k);
	if (k->peers[peer] == NULL) {
		descriptor_close(fd);
		return;
	}
	keep_settings_push(k, peer);
	if (peer == ROLE_SENDER) {
		keep_queue_sender_came(k);
		keep_oauth_sender_came(k);
	}
}

/* ---- life ---- */

static void on_store_broken(void *arg)
{
	struct keeper *k = arg;

	/* what a failed sync left behind is not known: the next start recovers from the log */
	log_alert("the store failed; the keeper starts again");
	loop_stop(k->loop);
}

int keeper_init(struct keeper *k, struct loop *loop, const struct config *config,
	const char *folder, uint64_t starter, uint16_t https_port)
{
	int result;

	*k = (struct keeper){
		.folder_fd = k->folder_fd,
		.zones = k->zones,
		.parent = k->parent,
		.loop = loop,
		.config = config,
		.starter = starter,
		.https_port = https_port,
		.started = k->started,
	};
	result = store_open(folder, loop, &k->store, &k->fault);
	if (result != 0)
		return result == STORE_UNFIT ? EX_CONFIG : EX_DATAERR;
	store_on_broken(k->store, on_store_broken, k);
	fault_set(&k->fault, "the keeper could not start: out of memory, or the store cannot be read");
	if (keep_settings_load(k) != 0 || keep_aliases_load(k) != 0 ||
		keep_signin_init(k) != 0 || keep_trials_init(k) != 0 || keep_queue_init(k) != 0 ||
		keep_alerts_init(k) != 0 || keep_oauth_init(k) != 0 || keep_daily_init(k) != 0 ||
		keep_endings_init(k) != 0 || keep_retention_init(k) != 0 ||
		keep_tokens_init(k) != 0 || keep_backup_init(k) != 0 ||
		keep_page_certificate_init(k) != 0)
		return EX_OSERR;
	keep_status_init(k);
	keep_accounts_greet(k);
	return EX_OK;
}

void keeper_release(struct keeper *k)
{
	for (size_t i = 0; i < KEEP_PEERS; i++) {
		channel_free(k->peers[i]);
		k->peers[i] = NULL;
		k->peer_generation[i]++;
	}
	keep_status_release(k);
	keep_daily_stop(k);
	keep_retention_stop(k);
	keep_alerts_stop(k);
	keep_oauth_stop(k);
	keep_endings_stop(k);
	keep_signin_release(k);
	keep_backup_stop(k);
	keep_page_certificate_stop(k);
	store_close(k->store); /* what was written before is done now */
	k->store = NULL;
	keep_oauth_release(k);
	keep_endings_release(k);
	keep_queue_release(k);
	keep_alerts_release(k);
	keep_trials_release(k);
	keep_daily_release(k);
	keep_retention_release(k);
	keep_tokens_release(k);
	keep_backup_release(k);
	keep_page_certificate_release(k);
	keep_aliases_release(k);
	arena_free(k->settings_arena);
	k->settings_arena = NULL;
}
