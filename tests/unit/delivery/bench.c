/* bench.c - a relay and a keeper for the sender's tests; see bench.h. */
#include "unit/unit.h"

#include "unit/delivery/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/unix_socket.h"

enum {
	DAY = 86400,
	CHUNK = 60000,
};

/* ---- the relay ---- */

struct client {
	struct bench *bench;
	struct stream *stream;
	size_t slot;
	bool in_data;
};

static void drop(struct client *c)
{
	c->bench->relay.clients[c->slot] = NULL;
	stream_free(c->stream);
	free(c);
}

static void say(struct client *c, const char *reply)
{
	assert_int_equal(stream_write(c->stream, slice_of(reply)), 0);
}

/* False when the client is gone. */
static bool answer_by_rule(struct client *c, struct slice line, const char *own)
{
	struct bench_relay *r = &c->bench->relay;

	for (size_t i = 0; i < COUNT_OF(r->rules) && r->rules[i].command != NULL; i++) {
		const struct rule *rule = &r->rules[i];

		if (rule->times > 0 && r->used[i] >= rule->times)
			continue;
		if (rule->command[0] == '\0' ? line.len > 0 : !slice_starts(line, rule->command))
			continue;
		r->used[i]++;
		if (rule->reply == NULL) {
			drop(c);
			return false;
		}
		own = rule->reply;
		break;
	}
	say(c, own);
	c->in_data = slice_is(line, "DATA") && strncmp(own, "354", 3) == 0;
	return true;
}

static bool answer_command(struct client *c, struct slice line)
{
	struct bench_relay *r = &c->bench->relay;
	char ehlo[400];

	buffer_append_slice(&r->said, line);
	buffer_append_char(&r->said, '\n');
	if (slice_starts(line, "EHLO")) {
		snprintf(ehlo, sizeof(ehlo), "250-relay.example\r\n%s250 HELP\r\n", r->offers);
		return answer_by_rule(c, line, ehlo);
	}
	if (slice_is(line, "STARTTLS") && r->tls != NULL) {
		stream_pause(c->stream);
		say(c, "220 2.0.0 go ahead\r\n");
		return true; /* on_drained goes on */
	}
	if (slice_starts(line, "AUTH"))
		return answer_by_rule(c, line, "235 2.7.0 welcome\r\n");
	if (slice_is(line, "DATA"))
		return answer_by_rule(c, line, "354 go on\r\n");
	if (slice_is(line, "QUIT")) {
		say(c, "221 2.0.0 bye\r\n");
		stream_close_when_written(c->stream);
		return true;
	}
	return answer_by_rule(c, line, "250 2.0.0 Ok\r\n");
}

/* One line; false when there is none or the client is gone. */
static bool read_line(struct client *c)
{
	struct bench_relay *r = &c->bench->relay;
	struct slice input = stream_input(c->stream);
	size_t end = slice_find(input, SLICE("\r\n"));
	char text[2000];
	struct slice line;

	if (end == input.len)
		return false;
	if (c->in_data && !slice_is(slice_sub(input, 0, end), ".")) {
		buffer_append_slice(&r->content, slice_sub(input, 0, end + 2));
		stream_consume(c->stream, end + 2);
		return true;
	}
	assert_true(slice_copy(slice_sub(input, 0, end), text, sizeof(text)));
	line = slice_of(text);
	stream_consume(c->stream, end + 2);
	if (!c->in_data)
		return answer_command(c, line);
	c->in_data = false;
	r->n_dots++;
	return answer_by_rule(c, line, "250 2.0.0 Ok: queued as 4ABC\r\n");
}

static void on_readable(void *arg)
{
	struct client *c = arg;

	while (read_line(c))
		;
}

static void on_drained(void *arg)
{
	struct client *c = arg;
	struct bench_relay *r = &c->bench->relay;

	if (stream_is_tls(c->stream) || r->tls_at_once || !slice_ends(buffer_slice(&r->said),
	    "STARTTLS\n"))
		return;
	assert_int_equal(stream_accept_tls(c->stream, r->tls), 0);
	stream_resume(c->stream);
}

