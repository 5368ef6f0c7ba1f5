/* The keeper's queue, as front and the sender see it. */
#include "unit/keep/fixture.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "store/db.h"
#include "store/queue_act.h"
#include "unit/keep/false_clock.h"
#include "wire/queue_view.h"

static const char mail[] = "\r\nhello\r\n";

static int setup_both(void **state)
{
	int result = setup_keeper(state);

	if (result != 0)
		return result;
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
	return 0;
}

/* Mail is set up and the relay works. */
static int setup_mail(void **state)
{
	int result = setup_both(state);

	if (result == 0) {
		set_up_mail();
		probe_is(VERDICT_ACCEPTED);
		forget_seen(&sender);
	}
	return result;
}

static struct message_view show(const char *queue_id)
{
	struct buffer *b = body_as_root();
	struct message_view view;
	struct unpack u;

	pack_text(b, queue_id);
	pack_number(b, 0);
	u = expect(ask(&front, WORD_QUEUE_SHOW, b), WORD_MESSAGE_IS);
	message_view_unpack(&u, arena, &view);
	assert_true(unpack_end(&u));
	return view;
}

static const char *state_of(const char *queue_id)
{
	return show(queue_id).recipients[0].state;
}

static struct status status(void)
{
	struct status s;
	struct unpack u = expect(ask(&front, WORD_STATUS, body_as_user(1000)), WORD_STATUS_IS);

	status_unpack(&u, arena, &s);
	assert_true(unpack_end(&u));
	return s;
}

static void stays_open(struct answer *a)
{
	turn(60);
	assert_false(a->here);
}

static uint64_t retry(const char *queue_id)
{
	struct buffer *b = body_as_root();
	struct unpack u;

	pack_text(b, queue_id);
	u = expect(ask(&front, WORD_QUEUE_RETRY, b), WORD_DONE);
	return unpack_number(&u);
}

static struct answer *dot(const struct envelope *e)
{
	struct buffer *b = empty_body();

	pack_number(b, e->message);
	return ask(&sender, WORD_DOT, b);
}

/* ---- the way of a mail ---- */

static void a_mail_goes_from_submission_to_acceptance(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	struct buffer *b;
	struct unpack u;

	assert_string_equal(e.queue_id, queue_id);
	assert_string_equal(e.sender, "cron@node.example");
	assert_string_equal(e.message_id, "<1@node.example>");
	assert_int_equal(e.size, strlen(mail));
	assert_int_equal(e.header_size, 2);
	assert_int_equal(e.n_recipients, 1);
	assert_string_equal(e.recipients[0].address, "a@x.example");
	assert_string_equal(state_of(queue_id), "in flight");

	b = empty_body();
	pack_number(b, e.message);
	pack_number(b, 3);
	u = expect(ask(&sender, WORD_BODY, b), WORD_BODY_IS);
	assert_slice(unpack_slice(&u, WIRE_CHUNK_MAX), "ello\r\n");
	assert_true(unpack_end(&u));

	expect(dot(&e), WORD_DOT_MARKED);
	assert_string_equal(state_of(queue_id), "dot sent");
	deliver_verdict(&e, VERDICT_ACCEPTED);
	assert_string_equal(state_of(queue_id), "accepted");
	assert_string_equal(show(queue_id).row.submitter, "uid 1000 (local)");
	assert_string_equal(show(queue_id).recipients[0].relay, "relay.example:587");
	assert_int_equal(show(queue_id).recipients[0].attempts, 1);
	assert_int_equal(status().n_accepted_day, 1);
	assert_int_equal(status().n_waiting, 0);
}

static void a_sender_that_waits_gets_mail_when_it_comes(void **state UNUSED)
{
	struct answer *a = next_later();
	const char *queue_id;

	stays_open(a);
	queue_id = submit(mail, "a@x.example");
	assert_string_equal(mail_of(a).queue_id, queue_id);
}

static void an_answer_means_that_it_is_on_the_disk(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");

	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	assert_string_equal(state_of(queue_id), "queued");
}

static void a_submission_of_the_same_name_is_kept_once(void **state UNUSED)
{
	struct envelope e = envelope_for(3, (const char *const[]){ "a@x.example", NULL });
	const char *ids[2];

	e.submission = "00ff";
	for (int i = 0; i < 2; i++) {
		struct answer *a = submit_parts(&e, (const char *const[]){ "\r\n", "x", NULL });
		struct unpack u;

		wait_for(a);
		u = expect(a, WORD_POSTED);
		ids[i] = unpack_text(&u, 100, arena);
	}
	assert_string_equal(ids[0], ids[1]);
	take_mail();
	stays_open(next_later());
}

static void many_submissions_at_once_are_kept_apart(void **state UNUSED)
{
	struct answer *a[20];

	for (int i = 0; i < 20; i++)
		a[i] = submit_later(arena_printf(arena, "\r\nmail %d", i),
			(const char *const[]){ "a@x.example", NULL });
	for (int i = 0; i < 20; i++) {
		struct buffer *b;
		struct envelope e;
		struct unpack u;

		wait_for(a[i]);
		expect(a[i], WORD_POSTED);
		e = take_mail();
		b = empty_body();
		pack_number(b, e.message);
		pack_number(b, 0);
		u = expect(ask(&sender, WORD_BODY, b), WORD_BODY_IS);
		assert_slice(unpack_slice(&u, 100), arena_printf(arena, "\r\nmail %d", i));
		deliver_verdict(&e, VERDICT_ACCEPTED);
	}
}

/* ---- what is refused ---- */

static const char *const to_a[] = { "a@x.example", NULL };

static void is_refused(const struct envelope *e, const char *const *parts, int exit_code)
{
	struct answer *a = submit_parts(e, parts);

	wait_for(a);
	expect_refused(a, exit_code);
}

