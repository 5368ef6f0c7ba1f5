/* transcript.c - the dialogue as people see it; see transcript.h. */
#include "smtp/transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/plain_text.h"

int smtp_transcript_init(struct smtp_transcript *t, int64_t now)
{
	const size_t table = (SMTP_TRANSCRIPT_LINES + 1) * sizeof(*t->lines);
	/* each line may cost up to an alignment more than its octets */
	const size_t texts = SMTP_TRANSCRIPT_BYTES + SMTP_TRANSCRIPT_LINES * 64;

	*t = (struct smtp_transcript){ .began = now, .arena = arena_new(table + texts + 4096) };
	if (t->arena == NULL)
		return -1;
	t->lines = arena_array(t->arena, SMTP_TRANSCRIPT_LINES + 1, sizeof(*t->lines));
	if (t->lines != NULL)
		return 0;
	smtp_transcript_release(t);
	return -1;
}

void smtp_transcript_release(struct smtp_transcript *t)
{
	arena_free(t->arena);
	*t = (struct smtp_transcript){ 0 };
}

static void put(struct smtp_transcript *t, enum smtp_direction d, int64_t now, const char *text)
{
	t->lines[t->n_lines++] = (struct smtp_transcript_line){
		.direction = d,
		.at = now - t->began,
		.text = arena_copy(t->arena, text),
	};
	t->n_bytes += strlen(text);
}

void smtp_transcript_add(struct smtp_transcript *t, enum smtp_direction d, int64_t now,
	struct slice text)
{
	char line[SMTP_TRANSCRIPT_LINE_SIZE];

	if (t == NULL || t->lines == NULL || t->full)
		return;
	plain_text_copy(text, PLAIN_TEXT_ONE_LINE, line, sizeof(line));
	t->full = t->n_lines == SMTP_TRANSCRIPT_LINES ||
	    t->n_bytes + strlen(line) > SMTP_TRANSCRIPT_BYTES;
	if (t->full)
		put(t, SMTP_REMARK, now, "The dialogue goes on; the rest is not kept.");
	else
		put(t, d, now, line);
}

void smtp_transcript_addf(struct smtp_transcript *t, enum smtp_direction d, int64_t now,
	const char *format, ...)
{
	char line[SMTP_TRANSCRIPT_LINE_SIZE];
	va_list args;

	if (t == NULL)
		return;
	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	smtp_transcript_add(t, d, now, slice_of(line));
}
