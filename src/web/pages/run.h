/* run.h - a test mail's run: starting one, and what templates/run.html and panel.html print. */
#ifndef TOCSIN_WEB_PAGES_RUN_H
#define TOCSIN_WEB_PAGES_RUN_H

#include "web/frame.h"
#include "web/trouble.h"
#include "wire/trial.h"

/* Asks for a test of what is saved. */
struct question *run_ask_saved(struct visit *v);

/* True when it was started. */
bool run_read_started(const struct question *q, uint64_t *ret_run);

struct stage_view {
	const char *kind; /* class: "waiting", "running", "good", "bad", "skipped" */
	const char *name;
	const char *subject; /* the recipient of RCPT, or "" */
	const char *result;
	struct shape_view shape;
	const char *word; /* "passed", "failed" */
	bool has_time;
	uint64_t took_ms;
	bool open; /* the first that failed */
	const struct trouble_view *trouble; /* NULL unless it failed */
};

struct line_view {
	const char *side; /* "we", "server", "note" */
	uint64_t at_ms;
	const char *text;
};

struct panel_view {
	uint64_t run;
	bool done, ok;
	struct shape_view shape;
	const char *summary;
	struct stage_view *stages;
	size_t n_stages;
	struct line_view *lines;
	size_t n_lines;
	const char *report; /* all of it as text, for whoever is asked for help */
};

struct run_view {
	struct panel_view panel;
	bool saved; /* the settings were saved just before */
	uint64_t n_saved;
	const char *csrf;
};

/* Reads TEST_IS behind its version. */
bool panel_unpack(struct unpack *u, uint64_t run, const struct web *web, struct arena *a,
	struct panel_view *ret_panel) MUST_CHECK;

#endif
