/* The queue's mail to a relay: what the relay is told, when, and what keeper hears of it. */
#include "unit/unit.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/delivery/bench.h"
#include "wire/grant.h"

static struct bench bench;

#define MAIL "From: root@host.example\r\nSubject: hello\r\n\r\nline\r\n.dot\r\n"

static int setup(void **state UNUSED)
{
	bench_init(&bench);
	return 0;
}

static int teardown(void **state UNUSED)
{
	bench_release(&bench);
	return 0;
}

static bool has_verdict(const struct bench *b)
{
	return b->keeper.n_verdicts >= 1;
}

static bool has_two_verdicts(const struct bench *b)
{
	return b->keeper.n_verdicts >= 2;
}

static bool has_four_verdicts(const struct bench *b)
{
	return b->keeper.n_verdicts >= 4;
}

static bool has_asked_dot(const struct bench *b)
{
	return b->keeper.n_dots >= 1;
}

static bool has_dot(const struct bench *b)
{
	return b->relay.n_dots >= 1;
}

static bool is_asked(const struct bench *b)
{
	return b->keeper.n_questions > 0;
}

static void deliver(const char *to)
{
	bench_mail(&bench, 7, to, SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
}

static const struct verdict *verdict_of(uint64_t recipient)
{
	for (size_t i = 0; i < bench.keeper.delivery.n_recipients; i++)
		if (bench.keeper.delivery.recipients[i].id == recipient)
			return &bench.keeper.delivery.recipients[i].verdict;
	return NULL;
}

static void a_mail_is_delivered(void **state UNUSED)
{
	char relay[64];

	deliver("ann@example.com");
	snprintf(relay, sizeof(relay), "127.0.0.1:%u", bench.relay.port);
	assert_int_equal(bench.keeper.delivery.message, 7);
	assert_string_equal(bench.keeper.delivery.relay, relay);
	assert_string_equal(bench.keeper.delivery.relay_queue_id, "4ABC");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
	assert_int_equal(bench.keeper.delivery.n_recipients, 1);
	assert_int_equal(verdict_of(70)->class, VERDICT_ACCEPTED);
	assert_int_equal(verdict_of(70)->code, 250);
	assert_true(bench_heard(&bench, "MAIL FROM:<root@host.example> SIZE=55"));
	assert_slice(buffer_slice(&bench.relay.content),
	    "From: root@host.example\r\nSubject: hello\r\n\r\nline\r\n..dot\r\n");
}

static void each_recipient_has_its_own_verdict(void **state UNUSED)
{
	bench_rule(&bench, "RCPT TO:<bob@", "550 5.1.1 no such user\r\n");
	bench_rule(&bench, "RCPT TO:<cid@", "450 4.2.1 later\r\n");
	deliver("ann@example.com,bob@example.com,cid@example.com");
	assert_int_equal(bench.keeper.delivery.n_recipients, 3);
	assert_int_equal(verdict_of(70)->class, VERDICT_ACCEPTED);
	assert_int_equal(verdict_of(71)->class, VERDICT_RECIPIENT);
	assert_int_equal(verdict_of(71)->code, 550);
	assert_int_equal(verdict_of(72)->class, VERDICT_TRANSIENT);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
}

static void a_refused_sign_in_at_rcpt_holds_the_queue(void **state UNUSED)
{
	bench_rule(&bench, "RCPT", "530 5.7.0 authentication required\r\n");
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_CREDENTIAL);
	assert_int_equal(bench.keeper.delivery.n_recipients, 0);
}

/* As when there is no memory for it: keeper takes it to be in flight until it hears of it. */
static void mail_that_cannot_be_taken_goes_back(void **state UNUSED)
{
	struct buffer body;

	bench_link(&bench);
	bench_run_until(&bench, is_asked);
	buffer_init(&body, 100);
	pack_number(&body, 7);
	channel_answer(bench.keeper.channel, bench.keeper.questions[0], WORD_MAIL, &body);
	buffer_release(&body);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.keeper.delivery.message, 7);
	assert_int_equal(bench.keeper.delivery.verdict.reason, REASON_STOPPED);
	assert_int_equal(bench.keeper.delivery.n_recipients, 0);
}

