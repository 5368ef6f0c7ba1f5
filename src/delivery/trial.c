/* trial.c - a test mail's run, stage by stage; see trial.h. */
#include "delivery/trial.h"

#include <stdlib.h>

#include "base/log.h"
#include "delivery/fit.h"
#include "delivery/queue_id.h"
#include "delivery/tls_look.h"
#include "wire/words.h"

enum {
	TRIAL_MEMORY = 4 * 1024 * 1024,
	RECIPIENTS_MAX = TRIAL_STAGES_MAX - TRIAL_STEP_COUNT,
	ADDRESS_OCTETS_MAX = 1000,
	SECOND_MS = 1000,
};

const struct trial_patience trial_patience = {
	.greeting = 3 * SECOND_MS, .stage = 60 * SECOND_MS, .whole = 180 * SECOND_MS,
};

struct trial_run {
	struct trial_options options;
	struct arena *arena;
	uint64_t id;
	struct relay relay;
	const char *sender;
	struct slice *recipients; /* as they go into commands */
	size_t n_recipients;
	struct buffer message; /* as it came, then as it is sent */
	size_t n_sent;
	struct fit fit;

	struct trial trial;
	struct smtp_transcript transcript;
	struct connection *connection;
	int64_t last_at; /* when the newest stage ended */
	bool begun, finished; /* the message; its verdict is known */

	struct timer timer; /* tells */
	int64_t told_at;

	struct timer patience;
	int64_t ends_at; /* whatever happens */
	int64_t stage_from; /* the stage under way may take its time from here on */
	bool looked;
	struct tls_look *look;
};

static int64_t now_of(const struct trial_run *t)
{
	return loop_now(t->options.loop);
}

/* ---- telling ---- */

static void tell(struct trial_run *t)
{
	struct trial *trial = &t->trial;

	timer_cancel(&t->timer);
	t->told_at = now_of(t);
	trial->n_lines = size_min(t->transcript.n_lines, TRIAL_LINES_MAX);
	for (size_t i = 0; i < trial->n_lines; i++)
		trial->lines[i] = (struct trial_line){
			.direction = (char)t->transcript.lines[i].direction,
			.at_ms = (uint64_t)t->transcript.lines[i].at,
			.text = t->transcript.lines[i].text,
		};
	t->options.events->changed(t->options.arg, t->id, trial);
}

static void changed(struct trial_run *t)
{
	if (now_of(t) - t->told_at >= TRIAL_TELL_MS)
		tell(t);
	else if (!timer_pending(&t->timer))
		timer_set_at(&t->timer, t->told_at + TRIAL_TELL_MS);
}

static void on_timer(void *arg)
{
	tell(arg);
}

/* ---- stages ---- */

static void set_patience(struct trial_run *t);

static bool is_open(const struct trial_stage *s)
{
	return s->state == TRIAL_WAITING || s->state == TRIAL_RUNNING;
}

/* The n-th stage of that step; there always is one. */
static struct trial_stage *stage_of(struct trial_run *t, enum trial_step step, size_t n)
{
	size_t i = 0;

	while (t->trial.stages[i].step != step)
		i++;
	return &t->trial.stages[i + n];
}

static struct trial_stage *first_open(struct trial_run *t)
{
	for (size_t i = 0; i < t->trial.n_stages; i++)
		if (is_open(&t->trial.stages[i]))
			return &t->trial.stages[i];
	return NULL;
}

static enum trial_step step_of(enum verdict_stage stage)
{
	switch (stage) {
	case STAGE_SETTINGS:
	case STAGE_RESOLVE:
		return TRIAL_RESOLVE;
	case STAGE_CONNECT:
		return TRIAL_CONNECT;
	case STAGE_TLS:
	case STAGE_STARTTLS:
		return TRIAL_TLS;
	case STAGE_GREETING:
		return TRIAL_GREETING;
	case STAGE_EHLO:
		return TRIAL_EHLO;
	case STAGE_AUTH:
		return TRIAL_AUTH;
	case STAGE_MAIL:
	case STAGE_IDLE:
		return TRIAL_MAIL;
	case STAGE_RCPT:
		return TRIAL_RCPT;
	case STAGE_DATA:
	case STAGE_BODY:
		return TRIAL_DATA;
	case STAGE_DOT:
	case STAGE_QUIT:
	case STAGE_COUNT:
		break;
	}
	return TRIAL_ANSWER;
}