static void a_message_of_another_length_than_announced_is_refused(void **state UNUSED)
{
	struct envelope e = envelope_for(5, to_a);

	is_refused(&e, (const char *const[]){ "1234", NULL }, EX_PROTOCOL);
	is_refused(&e, (const char *const[]){ "12345", "6", "7", NULL }, EX_PROTOCOL);
	assert_int_equal(status().n_waiting, 0);
	submit(mail, "a@x.example"); /* and the channel goes on */
}

static void a_message_that_is_too_large_is_refused_before_it_comes(void **state UNUSED)
{
	struct envelope e = envelope_for(35 * 1024 * 1024 + 1, to_a);

	is_refused(&e, (const char *const[]){ NULL }, EX_DATAERR);
}

static void a_message_for_nobody_is_refused(void **state UNUSED)
{
	struct envelope e = envelope_for(1, (const char *const[]){ NULL });

	is_refused(&e, (const char *const[]){ "x", NULL }, EX_DATAERR);
}

static void memory_for_mail_on_its_way_in_is_bounded(void **state UNUSED)
{
	struct envelope e = envelope_for(35 * 1024 * 1024, to_a);
	struct answer *begun[3], *more;

	for (int i = 0; i < 3; i++) {
		struct buffer *b = body_as_user(1000);

		envelope_pack(b, &e);
		begun[i] = ask_later(&front, WORD_SUBMIT, b);
	}
	more = submit_parts(&e, (const char *const[]){ NULL });
	wait_for(more);
	expect_refused(more, EX_TEMPFAIL);
	assert_false(begun[0]->here);
	submit(mail, "a@x.example"); /* a small one still fits */
	/* front dies: what it had begun is dropped, and there is room again */
	link_end(&front, ROLE_FRONT);
	more = submit_parts(&e, (const char *const[]){ NULL });
	wait_for(more);
	expect_refused(more, EX_PROTOCOL);
}

static void a_mail_half_handed_in_is_dropped_with_front(void **state UNUSED)
{
	struct envelope e = envelope_for(100, to_a);
	struct buffer *b = body_as_user(1000);
	struct answer *a;

	envelope_pack(b, &e);
	a = ask_later(&front, WORD_SUBMIT, b);
	turn(20);
	cut_end(&front);
	assert_true(a->here);
	turn(20);
	link_end(&front, ROLE_FRONT);
	assert_int_equal(status().n_waiting, 0);
}

/* When the reserve was spent on another write, mail is taken only after the store looked again. */
static void is_taken_again(void)
{
	struct answer *a;
	int tries = 0;

	do {
		a = submit_later(mail, to_a);
		wait_for(a);
		if (a->word == WORD_REFUSED)
			turn(100);
	} while (a->word == WORD_REFUSED && ++tries < 100);
	expect(a, WORD_POSTED);
}

static void a_full_disk_is_said_and_passes(void **state UNUSED)
{
	struct rlimit limit;
	char *large = malloc(4 * 1024 * 1024 + 1);
	const char *parts[65] = { NULL };
	struct envelope e = envelope_for(4 * 1024 * 1024, to_a);

	assert_non_null(large);
	memset(large, 'x', 64 * 1024);
	large[64 * 1024] = '\0';
	for (int i = 0; i < 64; i++)
		parts[i] = large;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = 1024 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	is_refused(&e, parts, EX_TEMPFAIL);
	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	is_taken_again();
	free(large);
}

static void ordinary_users_submit_but_do_not_look(void **state UNUSED)
{
	struct queue_question wanted;
	struct buffer *b = body_as_user(1000);

	wanted = (struct queue_question){ .limit = 10 };
	queue_question_pack(b, &wanted);
	expect_refused(ask(&front, WORD_QUEUE_LIST, b), EX_NOPERM);
	b = body_as_user(1000);
	pack_text(b, "");
	expect_refused(ask(&front, WORD_QUEUE_RETRY, b), EX_NOPERM);
	/* the user who started the daemon may */
	b = body_as_user(4242);
	pack_text(b, "");
	expect(ask(&front, WORD_QUEUE_RETRY, b), WORD_DONE);
}

/* ---- verdicts ---- */