static void a_4xx_to_the_dot_is_for_all(void **state UNUSED)
{
	bench_rule(&bench, ".", "451 4.3.0 not now\r\n");
	deliver("ann@example.com,bob@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_TRANSIENT);
	assert_int_equal(verdict_of(70)->class, VERDICT_TRANSIENT);
	assert_int_equal(verdict_of(71)->code, 451);
}

static void a_refused_connection_is_the_relays_and_nobody_was_tried(void **state UNUSED)
{
	listener_release(&bench.relay.listener);
	close(bench.relay.listener_fd);
	bench.relay.listener_fd = -1;
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_RELAY);
	assert_int_equal(bench.keeper.delivery.verdict.stage, STAGE_CONNECT);
	assert_int_equal(bench.keeper.delivery.verdict.reason, REASON_REFUSED);
	assert_int_equal(bench.keeper.delivery.n_recipients, 0);
}

static void a_connection_lost_before_the_dot_is_tried_again_later(void **state UNUSED)
{
	bench_rule(&bench, "DATA", NULL);
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_TRANSIENT);
	assert_int_equal(verdict_of(70)->class, VERDICT_TRANSIENT);
	assert_int_equal(bench.keeper.n_dots, 0);
}

static void a_connection_lost_after_the_dot_is_ambiguous(void **state UNUSED)
{
	bench_rule(&bench, ".", NULL);
	deliver("ann@example.com");
	assert_int_equal(bench.relay.n_dots, 1);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_AMBIGUOUS);
	assert_int_equal(verdict_of(70)->class, VERDICT_AMBIGUOUS);
}

static void the_dot_waits_for_its_mark(void **state UNUSED)
{
	bench.keeper.hold_dot = true;
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_asked_dot);
	bench_run(&bench, 100);
	assert_int_equal(bench.relay.n_dots, 0);
	assert_int_equal(bench.keeper.n_verdicts, 0);
	bench_mark_dot(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.relay.n_dots, 1);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
}

static void without_the_mark_nothing_is_delivered(void **state UNUSED)
{
	bench.keeper.refuse_dot = true;
	deliver("ann@example.com");
	bench_run(&bench, 50);
	assert_int_equal(bench.relay.n_dots, 0);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_LOCAL);
	assert_int_equal(verdict_of(70)->class, VERDICT_LOCAL);
}

static void the_next_dot_waits_for_the_verdict_before_it(void **state UNUSED)
{
	bench.keeper.lose_verdicts = true;
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench_mail(&bench, 8, "bob@example.com", SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	bench_run(&bench, 200);
	assert_int_equal(bench.keeper.n_dots, 2);
	assert_int_equal(bench.relay.n_dots, 1);
	assert_int_equal(bench.keeper.n_verdicts, 1);
}

static void a_keeper_lost_before_the_dot_means_nothing_is_delivered(void **state UNUSED)
{
	bench.keeper.hold_dot = true;
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_asked_dot);
	bench_lose_keeper(&bench);
	bench_run(&bench, 100);
	assert_int_equal(bench.relay.n_dots, 0);
	bench_link(&bench);
	bench_run_until(&bench, is_asked);
	bench_run(&bench, 50);
	assert_int_equal(bench.keeper.n_verdicts, 0);
}

static void a_keeper_lost_after_the_dot_is_told_when_it_is_back(void **state UNUSED)
{
	bench_rule(&bench, ".", "");
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_dot);
	bench_lose_keeper(&bench);
	bench_run(&bench, 50);
	for (size_t i = 0; i < COUNT_OF(bench.relay.clients); i++)
		if (bench.relay.clients[i] != NULL)
			bench_say(&bench, i, "250 2.0.0 Ok: queued as LATE\r\n");
	bench_run(&bench, 50);
	assert_int_equal(bench.keeper.n_verdicts, 0);
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.keeper.delivery.message, 7);
	assert_string_equal(bench.keeper.delivery.relay_queue_id, "LATE");
	assert_int_equal(verdict_of(70)->class, VERDICT_ACCEPTED);
}

static void a_verdict_that_was_not_kept_is_told_again(void **state UNUSED)
{
	bench.keeper.lose_verdicts = true;
	deliver("ann@example.com");
	bench_lose_keeper(&bench);
	bench_run(&bench, 20);
	bench.keeper.lose_verdicts = false;
	bench_link(&bench);
	bench_run_until(&bench, has_two_verdicts);
	assert_int_equal(bench.keeper.delivery.message, 7);
	bench_run_until(&bench, is_asked);
	bench_lose_keeper(&bench);
	bench_run(&bench, 20);
	bench_link(&bench);
	bench_run_until(&bench, is_asked);
	assert_int_equal(bench.keeper.n_verdicts, 2);
}

