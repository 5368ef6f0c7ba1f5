/*
 * queue_act.c - what people do with mail in the queue: hold, release, retry, delete, send again.
 * What is meant for all mail goes in slices, so that mail that comes in need not wait for all.
 */
#include <sysexits.h>

#include "base/secret.h"
#include "core/resent.h"
#include "keep/queue_private.h"
#include "store/audit.h"
#include "store/queue_act.h"
#include "sys/clock.h"
#include "wire/queue_view.h"

/* ---- on one message, or on all ---- */

struct act {
	struct request *request;
	const char *queue_id; /* "" for all */
	struct queue_order order;
	struct queue_acted done; /* by the slices before */
	struct queue_acted acted; /* and by the one under way */
	bool begun; /* the audit knows */
	uint64_t after, next; /* where the slice begins, and the one behind it */
};

static int run_act(struct store_db *db, void *arg)
{
	struct act *t = arg;
	struct request *r = t->request;
	const char *verb = queue_action_name(t->order.action);
	struct audit_entry entry = {
		.at = t->order.at, .who = r->asker.name, .from = r->asker.who.from,
		.what = t->queue_id[0] != '\0' ? arena_printf(r->arena, "%s: %s", verb, t->queue_id) :
			arena_printf(r->arena, "%s: all waiting mail", verb),
	};
	int result;

	t->acted = t->done; /* it may run a second time after it was taken back */
	t->next = t->after;
	if (t->queue_id[0] != '\0')
		result = queue_act(db, &t->order, t->queue_id, &t->acted);
	else
		result = queue_act_all(db, &t->order, &t->next, &t->acted);
	return result == STORE_OK && !t->begun ? audit_append(db, &entry) : result;
}

static void reply_acted(struct request *r, const struct queue_acted *acted)
{
	const struct queue_acted_view view = {
		.messages = acted->messages,
		.recipients = acted->recipients,
		.with_sender = acted->with_sender,
	};
	struct buffer body;

	if (r->word == WORD_QUEUE_RETRY) {
		keep_done(r, acted->recipients);
		return;
	}
	buffer_init(&body, 100);
	queue_acted_pack(&body, &view);
	keep_reply(r, WORD_QUEUE_ACTED, &body);
	buffer_release(&body);
}

/* What earlier slices did stays done. */
static void refuse_act(struct act *t, int result)
{
	struct request *r = t->request;

	if (result == STORE_NOT_FOUND)
		keep_refuse_unknown_mail(r);
	else if (t->done.messages == 0)
		keep_refuse_store(r, result);
	else
		keep_refuse(r, EX_TEMPFAIL, "", arena_printf(r->arena, "%s It was done for %ju of the "
			"messages, with %ju recipients; the rest is as it was. Try again.",
			result == STORE_FULL ? "The disk is full: make room on the file system of the state "
			"folder." : "The store could not go on.", (uintmax_t)t->done.messages,
			(uintmax_t)t->done.recipients));
}

static void act_done(void *arg, int result)
{
	struct act *t = arg;
	struct request *r = t->request;
	struct keeper *k = r->keeper;
	bool tries = t->order.action == QUEUE_ACTION_RETRY ||
		t->order.action == QUEUE_ACTION_RELEASE, begun;

	if (result == STORE_OK) {
		t->done = t->acted;
		t->begun = true;
	}
	if (result == STORE_OK && t->queue_id[0] == '\0' && t->next != 0) {
		t->after = t->next;
		store_write(k->store, &r->job);
		return;
	}
	begun = t->begun; /* t ends with its request */
	if (result != STORE_OK)
		refuse_act(t, result);
	else
		reply_acted(r, &t->done);
	if (tries && begun)
		relay_health_probe_now(&k->queue->health, clock_boot_ms());
	keep_queue_pump(k);
}