/* On one line, as the list of stages shows it. */
static const char *one_line(struct trial_run *t, const char *text)
{
	struct slice rest = slice_of(text);
	struct buffer out;
	const char *line;

	buffer_init(&out, 2 * VERDICT_TEXT_SIZE);
	while (rest.data != NULL) {
		buffer_append_slice(&out, slice_cut(&rest, '\n'));
		if (rest.data != NULL)
			buffer_append_text(&out, ", ");
	}
	line = arena_copy(t->arena, buffer_text(&out));
	buffer_release(&out);
	return line;
}

static void end_stage(struct trial_run *t, struct trial_stage *s, enum trial_state state,
	const char *result, const struct verdict *v)
{
	int64_t now = now_of(t);
	struct trial_stage *next;

	s->state = state;
	s->took_ms = (uint64_t)(now - t->last_at);
	s->result = one_line(t, result);
	if (v != NULL)
		s->verdict = *v;
	t->last_at = now;
	t->stage_from = now;
	next = first_open(t);
	if (state == TRIAL_GOOD && next != NULL)
		next->state = TRIAL_RUNNING;
	set_patience(t);
	changed(t);
}

/* Where it failed; when that stage is over already, where it was. */
static void fail_stage(struct trial_run *t, const struct verdict *v)
{
	struct trial_stage *s = stage_of(t, step_of(v->stage), 0);

	if (!is_open(s))
		s = first_open(t);
	if (s != NULL)
		end_stage(t, s, TRIAL_BAD, v->text, v);
}

static void skip_rest(struct trial_run *t)
{
	struct trial_stage *s;

	while ((s = first_open(t)) != NULL)
		s->state = TRIAL_SKIPPED;
}

static void add_stage(struct trial_run *t, enum trial_step step, bool wanted, const char *subject)
{
	t->trial.stages[t->trial.n_stages++] = (struct trial_stage){
		.step = step, .state = wanted ? TRIAL_WAITING : TRIAL_SKIPPED,
		.subject = subject, .result = "",
	};
}

/* In the order in which they will come. */
static void add_stages(struct trial_run *t)
{
	bool tls = t->relay.encryption != RELAY_ENCRYPTION_NONE;
	bool late = t->relay.encryption == RELAY_ENCRYPTION_STARTTLS;

	add_stage(t, TRIAL_RESOLVE, true, t->relay.host);
	add_stage(t, TRIAL_CONNECT, true, "");
	if (!late)
		add_stage(t, TRIAL_TLS, tls, "");
	add_stage(t, TRIAL_GREETING, true, "");
	if (late)
		add_stage(t, TRIAL_TLS, tls, "");
	add_stage(t, TRIAL_EHLO, true, "");
	add_stage(t, TRIAL_AUTH, t->relay.auth != RELAY_AUTH_NONE, "");
	add_stage(t, TRIAL_MAIL, true, t->sender);
	for (size_t i = 0; i < t->n_recipients; i++)
		add_stage(t, TRIAL_RCPT, true, arena_text(t->arena, t->recipients[i]));
	add_stage(t, TRIAL_DATA, !t->trial.check, "");
	add_stage(t, TRIAL_ANSWER, !t->trial.check, "");
}

/* ---- what the connection tells ---- */

