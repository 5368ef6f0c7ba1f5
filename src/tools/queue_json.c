/* queue_json.c - queue rows and messages as JSON objects; see queue_json.h. */
#include "tools/queue_json.h"

#include <stdio.h>
#include <string.h>

#include "core/plain_text.h"

/* string = %x22 *char %x22 ; RFC 8259 section 7; plain_text leaves these two to escape */
static void print_string(const char *text)
{
	char plain[QUEUE_JSON_TEXT_MAX];

	plain_text_copy(slice_of(text), PLAIN_TEXT_ONE_LINE, plain, sizeof(plain));
	putchar('"');
	for (const char *at = plain; *at != '\0'; at++) {
		if (*at == '"' || *at == '\\')
			putchar('\\');
		putchar(*at);
	}
	putchar('"');
}

static void print_text(const char *name, const char *value)
{
	printf(", \"%s\": ", name);
	print_string(value);
}

static void print_number(const char *name, uint64_t value)
{
	printf(", \"%s\": %ju", name, (uintmax_t)value);
}

static void print_row(const struct queue_row *r)
{
	fputs("{\"id\": ", stdout);
	print_string(r->queue_id);
	print_text("state", r->state);
	print_text("reason", r->reason);
	print_number("accepted_at", r->at);
	print_number("next_try", r->next_try);
	print_text("submitter", r->submitter);
	print_text("sender", r->sender);
	print_text("from", r->header_from);
	print_text("subject", r->subject);
	print_number("size", r->size);
	print_number("n_recipients", r->n_recipients);
	print_number("n_open", r->n_open);
}

static void print_recipient(const struct recipient_view *r)
{
	char enhanced[ENHANCED_TEXT_SIZE];

	fputs("{\"address\": ", stdout);
	print_string(r->address);
	print_text("state", r->state);
	printf(", \"possibly_delivered\": %s", r->maybe_delivered ? "true" : "false");
	print_number("attempts", r->attempts);
	print_number("next_try", r->next_try);
	print_number("at", r->at);
	print_text("relay", r->relay);
	print_text("stage", r->attempts > 0 ? verdict_stage_name(r->verdict.stage) : "");
	print_number("code", r->verdict.code);
	print_text("enhanced", enhanced_status_text(r->verdict.enhanced, enhanced));
	print_text("text", r->verdict.text);
	putchar('}');
}

void queue_row_print_json(const struct queue_row *r)
{
	print_row(r);
	putchar('}');
}

void message_view_print_json(const struct message_view *m)
{
	print_row(&m->row);
	print_text("message_id", m->message_id);
	fputs(", \"recipients\": [", stdout);
	for (size_t i = 0; i < m->n_recipients; i++) {
		if (i > 0)
			fputs(", ", stdout);
		print_recipient(&m->recipients[i]);
	}
	puts("]}");
}
