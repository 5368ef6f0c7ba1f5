/*
 * keeper_log.c - sample data for the logs; see keeper.h. The lists hold 120 messages and 60 entries
 * when b->full_pages, else some of each; "failed" is empty. The message 4XJ2A9 has one recipient of
 * each kind, ACCEPTED1 one that the relay has; "gone" does not exist.
 */
#include "web/keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "unit/unit.h"

#include "core/queue_state.h"
#include "wire/alias.h"
#include "wire/queue_view.h"

enum {
	NOW = 1772546405, /* of sample_status() */
};

/* ---- the mail log ---- */

static const struct {
	const char *subject, *from, *state, *reason;
	int64_t next_try; /* from NOW on, 0 none */
} mails[] = {
	{ "Cron <root@node-a> run-parts /etc/cron.daily", "root <root@node-a.example>", "deferred",
	    "The relay asks to come back later, because this node sends too much at once.", 240 },
	{ "SMART error (CurrentPendingSector) detected on host: node-a",
	    "smartd daemon <root@node-a.example>", "held",
	    "The relay does not let this account send as root@node-a.example.", 0 },
	{ "Backup failed", "backup@node-a.example", "queued", "", -5 },
	{ "", "", "in flight", "", 0 },
	{ "Weekly report", "Tocsin <tocsin@node-a.example>", "accepted", "Ok: queued as 4Zb2Kq1x", 0 },
	{ "Invoice 2026-113", "billing@node-a.example", "failed",
	    "No such user here", 0 },
};

static uint64_t sample_size(const struct browser *b)
{
	return b->full_pages ? 120 : COUNT_OF(mails);
}

static struct queue_row row_of(const struct browser *b, uint64_t id)
{
	size_t i = (sample_size(b) - id) % COUNT_OF(mails);

	return (struct queue_row){
		.id = id,
		.queue_id = told(b, arena_printf(b->arena, "4XJ%" PRIu64 "A9", id)),
		.at = NOW - (sample_size(b) - id) * 700,
		.submitter = told(b, "uid 0"),
		.sender = told(b, "root@node-a.example"),
		.header_from = told(b, mails[i].from),
		.subject = told(b, mails[i].subject),
		.size = 2310,
		.n_recipients = 1 + id % 3,
		.n_open = id % 2,
		.state = told(b, mails[i].state),
		.next_try = mails[i].next_try == 0 ? 0 : (uint64_t)(NOW + mails[i].next_try),
		.reason = told(b, mails[i].reason),
		.held_by = "",
	};
}

/* "needle" stands once in 120 messages, and the search looks at 40 of them at a time. */
static uint64_t find_needle(const struct queue_question *q, uint64_t *ret_next)
{
	uint64_t first = q->after == 0 ? 120 : q->after - 1;

	*ret_next = first > 40 ? first - 39 : 0;
	return first >= 50 && *ret_next <= 50 ? 50 : 0;
}

void keeper_lists_queue(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	struct queue_question q;
	uint64_t total, first, n, next;
	struct buffer body;

	queue_question_unpack(u, b->arena, &q);
	assert_true(unpack_end(u));
	total = b->nothing_saved || strcmp(q.state, "failed") == 0 ? 0 : sample_size(b);
	first = q.after == 0 || q.after > total ? total : q.after - 1;
	n = first < q.limit ? first : q.limit;
	next = n > 0 && n == q.limit ? first - n + 1 : 0;
	if (strcmp(q.subject, "needle") == 0 || strcmp(q.subject, "nothing") == 0) {
		first = find_needle(&q, &next);
		n = first != 0 && strcmp(q.subject, "needle") == 0;
	} else if (strcmp(q.subject, "endless") == 0) {
		next = q.after == 0 ? 1000000 : q.after - 1;
		n = 0;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, next);
	pack_number(&body, n);
	for (uint64_t i = 0; i < n; i++) {
		struct queue_row row = row_of(b, first - i);

		queue_row_pack(&body, &row);
	}
	keeper_answers(b, m, WORD_QUEUE_IS, &body);
}

/* ---- one message ---- */

static struct recipient_view recipient_of(const struct browser *b, const char *address,
	enum queue_state state, unsigned code, struct enhanced_status enhanced, const char *words)
{
	struct recipient_view r = {
		.address = told(b, address),
		.state = told(b, queue_state_name(state)),
		.attempts = code != 0 ? 3 : 0,
		.next_try = state == QUEUE_DEFERRED ? NOW + 240 : 0,
		.at = NOW - 60,
		.relay = told(b, code != 0 ? "smtp.example.com:587" : ""),
	};

