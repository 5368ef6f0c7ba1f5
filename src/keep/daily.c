/*
 * daily.c - the daily communication notice: one mail a day, from 08:00 UTC on, to the admin
 * contacts. The day it does not come they know that mail is broken. A notice is a submission named
 * by its day, and the queue takes a name once: so there is one a day however often we start.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "core/compose.h"
#include "core/time_format.h"
#include "keep/handlers.h"
#include "keep/queue_private.h"
#include "store/queue_list.h"
#include "sys/clock.h"

enum {
	LOOK_MS = 60 * 1000,
	DAY = 24 * 3600,
	DATE_LEN = 10, /* of "2026-03-17" */
	PARTS_MAX = 12,
};

struct notice {
	struct keeper *keeper;
	struct arena *arena;
	struct store_job job;
	int64_t day;
	struct queue_message message;
	struct buffer content;
	char queue_id[QUEUE_ID_SIZE];
};

struct keep_daily {
	struct timer look;
	int64_t day_done; /* days since the epoch */
	bool under_way;
};

static void free_notice(struct notice *n)
{
	buffer_release(&n->content);
	arena_free(n->arena); /* n lies in it */
}

/* ---- what it says ---- */

static size_t fill_parts(struct keeper *k, struct arena *a, struct mail_part *parts)
{
	struct queue_counts c;
	size_t n = 0;
	int64_t now = clock_wall();

	parts[n++] = (struct mail_part){ MAIL_PARAGRAPH, NULL, arena_printf(a, "Mail from %s works: "
		"this notice has reached you through the relay %s.", k->config->node_name,
		k->settings.value[SETTING_EMAIL_RELAY_HOST]) };
	if (queue_counts(store_reader(k->store), now - DAY, &c) == STORE_OK) {
		uint64_t waiting = c.recipients[QUEUE_QUEUED] + c.recipients[QUEUE_DEFERRED];

		parts[n++] = (struct mail_part){ MAIL_ROW, "Accepted in 24 hours",
			arena_printf(a, "%ju", (uintmax_t)c.accepted_since) };
		parts[n++] = (struct mail_part){ MAIL_ROW, "Failed in 24 hours",
			arena_printf(a, "%ju", (uintmax_t)c.failed_since) };
		parts[n++] = (struct mail_part){ MAIL_ROW, "Waiting",
			arena_printf(a, "%ju", (uintmax_t)waiting) };
		parts[n++] = (struct mail_part){ MAIL_ROW, "Held",
			arena_printf(a, "%ju", (uintmax_t)c.recipients[QUEUE_HELD]) };
	}
	parts[n++] = (struct mail_part){ MAIL_NOTE, NULL, "The next notice is due tomorrow at 08:00 UTC. "
		"If it does not come, mail from this node is broken." };
	return n;
}

static int compose(struct notice *n, const char *const *contacts, size_t n_contacts)
{
	struct keeper *k = n->keeper;
	struct slice *to = arena_array(n->arena, n_contacts, sizeof(*to));
	struct mail_part parts[PARTS_MAX];
	struct mail mail = {
		.from_name = k->settings.value[SETTING_SITE_NAME],
		.from_address = slice_of(k->settings.value[SETTING_EMAIL_FROM_ADDRESS]),
		.to = to, .n_to = n_contacts,
		.subject = arena_printf(n->arena, "[%s] %s: daily communication notice",
			k->settings.value[SETTING_SITE_NAME], k->config->node_name),
		.node_name = k->config->node_name,
		.now = clock_wall(),
		.parts = parts,
	};

	if (to == NULL)
		return -1;
	for (size_t i = 0; i < n_contacts; i++)
		to[i] = slice_of(contacts[i]);
	mail.n_parts = fill_parts(k, n->arena, parts);
	random_bytes(mail.random, sizeof(mail.random));
	return compose_mail(&mail, &n->content);
}

/* The value of the field that compose_mail() always writes on one line. */
static const char *message_id_of(struct slice content, struct arena *a)
{
	static const char name[] = "\r\nMessage-ID: ";
	size_t at = slice_find(content, slice_of(name));
	struct slice rest = slice_sub(content, at + strlen(name), content.len);

	return arena_text(a, slice_sub(rest, 0, slice_find(rest, SLICE("\r\n"))));
}

