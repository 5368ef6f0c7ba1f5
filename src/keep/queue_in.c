/*
 * queue_in.c - mail on its way in. The parts of a submission wait in memory, bounded for each and
 * for all; the answer comes only after the commit that made the mail durable.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "core/address.h"
#include "keep/aliases.h"
#include "keep/queue_private.h"
#include "sys/clock.h"
#include "wire/envelope.h"

enum {
	SUBMISSIONS_OCTETS_MAX = 128 * 1024 * 1024,
};

static void free_submission(struct keeper *k, struct submission *s)
{
	TAILQ_REMOVE(&k->queue->submissions, s, entry);
	k->queue->submission_octets -= s->size;
	buffer_release(&s->content);
	free(s);
}

static struct submission *find_submission(const struct request *part)
{
	struct submission *s;

	TAILQ_FOREACH(s, &part->keeper->queue->submissions, entry)
		if (s->request->id == part->id && s->request->generation == part->generation)
			return s;
	return NULL;
}

void keep_queue_front_went(struct keeper *k)
{
	struct submission *s, *next;

	for (s = TAILQ_FIRST(&k->queue->submissions); s != NULL; s = next) {
		next = TAILQ_NEXT(s, entry);
		keep_drop(s->request);
		free_submission(k, s);
	}
}

int keep_queue_contacts(struct keeper *k, struct arena *a, const char ***ret_list, size_t *ret_n)
{
	struct address_list list;
	struct address_problem problem;
	const char **texts;

	if (address_list_parse(slice_of(k->settings.value[SETTING_EMAIL_ADMIN_CONTACTS]), a, &list,
		&problem) != 0)
		return -1;
	texts = arena_array(a, list.count + 1, sizeof(*texts));
	if (texts == NULL)
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		char text[ADDRESS_SIZE];

		if (address_to_ascii_domain(&list.items[i], text) != 0)
			return -1;
		texts[i] = arena_copy(a, text);
	}
	*ret_list = texts;
	*ret_n = list.count;
	return arena_failed(a) ? -1 : 0;
}

/* ---- the first part ---- */

void keep_queue_submit(struct request *r)
{
	struct keep_queue *q = r->keeper->queue;
	struct envelope *e = arena_alloc(r->arena, sizeof(*e));
	struct submission *s;

	if (e != NULL)
		envelope_unpack(&r->body, r->arena, e);
	if (e == NULL || !unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (e->size > QUEUE_SIZE_MAX) {
		keep_refuse(r, EX_DATAERR, "", "The message is larger than 35 MiB.");
		return;
	}
	if (e->n_recipients == 0) {
		keep_refuse(r, EX_DATAERR, "", "The message has no recipients.");
		return;
	}
	if (!store_has_room(r->keeper->store, e->size, e->moved)) {
		keep_refuse_store(r, STORE_FULL);
		return;
	}
	if (q->submission_octets + e->size > SUBMISSIONS_OCTETS_MAX) {
		keep_refuse(r, EX_TEMPFAIL, "", "Too much mail is being handed in at once. Try again.");
		return;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	s->request = r;
	s->size = e->size;
	buffer_init(&s->content, (size_t)e->size);
	r->data = e;
	q->submission_octets += s->size;
	TAILQ_INSERT_TAIL(&q->submissions, s, entry);
}

void keep_queue_submit_data(struct request *r)
{
	struct submission *s = find_submission(r);
	struct slice content = unpack_slice(&r->body, WIRE_CHUNK_MAX);

	if (s == NULL) { /* refused already */
		keep_drop(r);
		return;
	}
	buffer_append_slice(&s->content, content);
	if (!unpack_end(&r->body) || !buffer_ok(&s->content)) {
		keep_refuse_malformed(s->request);
		free_submission(r->keeper, s);
	}
	keep_drop(r);
}

/* ---- the last part ---- */

struct entry {
	struct request *request;
	struct queue_message message;
	struct buffer content;
	char queue_id[QUEUE_ID_SIZE];
};

static int run_add(struct store_db *db, void *arg)
{
	struct entry *e = arg;

	return queue_add(db, &e->message, e->queue_id);
}

static void add_done(void *arg, int result)
{
	struct entry *e = arg;
	struct request *r = e->request;
	struct keeper *k = r->keeper;
	struct buffer body;

	buffer_release(&e->content);
	if (result != STORE_OK) {
		keep_refuse_store(r, result);
		return;
	}
	buffer_init(&body, 100);
	pack_text(&body, e->queue_id);
	keep_reply(r, WORD_POSTED, &body);
	buffer_release(&body);
	keep_queue_pump(k);
}

/* 0, KEEP_ALIASES_TOO_MANY, or negative. */
static int fill_message(struct entry *e, const struct envelope *in)
{
	struct request *r = e->request;
	const char **recipients = arena_array(r->arena, in->n_recipients, sizeof(*recipients));
	const char **contacts, **expanded;
	int result;

	if (recipients == NULL)
		return -1;
	for (size_t i = 0; i < in->n_recipients; i++)
		recipients[i] = in->recipients[i].address;
	e->message = (struct queue_message){
		.submission = in->submission,
		.at = clock_wall(),
		.submitter = r->asker.name,
		.sender = in->sender,
		.header_from = in->header_from,
		.subject = in->subject,
		.message_id = in->message_id,
		.header_size = in->header_size,
		.needs_8bitmime = in->needs_8bitmime,
		.needs_smtputf8 = in->needs_smtputf8,
		.dsn = in->dsn,
		.content = buffer_slice(&e->content),
	};
	if (keep_queue_contacts(r->keeper, r->arena, &contacts, &e->message.n_contacts) != 0)
		return -1;
	result = keep_aliases_apply(r->keeper, recipients, in->n_recipients, contacts,
		e->message.n_contacts, r->arena, &expanded, &e->message.n_recipients);
	if (result == 0) {
		e->message.contacts = contacts;
		e->message.recipients = expanded;
	}
	return result;
}

static void add(struct submission *s)
{
	struct request *r = s->request;
	struct entry *e = arena_alloc(r->arena, sizeof(*e));
	bool moved = ((const struct envelope *)r->data)->moved;
	int result;

	if (e == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	e->request = r;
	e->content = s->content; /* moves to the job */
	buffer_init(&s->content, 0);
	result = fill_message(e, r->data);
	if (result != 0) {
		buffer_release(&e->content);
		if (result == KEEP_ALIASES_TOO_MANY)
			keep_refuse(r, EX_DATAERR, "", "By the mail aliases the message has more than 5000 "
				"recipients.");
		else
			keep_refuse_store(r, STORE_BUSY);
		return;
	}
	r->job = (struct store_job){
		.run = run_add, .done = add_done, .arg = e, .octets = e->content.len,
		.moved = moved,
	};
	store_write(r->keeper->store, &r->job);
}

void keep_queue_submit_end(struct request *r)
{
	struct submission *s = find_submission(r);

	if (s != NULL && unpack_end(&r->body) && s->content.len == s->size)
		add(s);
	else if (s != NULL)
		keep_refuse_malformed(s->request);
	if (s != NULL)
		free_submission(r->keeper, s);
	keep_drop(r);
}