	if (code != 0)
		verdict_set_reply(&r.verdict, STAGE_RCPT, code, enhanced, slice_of(words));
	if (b->hostile)
		assert_in_range(snprintf(r.verdict.text, sizeof(r.verdict.text), "%s", HOSTILE), 1, 100);
	return r;
}

void keeper_shows_message(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const struct enhanced_status none = { 0 }, greylisted = { 4, 7, 1 }, unknown = { 5, 1, 1 };
	const char *queue_id = unpack_text(u, 100, b->arena);
	uint64_t after = unpack_number(u);
	bool accepted = strcmp(queue_id, "ACCEPTED1") == 0;
	struct recipient_view recipients[] = {
		recipient_of(b, "anna@example.com", QUEUE_ACCEPTED, 250, none, "Ok: queued as 4Zb2Kq1x"),
		recipient_of(b, "ben@example.com", QUEUE_DEFERRED, 451, greylisted,
		    "Greylisted, come back later\nsee https://example.com/greylist"),
		recipient_of(b, "carla@example.com", QUEUE_DEFERRED, 451, greylisted,
		    "Greylisted, come back later\nsee https://example.com/greylist"),
		recipient_of(b, "nobody@example.com", QUEUE_FAILED, 550, unknown, "No such user here"),
		recipient_of(b, "dora@example.com", QUEUE_QUEUED, 0, none, ""),
	};
	struct message_view view = {
		.row = row_of(b, sample_size(b) - (accepted ? 4 : 0)),
		.message_id = told(b, "<20260303140000.4711@node-a.example>"),
		.recipients = recipients,
		.n_recipients = accepted ? 1 : COUNT_OF(recipients),
	};
	struct buffer body;

	assert_true(unpack_end(u));
	if (strcmp(queue_id, "gone") == 0) {
		keeper_refuses(b, m, EX_NOINPUT, "There is no message with this queue ID.");
		return;
	}
	recipients[1].maybe_delivered = true;
	view.row.n_recipients = accepted ? 1 : 240;
	view.row.n_open = accepted || strcmp(queue_id, "FAILED1") == 0 ? 0 : 3;
	view.row.has_content = !accepted;
	view.n_resent = 1;
	view.more = !accepted && after == 0;
	for (size_t i = 0; i < view.n_recipients; i++)
		recipients[i].id = after + i + 1;
	if (strcmp(queue_id, "HELD1") == 0) {
		view.row.state = "held";
		view.row.held_by = told(b, "ben");
	}
	buffer_init(&body, WIRE_BODY_MAX);
	message_view_pack(&body, &view);
	keeper_answers(b, m, WORD_MESSAGE_IS, &body);
}

/* Three tries, two of which are one delivery, and two deeds. */
void keeper_tells_tries(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const struct enhanced_status greylisted = { 4, 7, 1 };
	struct try_view tries[3];
	struct deed_view what[2] = {
		{ .at = NOW - 30, .who = told(b, "ben"), .what = told(b, "hold"), .other = "",
		    .n_recipients = 3 },
		{ .at = NOW - 500, .who = told(b, "root (local)"), .what = told(b, "resend"),
		    .other = told(b, "4XJ9A9"), .n_recipients = 1 },
	};
	struct tries_view view = { .tries = tries, .n_tries = 3, .deeds = what, .n_deeds = 2,
		.next = 77 };
	struct buffer body;

	unpack_text(u, 100, b->arena);
	for (int i = 0; i < 3; i++)
		unpack_number(u);
	assert_true(unpack_end(u));
	for (size_t i = 0; i < 3; i++) {
		tries[i] = (struct try_view){ .address = told(b, "ben@example.com"),
			.at = NOW - (i < 2 ? 60 : 900), .relay = told(b, "smtp.example.com:587"),
			.took_ms = 240 };
		verdict_set_reply(&tries[i].verdict, STAGE_RCPT, 451, greylisted,
		    slice_of(b->hostile ? HOSTILE : "Greylisted, come back later"));
	}
	buffer_init(&body, WIRE_BODY_MAX);
	tries_view_pack(&body, &view);
	keeper_answers(b, m, WORD_TRIES_ARE, &body);
}

