/* panel.c - a test mail's run as the panel shows it: stages, troubles, dialogue, report. */
#include "web/pages/run.h"

#include <string.h>

enum {
	SUMMARY_MAX = 2000,
	REPORT_MAX = 512 * 1024,
};

static const struct {
	const char *kind, *word;
	enum shape_kind shape;
} states[TRIAL_STATE_COUNT] = {
	[TRIAL_WAITING] = { "waiting", "waits", SHAPE_OFF },
	[TRIAL_RUNNING] = { "running", "under way", SHAPE_RUN },
	[TRIAL_GOOD] = { "good", "passed", SHAPE_GOOD },
	[TRIAL_BAD] = { "bad", "failed", SHAPE_BAD },
	[TRIAL_SKIPPED] = { "skipped", "left out", SHAPE_OFF },
};

/* A stage that is left out although later ones are not is no part of these settings. */
static const char *result_of(const struct trial *t, size_t i)
{
	if (t->stages[i].state != TRIAL_SKIPPED || t->stages[i].result[0] != '\0')
		return t->stages[i].result;
	for (size_t later = i + 1; later < t->n_stages; later++)
		if (t->stages[later].state != TRIAL_SKIPPED)
			return "not asked for by these settings";
	return "not reached";
}

static const struct trouble_view *make_trouble(const struct trial_stage *s, const struct trial *t,
	struct arena *a)
{
	struct trouble_view *trouble = arena_alloc(a, sizeof(*trouble));

	if (trouble != NULL)
		trouble_view_make(&s->verdict, (unsigned)t->port, a, trouble);
	return trouble;
}

static void make_stages(struct panel_view *p, const struct trial *t, struct arena *a)
{
	bool found_bad = false;

	p->stages = arena_array(a, t->n_stages, sizeof(*p->stages));
	if (p->stages == NULL)
		return;
	p->n_stages = t->n_stages;
	for (size_t i = 0; i < t->n_stages; i++) {
		const struct trial_stage *s = &t->stages[i];

		p->stages[i] = (struct stage_view){
			.kind = states[s->state].kind,
			.name = trial_step_name(s->step),
			.subject = s->subject,
			.result = result_of(t, i),
			.shape = { .kind = states[s->state].shape },
			.word = states[s->state].word,
			.has_time = s->state == TRIAL_GOOD || s->state == TRIAL_BAD,
			.took_ms = s->took_ms,
			.open = s->state == TRIAL_BAD && !found_bad,
			.trouble = s->state == TRIAL_BAD ? make_trouble(s, t, a) : NULL,
		};
		found_bad = found_bad || s->state == TRIAL_BAD;
	}
}

static void make_lines(struct panel_view *p, const struct trial *t, struct arena *a)
{
	p->lines = arena_array(a, t->n_lines, sizeof(*p->lines));
	if (p->lines == NULL)
		return;
	p->n_lines = t->n_lines;
	for (size_t i = 0; i < t->n_lines; i++)
		p->lines[i] = (struct line_view){
			.side = t->lines[i].direction == 'C' ? "we" :
			    t->lines[i].direction == 'S' ? "server" : "note",
			.at_ms = t->lines[i].at_ms,
			.text = t->lines[i].text,
		};
}

/* ---- the report ---- */

static void report_stage(struct buffer *out, const struct stage_view *s)
{
	buffer_appendf(out, "%s%s%s: %s", s->name, s->subject[0] != '\0' ? " " : "", s->subject, s->word);
	if (s->has_time)
		buffer_appendf(out, " after %ju ms", (uintmax_t)s->took_ms);
	buffer_append_text(out, "\n");
	if (s->result[0] != '\0')
		buffer_appendf(out, "  %s\n", s->result);
	if (s->trouble == NULL)
		return;
	buffer_appendf(out, "  %s\n", s->trouble->title);
	if (s->trouble->said[0] != '\0')
		buffer_appendf(out, "  %s%s%s\n", s->trouble->code, s->trouble->code[0] != '\0' ? " " : "",
		    s->trouble->said);
}

/* Nothing of it is secret: results and dialogue were masked where they were made. */
static const char *make_report(const struct panel_view *p, const struct trial *t,
	const struct web *web, struct arena *a)
{
	struct buffer out;
	const char *text;

	buffer_init(&out, REPORT_MAX);
	buffer_appendf(&out, "Tocsin %s, node %s: test email through %s port %ju\n%s\n\n", TOCSIN_VERSION,
	    web->node_name, t->host, (uintmax_t)t->port, p->summary);
	for (size_t i = 0; i < p->n_stages; i++)
		report_stage(&out, &p->stages[i]);
	if (p->n_lines > 0)
		buffer_append_text(&out, "\nDialogue (C this node, S the server):\n");
	for (size_t i = 0; i < t->n_lines; i++)
		buffer_appendf(&out, "%6ju ms %c: %s\n", (uintmax_t)t->lines[i].at_ms, t->lines[i].direction,
		    t->lines[i].text);
	text = arena_copy(a, buffer_text(&out));
	buffer_release(&out);
	return text;
}

bool panel_unpack(struct unpack *u, uint64_t run, const struct web *web, struct arena *a,
	struct panel_view *ret_panel)
{
	struct panel_view p = { .run = run };
	struct trial t;

	p.done = unpack_bool(u);
	p.ok = unpack_bool(u);
	p.summary = unpack_text(u, SUMMARY_MAX, a);
	trial_unpack(u, a, &t);
	if (!unpack_end(u))
		return false;
	p.shape.kind = !p.done ? SHAPE_RUN : p.ok ? SHAPE_GOOD : SHAPE_BAD;
	make_stages(&p, &t, a);
	make_lines(&p, &t, a);
	if (p.done)
		p.report = make_report(&p, &t, web, a);
	*ret_panel = p;
	return true;
}