static void a_verdict_decides_what_becomes_of_a_recipient(void **state UNUSED)
{
	static const struct {
		enum verdict_class class;
		const char *state;
		uint64_t attempts;
		int64_t wait_min, wait_max;
	} cases[] = {
		{ VERDICT_ACCEPTED, "accepted", 1, 0, 0 },
		{ VERDICT_RECIPIENT, "failed", 1, 0, 0 },
		{ VERDICT_MESSAGE, "failed", 1, 0, 0 },
		{ VERDICT_TRANSIENT, "deferred", 1, 48, 72 },
		{ VERDICT_ACCOUNT, "deferred", 1, 480, 720 },
		{ VERDICT_AMBIGUOUS, "deferred", 1, 1440, 2160 },
		{ VERDICT_LOCAL, "deferred", 1, 48, 72 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *queue_id = submit(mail, "a@x.example");
		struct envelope e = take_mail();
		struct recipient_view r;
		int64_t wait;

		assert_string_equal(e.queue_id, queue_id);
		deliver_verdict(&e, cases[i].class);
		r = show(queue_id).recipients[0];
		assert_string_equal(r.state, cases[i].state);
		assert_int_equal(r.attempts, cases[i].attempts);
		assert_int_equal(r.maybe_delivered, cases[i].class == VERDICT_AMBIGUOUS);
		assert_string_equal(r.verdict.text, "said the relay");
		wait = r.next_try == 0 ? 0 : (int64_t)(r.next_try - r.at);
		assert_in_range(wait, cases[i].wait_min, cases[i].wait_max);
	}
}

static void what_the_sender_stopped_goes_back_untried(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	struct delivery_recipient r = { .id = e.recipients[0].id,
		.verdict = { .class = VERDICT_LOCAL, .reason = REASON_STOPPED } };
	struct delivery d = { .message = e.message, .relay = "", .relay_queue_id = "",
		.verdict = r.verdict, .recipients = &r, .n_recipients = 1 };
	struct buffer *b = empty_body();

	delivery_pack(b, &d);
	expect(ask(&sender, WORD_VERDICT, b), WORD_VERDICT_KEPT);
	assert_string_equal(state_of(queue_id), "queued");
	assert_int_equal(show(queue_id).recipients[0].attempts, 0);
	assert_string_equal(take_mail().queue_id, queue_id);
}

static void the_dot_of_mail_that_is_gone_is_refused(void **state UNUSED)
{
	struct envelope e;

	submit(mail, "a@x.example");
	e = take_mail();
	expect(dot(&e), WORD_DOT_MARKED);
	expect(dot(&e), WORD_DOT_MARKED); /* asked again: it stands */
	deliver_verdict(&e, VERDICT_ACCEPTED);
	expect_refused(dot(&e), EX_UNAVAILABLE);
	e.message += 100;
	expect_refused(dot(&e), EX_UNAVAILABLE);
}

static void a_verdict_comes_again_after_a_restart(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();

	expect(dot(&e), WORD_DOT_MARKED);
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
	wait_until_written();
	assert_string_equal(state_of(queue_id), "deferred");
	assert_true(show(queue_id).recipients[0].maybe_delivered);
	deliver_verdict(&e, VERDICT_ACCEPTED);
	deliver_verdict(&e, VERDICT_TRANSIENT);
	assert_string_equal(state_of(queue_id), "accepted");
}

/* ---- the relay's health ---- */

static void a_broken_relay_holds_the_queue_until_a_probe_succeeds(void **state UNUSED)
{
	const char *first = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	struct answer *next;
	struct status s;

	deliver_verdict(&e, VERDICT_RELAY);
	submit(mail, "b@x.example"); /* due no earlier than the first, which is due anew */
	s = status();
	assert_int_equal(s.mail, MAIL_BROKEN);
	assert_true(s.mail_reason[0] != '\0');
	assert_int_equal(s.mail_verdict.class, VERDICT_RELAY);
	assert_string_equal(s.mail_verdict.text, "said the relay");
	assert_int_equal(s.n_waiting, 2);
	assert_string_equal(state_of(first), "queued");
	assert_int_equal(show(first).recipients[0].attempts, 0);
	assert_string_equal(show(first).row.reason, s.mail_reason);
	next = next_later();
	stays_open(next);
	probe_is(VERDICT_CREDENTIAL); /* after a second */
	stays_open(next);
	assert_int_equal(status().mail, MAIL_BROKEN);
	probe_is(VERDICT_ACCEPTED);
	assert_string_equal(mail_of(next).queue_id, first);
	assert_int_equal(status().mail, MAIL_WORKS);
	assert_string_equal(status().mail_reason, "");
}

static void new_settings_have_the_relay_probed_at_once(void **state UNUSED)
{
	struct envelope e;

	submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_RELAY);
	probe_is(VERDICT_RELAY);
	probe_is(VERDICT_RELAY);
	forget_seen(&sender);
	set("email.relay_host", "other.example", NULL);
	turn(30);
	assert_int_equal(count_seen(&sender, WORD_PROBE), 1);
}

static void an_answer_about_the_old_settings_is_not_believed(void **state UNUSED)
{
	struct envelope e;
	struct seen *old;
	struct verdict v = { .class = VERDICT_ACCEPTED };
	struct buffer *b;

	submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_RELAY);
	old = wait_seen(&sender, WORD_PROBE);
	set("email.relay_host", "other.example", NULL);
	b = empty_body();
	verdict_pack(b, &v);
	channel_answer(sender.channel, old->id, WORD_PROBE_IS, b);
	turn(30);
	assert_int_equal(status().mail, MAIL_BROKEN);
	probe_is(VERDICT_ACCEPTED);
	assert_int_equal(status().mail, MAIL_WORKS);
}

static void without_settings_mail_waits_and_says_for_what(void **state UNUSED)
{
	const char *queue_id;
	struct answer *next = next_later();

	assert_int_equal(status().mail, MAIL_NOT_SET_UP);
	assert_string_equal(status().mail_reason, "No SMTP relay server is set.");
	queue_id = submit(mail, "a@x.example");
	stays_open(next);
	assert_string_equal(show(queue_id).row.reason, "No SMTP relay server is set.");
	assert_int_equal(count_seen(&sender, WORD_PROBE), 0);
	set_up_mail();
	assert_string_equal(mail_of(next).queue_id, queue_id);
}

static void a_relay_that_took_mail_is_known_after_a_restart(void **state UNUSED)
{
	struct envelope e;

	submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_ACCEPTED);
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	assert_int_equal(status().mail, MAIL_WORKS);
	assert_true(status().last_accepted > 0);
}

/* ---- settings and people ---- */

static void local_names_go_to_the_contacts(void **state UNUSED)
{
	submit(mail, "root");
	assert_string_equal(take_mail().recipients[0].address, "boss@example.com");
}

static void local_names_wait_for_contacts(void **state UNUSED)
{
	const char *queue_id;
	struct answer *next;

	set("email.relay_host", "relay.example", "email.from_address", "alerts@example.com", NULL);
	queue_id = submit(mail, "root");
	next = next_later();
	stays_open(next);
	assert_string_equal(state_of(queue_id), "held");
	assert_string_equal(show(queue_id).row.reason, "No admin contact is set.");
	assert_int_equal(status().n_held, 1);
	set("email.admin_contacts", "one@example.com, two@b\xc3\xbc" "cher.example", NULL);
	mail_of(next);
	assert_int_equal(show(queue_id).n_recipients, 2);
	assert_string_equal(show(queue_id).recipients[1].address, "two@xn--bcher-kva.example");
}