static void start_act(struct request *r, enum queue_action action, const char *queue_id)
{
	struct act *t = arena_alloc(r->arena, sizeof(*t));

	if (t == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	t->request = r;
	t->queue_id = queue_id;
	t->order = (struct queue_order){
		.action = action, .at = clock_wall(), .who = r->asker.name,
	};
	r->job = (struct store_job){ .run = run_act, .done = act_done, .arg = t };
	store_write(r->keeper->store, &r->job);
}

void keep_queue_retry(struct request *r)
{
	const char *queue_id = unpack_text(&r->body, 100, r->arena);

	if (unpack_end(&r->body))
		start_act(r, QUEUE_ACTION_RETRY, queue_id);
	else
		keep_refuse_malformed(r);
}

void keep_queue_act(struct request *r)
{
	struct slice name = unpack_slice(&r->body, 100);
	const char *queue_id = unpack_text(&r->body, 100, r->arena);
	enum queue_action action;

	if (unpack_end(&r->body) && queue_action_parse(name, &action))
		start_act(r, action, queue_id);
	else
		keep_refuse_malformed(r);
}

/* ---- sending again ---- */

struct again {
	struct request *request;
	const char *queue_id;
	uint64_t nth; /* 0: the next */
	int64_t at;
	const char *from; /* who brings it in */
	const char *node_name;
	char copy_id[QUEUE_ID_SIZE];
};

static int compose(const struct again *g, const struct queue_original *o, struct buffer *content)
{
	struct resent fields = {
		.from = g->from,
		.to = o->copy.n_recipients == 1 ? o->copy.recipients[0] : NULL,
		.node_name = g->node_name,
		.now = g->at,
	};

	random_bytes(fields.random, sizeof(fields.random));
	resent_fields(&fields, content);
	if (!buffer_ok(content))
		return STORE_FAILED;
	return STORE_OK;
}

static int add_copy(struct store_db *db, struct again *g, struct queue_original *o)
{
	struct request *r = g->request;
	uint64_t nth = g->nth == 0 ? o->n_resent + 1 : g->nth;
	struct buffer content;
	int result;

	if (nth > o->n_resent + 1)
		return STORE_CONFLICT;
	buffer_init(&content, QUEUE_SIZE_MAX);
	result = compose(g, o, &content);
	o->copy.header_size += content.len;
	buffer_append_slice(&content, buffer_slice(&o->content));
	o->copy.submission = arena_printf(r->arena, "resend-%s-%ju", g->queue_id, (uintmax_t)nth);
	o->copy.at = g->at;
	o->copy.submitter = r->asker.name;
	o->copy.content = buffer_slice(&content);
	if (result == STORE_OK && buffer_ok(&content))
		result = queue_add(db, &o->copy, g->copy_id);
	else
		result = STORE_FAILED;
	buffer_release(&content);
	return result;
}

static int run_again(struct store_db *db, void *arg)
{
	struct again *g = arg;
	struct request *r = g->request;
	struct audit_entry entry = { .at = g->at, .who = r->asker.name, .from = r->asker.who.from };
	struct queue_original o;
	int result = queue_original(db, g->queue_id, r->arena, &o);

	if (result != STORE_OK)
		return result;
	result = add_copy(db, g, &o);
	entry.what = arena_printf(r->arena, "send again: %s as %s", g->queue_id, g->copy_id);
	if (result == STORE_OK)
		result = queue_note_resent(db, &o, g->queue_id, g->copy_id, g->at, r->asker.name);
	if (result == STORE_OK)
		result = audit_append(db, &entry);
	buffer_release(&o.content);
	return result == STORE_EXISTS ? STORE_OK : result; /* the same order came twice */
}

static void again_done(void *arg, int result)
{
	struct again *g = arg;
	struct request *r = g->request;
	struct keeper *k = r->keeper;
	struct buffer body;

	if (result == STORE_NOT_FOUND) {
		keep_refuse_unknown_mail(r);
		return;
	}
	if (result == STORE_CONFLICT) {
		keep_refuse(r, EX_UNAVAILABLE, "", "This message cannot be sent again: only mail that failed "
			"can, and only while its content is kept. What the relay has taken is not kept.");
		return;
	}
	if (result != STORE_OK) {
		keep_refuse_store(r, result);
		return;
	}
	buffer_init(&body, 100);
	pack_text(&body, g->copy_id);
	keep_reply(r, WORD_POSTED, &body);
	buffer_release(&body);
	keep_queue_pump(k);
}

void keep_queue_resend(struct request *r)
{
	const struct settings *s = &r->keeper->settings;
	struct again *g = arena_alloc(r->arena, sizeof(*g));

	if (g == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	g->request = r;
	g->queue_id = unpack_text(&r->body, 100, r->arena);
	g->nth = unpack_number(&r->body);
	g->at = clock_wall();
	g->from = arena_copy(r->arena, s->value[SETTING_EMAIL_FROM_ADDRESS]);
	g->node_name = r->keeper->config->node_name;
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (g->from[0] == '\0') {
		keep_refuse(r, EX_CONFIG, "email.from_address", "is not set: it is the address from which "
			"mail is sent again.");
		return;
	}
	/* new mail, whose size is known in the job alone: a full disk takes none */
	r->job = (struct store_job){ .run = run_again, .done = again_done, .arg = g, .octets = 1 };
	store_write(r->keeper->store, &r->job);
}
