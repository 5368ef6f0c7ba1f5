/* command_mail.c - tocsin email test, check: the stages as they come, the cure of what failed. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/diagnosis.h"
#include "tools/command.h"
#include "wire/trial.h"

enum {
	LOOK_MS = 11 * 60 * 1000, /* the longest single wait of a session, and some */
	RECIPIENTS_MAX = 200,
};

static const char *const state_words[TRIAL_STATE_COUNT] = {
	[TRIAL_WAITING] = "wait", [TRIAL_RUNNING] = "....", [TRIAL_GOOD] = "ok",
	[TRIAL_BAD] = "FAIL", [TRIAL_SKIPPED] = "skip",
};

static void print_cure(const struct verdict *v, uint64_t port)
{
	struct diagnosis_facts facts = diagnosis_facts_of(v);

	facts.port = (unsigned)port;
	putchar('\n');
	command_print_diagnosis(diagnosis_find(&facts));
}

/* What went wrong in the server's words, its codes first: people look those up. */
const char *command_words(struct arena *a, const struct verdict *v)
{
	char enhanced[ENHANCED_TEXT_SIZE] = "";

	if (v->enhanced.class != 0)
		enhanced_status_text(v->enhanced, enhanced);
	if (v->code == 0)
		return arena_copy(a, v->text);
	return arena_printf(a, "%03u %s%s%s", v->code, enhanced, enhanced[0] != '\0' ? " " : "",
		v->text);
}

static void print_stage(struct arena *a, const struct trial_stage *s, uint64_t port)
{
	printf("%-4s  %-20s %6ju ms  ", state_words[s->state], trial_step_name(s->step),
		(uintmax_t)s->took_ms);
	if (s->subject[0] != '\0') {
		command_print(s->subject);
		fputs(": ", stdout);
	}
	if (s->state == TRIAL_BAD)
		command_print(command_words(a, &s->verdict));
	else
		command_print(s->result);
	putchar('\n');
	if (s->state == TRIAL_BAD)
		print_cure(&s->verdict, port);
	fflush(stdout);
}

/* The stage under way has something to say while it waits: once. */
static void print_note(const struct trial *t, size_t i, size_t *noted)
{
	if (i >= t->n_stages || i < *noted || t->stages[i].state != TRIAL_RUNNING ||
		t->stages[i].result[0] == '\0')
		return;
	*noted = i + 1;
	printf("....  %-20s ", trial_step_name(t->stages[i].step));
	command_print(t->stages[i].result);
	putchar('\n');
	fflush(stdout);
}

/* Prints the stages that are over and were not printed yet. */
static size_t print_new(struct arena *a, const struct trial *t, size_t printed, bool done)
{
	while (printed < t->n_stages && t->stages[printed].state != TRIAL_RUNNING &&
		(t->stages[printed].state != TRIAL_WAITING || done)) {
		if (t->stages[printed].state != TRIAL_SKIPPED &&
			t->stages[printed].state != TRIAL_WAITING)
			print_stage(a, &t->stages[printed], t->port);
		printed++;
	}
	return printed;
}

struct run {
	uint64_t id, version;
	bool done, ok;
	const char *summary;
	struct trial trial;
};

/* The next version of the run. */
static int look(struct context *x, struct run *run)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 100);
	pack_number(&body, run->id);
	pack_number(&body, run->version);
	result = command_ask(x, WORD_TEST_SHOW, &body, WORD_TEST_IS, LOOK_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	run->version = unpack_number(&u);
	run->done = unpack_bool(&u);
	run->ok = unpack_bool(&u);
	run->summary = unpack_text(&u, 4096, x->arena);
	trial_unpack(&u, x->arena, &run->trial);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

int command_follow_test(struct context *x, uint64_t id)
{
	struct run run = { .id = id };
	size_t printed = 0, noted = 0;

	while (!run.done) {
		int result = look(x, &run);

		if (result != EX_OK)
			return result;
		printed = print_new(x->arena, &run.trial, printed, run.done);
		print_note(&run.trial, printed, &noted);
	}
	putchar('\n');
	command_print(run.summary);
	putchar('\n');
	return run.ok ? EX_OK : EX_UNAVAILABLE;
}

/* The first sentence of a refusal, after its field. */
static const char *sentence(struct context *x)
{
	struct unpack u;

	unpack_init(&u, x->client->body);
	unpack_number(&u);
	if (unpack_below(&u, 1000) == 0)
		return "The daemon refused.";
	(void)unpack_text(&u, 1000, x->arena);
	return unpack_text(&u, 10000, x->arena);
}

int command_check_relay(struct context *x, const char *to, struct trial *ret_trial,
	const char **ret_why)
{
	struct run run = { .id = 0 };
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, 0);
	pack_number(&body, to != NULL);
	if (to != NULL)
		pack_text(&body, to);
	pack_bool(&body, true);
	*ret_why = "The daemon does not answer.";
	result = client_ask(x->client, WORD_TEST, &body, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != 0)
		return EX_UNAVAILABLE;
	if (x->client->word != WORD_TEST_STARTED) {
		*ret_why = x->client->word == WORD_REFUSED ? sentence(x) : *ret_why;
		return EX_CONFIG;
	}
	unpack_init(&u, x->client->body);
	run.id = unpack_number(&u);
	while (!run.done && result == EX_OK)
		result = look(x, &run);
	*ret_trial = run.trial;
	return result;
}

/* [--to ADDR]... [KEY=VALUE]... */
static int try_mail(struct context *x, bool check)
{
	const char *to[RECIPIENTS_MAX];
	size_t n_to = 0;
	struct buffer body;
	struct unpack u;
	int rest = 0, result;

	for (int i = 0; i < x->argc; i++) {
		if (strcmp(x->argv[i], "--to") == 0 && i + 1 < x->argc && n_to < RECIPIENTS_MAX)
			to[n_to++] = x->argv[++i];
		else if (x->argv[i][0] == '-')
			return command_misused("email test and email check take [--to ADDRESS] [KEY=VALUE ...]");
		else
			x->argv[rest++] = x->argv[i];
	}
	x->argc = rest;
	buffer_init_secret(&body, WIRE_BODY_MAX);
	result = command_pack_values(x, 0, &body);
	pack_number(&body, n_to);
	for (size_t i = 0; i < n_to; i++)
		pack_text(&body, to[i]);
	pack_bool(&body, check);
	if (result == EX_OK)
		result = command_ask(x, WORD_TEST, &body, WORD_TEST_STARTED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	return command_follow_test(x, unpack_number(&u));
}

int command_email_test(struct context *x)
{
	return try_mail(x, false);
}

int command_email_check(struct context *x)
{
	return try_mail(x, true);
}
