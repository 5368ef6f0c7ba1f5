/* test.c - /api/v1/email/test: starts a test mail, also with values that are not saved; its run. */
#include <inttypes.h>

#include "base/number.h"
#include "core/address.h"
#include "http/headers.h"
#include "web/api/body.h"
#include "wire/trial.h"

enum {
	SUMMARY_MAX = 4096,
};

/* ---- starting ---- */

#define WITHIN "settings."

static void pack_recipients(struct visit *v, const struct api_texts *to, struct buffer *out,
	struct api_errors *errors)
{
	struct address parsed;

	pack_number(out, to->n);
	for (size_t i = 0; i < to->n; i++) {
		if (address_parse(to->items[i], &parsed) != ADDRESS_OK)
			api_error(errors, arena_printf(v->arena, to->is_list ? "to[%zu]" : "to", i),
			    "is no address.");
		pack_slice(out, to->items[i]);
	}
}

static void pack_settings(struct visit *v, json_t *object, struct buffer *out,
	struct api_errors *errors)
{
	json_t *settings = json_object_get(object, "settings");

	if (settings != NULL && !json_is_object(settings))
		api_error(errors, "settings", "must be an object.");
	api_pack_settings(v, settings, WITHIN, out, errors);
}

/* The values first, then the recipients; the request is refused when one of them is wrong. */
static void ask_test(struct visit *v, const struct buffer *values, const struct buffer *recipients,
	const struct api_errors *errors)
{
	struct buffer body;

	if (errors->n > 0) {
		api_refuse_settings(v, errors, WITHIN, buffer_slice(values));
		return;
	}
	visit_start_body(v, &body);
	buffer_append_slice(&body, buffer_slice(values));
	buffer_append_slice(&body, buffer_slice(recipients));
	if (!buffer_ok(values) || !buffer_ok(recipients))
		body.failed = true;
	v->page = visit_ask(v, WORD_TEST, &body);
}

void api_test_act(struct visit *v)
{
	static const char *const names[] = { "to", "settings", NULL };
	struct api_errors errors = { .n = 0 };
	json_t *object = api_read_body(v, false);
	struct buffer values, recipients;
	struct api_texts to;

	if (object == NULL)
		return;
	buffer_init_secret(&values, WIRE_BODY_MAX);
	buffer_init(&recipients, WIRE_BODY_MAX);
	api_know_members(v, object, names, &errors);
	pack_settings(v, object, &values, &errors);
	to = api_texts_of(v, object, "to", &errors);
	pack_recipients(v, &to, &recipients, &errors);
	json_decref(object);
	ask_test(v, &values, &recipients, &errors);
	buffer_release(&values);
	buffer_release(&recipients);
}

void api_test_acted(struct visit *v)
{
	struct unpack u;
	uint64_t run;
	struct json_out j;
	const char *url;

	if (!api_answered(v, v->page, WORD_TEST_STARTED, WITHIN, &u))
		return;
	run = unpack_number(&u);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	url = arena_printf(v->arena, "/api/v1/email/test/%" PRIu64, run);
	headers_add_text(&v->lines, "Location", url);
	api_begin(v, &j);
	json_out_number(&j, "run", run);
	json_out_text(&j, "url", url);
	api_end(v, &j, 202);
}

/* ---- its run ---- */

void api_test_ask(struct visit *v)
{
	struct buffer body;
	uint64_t run;

	if (!number_parse(v->name, 1, INT64_MAX, &run)) {
		api_problem(v, 404, "There is no such test", "POST /api/v1/email/test starts one.");
		return;
	}
	visit_start_body(v, &body);
	pack_number(&body, run);
	pack_number(&body, 0);
	v->page = visit_ask(v, WORD_TEST_SHOW, &body);
}

static void put_stage(struct json_out *j, const struct trial_stage *s)
{
	static const char *const steps[TRIAL_STEP_COUNT] = {
		[TRIAL_RESOLVE] = "resolve", [TRIAL_CONNECT] = "connect", [TRIAL_TLS] = "tls",
		[TRIAL_GREETING] = "greeting", [TRIAL_EHLO] = "ehlo", [TRIAL_AUTH] = "auth",
		[TRIAL_MAIL] = "mail", [TRIAL_RCPT] = "rcpt", [TRIAL_DATA] = "data",
		[TRIAL_ANSWER] = "answer",
	};
	static const char *const states[TRIAL_STATE_COUNT] = {
		[TRIAL_WAITING] = "waiting", [TRIAL_RUNNING] = "running", [TRIAL_GOOD] = "good",
		[TRIAL_BAD] = "bad", [TRIAL_SKIPPED] = "skipped",
	};

	json_out_object(j, NULL);
	json_out_text(j, "step", steps[s->step]);
	json_out_text(j, "state", states[s->state]);
	json_out_text(j, "subject", s->subject);
	json_out_number(j, "took_ms", s->took_ms);
	json_out_text(j, "result", s->result);
	json_out_object_end(j);
}

static void put_line(struct json_out *j, const struct trial_line *l)
{
	json_out_object(j, NULL);
	json_out_text(j, "side", l->direction == 'C' ? "client" : l->direction == 'S' ? "server" : "note");
	json_out_number(j, "at_ms", l->at_ms);
	json_out_text(j, "text", l->text);
	json_out_object_end(j);
}

static void put_trial(struct json_out *j, const struct trial *t)
{
	json_out_text(j, "relay_queue_id", t->queue_id);
	json_out_array(j, "stages");
	for (size_t i = 0; i < t->n_stages; i++)
		put_stage(j, &t->stages[i]);
	json_out_array_end(j);
	json_out_array(j, "transcript");
	for (size_t i = 0; i < t->n_lines; i++)
		put_line(j, &t->lines[i]);
	json_out_array_end(j);
}

void api_test_show(struct visit *v)
{
	bool done, ok;
	const char *summary;
	struct trial trial;
	struct unpack u;
	struct json_out j;
	uint64_t run;

	if (!api_answered(v, v->page, WORD_TEST_IS, NULL, &u))
		return;
	unpack_number(&u); /* version */
	done = unpack_bool(&u);
	ok = unpack_bool(&u);
	summary = unpack_text(&u, SUMMARY_MAX, v->arena);
	trial_unpack(&u, v->arena, &trial);
	if (!unpack_end(&u) || !number_parse(v->name, 1, INT64_MAX, &run)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_number(&j, "run", run);
	json_out_bool(&j, "done", done);
	json_out_bool(&j, "ok", ok);
	json_out_text(&j, "summary", summary);
	put_trial(&j, &trial);
	api_end(v, &j, 200);
}