static int fill_message(struct notice *n, const char *const *contacts, size_t n_contacts)
{
	const struct settings *s = &n->keeper->settings;
	const char *from = s->value[SETTING_EMAIL_FROM_ADDRESS];
	struct slice content;
	char date[TIME_RFC3339_SIZE];

	if (compose(n, contacts, n_contacts) != 0)
		return -1;
	content = buffer_slice(&n->content);
	time_format_rfc3339(clock_wall(), date);
	n->message = (struct queue_message){
		.at = clock_wall(),
		.submission = arena_printf(n->arena, "daily-%.*s", DATE_LEN, date),
		.submitter = "tocsin",
		.sender = setting_is_set(s, SETTING_EMAIL_ENVELOPE_SENDER) ?
			s->value[SETTING_EMAIL_ENVELOPE_SENDER] : from,
		.header_from = from,
		.subject = "daily communication notice",
		.message_id = message_id_of(content, n->arena),
		.header_size = slice_find(content, SLICE("\r\n\r\n")) + 4,
		.content = content,
		.recipients = contacts, .n_recipients = n_contacts,
	};
	/* texts of the settings may be replaced before the job runs */
	n->message.sender = arena_copy(n->arena, n->message.sender);
	n->message.header_from = arena_copy(n->arena, n->message.header_from);
	return arena_failed(n->arena) ? -1 : 0;
}

/* ---- when ---- */

static int run_add(struct store_db *db, void *arg)
{
	struct notice *n = arg;

	return queue_add(db, &n->message, n->queue_id);
}

static void add_done(void *arg, int result)
{
	struct notice *n = arg;
	struct keeper *k = n->keeper;

	k->daily->under_way = false;
	if (result == STORE_OK)
		k->daily->day_done = n->day;
	else
		log_warning("the daily notice could not be queued; it is tried again in a minute");
	free_notice(n);
	keep_queue_pump(k);
}

static void start_notice(struct keeper *k, int64_t day)
{
	struct arena *a = arena_new(COMPOSE_MAX);
	struct notice *n = a != NULL ? arena_alloc(a, sizeof(*n)) : NULL;
	const char **contacts = NULL;
	size_t n_contacts = 0;

	if (n == NULL) {
		arena_free(a);
		return;
	}
	n->keeper = k;
	n->arena = a;
	n->day = day;
	buffer_init(&n->content, COMPOSE_MAX);
	if (keep_queue_contacts(k, a, &contacts, &n_contacts) != 0 || n_contacts == 0 ||
		fill_message(n, contacts, n_contacts) != 0) {
		free_notice(n);
		return;
	}
	k->daily->under_way = true;
	n->job = (struct store_job){ .run = run_add, .done = add_done, .arg = n };
	store_write(k->store, &n->job);
}

static void on_look(void *arg)
{
	struct keeper *k = arg;
	int64_t now = clock_wall(), day = now / DAY;

	timer_set(&k->daily->look, LOOK_MS);
	if (setting_is(&k->settings, SETTING_EMAIL_DAILY_NOTICE, "yes") &&
		settings_mail_obstacle(&k->settings) == NULL && now % DAY >= k->daily_at &&
		day != k->daily->day_done && !k->daily->under_way)
		start_notice(k, day);
}

int keep_daily_init(struct keeper *k)
{
	k->daily = calloc(1, sizeof(*k->daily));
	if (k->daily == NULL)
		return -1;
	timer_init(&k->daily->look, k->loop, on_look, k);
	timer_set(&k->daily->look, 1000);
	return 0;
}

void keep_daily_settings_changed(struct keeper *k)
{
	timer_set(&k->daily->look, 0);
}

void keep_daily_stop(struct keeper *k)
{
	if (k->daily != NULL)
		timer_cancel(&k->daily->look);
}

void keep_daily_release(struct keeper *k)
{
	free(k->daily);
	k->daily = NULL;
}
