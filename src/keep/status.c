/* status.c - how this node is: health in one line, status at a glance, and the audit log's list. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "keep/certificates.h"
#include "keep/daily.h"
#include "keep/endings.h"
#include "keep/handlers.h"
#include "keep/queue.h"
#include "store/audit.h"
#include "sys/clock.h"
#include "sys/disk.h"

enum {
	PULSE_MS = 2 * 1000,
	AWAY_MS = 10 * 1000, /* a role that did not answer for so long does not work */
	LAG_MAX_MS = 5 * 1000,
	AUDIT_PAGE_MAX = 200,
	TEXT_MAX = 256,
};

/* ---- pulses: do the neighbours' loops turn ---- */

static void on_sender_pulse(void *arg, const struct channel_message *answer)
{
	struct keeper *k = arg;

	if (answer != NULL)
		k->sender_answered = clock_boot_ms();
}

static void on_watcher_pulse(void *arg, const struct channel_message *answer)
{
	struct keeper *k = arg;

	if (answer != NULL)
		k->watcher_answered = clock_boot_ms();
}

static void on_pulse(void *arg)
{
	struct keeper *k = arg;

	timer_set(&k->pulse, PULSE_MS);
	if (k->peers[ROLE_SENDER] != NULL)
		channel_ask(k->peers[ROLE_SENDER], WORD_PULSE, NULL, on_sender_pulse, k);
	if (k->peers[ROLE_WATCHER] != NULL)
		channel_ask(k->peers[ROLE_WATCHER], WORD_PULSE, NULL, on_watcher_pulse, k);
}

void keep_status_init(struct keeper *k)
{
	k->sender_answered = k->watcher_answered = clock_boot_ms(); /* they are being started too */
	timer_init(&k->pulse, k->loop, on_pulse, k);
	timer_set(&k->pulse, PULSE_MS);
}

void keep_status_release(struct keeper *k)
{
	timer_cancel(&k->pulse);
}

static bool is_alive(int64_t answered)
{
	return clock_boot_ms() - answered < AWAY_MS;
}

/* ---- health ---- */

/* NULL when this node works, else why not; never from the self-probe, which asks for this. */
static const char *ailment(struct keeper *k)
{
	if (store_is_broken(k->store))
		return "the store failed";
	if (!is_alive(k->sender_answered))
		return "the sender does not answer";
	if (store_is_full(k->store))
		return "the disk is full";
	if (loop_lag_ms(k->loop) > LAG_MAX_MS)
		return "the keeper is overloaded";
	return NULL;
}

void keep_health(struct request *r)
{
	const char *why = ailment(r->keeper);
	struct buffer body;

	buffer_init(&body, 1000);
	pack_bool(&body, why == NULL);
	pack_text(&body, why == NULL ? "ok" : why);
	keep_reply(r, WORD_HEALTH_IS, &body);
	buffer_release(&body);
}

/* ---- facts of the watcher ---- */

void keep_fact(struct request *r)
{
	struct keeper *k = r->keeper;
	struct slice name = unpack_slice(&r->body, TEXT_MAX);
	bool good = unpack_bool(&r->body);
	const char *detail = unpack_text(&r->body, TEXT_MAX - 1, r->arena);

	if (unpack_end(&r->body) && slice_is(name, "self")) {
		if (k->self_probe_at == 0 || good != k->self_probe_good)
			log_info("this node probes itself as %s: %s", good ? "healthy" :
				strcmp(detail, "ok") == 0 ? "not healthy yet" : "sick", detail);
		k->self_probe_good = good;
		k->self_probe_at = clock_wall();
		snprintf(k->self_probe_detail, sizeof(k->self_probe_detail), "%s", detail);
	}
	keep_drop(r);
}

/* ---- status ---- */

static void fill_status(struct keeper *k, struct arena *a, struct status *s)
{
	uint64_t size;

	*s = (struct status){
		.node_name = k->config->node_name,
		.site_name = k->settings.value[SETTING_SITE_NAME],
		.version = TOCSIN_VERSION,
		.now = (uint64_t)clock_wall(),
		.started = (uint64_t)k->started,
		.mail_reason = "",
		.relay = "",
		.sender_alive = is_alive(k->sender_answered),
		.watcher_alive = is_alive(k->watcher_answered),
		.self_probe_good = k->self_probe_good,
		.self_probe_at = (uint64_t)k->self_probe_at,
		.self_probe_detail = k->self_probe_detail,
		.https_certificate = (uint64_t)k->certificates.https_until,
		.relay_certificate = (uint64_t)keep_certificates_relay(k),
		.ca_certificate = (uint64_t)keep_certificates_ca(k),
		.next_notice = (uint64_t)keep_daily_next(k),
		.disk_full = store_is_full(k->store),
	};
	s->n_endings = keep_endings_list(k, s->endings);
	if (disk_free(k->folder_fd, &s->disk_free, &size) != 0)
		s->disk_free = 0;
	if (setting_is_set(&k->settings, SETTING_EMAIL_RELAY_HOST))
		s->relay = arena_printf(a, "%s:%s", k->settings.value[SETTING_EMAIL_RELAY_HOST],
			k->settings.value[SETTING_EMAIL_RELAY_PORT]);
}

void keep_status(struct request *r)
{
	struct buffer body;
	struct status s;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	fill_status(r->keeper, r->arena, &s);
	if (keep_queue_status(r->keeper, r->arena, &s) != 0) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	status_pack(&body, &s);
	keep_reply(r, WORD_STATUS_IS, &body);
	buffer_release(&body);
}

/* ---- audit ---- */

void keep_audit_list(struct request *r)
{
	uint64_t before = unpack_number(&r->body), limit = unpack_number(&r->body);
	struct audit_list list;
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (audit_list(store_reader(r->keeper->store), before,
			(size_t)(limit < AUDIT_PAGE_MAX ? limit : AUDIT_PAGE_MAX), r->arena,
			&list) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	/* long entries could pass one message: what does not fit is on the next page */
	for (size_t i = 0, room = 0; i < list.n; i++) {
		room += strlen(list.items[i].who) + strlen(list.items[i].from) +
			strlen(list.items[i].what) + 64;
		if (room > WIRE_BODY_MAX)
			list.n = i;
	}
	pack_number(&body, list.n);
	for (size_t i = 0; i < list.n; i++) {
		pack_number(&body, list.items[i].seq);
		pack_number(&body, (uint64_t)list.items[i].at);
		pack_text(&body, list.items[i].who);
		pack_text(&body, list.items[i].from);
		pack_text(&body, list.items[i].what);
	}
	keep_reply(r, WORD_AUDIT_IS, &body);
	buffer_release(&body);
}