static void a_warm_connection_carries_the_next_mail(void **state UNUSED)
{
	deliver("ann@example.com");
	bench_mail(&bench, 8, "bob@example.com", SLICE(MAIL));
	bench_run_until(&bench, is_asked);
	bench_run_until(&bench, has_two_verdicts);
	assert_int_equal(bench.relay.n_connections, 1);
	assert_int_equal(bench.relay.n_dots, 2);
	assert_int_equal(bench.keeper.delivery.message, 8);
}

static void a_warm_connection_that_died_costs_no_try(void **state UNUSED)
{
	deliver("ann@example.com");
	bench_rule(&bench, "MAIL", "421 4.4.2 idle for too long\r\n");
	bench.relay.rules[0].times = 1;
	bench_mail(&bench, 8, "bob@example.com", SLICE(MAIL));
	bench_run_until(&bench, has_two_verdicts);
	assert_int_equal(bench.relay.n_connections, 2);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
}

static void new_settings_end_the_warm_connection(void **state UNUSED)
{
	deliver("ann@example.com");
	bench_run(&bench, 50);
	bench_tell_relay(&bench); /* the same again changes nothing */
	bench_run(&bench, 50);
	assert_false(bench_heard(&bench, "QUIT"));
	bench.settings.version = 2;
	bench.settings.helo_name = "other.example";
	bench_tell_relay(&bench);
	bench_mail(&bench, 8, "bob@example.com", SLICE(MAIL));
	bench_run_until(&bench, has_two_verdicts);
	assert_true(bench_heard(&bench, "QUIT"));
	assert_true(bench_heard(&bench, "EHLO other.example"));
	assert_int_equal(bench.relay.n_connections, 2);
}

static void new_settings_do_not_wait_for_a_relay_that_ignores_quit(void **state UNUSED)
{
	bench_rule(&bench, "QUIT", "");
	deliver("ann@example.com");
	bench.settings.version = 2;
	bench.settings.helo_name = "other.example";
	bench_tell_relay(&bench);
	bench_mail(&bench, 8, "bob@example.com", SLICE(MAIL));
	bench_run_until(&bench, has_two_verdicts);
	assert_true(bench_heard(&bench, "QUIT"));
	assert_true(bench_heard(&bench, "EHLO other.example"));
}

static void without_a_relay_no_mail_is_asked_for(void **state UNUSED)
{
	bench.settings.host = "";
	bench_link(&bench);
	bench_run(&bench, 50);
	assert_int_equal(bench.keeper.n_next, 0);
}

static void the_sender_is_rewritten(void **state UNUSED)
{
	bench.settings.rewrite_from = true;
	deliver("ann@example.com");
	assert_true(bench_heard(&bench, "MAIL FROM:<alerts@example.com>"));
	assert_true(slice_find(buffer_slice(&bench.relay.content),
	    SLICE("<alerts@example.com>")) < bench.relay.content.len);
	assert_true(slice_find(buffer_slice(&bench.relay.content),
	    SLICE("X-Original-From: root@host.example")) < bench.relay.content.len);
}