static void on_step(void *arg, const struct connection_step *step)
{
	struct trial_run *t = arg;
	struct trial_stage *s = stage_of(t, step_of(step->stage), 0);

	if (step->begins) {
		s->state = TRIAL_RUNNING;
		s->subject = arena_copy(t->arena, step->subject);
		t->stage_from = now_of(t);
		set_patience(t);
		changed(t);
	} else if (step->stage == STAGE_EHLO && is_open(stage_of(t, TRIAL_TLS, 0))) {
		return; /* in clear text, before STARTTLS: the one inside TLS counts */
	} else if (step->stage != STAGE_STARTTLS && step->stage != STAGE_DATA && is_open(s)) {
		end_stage(t, s, TRIAL_GOOD, step->result, step->verdict);
	}
}

static void begin(struct trial_run *t)
{
	struct smtp_envelope envelope = {
		.sender = t->fit.sender,
		.recipients = t->recipients,
		.n_recipients = t->n_recipients,
		.size = t->fit.size,
		.needs_8bitmime = t->fit.needs_8bitmime,
		.needs_smtputf8 = t->fit.needs_smtputf8,
		.ask_only = t->trial.check,
	};

	t->begun = true;
	(void)connection_begin(t->connection, &envelope);
}

/* Makes the message fit for what this relay can; negative without memory or when it is broken. */
static int fit(struct trial_run *t)
{
	struct slice all = buffer_slice(&t->message), head, body;
	size_t end = slice_find(all, SLICE("\r\n\r\n"));
	struct buffer header, out;
	int result;

	head = slice_sub(all, 0, end + 4);
	body = slice_sub(all, head.len, all.len);
	buffer_init(&header, FIT_WHOLE_MAX);
	buffer_init(&out, FIT_WHOLE_MAX);
	result = fit_header(head, slice_of(t->sender), &t->relay, t->arena, &header, &t->fit);
	t->fit.needs_8bitmime = !slice_is_ascii(body);
	if (result == 0 && t->fit.needs_8bitmime &&
	    !connection_capabilities(t->connection)->eight_bit_mime) {
		result = fit_body(buffer_slice(&header), body, &out, &t->fit);
	} else {
		buffer_append_slice(&out, buffer_slice(&header));
		buffer_append_slice(&out, body);
	}
	t->fit.size = out.len;
	buffer_release(&header);
	buffer_release(&t->message);
	t->message = out;
	return result == 0 && buffer_ok(&out) ? 0 : -1;
}

static void on_ready(void *arg)
{
	struct trial_run *t = arg;
	struct verdict v;

	if (!t->begun && fit(t) == 0) {
		begin(t);
		return;
	}
	if (!t->begun) {
		verdict_set_reason(&v, STAGE_MAIL, REASON_FAULT,
		    SLICE("The test mail could not be prepared for this relay."));
		fail_stage(t, &v);
		t->finished = true;
	}
	connection_quit(t->connection);
}

static void on_recipient(void *arg, size_t recipient, const struct verdict *v)
{
	struct trial_run *t = arg;

	if (recipient < t->n_recipients)
		end_stage(t, stage_of(t, TRIAL_RCPT, recipient),
		    v->class == VERDICT_ACCEPTED ? TRIAL_GOOD : TRIAL_BAD, v->text, v);
}

static void on_body(void *arg)
{
	struct trial_run *t = arg;
	struct trial_stage *data = stage_of(t, TRIAL_DATA, 0);
	struct slice rest = slice_sub(buffer_slice(&t->message), t->n_sent, t->message.len);

	t->n_sent += connection_body(t->connection, rest);
	if (t->n_sent < t->message.len)
		return;
	end_stage(t, data, TRIAL_GOOD, arena_printf(t->arena, "%zu bytes", t->message.len), NULL);
	connection_finish(t->connection);
}