static void on_secured(void *arg)
{
	struct client *c = arg;

	if (c->bench->relay.tls_at_once)
		answer_by_rule(c, SLICE(""), "220 relay.example ESMTP\r\n");
}

static void on_closed(void *arg, enum stream_end end UNUSED, const char *text UNUSED)
{
	drop(arg);
}

static const struct stream_events relay_events = {
	.secured = on_secured,
	.readable = on_readable,
	.drained = on_drained,
	.closed = on_closed,
};

static void on_accepted(void *arg, int fd, const struct endpoint *peer UNUSED)
{
	struct bench *b = arg;
	struct client *c = calloc(1, sizeof(*c));
	struct stream_options options = {
		.loop = b->loop, .events = &relay_events, .arg = c,
		.input_limit = 65536, .output_limit = 65536,
	};

	assert_non_null(c);
	c->bench = b;
	while (b->relay.clients[c->slot] != NULL)
		assert_true(++c->slot < COUNT_OF(b->relay.clients));
	b->relay.clients[c->slot] = c;
	b->relay.n_connections++;
	c->stream = stream_accept(&options, fd);
	assert_non_null(c->stream);
	if (b->relay.tls_at_once)
		assert_int_equal(stream_accept_tls(c->stream, b->relay.tls), 0);
	else
		answer_by_rule(c, SLICE(""), "220 relay.example ESMTP\r\n");
}

void bench_say(struct bench *b, size_t client, const char *text)
{
	say(b->relay.clients[client], text);
}

void bench_take_content(struct bench *b, size_t client)
{
	b->relay.clients[client]->in_data = true;
	bench_say(b, client, "354 go on\r\n");
}

void bench_rule(struct bench *b, const char *command, const char *reply)
{
	size_t i = 0;

	while (b->relay.rules[i].command != NULL)
		i++;
	b->relay.rules[i] = (struct rule){ .command = command, .reply = reply };
}

bool bench_heard(const struct bench *b, const char *text)
{
	struct slice said = buffer_slice(&b->relay.said);

	return slice_find(said, slice_of(text)) < said.len;
}

void bench_use_tls(struct bench *b, enum relay_encryption encryption)
{
	struct fault fault = { "" };

	identity_make(&b->authority, &(struct identity_spec){ .subject = "Test Authority",
	    .from = -DAY, .until = 100 * DAY, .authority = true }, NULL);
	identity_make(&b->identity, &(struct identity_spec){ .subject = "relay.example",
	    .names = "IP:127.0.0.1", .from = -DAY, .until = 30 * DAY + 60 }, &b->authority);
	if (tls_server_new(buffer_slice(&b->identity.certificate), buffer_slice(&b->identity.key),
	    &b->relay.tls, &fault) < 0)
		fail_msg("%s", fault.text);
	b->relay.tls_at_once = encryption == RELAY_ENCRYPTION_TLS;
	b->settings.encryption = encryption;
	b->settings.ca_certificate = buffer_text(&b->authority.certificate);
	if (encryption == RELAY_ENCRYPTION_STARTTLS)
		b->relay.offers = "250-STARTTLS\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n";
}

/* ---- the keeper ---- */

static struct bench_mail *next_mail(struct bench_keeper *k)
{
	for (size_t i = 0; i < k->n_mails; i++)
		if (!k->mails[i].given)
			return &k->mails[i];
	return NULL;
}

static void hand_out(struct bench *b)
{
	struct bench_keeper *k = &b->keeper;
	struct bench_mail *mail;
	struct buffer body;

	while (k->n_questions > 0 && (mail = next_mail(k)) != NULL) {
		mail->given = true;
		buffer_init(&body, WIRE_BODY_MAX);
		envelope_pack(&body, &mail->envelope);
		channel_answer(k->channel, k->questions[0], WORD_MAIL, &body);
		memmove(k->questions, k->questions + 1, --k->n_questions * sizeof(k->questions[0]));
		buffer_release(&body);
	}
}