static void eight_bit_content_is_encoded_where_it_must(void **state UNUSED)
{
	bench.relay.offers = "";
	bench_mail(&bench, 7, "ann@example.com", SLICE("Subject: gr\xc3\xbc\xc3\x9f\r\n"
	    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\nf\xc3\xbcr\r\n"));
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
	assert_true(slice_is_ascii(buffer_slice(&bench.relay.content)));
	assert_true(slice_find(buffer_slice(&bench.relay.content), SLICE("\r\n\r\nZsO8cg0K\r\n")) <
	    bench.relay.content.len);
	assert_false(bench_heard(&bench, "BODY=8BITMIME"));
}

static void five_mebibytes_go_in_chunks(void **state UNUSED)
{
	struct buffer big;

	buffer_init(&big, 6 * 1024 * 1024);
	buffer_append_text(&big, "Subject: big\r\n\r\n");
	while (big.len < 5 * 1024 * 1024)
		buffer_appendf(&big, "%076zu\r\n", big.len);
	bench_mail(&bench, 7, "ann@example.com", buffer_slice(&big));
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
	assert_int_equal(bench.relay.content.len, big.len);
	assert_memory_equal(bench.relay.content.data, big.data, big.len);
	assert_true(bench.keeper.n_bodies > 80);
	buffer_release(&big);
}

static void content_that_is_not_whole_is_not_delivered(void **state UNUSED)
{
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench.keeper.mails[0].envelope.size += 10;
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.relay.n_dots, 0);
	assert_int_equal(verdict_of(70)->class, VERDICT_LOCAL);
}

/* ---- TLS ---- */

static void sign_in(enum relay_encryption encryption)
{
	bench_use_tls(&bench, encryption);
	bench.settings.auth = RELAY_AUTH_PASSWORD;
	bench.settings.username = "user";
	bench.settings.password = "secret";
}

static void tls_at_once_and_sign_in_work(void **state UNUSED)
{
	sign_in(RELAY_ENCRYPTION_TLS);
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
	assert_true(bench_heard(&bench, "AUTH PLAIN AHVzZXIAc2VjcmV0"));
}

static void an_access_token_signs_in_without_a_password(void **state UNUSED)
{
	sign_in(RELAY_ENCRYPTION_TLS);
	bench.settings.auth = RELAY_AUTH_OAUTH2;
	bench.settings.token = "t0ken";
	bench.relay.offers = "250-AUTH PLAIN LOGIN XOAUTH2\r\n";
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
	assert_true(bench_heard(&bench, "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHQwa2VuAQE="));
	assert_false(bench_heard(&bench, "AUTH PLAIN"));
}

static void without_a_token_nothing_is_tried(void **state UNUSED)
{
	sign_in(RELAY_ENCRYPTION_TLS);
	bench.settings.auth = RELAY_AUTH_OAUTH2;
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_RELAY);
	assert_int_equal(bench.keeper.delivery.verdict.reason, REASON_SETTINGS);
	assert_int_equal(bench.relay.n_connections, 0);
}

static void starttls_and_sign_in_work(void **state UNUSED)
{
	sign_in(RELAY_ENCRYPTION_STARTTLS);
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_ACCEPTED);
	assert_true(bench_heard(&bench, "STARTTLS\nEHLO node.example\nAUTH PLAIN"));
}

static void a_wrong_authority_gets_no_password(void **state UNUSED)
{
	struct identity other;

	sign_in(RELAY_ENCRYPTION_TLS);
	identity_make(&other, &(struct identity_spec){ .subject = "Other", .from = -1000,
	    .until = 100000, .authority = true }, NULL);
	bench.settings.ca_certificate = buffer_text(&other.certificate);
	deliver("ann@example.com");
	identity_release(&other);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_RELAY);
	assert_int_equal(bench.keeper.delivery.verdict.stage, STAGE_TLS);
	assert_int_equal(bench.keeper.delivery.verdict.reason, REASON_TLS_UNKNOWN_ISSUER);
	assert_int_equal(bench.keeper.delivery.n_recipients, 0);
	assert_false(bench_heard(&bench, "AUTH"));
}

static void starttls_that_is_not_offered_ends_it(void **state UNUSED)
{
	sign_in(RELAY_ENCRYPTION_STARTTLS);
	bench.relay.offers = "250-AUTH PLAIN\r\n";
	deliver("ann@example.com");
	assert_int_equal(bench.keeper.delivery.verdict.reason, REASON_NO_STARTTLS);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_RELAY);
	assert_false(bench_heard(&bench, "AUTH"));
	assert_false(bench_heard(&bench, "MAIL"));
}

/* ---- the relay alone, stopping ---- */

static bool is_probed(const struct bench *b)
{
	return b->keeper.probed;
}

static void a_probe_goes_as_far_as_the_sign_in(void **state UNUSED)
{
	bench_link(&bench);
	bench_probe(&bench);
	bench_run_until(&bench, is_probed);
	assert_int_equal(bench.keeper.probe.class, VERDICT_ACCEPTED);
	assert_slice(buffer_slice(&bench.relay.said), "EHLO node.example\nQUIT\n");
}

static void a_probe_says_what_is_wrong(void **state UNUSED)
{
	bench_rule(&bench, "AUTH", "535 5.7.8 bad credentials\r\n");
	bench.settings.auth = RELAY_AUTH_PASSWORD;
	bench.settings.username = "user";
	bench.settings.password = "secret";
	bench.settings.allow_clear_password = true;
	bench_link(&bench);
	bench_probe(&bench);
	bench_run_until(&bench, is_probed);
	assert_int_equal(bench.keeper.probe.class, VERDICT_CREDENTIAL);
	assert_int_equal(bench.keeper.probe.code, 535);
}