static void on_message(void *arg, const struct verdict *v)
{
	struct trial_run *t = arg;
	char queue_id[QUEUE_ID_TEXT_SIZE];

	t->finished = true;
	if (v->class == VERDICT_ACCEPTED && !t->trial.check) {
		queue_id_parse(slice_of(v->text), queue_id);
		t->trial.queue_id = arena_copy(t->arena, queue_id);
		end_stage(t, stage_of(t, TRIAL_ANSWER, 0), TRIAL_GOOD, v->text, v);
	} else if (v->class != VERDICT_ACCEPTED && v->reason != REASON_NO_RECIPIENTS) {
		fail_stage(t, v);
	}
	skip_rest(t);
}

/* Frees the run, as the owner does so. */
static void end(struct trial_run *t, const struct verdict *v)
{
	timer_cancel(&t->patience);
	if (!t->finished)
		fail_stage(t, v);
	timer_cancel(&t->patience); /* a stage that ends sets it */
	skip_rest(t);
	tell(t);
	if (t->trial.check)
		log_info("check of %s port %u without sending", t->relay.host, t->relay.port);
	else
		log_info("test mail over %s port %u: %s", t->relay.host, t->relay.port,
		    stage_of(t, TRIAL_ANSWER, 0)->state == TRIAL_GOOD ? "accepted" : "not accepted");
	t->options.events->done(t->options.arg, t);
}

static void on_ended(void *arg, const struct verdict *v)
{
	end(arg, v);
}

static const struct connection_events connection_events = {
	.step = on_step,
	.ready = on_ready,
	.recipient = on_recipient,
	.body = on_body,
	.message = on_message,
	.ended = on_ended,
};

/* ---- patience ---- */

static bool waits_for_greeting(struct trial_run *t)
{
	const struct trial_stage *s = first_open(t);

	return s != NULL && s->step == TRIAL_GREETING && s->state == TRIAL_RUNNING;
}

/* Of the stage under way, as a verdict names it. */
static enum verdict_stage stage_under_way(struct trial_run *t)
{
	static const enum verdict_stage stages[TRIAL_STEP_COUNT] = {
		[TRIAL_RESOLVE] = STAGE_RESOLVE, [TRIAL_CONNECT] = STAGE_CONNECT,
		[TRIAL_TLS] = STAGE_TLS, [TRIAL_GREETING] = STAGE_GREETING,
		[TRIAL_EHLO] = STAGE_EHLO, [TRIAL_AUTH] = STAGE_AUTH, [TRIAL_MAIL] = STAGE_MAIL,
		[TRIAL_RCPT] = STAGE_RCPT, [TRIAL_DATA] = STAGE_DATA, [TRIAL_ANSWER] = STAGE_DOT,
	};
	const struct trial_stage *s = first_open(t);

	return s != NULL ? stages[s->step] : STAGE_IDLE;
}

static void set_patience(struct trial_run *t)
{
	const struct trial_patience *p = t->options.patience;
	int64_t due = t->stage_from + p->stage;

	if (waits_for_greeting(t) && !t->looked)
		due = t->stage_from + p->greeting;
	timer_set_at(&t->patience, due < t->ends_at ? due : t->ends_at);
}

static void on_looked(void *arg, bool speaks_tls)
{
	struct trial_run *t = arg;
	struct verdict v;

	tls_look_free(t->look);
	t->look = NULL;
	if (!speaks_tls || !waits_for_greeting(t))
		return;
	verdict_set_reason(&v, STAGE_GREETING, REASON_SPEAKS_TLS,
	    SLICE("The server said nothing, and a second connection found that this port speaks TLS "
	    "from the first byte."));
	end(t, &v);
}

/* The server is silent; with TLS from the first byte it would have spoken already. */
static void look_at_silence(struct trial_run *t)
{
	struct trial_stage *s = first_open(t);

	t->looked = true;
	s->result = "The server has not greeted yet; this test still waits for it.";
	if (t->relay.encryption != RELAY_ENCRYPTION_TLS)
		t->look = tls_look_new(t->options.loop, t->options.resolver,
		    t->options.system_trust, &t->relay, on_looked, t);
	set_patience(t);
	changed(t);
}

