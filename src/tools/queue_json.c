/* queue_json.c - queue rows and messages as JSON objects; see queue_json.h. */
#include "tools/queue_json.h"

#include <stdio.h>

#include "tools/json_print.h"

static void print_row(const struct queue_row *r)
{
	fputs("{\"id\": ", stdout);
	json_print_string(r->queue_id);
	json_print_text("state", r->state);
	json_print_text("reason", r->reason);
	json_print_number("accepted_at", r->at);
	json_print_number("next_try", r->next_try);
	json_print_text("submitter", r->submitter);
	json_print_text("sender", r->sender);
	json_print_text("from", r->header_from);
	json_print_text("subject", r->subject);
	json_print_number("size", r->size);
	json_print_number("n_recipients", r->n_recipients);
	json_print_number("n_open", r->n_open);
	json_print_text("held_by", r->held_by);
	printf(", \"has_content\": %s", r->has_content ? "true" : "false");
}

static void print_recipient(const struct recipient_view *r)
{
	char enhanced[ENHANCED_TEXT_SIZE];

	fputs("{\"address\": ", stdout);
	json_print_string(r->address);
	json_print_text("state", r->state);
	printf(", \"possibly_delivered\": %s", r->maybe_delivered ? "true" : "false");
	json_print_number("attempts", r->attempts);
	json_print_number("next_try", r->next_try);
	json_print_number("at", r->at);
	json_print_text("relay", r->relay);
	json_print_text("stage", r->attempts > 0 ? verdict_stage_name(r->verdict.stage) : "");
	json_print_number("code", r->verdict.code);
	json_print_text("enhanced", enhanced_status_text(r->verdict.enhanced, enhanced));
	json_print_text("text", r->verdict.text);
	putchar('}');
}

void queue_row_print_json(const struct queue_row *r)
{
	print_row(r);
	putchar('}');
}

static void print_verdict(const struct verdict *v)
{
	char enhanced[ENHANCED_TEXT_SIZE];

	json_print_text("stage", verdict_stage_name(v->stage));
	json_print_number("code", v->code);
	json_print_text("enhanced", enhanced_status_text(v->enhanced, enhanced));
	json_print_text("text", v->text);
}

static void print_try(const struct try_view *t)
{
	fputs("{\"address\": ", stdout);
	json_print_string(t->address);
	json_print_number("at", t->at);
	json_print_text("relay", t->relay);
	json_print_number("took_ms", t->took_ms);
	print_verdict(&t->verdict);
	putchar('}');
}

static void print_deed(const struct deed_view *d)
{
	fputs("{\"what\": ", stdout);
	json_print_string(d->what);
	json_print_text("who", d->who);
	json_print_number("at", d->at);
	json_print_text("other", d->other);
	json_print_number("n_recipients", d->n_recipients);
	putchar('}');
}

void message_view_print_json(const struct message_view *m, const struct tries_view *t)
{
	print_row(&m->row);
	json_print_text("message_id", m->message_id);
	fputs(", \"recipients\": [", stdout);
	for (size_t i = 0; i < m->n_recipients; i++) {
		fputs(i > 0 ? ", " : "", stdout);
		print_recipient(&m->recipients[i]);
	}
	fputs("], \"tries\": [", stdout);
	for (size_t i = 0; i < t->n_tries; i++) {
		fputs(i > 0 ? ", " : "", stdout);
		print_try(&t->tries[i]);
	}
	fputs("], \"deeds\": [", stdout);
	for (size_t i = 0; i < t->n_deeds; i++) {
		fputs(i > 0 ? ", " : "", stdout);
		print_deed(&t->deeds[i]);
	}
	puts("]}");
}