static void a_warm_connection_answers_for_the_relay(void **state UNUSED)
{
	deliver("ann@example.com");
	bench_run(&bench, 50);
	bench_probe(&bench);
	bench_run_until(&bench, is_probed);
	assert_int_equal(bench.keeper.probe.class, VERDICT_ACCEPTED);
	assert_int_equal(bench.relay.n_connections, 1);
}

static void on_stopped(void *arg)
{
	struct bench *b = arg;

	b->stopped = true;
}

static bool is_stopped(const struct bench *b)
{
	return b->stopped;
}

static void stopping_gives_back_what_has_no_dot_yet(void **state UNUSED)
{
	bench.keeper.hold_dot = true;
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_asked_dot);
	sender_stop(bench.sender, on_stopped, &bench);
	bench_run_until(&bench, is_stopped);
	assert_int_equal(bench.relay.n_dots, 0);
	assert_int_equal(bench.keeper.n_verdicts, 1);
	assert_int_equal(bench.keeper.delivery.n_recipients, 0);
}

static void stopping_waits_for_the_answer_to_a_dot(void **state UNUSED)
{
	bench_rule(&bench, ".", "");
	bench_mail(&bench, 7, "ann@example.com", SLICE(MAIL));
	bench_link(&bench);
	bench_run_until(&bench, has_dot);
	sender_stop(bench.sender, on_stopped, &bench);
	bench_run(&bench, 100);
	assert_false(bench.stopped);
	bench_say(&bench, 0, "250 2.0.0 Ok\r\n");
	bench_run_until(&bench, is_stopped);
	assert_int_equal(verdict_of(70)->class, VERDICT_ACCEPTED);
}

/* A provider that takes the connection and says nothing. */
static int provider_fd;
static enum word granted;

static const char *open_provider(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);

	provider_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(provider_fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(provider_fd, 1), 0);
	assert_int_equal(getsockname(provider_fd, (struct sockaddr *)&address, &len), 0);
	return arena_printf(bench.arena, "https://127.0.0.1:%u/token", ntohs(address.sin_port));
}

static bool provider_is_asked(const struct bench *b UNUSED)
{
	return poll(&(struct pollfd){ .fd = provider_fd, .events = POLLIN }, 1, 0) == 1;
}

static void on_granted(void *arg UNUSED, const struct channel_message *m)
{
	granted = m != NULL ? m->word : WORD_NONE;
}

static bool is_answered(const struct bench *b UNUSED)
{
	return granted != WORD_PULSE;
}

/* It may have been a new refresh token, which ends the one that keeper has. */
static void stopping_waits_for_the_providers_answer(void **state UNUSED)
{
	struct grant g = grant_none;
	struct buffer body;

	bench_use_tls(&bench, RELAY_ENCRYPTION_TLS);
	bench_link(&bench);
	g.kind = GRANT_REFRESH;
	g.endpoint = open_provider();
	g.refresh_token = "secret";
	g.ca_certificate = bench.settings.ca_certificate;
	g.allow_private = true;
	granted = WORD_PULSE; /* no answer yet */
	buffer_init(&body, WIRE_BODY_MAX);
	grant_pack(&body, &g);
	channel_ask(bench.keeper.channel, WORD_GRANT, &body, on_granted, NULL);
	buffer_release(&body);
	bench_run_until(&bench, provider_is_asked);
	sender_stop(bench.sender, on_stopped, &bench);
	bench_run(&bench, 100);
	assert_false(bench.stopped);
	close(provider_fd); /* which hangs up */
	bench_run_until(&bench, is_stopped);
	bench_run_until(&bench, is_answered);
	assert_int_equal(granted, WORD_GRANT_IS);
}

/* ---- several connections ---- */

static bool all_accepted(const struct bench *b)
{
	return b->keeper.n_accepted == b->keeper.n_mails;
}

/* Mail for ann, each message one more, over so many connections. */
static void queue_mails(unsigned connections, size_t n)
{
	bench.settings.max_connections = connections;
	for (size_t i = 0; i < n; i++)
		bench_mail(&bench, 7 + i, "ann@example.com", SLICE(MAIL));
}

