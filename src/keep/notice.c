/* notice.c - mail of the node's own; see notice.h. */
#include "keep/notice.h"

#include <string.h>

#include "base/log.h"
#include "base/secret.h"
#include "core/compose.h"
#include "keep/oauth.h"
#include "keep/queue_private.h"
#include "keep/zones.h"
#include "sys/clock.h"

enum {
	NOTICE_MEMORY = 1024 * 1024,
};

struct notice *keep_notice_new(struct keeper *k)
{
	struct arena *a = arena_new(NOTICE_MEMORY);
	struct notice *n = a != NULL ? arena_alloc(a, sizeof(*n)) : NULL;
	const struct settings *s = &k->settings;

	if (n == NULL) {
		arena_free(a);
		return NULL;
	}
	n->keeper = k;
	n->arena = a;
	n->frame = (struct notice_frame){
		.site_name = arena_copy(a, s->value[SETTING_SITE_NAME]),
		.node_name = k->config->node_name,
		.page_url = settings_site_url(s, k->config->node_name, k->https_port, a),
		.zone = keep_zone(k),
		.zone_name = arena_copy(a, s->value[SETTING_EMAIL_TIME_ZONE]),
		.now = clock_wall(),
	};
	buffer_init(&n->content, COMPOSE_MAX);
	return n;
}

void keep_notice_free(struct notice *n)
{
	buffer_release(&n->content);
	arena_free(n->arena); /* n lies in it */
}

bool keep_notice_may_go(struct keeper *k)
{
	return keep_mail_obstacle(k, &k->settings) == NULL &&
		setting_is_set(&k->settings, SETTING_EMAIL_ADMIN_CONTACTS) &&
		relay_health_may_send(&k->queue->health);
}

void keep_notice_failures(const struct failures *list, struct arena *a,
	struct notice_failures *ret_failures)
{
	size_t n = size_min(list->n, NOTICE_FAILURES_MAX);
	struct notice_failure *items = arena_array(a, n + 1, sizeof(*items));

	*ret_failures = (struct notice_failures){ .items = items, .total = list->total };
	if (items == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		items[i] = (struct notice_failure){
			.at = list->items[i].at, .queue_id = list->items[i].queue_id,
			.address = list->items[i].address, .subject = list->items[i].subject,
			.verdict = list->items[i].verdict,
		};
	ret_failures->n = n;
}

/* ---- writing it ---- */

static int compose(struct notice *n, const char *const *contacts, size_t n_contacts)
{
	const struct settings *s = &n->keeper->settings;
	struct slice *to = arena_array(n->arena, n_contacts, sizeof(*to));
	struct mail mail = {
		.from_name = n->frame.site_name,
		.from_address = slice_of(s->value[SETTING_EMAIL_FROM_ADDRESS]),
		.to = to, .n_to = n_contacts,
		.subject = n->text.subject,
		.node_name = n->frame.node_name,
		.now = n->frame.now,
		.utc_offset = time_zone_offset(n->frame.zone, n->frame.now),
		.parts = n->text.parts, .n_parts = n->text.n_parts,
	};

	if (to == NULL)
		return -1;
	for (size_t i = 0; i < n_contacts; i++)
		to[i] = slice_of(contacts[i]);
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

/* Texts of the settings may be replaced before the job runs, so they are copied. */
static int fill_message(struct notice *n)
{
	const struct settings *s = &n->keeper->settings;
	const char *from = arena_copy(n->arena, s->value[SETTING_EMAIL_FROM_ADDRESS]);
	const char **contacts = NULL;
	size_t n_contacts = 0;
	struct slice content;

	if (keep_queue_contacts(n->keeper, n->arena, &contacts, &n_contacts) != 0 ||
		n_contacts == 0 || compose(n, contacts, n_contacts) != 0)
		return -1;
	content = buffer_slice(&n->content);
	n->message = (struct queue_message){
		.at = n->frame.now,
		.submission = n->name,
		.submitter = "tocsin",
		.sender = setting_is_set(s, SETTING_EMAIL_ENVELOPE_SENDER) ?
			arena_copy(n->arena, s->value[SETTING_EMAIL_ENVELOPE_SENDER]) : from,
		.header_from = from,
		.subject = n->text.subject,
		.message_id = message_id_of(content, n->arena),
		.header_size = slice_find(content, SLICE("\r\n\r\n")) + 4,
		.content = content,
		.recipients = contacts, .n_recipients = n_contacts,
	};
	return arena_failed(n->arena) ? -1 : 0;
}

/* ---- queueing it ---- */

static int run_add(struct store_db *db, void *arg)
{
	struct notice *n = arg;
	int result = queue_add(db, &n->message, n->queue_id);

	return result == STORE_OK ? n->mark(db, n) : result;
}

static void add_done(void *arg, int result)
{
	struct notice *n = arg;
	struct keeper *k = n->keeper;

	if (result != STORE_OK)
		log_warning("a notice could not be queued and is tried again: %s", n->name);
	n->done(n, result);
	keep_notice_free(n);
	if (result == STORE_OK)
		keep_queue_pump(k);
}

void keep_notice_send(struct notice *n)
{
	if (fill_message(n) != 0) {
		add_done(n, STORE_FAILED);
		return;
	}
	n->job = (struct store_job){ .run = run_add, .done = add_done, .arg = n };
	store_write(n->keeper->store, &n->job);
}