static void new_settings_try_deferred_mail_at_once(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	struct answer *next;

	deliver_verdict(&e, VERDICT_ACCOUNT);
	next = next_later();
	stays_open(next);
	set("email.from_address", "allowed@example.com", NULL);
	assert_string_equal(mail_of(next).queue_id, queue_id);
}

static void new_settings_leave_what_is_in_doubt(void **state UNUSED)
{
	struct envelope e;
	struct answer *next;

	submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_AMBIGUOUS);
	next = next_later();
	set("email.from_address", "allowed@example.com", NULL);
	stays_open(next);
}

static void a_restart_does_not_hurry_deferred_mail(void **state UNUSED)
{
	struct envelope e;

	submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_TRANSIENT);
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&sender, ROLE_SENDER);
	stays_open(next_later());
}

static void retry_by_hand_tries_at_once(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	struct buffer *b;

	deliver_verdict(&e, VERDICT_TRANSIENT);
	assert_int_equal(retry(""), 1);
	assert_string_equal(take_mail().queue_id, queue_id);
	assert_int_equal(retry(queue_id), 0); /* it is with the sender */
	b = body_as_root();
	pack_text(b, "NOSUCHID2345");
	expect_refused(ask(&front, WORD_QUEUE_RETRY, b), EX_NOINPUT);
}

static void messages_per_minute_are_spread(void **state UNUSED)
{
	struct answer *next;

	set("email.messages_per_minute", "1", NULL);
	probe_is(VERDICT_ACCEPTED);
	submit(mail, "a@x.example");
	submit(mail, "b@x.example");
	take_mail();
	next = next_later();
	stays_open(next);
	pass_seconds(60);
	mail_of(next);
}

/* ---- clocks that are set ---- */

/* From a time days behind, as a machine without a battery comes up. */
static void a_clock_set_forward_ends_no_mail_at_its_first_refusal(void **state UNUSED)
{
	const char *queue_id;
	struct envelope e;

	step_wall(-6 * 86400);
	queue_id = submit(mail, "a@x.example");
	e = take_mail();
	step_wall(6 * 86400);
	deliver_verdict(&e, VERDICT_TRANSIENT);
	assert_string_equal(state_of(queue_id), "deferred");
}

static void mail_of_a_clock_that_was_ahead_goes_when_it_is_set_back(void **state UNUSED)
{
	const char *queued, *deferred;
	struct answer *next;
	struct envelope e;

	step_wall(86400);
	deferred = submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_TRANSIENT);
	queued = submit(mail, "b@x.example");
	step_wall(-86400);
	next = next_later();
	stays_open(next);
	pass_seconds(61);
	assert_string_equal(mail_of(next).queue_id, deferred);
	assert_string_equal(take_mail().queue_id, queued);
}

/* ---- the sender ---- */

static void a_lost_senders_mail_goes_to_the_next(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");

	assert_string_equal(take_mail().queue_id, queue_id);
	link_end(&sender, ROLE_SENDER);
	assert_string_equal(take_mail().queue_id, queue_id);
	assert_int_equal(show(queue_id).recipients[0].attempts, 0);
}

static void a_lost_senders_mail_with_its_dot_sent_is_in_doubt(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();

	expect(dot(&e), WORD_DOT_MARKED);
	link_end(&sender, ROLE_SENDER);
	wait_until_written(); /* the recovery */
	stays_open(next_later());
	assert_string_equal(state_of(queue_id), "deferred");
	assert_true(show(queue_id).recipients[0].maybe_delivered);
}

static void open_questions_are_answered_in_their_order(void **state UNUSED)
{
	struct answer *first, *second, *third;
	const char *a = submit(mail, "a@x.example"), *b = submit(mail, "b@x.example"), *c;

	first = next_later();
	second = next_later();
	third = next_later();
	assert_string_equal(mail_of(first).queue_id, a);
	assert_string_equal(mail_of(second).queue_id, b);
	stays_open(third);
	c = submit(mail, "c@x.example");
	assert_string_equal(mail_of(third).queue_id, c);
}

/* All connections together: two go at once, as many as a second may have, the others wait. */
static void messages_per_minute_count_for_all_questions(void **state UNUSED)
{
	struct answer *questions[4];

	set("email.messages_per_minute", "120", NULL);
	probe_is(VERDICT_ACCEPTED);
	for (size_t i = 0; i < COUNT_OF(questions); i++)
		submit(mail, "a@x.example");
	for (size_t i = 0; i < COUNT_OF(questions); i++)
		questions[i] = next_later();
	mail_of(questions[0]);
	mail_of(questions[1]);
	turn(100);
	assert_false(questions[2]->here);
	assert_false(questions[3]->here);
	mail_of(questions[2]);
	mail_of(questions[3]);
}

static void a_message_is_with_the_sender_once_at_a_time(void **state UNUSED)
{
	const char *to[151] = { NULL };
	struct answer *first, *second;
	struct envelope e;

	for (size_t i = 0; i < 150; i++)
		to[i] = arena_printf(arena, "r%zu@x.example", i);
	wait_for(submit_later(mail, to));
	first = next_later();
	second = next_later();
	e = mail_of(first);
	assert_int_equal(e.n_recipients, 100);
	stays_open(second);
	deliver_verdict(&e, VERDICT_ACCEPTED);
	assert_int_equal(mail_of(second).n_recipients, 50);
}

static void too_many_questions_are_refused(void **state UNUSED)
{
	struct answer *last;

	for (size_t i = 0; i < 64; i++)
		next_later();
	last = next_later();
	wait_for(last);
	expect_refused(last, EX_TEMPFAIL);
}

static void recovery_is_tried_until_the_disk_has_room(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct answer *next;
	struct rlimit limit;

	take_mail();
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	link_end(&sender, ROLE_SENDER);
	next = next_later();
	stays_open(next);
	assert_string_equal(state_of(queue_id), "in flight");
	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_string_equal(mail_of(next).queue_id, queue_id); /* within a second or so */
}