/* The answer to every dot that was left without one. */
static void answer_dots(void)
{
	for (size_t i = 0; i < COUNT_OF(bench.relay.clients); i++)
		if (bench.relay.clients[i] != NULL)
			bench_say(&bench, i, "250 2.0.0 Ok\r\n");
}

static bool has_four_dots(const struct bench *b)
{
	return b->relay.n_dots >= 4;
}

static bool has_two_dots(const struct bench *b)
{
	return b->relay.n_dots >= 2;
}

static bool has_three_questions_for_dots(const struct bench *b)
{
	return b->keeper.n_dots >= 3;
}

static void a_dot_without_an_answer_keeps_no_other_waiting(void **state UNUSED)
{
	bench_rule(&bench, ".", "");
	queue_mails(4, 5);
	bench_link(&bench);
	bench_run_until(&bench, has_four_dots);
	bench_run(&bench, 50);
	assert_int_equal(bench.relay.n_connections, 4); /* and no more */
	assert_int_equal(bench.relay.n_dots, 4);
	assert_int_equal(bench.keeper.n_verdicts, 0);
	bench.relay.rules[0].times = 1;
	answer_dots();
	bench_run_until(&bench, all_accepted);
	assert_int_equal(bench.relay.n_connections, 4);
	assert_int_equal(bench.relay.n_dots, 5);
}

/* The relay is near: each mark shares a commit with the verdict of the message before. */
static void one_connection_needs_one_commit_a_message(void **state UNUSED)
{
	bench.keeper.commit_ms = 20;
	queue_mails(1, 14);
	bench_link(&bench);
	bench_run_until(&bench, all_accepted);
	bench_run(&bench, 50);
	assert_int_equal(bench.relay.n_connections, 1);
	assert_int_equal(bench.relay.n_dots, 14);
	/* 15 and one for the first mail; more where this machine was slower than the commits */
	assert_in_range(bench.keeper.commit.n, 15, 21);
}

static bool is_at_data(const struct bench *b)
{
	return b->relay.used[0] >= 1;
}

static bool is_at_data_again(const struct bench *b)
{
	return b->relay.used[0] >= 2;
}

/* A mark before the dot would be in vain too often where a relay is far. */
static void the_mark_waits_for_the_content_where_the_relay_is_far(void **state UNUSED)
{
	bench_rule(&bench, "DATA", "");
	queue_mails(1, 2);
	bench_link(&bench);
	for (unsigned mail = 0; mail < 2; mail++) {
		bench_run_until(&bench, mail == 0 ? is_at_data : is_at_data_again);
		bench_run(&bench, 50);
		assert_int_equal(bench.keeper.n_dots, mail);
		bench_take_content(&bench, 0);
	}
	bench_run_until(&bench, all_accepted);
	assert_int_equal(bench.keeper.n_dots, 2);
}

static void connections_are_opened_only_for_mail(void **state UNUSED)
{
	queue_mails(4, 1);
	bench_link(&bench);
	bench_run_until(&bench, all_accepted);
	for (uint64_t i = 1; i < 5; i++) {
		bench_mail(&bench, 7 + i, "ann@example.com", SLICE(MAIL));
		bench_run_until(&bench, all_accepted);
	}
	assert_int_equal(bench.relay.n_connections, 1);
}

static void a_dot_waits_for_the_verdicts_of_its_own_connection(void **state UNUSED)
{
	bench.keeper.lose_verdicts = true;
	queue_mails(2, 4);
	bench_link(&bench);
	bench_run_until(&bench, has_two_dots);
	bench_run(&bench, 100);
	assert_int_equal(bench.relay.n_dots, 2); /* one each */
	assert_int_equal(bench.keeper.n_verdicts, 2);
}

static void a_dot_waits_for_the_verdicts_of_connections_that_are_gone(void **state UNUSED)
{
	bench_rule(&bench, "RSET", NULL);
	bench_rule(&bench, ".", "421 4.3.2 going away\r\n");
	bench.relay.rules[1].times = 1;
	bench.keeper.lose_verdicts = true;
	queue_mails(1, 2);
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	bench_run(&bench, 100);
	assert_int_equal(bench.relay.n_connections, 2);
	assert_int_equal(bench.relay.n_dots, 1);
}