/* 12 recipients of all mail, 1 of a message; of 4XJ2A9 two are with the relay. */
void keeper_acts(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *action = unpack_text(u, 100, b->arena);
	const char *queue_id = unpack_text(u, 100, b->arena);
	struct queue_acted_view acted = { .messages = 1,
		.recipients = queue_id[0] == '\0' ? 12 : 1,
		.with_sender = strcmp(action, "delete") == 0 ? 2 : 0 };
	struct buffer body;

	assert_true(unpack_end(u));
	if (strcmp(queue_id, "gone") == 0) {
		keeper_refuses(b, m, EX_NOINPUT, "There is no message with this queue ID.");
		return;
	}
	buffer_init(&body, 100);
	queue_acted_pack(&body, &acted);
	keeper_answers(b, m, WORD_QUEUE_ACTED, &body);
}

void keeper_resends(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *queue_id = unpack_text(u, 100, b->arena);
	uint64_t nth = unpack_number(u);
	struct buffer body;

	assert_true(unpack_end(u));
	if (strcmp(queue_id, "gone") == 0) {
		keeper_refuses(b, m, EX_NOINPUT, "There is no message with this queue ID.");
		return;
	}
	if (strcmp(queue_id, "ACCEPTED1") == 0) {
		keeper_refuses(b, m, EX_UNAVAILABLE, "What the relay has taken is not kept.");
		return;
	}
	buffer_init(&body, 100);
	pack_text(&body, arena_printf(b->arena, "COPY%" PRIu64, nth));
	keeper_answers(b, m, WORD_POSTED, &body);
}

/* ---- mail aliases ---- */

void keeper_lists_aliases(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *const ops[] = { told(b, "anna@example.com"), told(b, "bert") };
	const char *const root[] = { "contacts", "ops" };
	const struct alias_row rows[] = {
		{ { told(b, "ops"), ops, 2 }, NOW - 86400, told(b, "anna") },
		{ { told(b, "root"), root, 2 }, NOW, told(b, "root (local)") },
	};
	struct buffer body;

	assert_true(unpack_end(u));
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, b->nothing_saved ? 0 : COUNT_OF(rows));
	for (size_t i = 0; i < COUNT_OF(rows) && !b->nothing_saved; i++)
		alias_row_pack(&body, &rows[i]);
	keeper_answers(b, m, WORD_ALIASES_ARE, &body);
}

void keeper_sets_alias(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	struct buffer body;
	struct alias alias;

	assert_int_equal(unpack_number(u), 1);
	alias_unpack(u, b->arena, &alias);
	assert_true(unpack_end(u));
	if (strcmp(alias.name, "circle") == 0) {
		buffer_init(&body, 1000);
		pack_number(&body, EX_DATAERR);
		pack_number(&body, 1);
		pack_text(&body, "targets");
		pack_text(&body, told(b, "These aliases go round in a circle: circle, circle."));
		keeper_answers(b, m, WORD_REFUSED, &body);
		return;
	}
	buffer_init(&body, 100);
	pack_number(&body, 1);
	keeper_answers(b, m, WORD_DONE, &body);
}

/* ---- the audit log ---- */

static const struct {
	const char *who, *from, *what;
} entries[] = {
	{ "anna", "192.0.2.7", "Email Configuration changed: email.relay_host, email.password" },
	{ "anna", "2001:db8:4f:1c00:91ab:7ff:fe3e:2201", "signed in" },
	{ "somebody", "198.51.100.23", "sign-in refused: ad\x1b[31mmin" },
	{ "root (local)", "local", "retry: all waiting mail" },
};

void keeper_lists_audit(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	uint64_t before = unpack_number(u), limit = unpack_number(u);
	uint64_t entries_in_all = b->nothing_saved ? 0 : b->full_pages ? 60 : COUNT_OF(entries);
	uint64_t first = before == 0 ? entries_in_all : before - 1;
	uint64_t n = first < limit ? first : limit;
	struct buffer body;

	assert_true(unpack_end(u));
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, n);
	for (uint64_t i = 0; i < n; i++) {
		size_t e = i % COUNT_OF(entries);

		pack_number(&body, first - i);
		pack_number(&body, NOW - i * 3600);
		pack_text(&body, told(b, entries[e].who));
		pack_text(&body, told(b, entries[e].from));
		pack_text(&body, told(b, entries[e].what));
	}
	keeper_answers(b, m, WORD_AUDIT_IS, &body);
}