static void give_body(struct bench_keeper *k, const struct channel_message *m)
{
	struct unpack u;
	uint64_t message, offset;
	struct buffer body;

	unpack_init(&u, m->body);
	message = unpack_number(&u);
	offset = unpack_number(&u);
	assert_true(unpack_end(&u));
	k->n_bodies++;
	buffer_init(&body, WIRE_BODY_MAX);
	for (size_t i = 0; i < k->n_mails; i++)
		if (k->mails[i].envelope.message == message)
			pack_slice(&body, slice_sub(k->mails[i].content, (size_t)offset, CHUNK));
	channel_answer(k->channel, m->id, WORD_BODY_IS, &body);
	buffer_release(&body);
}

/* At the end of a turn, or of a commit. */
static void on_commit(void *arg)
{
	struct bench_keeper *k = arg;
	struct commit *c = &k->commit;

	for (size_t i = 0; i < c->n_running; i++)
		if (k->channel != NULL)
			channel_answer(k->channel, c->jobs[i].id, c->jobs[i].answer, NULL);
	c->n += c->runs;
	c->n_jobs -= c->n_running;
	memmove(c->jobs, c->jobs + c->n_running, c->n_jobs * sizeof(c->jobs[0]));
	c->n_running = c->n_jobs;
	c->runs = c->n_running > 0;
	if (c->runs)
		timer_set(&c->timer, k->commit_ms);
}

static void keep(struct bench_keeper *k, uint64_t id, enum word answer)
{
	struct commit *c = &k->commit;

	if (k->commit_ms == 0) {
		channel_answer(k->channel, id, answer, NULL);
		return;
	}
	assert_true(c->n_jobs < COUNT_OF(c->jobs));
	c->jobs[c->n_jobs++] = (struct bench_job){ .id = id, .answer = answer };
	if (!c->runs && !timer_pending(&c->timer))
		timer_set(&c->timer, 0);
}

static void note_dot(struct bench_keeper *k, const struct channel_message *m)
{
	k->n_dots++;
	if (k->refuse_dot)
		channel_refuse(k->channel, m->id, 75, "", "The disk is full.");
	else if (k->hold_dot)
		k->dots[k->n_held++] = m->id;
	else
		keep(k, m->id, WORD_DOT_MARKED);
}

static void note_verdict(struct bench *b, const struct channel_message *m)
{
	struct unpack u;

	unpack_init(&u, m->body);
	delivery_unpack(&u, b->arena, &b->keeper.delivery);
	assert_true(unpack_end(&u));
	b->keeper.n_verdicts++;
	b->keeper.n_accepted += b->keeper.delivery.verdict.class == VERDICT_ACCEPTED;
	b->keeper.n_tried += (unsigned)b->keeper.delivery.n_recipients;
	if (!b->keeper.lose_verdicts)
		keep(&b->keeper, m->id, WORD_VERDICT_KEPT);
}

static void note_trial(struct bench *b, const struct channel_message *m)
{
	struct unpack u;

	unpack_init(&u, m->body);
	assert_int_equal(unpack_number(&u), 42);
	trial_unpack(&u, b->arena, &b->keeper.trial);
	assert_true(unpack_end(&u));
	b->keeper.n_stages++;
}

static void on_message(void *arg, struct channel *c UNUSED, const struct channel_message *m)
{
	struct bench *b = arg;

	if (m->word == WORD_NEXT) {
		assert_true(b->keeper.n_questions < COUNT_OF(b->keeper.questions));
		b->keeper.questions[b->keeper.n_questions++] = m->id;
		b->keeper.n_next++;
		hand_out(b);
	} else if (m->word == WORD_BODY) {
		give_body(&b->keeper, m);
	} else if (m->word == WORD_DOT) {
		note_dot(&b->keeper, m);
	} else if (m->word == WORD_VERDICT) {
		note_verdict(b, m);
	} else if (m->word == WORD_TRIAL_STAGE) {
		note_trial(b, m);
	}
}