/* A job of the test's own that the commit thread is at until it is let go; and others behind it. */
struct plug {
	struct store_job job;
	bool waits;
	int result;
};

static atomic_bool plugged, go;

static int run_plug(struct store_db *db UNUSED, void *arg)
{
	const struct plug *p = arg;

	atomic_store(&plugged, true);
	for (int i = 0; p->waits && i < 20000 && !atomic_load(&go); i++)
		usleep(1000);
	return STORE_OK;
}

static void plug_done(void *arg, int result)
{
	struct plug *p = arg;

	p->result = result;
}

static void write_job(struct plug *p)
{
	p->result = -2;
	p->job = (struct store_job){ .run = run_plug, .done = plug_done, .arg = p };
	store_write(keeper.store, &p->job);
}

/* What is written from now on waits. */
static void plug_store(struct plug *p)
{
	atomic_store(&plugged, false);
	atomic_store(&go, false);
	p->waits = true;
	write_job(p);
	while (!atomic_load(&plugged))
		turn(5);
}

/* The second recovery is turned away, and the first one is good for its sender as well. */
static void a_sender_lost_twice_is_recovered_once(void **state UNUSED)
{
	enum { FULL = 4096 }; /* jobs that the store lets wait */
	const char *queue_id = submit(mail, "a@x.example");
	static struct plug plugs[FULL + 1];

	take_mail();
	plug_store(&plugs[0]);
	for (size_t i = 1; i < FULL; i++)
		write_job(&plugs[i]);
	link_end(&sender, ROLE_SENDER);
	write_job(&plugs[FULL]);
	link_end(&sender, ROLE_SENDER);
	turn(20);
	assert_int_equal(plugs[FULL].result, STORE_BUSY);
	atomic_store(&go, true);
	wait_until_written();
	assert_string_equal(take_mail().queue_id, queue_id);
	turn(1200); /* a recovery now would hand it out twice */
	assert_string_equal(state_of(queue_id), "in flight");
	stays_open(next_later());
}

static struct answer *verdict_later(const struct envelope *e, enum verdict_class class)
{
	struct delivery_recipient recipient = { .id = e->recipients[0].id };
	struct delivery d = { .message = e->message, .relay = "relay.example:587",
		.relay_queue_id = "", .recipients = &recipient, .n_recipients = 1 };
	struct buffer *b = empty_body();

	verdict_set_reason(&recipient.verdict, STAGE_RCPT, REASON_REPLY, SLICE("x"));
	recipient.verdict.class = class;
	d.verdict = recipient.verdict;
	delivery_pack(b, &d);
	return ask_later(&sender, WORD_VERDICT, b);
}

/* What is done while the store closes sets no timer of what is gone: a sanitizer would tell. */
static void a_verdict_that_comes_last_is_kept(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	static struct plug plug;

	plug_store(&plug);
	verdict_later(&e, VERDICT_RECIPIENT);
	turn(50);
	assert_int_equal(store_load(keeper.store), 2);
	atomic_store(&go, true);
	stop_keeper();
	cut_end(&front);
	cut_end(&sender);
	turn(20);
	start_keeper();
	link_end(&front, ROLE_FRONT);
	assert_string_equal(state_of(queue_id), "failed");
}

/* ---- what people do ---- */

static struct queue_acted_view act(const char *action, const char *queue_id)
{
	struct buffer *b = body_as_root();
	struct queue_acted_view acted;
	struct unpack u;

	pack_text(b, action);
	pack_text(b, queue_id);
	u = expect(ask(&front, WORD_QUEUE_ACT, b), WORD_QUEUE_ACTED);
	queue_acted_unpack(&u, &acted);
	assert_true(unpack_end(&u));
	return acted;
}

static struct tries_view tries_of(const char *queue_id)
{
	struct message_view m = show(queue_id);
	struct buffer *b = body_as_root();
	struct tries_view tries;
	struct unpack u;

	pack_text(b, queue_id);
	pack_number(b, m.recipients[0].id);
	pack_number(b, m.recipients[m.n_recipients - 1].id);
	pack_number(b, 0);
	u = expect(ask(&front, WORD_QUEUE_TRIES, b), WORD_TRIES_ARE);
	tries_view_unpack(&u, arena, &tries);
	assert_true(unpack_end(&u));
	return tries;
}

static struct answer *resend(const char *queue_id, uint64_t nth)
{
	struct buffer *b = body_as_root();

	pack_text(b, queue_id);
	pack_number(b, nth);
	return ask(&front, WORD_QUEUE_RESEND, b);
}

static const char *resent_as(const char *queue_id, uint64_t nth)
{
	struct unpack u = expect(resend(queue_id, nth), WORD_POSTED);

	return unpack_text(&u, 100, arena);
}

static void a_person_holds_releases_and_deletes(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct answer *a;

	assert_int_equal(act("hold", queue_id).recipients, 1);
	assert_int_equal(act("hold", queue_id).messages, 0);
	a = next_later();
	set("email.admin_contacts", "other@example.com", NULL);
	probe_is(VERDICT_ACCEPTED);
	assert_int_equal(retry(""), 0);
	stays_open(a);
	assert_string_equal(show(queue_id).row.held_by, "root (local)");
	assert_string_equal(show(queue_id).row.reason, "Held by root (local).");
	assert_int_equal(act("release", queue_id).recipients, 1);
	assert_string_equal(mail_of(a).queue_id, queue_id);
	assert_int_equal(act("delete", queue_id).with_sender, 1);
	assert_string_equal(state_of(queue_id), "in flight");
}