static void run_out(struct trial_run *t)
{
	int64_t now = now_of(t);
	const char *text = now >= t->ends_at ?
	    arena_printf(t->arena, "The whole test may take %lld seconds, and they are over.",
	    (long long)((t->options.patience->whole / SECOND_MS) + (int64_t)t->n_recipients)) :
	    arena_printf(t->arena, "No answer within %lld seconds; the test does not wait longer.",
	    (long long)((now - t->stage_from) / SECOND_MS));
	struct verdict v;

	verdict_set_reason(&v, stage_under_way(t), REASON_TIMEOUT, slice_of(text));
	end(t, &v);
}

static void on_patience(void *arg)
{
	struct trial_run *t = arg;
	int64_t now = now_of(t);

	if (now < t->ends_at && waits_for_greeting(t) && !t->looked)
		look_at_silence(t);
	else
		run_out(t);
}

/* ---- life ---- */

static bool take(struct trial_run *t, struct slice body)
{
	struct unpack u;
	struct slice message;

	unpack_init(&u, body);
	t->id = unpack_number(&u);
	t->trial.check = unpack_bool(&u);
	relay_unpack(&u, t->arena, &t->relay);
	t->relay.rewrite_from = false; /* it was written with the sender it is to have */
	t->sender = unpack_text(&u, ADDRESS_OCTETS_MAX, t->arena);
	t->n_recipients = (size_t)unpack_below(&u, RECIPIENTS_MAX + 1);
	t->recipients = arena_array(t->arena, t->n_recipients, sizeof(*t->recipients));
	for (size_t i = 0; t->recipients != NULL && i < t->n_recipients; i++)
		t->recipients[i] = fit_address(unpack_slice(&u, ADDRESS_OCTETS_MAX), t->arena);
	message = unpack_slice(&u, WIRE_BODY_MAX);
	buffer_append_slice(&t->message, message);
	return unpack_end(&u) && t->n_recipients > 0 && buffer_ok(&t->message);
}

static bool prepare(struct trial_run *t)
{
	t->trial.host = t->relay.host;
	t->trial.port = t->relay.port;
	t->trial.queue_id = "";
	t->trial.stages = arena_array(t->arena, TRIAL_STAGES_MAX, sizeof(*t->trial.stages));
	t->trial.lines = arena_array(t->arena, TRIAL_LINES_MAX, sizeof(*t->trial.lines));
	if (t->trial.stages == NULL || t->trial.lines == NULL)
		return false;
	add_stages(t);
	return !arena_failed(t->arena);
}

struct trial_run *trial_run_new(const struct trial_options *options, struct slice body)
{
	struct trial_run *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->options = *options;
	t->arena = arena_new(TRIAL_MEMORY);
	t->last_at = t->stage_from = now_of(t);
	buffer_init(&t->message, WIRE_BODY_MAX);
	timer_init(&t->timer, options->loop, on_timer, t);
	timer_init(&t->patience, options->loop, on_patience, t);
	if (t->arena != NULL && take(t, body) && prepare(t) &&
	    smtp_transcript_init(&t->transcript, t->last_at) == 0)
		t->connection = connection_new(&(struct connection_options){
		    .loop = options->loop, .resolver = options->resolver,
		    .system_trust = options->system_trust, .relay = &t->relay,
		    .transcript = &t->transcript, .events = &connection_events, .arg = t,
		});
	if (t->connection == NULL) {
		trial_run_free(t);
		return NULL;
	}
	t->ends_at = t->last_at + options->patience->whole + (int64_t)t->n_recipients * SECOND_MS;
	set_patience(t);
	return t;
}

void trial_run_free(struct trial_run *t)
{
	if (t == NULL)
		return;
	connection_free(t->connection);
	tls_look_free(t->look);
	timer_cancel(&t->timer);
	timer_cancel(&t->patience);
	smtp_transcript_release(&t->transcript);
	buffer_release(&t->message);
	arena_free(t->arena);
	free(t);
}