static void on_keeper_closed(void *arg, struct channel *c)
{
	struct bench *b = arg;

	if (b->keeper.channel == c)
		b->keeper.channel = NULL;
	channel_free(c);
}

static const struct channel_events keeper_events = {
	.message = on_message,
	.closed = on_keeper_closed,
};

void bench_tell_relay(struct bench *b)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	relay_pack(&body, &b->settings);
	channel_send(b->keeper.channel, WORD_RELAY, 0, &body);
	buffer_release(&body);
}

void bench_link(struct bench *b)
{
	int fds[2];

	assert_int_equal(unix_socket_pair(fds), 0);
	b->keeper.channel = channel_new(b->loop, fds[0], ROLE_KEEPER, ROLE_SENDER,
	    &keeper_events, b);
	assert_non_null(b->keeper.channel);
	sender_linked(b->sender, fds[1]);
	bench_tell_relay(b);
}

void bench_lose_keeper(struct bench *b)
{
	struct channel *c = b->keeper.channel;

	b->keeper.channel = NULL;
	b->keeper.n_questions = 0;
	channel_free(c);
}

void bench_mark_dot(struct bench *b)
{
	for (size_t i = 0; i < b->keeper.n_held; i++)
		channel_answer(b->keeper.channel, b->keeper.dots[i], WORD_DOT_MARKED, NULL);
	b->keeper.n_held = 0;
}

static void on_probe_answer(void *arg, const struct channel_message *m)
{
	struct bench *b = arg;
	struct unpack u;

	if (m == NULL)
		return;
	unpack_init(&u, m->body);
	verdict_unpack(&u, &b->keeper.probe);
	assert_true(unpack_end(&u));
	b->keeper.probed = true;
}

void bench_probe(struct bench *b)
{
	b->keeper.probed = false;
	channel_ask(b->keeper.channel, WORD_PROBE, NULL, on_probe_answer, b);
}

static void on_trial_done(void *arg, const struct channel_message *m)
{
	struct bench *b = arg;

	b->keeper.n_done += m != NULL && m->word == WORD_TRIAL_DONE;
}

static size_t n_addresses(const char *to)
{
	size_t n = 1;

	for (; *to != '\0'; to++)
		n += *to == ',';
	return n;
}

void bench_pack_trial(const struct bench *b, const char *to, const char *message,
	struct buffer *body)
{
	struct slice rest = slice_of(to);

	pack_number(body, 42);
	pack_bool(body, b->check);
	relay_pack(body, &b->settings);
	pack_text(body, b->settings.envelope_sender);
	pack_number(body, n_addresses(to));
	while (rest.data != NULL)
		pack_slice(body, slice_cut(&rest, ','));
	pack_text(body, message);
}

void bench_try(struct bench *b, const char *to, const char *message)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	bench_pack_trial(b, to, message, &body);
	channel_ask(b->keeper.channel, WORD_TRIAL, &body, on_trial_done, b);
	buffer_release(&body);
}

void bench_mail(struct bench *b, uint64_t message, const char *to, struct slice content)
{
	struct bench_mail *mail = &b->keeper.mails[b->keeper.n_mails++];
	struct envelope *e = &mail->envelope;
	struct slice rest = slice_of(to);

	mail->content = content;
	e->message = message;
	e->queue_id = "TESTMAIL";
	e->sender = "root@host.example";
	e->size = content.len;
	e->header_size = slice_find(content, SLICE("\r\n\r\n")) + 4;
	e->needs_8bitmime =
	    !slice_is_ascii(slice_sub(content, (size_t)e->header_size, content.len));
	e->needs_smtputf8 = !slice_is_ascii(slice_sub(content, 0, (size_t)e->header_size));
	e->message_id = e->subject = e->header_from = "";
	e->n_recipients = n_addresses(to);
	e->recipients = arena_array(b->arena, e->n_recipients, sizeof(*e->recipients));
	for (size_t i = 0; i < e->n_recipients; i++) {
		e->recipients[i].id = message * 10 + i;
		e->recipients[i].address = arena_text(b->arena, slice_cut(&rest, ','));
	}
	if (b->keeper.channel != NULL)
		hand_out(b);
}