static void a_relay_that_refuses_more_connections_gets_fewer(void **state UNUSED)
{
	bench_rule(&bench, "", "220 relay.example ESMTP\r\n");
	bench_rule(&bench, "", "421 4.7.0 Error: too many connections\r\n");
	bench_rule(&bench, ".", "");
	bench.relay.rules[0].times = 1;
	bench.relay.rules[2].times = 1;
	queue_mails(4, 6);
	bench_link(&bench);
	bench_run_until(&bench, has_dot);
	bench_run(&bench, 50);
	assert_int_equal(bench.keeper.n_verdicts, 0); /* nobody is to blame, nothing is held */
	assert_int_equal(bench.relay.n_connections, 2);
	answer_dots();
	bench_run_until(&bench, all_accepted);
	assert_int_equal(bench.keeper.n_verdicts, 6);
	assert_int_equal(bench.relay.n_connections, 2);
}

static void refuse_the_second(const char *command, const char *reply)
{
	bench_rule(&bench, command, "250 2.1.0 Ok\r\n");
	bench_rule(&bench, command, reply);
	bench_rule(&bench, ".", "");
	bench.relay.rules[0].times = 1;
	bench.relay.rules[1].times = 1;
	bench.relay.rules[2].times = 1;
	queue_mails(3, 2);
	bench_link(&bench);
	bench_run_until(&bench, has_dot);
	bench_run(&bench, 50);
	assert_int_equal(bench.keeper.n_verdicts, 0);
	assert_int_equal(bench.relay.n_connections, 2);
	answer_dots();
	bench_run_until(&bench, all_accepted);
	assert_int_equal(bench.keeper.n_verdicts, 2);
	assert_int_equal(bench.relay.n_connections, 2);
}

static void too_many_at_mail_goes_over_another_connection(void **state UNUSED)
{
	refuse_the_second("MAIL", "432 4.3.2 Concurrent connections limit exceeded\r\n");
}

static void too_many_at_rcpt_counts_for_the_recipient(void **state UNUSED)
{
	bench_rule(&bench, "RCPT", "432 4.3.2 Concurrent connections limit exceeded\r\n");
	queue_mails(1, 1);
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(verdict_of(70)->class, VERDICT_TRANSIENT);
}

static void hung_up_at_mail_goes_over_another_connection(void **state UNUSED)
{
	refuse_the_second("MAIL", "421 4.3.2 too many connections\r\n");
}

static void too_many_with_one_connection_is_tried_later(void **state UNUSED)
{
	bench_rule(&bench, "MAIL", "432 4.3.2 Concurrent connections limit exceeded\r\n");
	queue_mails(4, 1);
	bench_link(&bench);
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.keeper.delivery.verdict.class, VERDICT_TRANSIENT);
	assert_int_equal(verdict_of(70)->code, 432);
}

static void a_broken_relay_gets_no_more_of_what_was_fetched(void **state UNUSED)
{
	bench_rule(&bench, "", "554 5.7.1 go away\r\n");
	queue_mails(3, 4);
	bench_link(&bench);
	bench_run_until(&bench, has_four_verdicts);
	assert_int_equal(bench.relay.n_connections, 1);
	assert_int_equal(bench.keeper.n_accepted, 0);
	assert_int_equal(bench.keeper.n_tried, 0);
}

static void new_settings_do_not_wait_for_an_open_dot(void **state UNUSED)
{
	bench_rule(&bench, ".", "");
	bench.relay.rules[0].times = 1;
	queue_mails(1, 1);
	bench_link(&bench);
	bench_run_until(&bench, has_dot);
	bench.settings.version = 2;
	bench.settings.helo_name = "other.example";
	bench_tell_relay(&bench);
	bench_mail(&bench, 20, "bob@example.com", SLICE(MAIL));
	bench_run_until(&bench, has_verdict);
	assert_int_equal(bench.keeper.delivery.message, 20);
	assert_true(bench_heard(&bench, "EHLO other.example"));
	bench_say(&bench, 0, "250 2.0.0 Ok: queued as LATE\r\n");
	bench_run_until(&bench, all_accepted);
	assert_int_equal(bench.keeper.delivery.message, 7);
	assert_string_equal(bench.keeper.delivery.relay_queue_id, "LATE");
}