static void all_are_held_and_deleted(void **state UNUSED)
{
	for (int i = 0; i < 3; i++)
		submit(mail, "a@x.example");
	assert_int_equal(act("hold", "").messages, 3);
	assert_int_equal(status().n_held, 3);
	assert_int_equal(act("delete", "").recipients, 3);
	assert_int_equal(status().n_held, 0);
	assert_int_equal(act("delete", "").messages, 0);
}

static void an_action_that_cannot_be_is_refused(void **state UNUSED)
{
	struct buffer *b = body_as_root();

	pack_text(b, "burn");
	pack_text(b, "");
	expect_refused(ask(&front, WORD_QUEUE_ACT, b), EX_PROTOCOL);
	b = body_as_root();
	pack_text(b, "hold");
	pack_text(b, "NOSUCHID2345");
	expect_refused(ask(&front, WORD_QUEUE_ACT, b), EX_NOINPUT);
	b = body_as_user(1000);
	pack_text(b, "delete");
	pack_text(b, "");
	expect_refused(ask(&front, WORD_QUEUE_ACT, b), EX_NOPERM);
	b = body_as_user(1000);
	pack_text(b, "NOSUCHID2345");
	pack_number(b, 0);
	expect_refused(ask(&front, WORD_QUEUE_RESEND, b), EX_NOPERM);
	expect_refused(resend("NOSUCHID2345", 0), EX_NOINPUT);
	b = body_as_root();
	pack_text(b, "NOSUCHID2345");
	for (int i = 0; i < 3; i++)
		pack_number(b, 0);
	expect_refused(ask(&front, WORD_QUEUE_TRIES, b), EX_NOINPUT);
}

static void what_happened_to_a_message_is_told(void **state UNUSED)
{
	const char *queue_id = submit(mail, "a@x.example");
	struct envelope e = take_mail();
	struct tries_view t;

	deliver_verdict(&e, VERDICT_TRANSIENT);
	act("hold", queue_id);
	act("delete", queue_id);
	t = tries_of(queue_id);
	assert_int_equal(t.next, 0);
	assert_int_equal(t.n_tries, 2);
	assert_string_equal(t.tries[0].verdict.text, "Deleted by root (local).");
	assert_int_equal(t.tries[0].verdict.reason, REASON_DELETED);
	assert_string_equal(t.tries[1].address, "a@x.example");
	assert_string_equal(t.tries[1].relay, "relay.example:587");
	assert_int_equal(t.n_deeds, 2);
	assert_string_equal(t.deeds[0].what, "delete");
	assert_string_equal(t.deeds[1].what, "hold");
	assert_string_equal(t.deeds[1].who, "root (local)");
}

static const char *fail_one(void)
{
	const char *queue_id = submit("Subject: x\r\n\r\nhello\r\n", "a@x.example");
	struct envelope e = take_mail();

	deliver_verdict(&e, VERDICT_RECIPIENT);
	return queue_id;
}

static void mail_that_failed_is_sent_again_as_it_was(void **state UNUSED)
{
	const char *queue_id = fail_one(), *copy;
	struct envelope e;
	struct buffer *b;
	struct unpack u;
	struct slice content;

	copy = resent_as(queue_id, 1);
	assert_string_not_equal(copy, queue_id);
	assert_string_equal(resent_as(queue_id, 1), copy); /* the same order once more */
	e = take_mail();
	assert_string_equal(e.queue_id, copy);
	assert_string_equal(e.recipients[0].address, "a@x.example");
	assert_string_equal(e.message_id, "<1@node.example>");
	b = empty_body();
	pack_number(b, e.message);
	pack_number(b, 0);
	u = expect(ask(&sender, WORD_BODY, b), WORD_BODY_IS);
	content = unpack_slice(&u, WIRE_CHUNK_MAX);
	assert_int_equal(content.len, e.size);
	assert_true(slice_starts(content, "Resent-From: <alerts@example.com>\r\n"
		"Resent-To: <a@x.example>\r\nResent-Date: "));
	assert_true(slice_ends(content, ">\r\nSubject: x\r\n\r\nhello\r\n"));
	/* the fixture says that the original's header section has two octets */
	assert_true(slice_starts(slice_sub(content, (size_t)e.header_size, content.len), "bject: x"));
	assert_int_equal(show(queue_id).n_resent, 1);
	assert_string_equal(tries_of(queue_id).deeds[0].other, copy);
	assert_string_equal(tries_of(copy).deeds[0].other, queue_id);
	stays_open(next_later());
	expect_refused(resend(copy, 0), EX_UNAVAILABLE);
	expect_refused(resend(queue_id, 3), EX_UNAVAILABLE);
	assert_string_not_equal(resent_as(queue_id, 0), copy);
}

/* It would use up what is kept for verdicts and marks. */
static void a_copy_that_finds_no_room_leaves_the_reserve(void **state UNUSED)
{
	struct rlimit limit;
	char *part = malloc(64 * 1024 + 1);
	const char *parts[33] = { NULL }, *queue_id;
	struct envelope e = envelope_for(2 * 1024 * 1024, to_a);
	struct answer *a;
	struct unpack u;

	assert_non_null(part);
	memset(part, 'x', 64 * 1024);
	part[64 * 1024] = '\0';
	for (int i = 0; i < 32; i++)
		parts[i] = part;
	a = submit_parts(&e, parts);
	wait_for(a);
	u = expect(a, WORD_POSTED);
	queue_id = unpack_text(&u, 100, arena);
	e = take_mail();
	deliver_verdict(&e, VERDICT_RECIPIENT);
	assert_false(store_is_full(keeper.store));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = 1024 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_refused(resend(queue_id, 0), EX_TEMPFAIL);
	assert_false(store_is_full(keeper.store));
	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	resent_as(queue_id, 0);
	free(part);
}

/* ---- lists ---- */

static struct queue_question question(const char *state, uint64_t after, uint64_t limit)
{
	return (struct queue_question){ .state = state, .after = after, .limit = limit };
}

