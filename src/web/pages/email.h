/* email.h - what templates/email.html prints, and the form's way shared by saving and testing. */
#ifndef TOCSIN_WEB_PAGES_EMAIL_H
#define TOCSIN_WEB_PAGES_EMAIL_H

#include "core/preset.h"
#include "web/email_form.h"
#include "web/visit.h"

/* Somebody else saved meanwhile: one field they changed. */
struct conflict_row {
	const char *label;
	const char *by;
	uint64_t at;
	bool secret;
	const char *saved; /* the value now */
	const char *typed; /* the value in this form */
	bool same;
};

struct preset_choice {
	const char *name;
	const char *label;
	bool chosen;
};

/* "Start from a provider": the choices, and what the chosen one filled in. */
struct presets_view {
	struct preset_choice *choices;
	size_t n_choices;
	const char *label; /* of the one that was filled in, or NULL */
	const char *limits;
	const char *const *steps; /* what to prepare there */
	size_t n_steps;
};

struct email_view {
	struct problems_view problems;
	struct conflict_row *conflicts;
	size_t n_conflicts;
	bool saved;
	uint64_t n_saved;
	const char *no_test; /* why no test was sent after saving, or NULL */
	const char *csrf;
	uint64_t version;
	struct presets_view presets;
	struct sections_view sections;
};

/* The page's state between its steps. */
struct email_page {
	struct question *saved; /* the saved settings */
	struct question *done; /* what was asked for */
	struct form_values values;
	struct problems_view problems;
	struct conflict_row *conflicts;
	size_t n_conflicts;
	uint64_t n_changed; /* what differs between the form and what was saved */
	const struct preset *preset; /* laid over the form, or NULL */
};

/* Asks for the saved settings; v->page is the state from then on. */
void email_page_ask(struct visit *v);

/* Reads them; false when the request was answered with what went wrong. */
bool email_page_read(struct visit *v) MUST_CHECK;

/* Lays the sent form over them and checks it; false when the request was answered. */
bool email_page_take(struct visit *v, bool with_test) MUST_CHECK;

/* What the keeper says about single fields joins the problems; false when it is another refusal. */
bool email_page_take_refusal(struct visit *v, const struct question *q) MUST_CHECK;

void email_page_show(struct visit *v, unsigned status);

/* email_preset.c. Without memory there are no choices. */
void email_presets_view(const struct preset *filled, struct arena *a,
	struct presets_view *ret_view);

#endif