static void a_keeper_lost_with_several_connections_leaves_none_with_a_dot(void **state UNUSED)
{
	bench.keeper.hold_dot = true;
	queue_mails(3, 5);
	bench_link(&bench);
	bench_run_until(&bench, has_three_questions_for_dots);
	bench_lose_keeper(&bench);
	bench_run(&bench, 50);
	assert_int_equal(bench.relay.n_dots, 0);
	bench.keeper.hold_dot = false;
	for (size_t i = 0; i < bench.keeper.n_mails; i++)
		bench.keeper.mails[i].given = false;
	bench_link(&bench);
	bench_run_until(&bench, all_accepted);
	assert_int_equal(bench.relay.n_dots, 5);
}

static void stopping_takes_all_back_that_has_no_dot(void **state UNUSED)
{
	bench.keeper.hold_dot = true;
	queue_mails(3, 6);
	bench_link(&bench);
	bench_run_until(&bench, has_three_questions_for_dots);
	sender_stop(bench.sender, on_stopped, &bench);
	bench_run_until(&bench, is_stopped);
	assert_int_equal(bench.relay.n_dots, 0);
	assert_int_equal(bench.keeper.n_verdicts, 6);
	assert_int_equal(bench.keeper.n_tried, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mail_is_delivered),
		TEST(each_recipient_has_its_own_verdict),
		TEST(a_refused_sign_in_at_rcpt_holds_the_queue),
		TEST(mail_that_cannot_be_taken_goes_back),
		TEST(a_4xx_to_the_dot_is_for_all),
		TEST(a_refused_connection_is_the_relays_and_nobody_was_tried),
		TEST(a_connection_lost_before_the_dot_is_tried_again_later),
		TEST(a_connection_lost_after_the_dot_is_ambiguous),
		TEST(the_dot_waits_for_its_mark),
		TEST(without_the_mark_nothing_is_delivered),
		TEST(the_next_dot_waits_for_the_verdict_before_it),
		TEST(a_keeper_lost_before_the_dot_means_nothing_is_delivered),
		TEST(a_keeper_lost_after_the_dot_is_told_when_it_is_back),
		TEST(a_verdict_that_was_not_kept_is_told_again),
		TEST(a_warm_connection_carries_the_next_mail),
		TEST(a_warm_connection_that_died_costs_no_try),
		TEST(new_settings_end_the_warm_connection),
		TEST(new_settings_do_not_wait_for_a_relay_that_ignores_quit),
		TEST(without_a_relay_no_mail_is_asked_for),
		TEST(the_sender_is_rewritten),
		TEST(eight_bit_content_is_encoded_where_it_must),
		TEST(five_mebibytes_go_in_chunks),
		TEST(content_that_is_not_whole_is_not_delivered),
		TEST(tls_at_once_and_sign_in_work),
		TEST(an_access_token_signs_in_without_a_password),
		TEST(without_a_token_nothing_is_tried),
		TEST(starttls_and_sign_in_work),
		TEST(a_wrong_authority_gets_no_password),
		TEST(starttls_that_is_not_offered_ends_it),
		TEST(a_probe_goes_as_far_as_the_sign_in),
		TEST(a_probe_says_what_is_wrong),
		TEST(a_warm_connection_answers_for_the_relay),
		TEST(stopping_gives_back_what_has_no_dot_yet),
		TEST(stopping_waits_for_the_answer_to_a_dot),
		TEST(stopping_waits_for_the_providers_answer),
		TEST(a_dot_without_an_answer_keeps_no_other_waiting),
		TEST(one_connection_needs_one_commit_a_message),
		TEST(the_mark_waits_for_the_content_where_the_relay_is_far),
		TEST(connections_are_opened_only_for_mail),
		TEST(a_dot_waits_for_the_verdicts_of_its_own_connection),
		TEST(a_dot_waits_for_the_verdicts_of_connections_that_are_gone),
		TEST(a_relay_that_refuses_more_connections_gets_fewer),
		TEST(too_many_at_mail_goes_over_another_connection),
		TEST(too_many_at_rcpt_counts_for_the_recipient),
		TEST(hung_up_at_mail_goes_over_another_connection),
		TEST(too_many_with_one_connection_is_tried_later),
		TEST(a_broken_relay_gets_no_more_of_what_was_fetched),
		TEST(new_settings_do_not_wait_for_an_open_dot),
		TEST(a_keeper_lost_with_several_connections_leaves_none_with_a_dot),
		TEST(stopping_takes_all_back_that_has_no_dot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