static uint64_t find(struct queue_question wanted, uint64_t *ret_next, struct queue_row *rows)
{
	struct buffer *b = body_as_root();
	struct unpack u;
	uint64_t n;

	queue_question_pack(b, &wanted);
	u = expect(ask(&front, WORD_QUEUE_LIST, b), WORD_QUEUE_IS);
	*ret_next = unpack_number(&u);
	n = unpack_number(&u);
	for (uint64_t i = 0; i < n; i++)
		queue_row_unpack(&u, arena, &rows[i]);
	assert_true(unpack_end(&u));
	return n;
}

static uint64_t list(const char *state, uint64_t after, uint64_t limit, uint64_t *ret_next,
	struct queue_row *rows)
{
	return find(question(state, after, limit), ret_next, rows);
}

static void the_queue_is_listed(void **state UNUSED)
{
	static struct queue_row rows[200];
	struct envelope e;
	struct queue_question wanted = question("all", 0, 10);
	uint64_t next;
	struct buffer *b;

	submit(mail, "a@x.example");
	e = take_mail();
	deliver_verdict(&e, VERDICT_ACCEPTED);
	submit(mail, "b@x.example");
	assert_int_equal(list("", 0, 10, &next, rows), 1);
	assert_int_equal(next, 0);
	assert_string_equal(rows[0].state, "queued");
	assert_string_equal(rows[0].subject, "cron");
	assert_int_equal(list("all", 0, 10, &next, rows), 2);
	assert_int_equal(list("all", 0, 1, &next, rows), 1);
	assert_int_equal(next, rows[0].id);
	assert_int_equal(list("all", next, 10, &next, rows), 1);
	assert_string_equal(rows[0].state, "accepted");
	assert_int_equal(list("failed", 0, 10, &next, rows), 0);
	wanted.to = "B@X";
	wanted.from = "cron@";
	wanted.subject = "cron";
	assert_int_equal(find(wanted, &next, rows), 1);
	assert_string_equal(rows[0].state, "queued");
	wanted.until = rows[0].at;
	assert_int_equal(find(wanted, &next, rows), 0);
	wanted.id = rows[0].queue_id;
	assert_int_equal(find(wanted, &next, rows), 1);
	wanted = question("all", 0, 10);
	wanted.oldest_first = true;
	assert_int_equal(find(wanted, &next, rows), 2);
	assert_string_equal(rows[0].state, "accepted");
	b = body_as_root();
	wanted = question("somehow", 0, 10);
	queue_question_pack(b, &wanted);
	expect_refused(ask(&front, WORD_QUEUE_LIST, b), EX_USAGE);
}

static void give_wordy_refusal(const struct envelope *e)
{
	struct delivery_recipient r = { .id = e->recipients[0].id,
		.verdict = { .class = VERDICT_RECIPIENT, .stage = STAGE_RCPT, .code = 550 } };
	struct delivery d = { .message = e->message, .relay = "relay", .relay_queue_id = "",
		.verdict = { .class = VERDICT_RECIPIENT }, .recipients = &r, .n_recipients = 1 };
	struct buffer *b = empty_body();

	memset(r.verdict.text, 'w', sizeof(r.verdict.text) - 1);
	delivery_pack(b, &d);
	expect(ask(&sender, WORD_VERDICT, b), WORD_VERDICT_KEPT);
}

static void a_page_that_would_not_fit_is_shorter(void **state UNUSED)
{
	static struct queue_row rows[200];
	struct envelope e = envelope_for(3, to_a);
	char text[320];
	uint64_t next, n;

	memset(text, 's', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	e.sender = e.subject = e.header_from = text;
	for (int i = 0; i < 200; i++) {
		struct answer *a = submit_parts(&e, (const char *const[]){ "\r\nx", NULL });
		struct envelope out;

		wait_for(a);
		expect(a, WORD_POSTED);
		out = take_mail();
		give_wordy_refusal(&out);
	}
	n = list("failed", 0, 200, &next, rows);
	assert_int_equal(next, rows[n - 1].id);
	assert_in_range(n, 100, 199);
	assert_int_equal(list("failed", next, 200, &next, rows), 200 - n);
}

static void the_words_of_a_wordy_relay_fit_one_message(void **state UNUSED)
{
	const char *recipients[101] = { NULL };
	static struct delivery_recipient list_of[100];
	struct delivery d = { .relay_queue_id = "", .recipients = list_of, .n_recipients = 100 };
	struct envelope e;
	struct message_view view;
	struct buffer *b;
	char relay[200];

	for (size_t i = 0; i < 100; i++)
		recipients[i] = arena_printf(arena, "%0200zu@x.example", i);
	wait_for(submit_later(mail, recipients));
	e = take_mail();
	assert_int_equal(e.n_recipients, 100);
	for (size_t i = 0; i < 100; i++) {
		struct verdict *v = &list_of[i].verdict;

		list_of[i].id = e.recipients[i].id;
		*v = (struct verdict){ .class = VERDICT_TRANSIENT, .code = 450 };
		memset(v->text, 'w', sizeof(v->text) - 1);
	}
	memset(relay, 'r', sizeof(relay) - 1);
	relay[sizeof(relay) - 1] = '\0';
	d.message = e.message;
	d.relay = relay;
	b = empty_body();
	delivery_pack(b, &d);
	assert_true(buffer_ok(b));
	expect(ask(&sender, WORD_VERDICT, b), WORD_VERDICT_KEPT);
	view = show(e.queue_id);
	assert_int_equal(view.row.n_recipients, 100);
	assert_int_equal(view.n_recipients, 100);
	assert_int_equal(strlen(view.recipients[0].verdict.text), VERDICT_TEXT_SIZE - 1);
}

static void octets_of_a_message_that_is_not_there_are_refused(void **state UNUSED)
{
	struct buffer *b = empty_body();

	pack_number(b, 4711);
	pack_number(b, 0);
	expect_refused(ask(&sender, WORD_BODY, b), EX_DATAERR);
}

/* ---- a store without room ---- */

static int64_t pages; /* of the database; before a job that sets a limit: the limit */

static int run_count_pages(struct store_db *db, void *arg UNUSED)
{
	struct query q;

	query_init(&q, db, "PRAGMA page_count");
	return query_value(&q, &pages);
}

static int run_limit_pages(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, arena_printf(arena, "PRAGMA max_page_count = %jd", (intmax_t)pages));
}

