/* keeper_log.c - sample mail and audit entries; see keeper.h. */
#include <sysexits.h>

#include "unit/unit.h"

#include "web/keeper.h"
#include "wire/queue_view.h"

enum {
	TAKEN_AT = 1772546400,
};

static const struct {
	const char *queue_id, *state, *from, *subject, *reason;
	uint64_t size, n_recipients, n_open, next_try;
} sample_rows[] = {
	{ "9XK2MF7Q", "deferred", "root <root@node-a.example.com>", "Cron <root@node-a> run-parts",
	  "The relay is busy: 451 4.7.1 Greylisted, try again later", 1830, 1, 1, TAKEN_AT + 300 },
	{ "9XK2MD3A", "accepted", "Tocsin <alerts@example.com>", "[Tocsin] Test email from node-a", "",
	  4210, 2, 0, 0 },
	{ "9XK2M83P", "failed", "backup@node-a.example.com", "Backup of db1: 3 warnings",
	  "550 5.1.1 User unknown", 88400, 2, 0, 0 },
	{ "9XK2KT5W", "held", "smartd@node-a.example.com",
	  "SMART error (CurrentPendingSector) detected on host: node-a", "No SMTP relay server is set.",
	  1990, 1, 1, 0 },
	{ "9XK2KT11", "in flight", "root@node-a.example.com", "", "", 2345678, 3, 2, 0 },
};

static struct queue_row sample_row(const struct browser *b, size_t i)
{
	return (struct queue_row){
		.id = 1000 - i,
		.queue_id = told(b, sample_rows[i].queue_id),
		.at = TAKEN_AT - i * 3600,
		.submitter = told(b, "uid 0"),
		.sender = told(b, "root@node-a.example.com"),
		.header_from = told(b, sample_rows[i].from),
		.subject = told(b, sample_rows[i].subject),
		.size = sample_rows[i].size,
		.n_recipients = sample_rows[i].n_recipients,
		.n_open = sample_rows[i].n_open,
		.state = told(b, sample_rows[i].state),
		.next_try = sample_rows[i].next_try,
		.reason = told(b, sample_rows[i].reason),
	};
}

void keeper_lists_queue(struct browser *b, const struct message *m, struct unpack *u)
{
	const char *state = unpack_text(u, 100, b->arena);
	uint64_t before = unpack_number(u), limit = unpack_number(u);
	size_t n = b->nothing_saved || strcmp(state, "failed") == 0 ? 0 : COUNT_OF(sample_rows);
	struct buffer body;

	assert_true(unpack_end(u));
	if (n > 0 && b->full_pages)
		n = limit;
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, before > 0 ? 57 : n);
	pack_number(&body, n);
	for (size_t i = 0; i < n; i++) {
		struct queue_row row = sample_row(b, i % COUNT_OF(sample_rows));

		row.id = (before > 0 ? before : 1000) - i - 1;
		queue_row_pack(&body, &row);
	}
	keeper_answers(b, m, WORD_QUEUE_IS, &body);
}

void keeper_shows_message(struct browser *b, const struct message *m, struct unpack *u)
{
	struct recipient_view recipients[3] = {
		{ .address = told(b, "anna@example.com"), .state = told(b, "accepted"), .attempts = 1,
		  .at = TAKEN_AT, .relay = told(b, "smtp.example.com:587") },
		{ .address = told(b, "ops@example.com"), .state = told(b, "deferred"), .attempts = 3,
		  .at = TAKEN_AT, .next_try = TAKEN_AT + 600, .maybe_delivered = true,
		  .relay = told(b, "smtp.example.com:587") },
		{ .address = told(b, "gone@example.com"), .state = told(b, "queued"), .attempts = 0,
		  .at = TAKEN_AT, .relay = "" },
	};
	struct message_view view = { .row = sample_row(b, 0), .recipients = recipients,
		.n_recipients = COUNT_OF(recipients), .message_id = told(b, "<1.2@node-a.example.com>") };
	const struct enhanced_status ok = { 2, 0, 0 }, later = { 4, 7, 1 };
	struct slice id = unpack_slice(u, 100);
	struct buffer body;

	assert_true(unpack_end(u));
	if (slice_is(id, "gone")) {
		keeper_refuses(b, m, EX_NOINPUT, "There is no message with this queue ID.");
		return;
	}
	view.row.n_recipients = 5;
	verdict_set_reply(&recipients[0].verdict, STAGE_DOT, 250, ok,
	    slice_of(told(b, "Ok: queued as 4bF2kq0Xz1")));
	verdict_set_reply(&recipients[1].verdict, STAGE_RCPT, 451, later,
	    slice_of(told(b, "Greylisted, try again later")));
	buffer_init(&body, WIRE_BODY_MAX);
	message_view_pack(&body, &view);
	keeper_answers(b, m, WORD_MESSAGE_IS, &body);
}

void keeper_lists_audit(struct browser *b, const struct message *m, struct unpack *u)
{
	static const struct {
		const char *who, *from, *what;
	} entries[] = {
		{ "anna", "192.0.2.7", "settings changed: email.relay_host email.password" },
		{ "anna", "192.0.2.7", "signed in" },
		{ "root (local)", "local", "asked for a test mail" },
	};
	uint64_t before = unpack_number(u), limit = unpack_number(u);
	size_t n = b->nothing_saved ? 0 : b->full_pages ? limit : COUNT_OF(entries);
	struct buffer body;

	assert_true(unpack_end(u));
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, n);
	for (size_t i = 0; i < n; i++) {
		pack_number(&body, (before > 0 ? before : 500) - i - 1);
		pack_number(&body, TAKEN_AT - i * 60);
		pack_text(&body, told(b, entries[i % COUNT_OF(entries)].who));
		pack_text(&body, told(b, entries[i % COUNT_OF(entries)].from));
		pack_text(&body, told(b, entries[i % COUNT_OF(entries)].what));
	}
	keeper_answers(b, m, WORD_AUDIT_IS, &body);
}