/* ---- running ---- */

static void on_end_of_run(void *arg)
{
	struct bench *b = arg;

	b->late = true;
}

static void stop_turn(void *arg)
{
	loop_stop(arg);
}

void bench_run_until(struct bench *b, bool (*done)(const struct bench *b))
{
	b->late = false;
	timer_set(&b->end_of_run, 5000);
	while (!b->late && !done(b)) {
		struct timer turn;

		timer_init(&turn, b->loop, stop_turn, b->loop);
		timer_set(&turn, 1);
		assert_int_equal(loop_run(b->loop), 0);
		timer_cancel(&turn);
	}
	timer_cancel(&b->end_of_run);
	if (b->late)
		fail_msg("it did not happen within 5 s; the relay heard:\n%.*s",
		    SLICE_ARGS(buffer_slice(&b->relay.said)));
}

void bench_run(struct bench *b, int64_t ms)
{
	b->late = false;
	timer_set(&b->end_of_run, ms);
	while (!b->late) {
		struct timer turn;

		timer_init(&turn, b->loop, stop_turn, b->loop);
		timer_set(&turn, 5);
		assert_int_equal(loop_run(b->loop), 0);
		timer_cancel(&turn);
	}
}

void bench_init(struct bench *b)
{
	struct endpoint address;
	struct fault fault;

	*b = (struct bench){ .relay = { .offers = "250-PIPELINING\r\n250-8BITMIME\r\n"
	    "250-SIZE 50000000\r\n250-AUTH PLAIN LOGIN\r\n" } };
	b->loop = loop_new();
	b->resolver = resolver_new(b->loop);
	b->arena = arena_new(64 * 1024 * 1024);
	b->http = http_client_new(b->loop, b->resolver);
	b->sender = sender_new(b->loop, b->resolver, b->http, NULL);
	assert_non_null(b->sender);
	buffer_init(&b->relay.said, 1024 * 1024);
	buffer_init(&b->relay.content, 64 * 1024 * 1024);
	timer_init(&b->end_of_run, b->loop, on_end_of_run, b);
	timer_init(&b->keeper.commit.timer, b->loop, on_commit, &b->keeper);
	assert_int_equal(listener_open(SLICE("127.0.0.1:0"), &b->relay.listener_fd, &fault), 0);
	assert_true(listener_address(b->relay.listener_fd, &address));
	b->relay.port = endpoint_port(&address);
	assert_int_equal(listener_init(&b->relay.listener, b->loop, b->relay.listener_fd,
	    on_accepted, b), 0);
	b->settings = (struct relay){
		.version = 1, .host = "127.0.0.1", .port = b->relay.port, .username = "", .password = "",
		.token = "",
		.ca_certificate = "", .helo_name = "node.example", .from_address = "alerts@example.com",
		.envelope_sender = "alerts@example.com", .node_name = "node1",
		.max_connections = 1,
	};
}

void bench_release(struct bench *b)
{
	sender_free(b->sender);
	channel_free(b->keeper.channel);
	for (size_t i = 0; i < COUNT_OF(b->relay.clients); i++)
		if (b->relay.clients[i] != NULL)
			drop(b->relay.clients[i]);
	listener_release(&b->relay.listener);
	if (b->relay.listener_fd >= 0)
		close(b->relay.listener_fd);
	tls_server_free(b->relay.tls);
	identity_release(&b->identity);
	identity_release(&b->authority);
	buffer_release(&b->relay.said);
	buffer_release(&b->relay.content);
	timer_cancel(&b->end_of_run);
	timer_cancel(&b->keeper.commit.timer);
	http_client_free(b->http);
	resolver_free(b->resolver);
	loop_free(b->loop);
	arena_free(b->arena);
}