static void job_done(void *arg UNUSED, int result)
{
	assert_int_equal(result, STORE_OK);
}

static void in_store(int (*run)(struct store_db *db, void *arg))
{
	static struct store_job job;

	job = (struct store_job){ .run = run, .done = job_done };
	store_write(keeper.store, &job);
	wait_until_written();
}

static const char *submit_to_many(void)
{
	const char *recipients[QUEUE_ACT_SLICE + 1] = { NULL };
	struct answer *a;
	struct unpack u;

	for (int i = 0; i < QUEUE_ACT_SLICE; i++)
		recipients[i] = arena_printf(arena, "r%d@x.example", i);
	a = submit_later(mail, recipients);
	wait_for(a);
	u = expect(a, WORD_POSTED);
	return unpack_text(&u, 100, arena);
}

/* All waiting mail goes in slices; a later one finds the disk full. */
static void what_was_done_before_the_disk_was_full_is_told(void **state UNUSED)
{
	enum { MESSAGES = 6 };
	const char *first = submit_to_many(), *text;
	struct buffer *b;
	uint64_t done;
	int64_t before;

	for (int i = 0; i < MESSAGES; i++)
		submit_to_many();
	in_store(run_count_pages);
	before = pages;
	act("delete", first); /* to see what a slice takes */
	in_store(run_count_pages);
	assert_true(pages > before);
	pages += 2 * (pages - before);
	in_store(run_limit_pages);
	b = body_as_root();
	pack_text(b, "delete");
	pack_text(b, "");
	text = expect_refused(ask(&front, WORD_QUEUE_ACT, b), EX_TEMPFAIL);
	pages = 1 << 30;
	in_store(run_limit_pages);
	done = MESSAGES - act("delete", "").messages;
	assert_in_range(done, 1, MESSAGES - 1);
	assert_string_equal(text, arena_printf(arena, "The disk is full: make room on the file system "
		"of the state folder. It was done for %ju of the messages, with %ju recipients; the rest "
		"is as it was. Try again.", (uintmax_t)done, (uintmax_t)done * QUEUE_ACT_SLICE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_mail, teardown_keeper)
#define BARE(name) cmocka_unit_test_setup_teardown(name, setup_both, teardown_keeper)
		T(what_was_done_before_the_disk_was_full_is_told),
		T(a_mail_goes_from_submission_to_acceptance),
		T(a_sender_that_waits_gets_mail_when_it_comes),
		T(an_answer_means_that_it_is_on_the_disk),
		T(a_submission_of_the_same_name_is_kept_once),
		T(many_submissions_at_once_are_kept_apart),
		T(a_message_of_another_length_than_announced_is_refused),
		T(a_message_that_is_too_large_is_refused_before_it_comes),
		T(a_message_for_nobody_is_refused),
		T(memory_for_mail_on_its_way_in_is_bounded),
		T(a_mail_half_handed_in_is_dropped_with_front),
		T(a_full_disk_is_said_and_passes),
		T(ordinary_users_submit_but_do_not_look),
		T(a_verdict_decides_what_becomes_of_a_recipient),
		T(what_the_sender_stopped_goes_back_untried),
		T(the_dot_of_mail_that_is_gone_is_refused),
		T(a_verdict_comes_again_after_a_restart),
		T(a_broken_relay_holds_the_queue_until_a_probe_succeeds),
		T(new_settings_have_the_relay_probed_at_once),
		T(an_answer_about_the_old_settings_is_not_believed),
		BARE(without_settings_mail_waits_and_says_for_what),
		T(a_relay_that_took_mail_is_known_after_a_restart),
		T(local_names_go_to_the_contacts),
		BARE(local_names_wait_for_contacts),
		T(new_settings_try_deferred_mail_at_once),
		T(new_settings_leave_what_is_in_doubt),
		T(a_restart_does_not_hurry_deferred_mail),
		T(retry_by_hand_tries_at_once),
		T(messages_per_minute_are_spread),
		T(a_clock_set_forward_ends_no_mail_at_its_first_refusal),
		T(mail_of_a_clock_that_was_ahead_goes_when_it_is_set_back),
		T(a_lost_senders_mail_goes_to_the_next),
		T(a_lost_senders_mail_with_its_dot_sent_is_in_doubt),
		T(open_questions_are_answered_in_their_order),
		T(messages_per_minute_count_for_all_questions),
		T(a_message_is_with_the_sender_once_at_a_time),
		T(too_many_questions_are_refused),
		T(recovery_is_tried_until_the_disk_has_room),
		T(a_sender_lost_twice_is_recovered_once),
		T(a_verdict_that_comes_last_is_kept),
		T(a_person_holds_releases_and_deletes),
		T(all_are_held_and_deleted),
		T(an_action_that_cannot_be_is_refused),
		T(what_happened_to_a_message_is_told),
		T(mail_that_failed_is_sent_again_as_it_was),
		T(a_copy_that_finds_no_room_leaves_the_reserve),
		T(the_queue_is_listed),
		T(a_page_that_would_not_fit_is_shorter),
		T(the_words_of_a_wordy_relay_fit_one_message),
		T(octets_of_a_message_that_is_not_there_are_refused),
#undef T
#undef BARE
	};

	return cmocka_run_group_tests_name("keep/queue", tests, NULL, NULL);
}
