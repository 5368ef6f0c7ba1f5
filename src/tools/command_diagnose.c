/* command_diagnose.c - tocsin diagnose: what a pasted answer of a relay or provider means. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/diagnosis_input.h"
#include "sys/files.h"
#include "tools/command.h"

enum {
	STANDARD_INPUT = 0,
	ONLY_FALLBACK = 1, /* the exit status that tocsin(1) names */
};

/* False (said) when there is no such stage. */
static bool set_stage(const char *name, enum verdict_stage *stage)
{
	for (int i = 0; i < STAGE_COUNT; i++) {
		if (strcmp(name, verdict_stage_name((enum verdict_stage)i)) == 0) {
			*stage = (enum verdict_stage)i;
			return true;
		}
	}
	fputs("tocsin: the stages are", stderr);
	for (int i = 0; i < STAGE_COUNT; i++)
		fprintf(stderr, " %s", verdict_stage_name((enum verdict_stage)i));
	fputc('\n', stderr);
	return false;
}

static void print_seen(const struct diagnosis_facts *f)
{
	char enhanced[ENHANCED_TEXT_SIZE];

	fputs("seen: ", stdout);
	if (f->token) {
		for (size_t i = 0; i < DIAGNOSIS_CODES_MAX && f->aadsts[i] != 0; i++)
			printf("AADSTS%u ", f->aadsts[i]);
		printf("%.*s\n", SLICE_ARGS(f->error));
		return;
	}
	printf("%03u", f->code);
	if (f->enhanced.class != 0)
		printf(" %s", enhanced_status_text(f->enhanced, enhanced));
	if (f->stage != STAGE_IDLE) /* else nobody knows */
		printf(" at %s", verdict_stage_name(f->stage));
	putchar('\n');
}

static int explain(struct context *x, struct slice text, enum verdict_stage stage)
{
	struct diagnosis_facts facts;
	const struct diagnosis *d;

	if (!diagnosis_read(text, x->arena, &facts)) {
		fputs("tocsin: there is no refusal in this text: paste the relay's reply (such as \"550 5.1.1 "
			"...\"), a log line with it, or the provider's error\n", stderr);
		return EX_DATAERR;
	}
	if (stage != STAGE_COUNT)
		facts.stage = stage;
	d = diagnosis_find(&facts);
	print_seen(&facts);
	command_print_diagnosis(d);
	return d->fallback ? ONLY_FALLBACK : EX_OK;
}

/* [--stage STAGE] < TEXT */
int command_diagnose(struct context *x)
{
	enum verdict_stage stage = STAGE_COUNT;
	struct buffer text;
	struct fault fault;
	int result;

	if (x->argc == 2 && strcmp(x->argv[0], "--stage") == 0) {
		if (!set_stage(x->argv[1], &stage))
			return EX_USAGE;
	} else if (x->argc != 0) {
		return command_misused("diagnose takes [--stage STAGE], and the text on standard input");
	}
	buffer_init(&text, DIAGNOSIS_INPUT_MAX);
	result = file_read_fd(STANDARD_INPUT, &text, &fault);
	if (result == FILE_TOO_LARGE)
		fputs("tocsin: the text is longer than 64 KiB: paste the reply alone\n", stderr);
	else if (result != 0)
		fprintf(stderr, "tocsin: %s\n", fault.text);
	if (result == 0)
		result = explain(x, buffer_slice(&text), stage);
	else
		result = result == FILE_TOO_LARGE ? EX_DATAERR : EX_NOINPUT;
	buffer_release(&text);
	return result;
}
