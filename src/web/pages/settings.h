/*
 * settings.h - pages whose form is a table of settings (web/settings_form.h): what showing,
 * checking and saving them have in common, whichever form it is.
 */
#ifndef TOCSIN_WEB_PAGES_SETTINGS_H
#define TOCSIN_WEB_PAGES_SETTINGS_H

#include "web/settings_form.h"
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

/* What stands above the form: what is wrong, that it was saved, who else saved. */
struct settings_notes_view {
	struct problems_view problems;
	bool conflict;
	struct conflict_row *conflicts;
	size_t n_conflicts;
	bool saved;
	uint64_t n_saved;
	const char *more; /* a sentence about what was saved, or NULL */
	const char *url; /* of the page */
};

struct settings_page_kind {
	const struct settings_form *form;
	const char *url;
	void (*show)(struct visit *v, unsigned status);
	/* Before a sent form is read; may change it, and add problems. NULL: nothing. */
	void (*prepare)(struct visit *v);
};

struct preset;

enum {
	SETTINGS_AWAITED_MAX = 8,
};

/* The page's state between its steps. */
struct settings_page {
	const struct settings_page_kind *kind;
	struct question *saved; /* the saved settings */
	struct question *done; /* what was asked for */
	struct form_values values;
	struct problems_view problems;
	bool conflict; /* somebody else saved meanwhile */
	struct conflict_row *conflicts;
	size_t n_conflicts;
	uint64_t n_changed; /* what differs between the form and what was saved */

	/* Email Configuration only */
	struct question *oauth; /* how the sign-in stands, or NULL */
	const struct preset *preset; /* laid over the form, or NULL */
	const char *issuer; /* whose endpoints were laid over the form, or NULL */
	const char *file_note; /* query about the provider's file that was read, or "" */
	bool file_lost; /* what was pasted of it is not kept */
	/* what such a file fills in, and nobody typed: that it is missing is the file's fault */
	enum setting_id awaited[SETTINGS_AWAITED_MAX];
	size_t n_awaited;
};

/* Asks for the saved settings; v->page is the state from then on. */
void settings_page_ask(struct visit *v, const struct settings_page_kind *kind);

/* Reads them; false when the request was answered with what went wrong. */
bool settings_page_read(struct visit *v) MUST_CHECK;

/* Lays the sent form over them and checks it; false when the request was answered. */
bool settings_page_take(struct visit *v, bool with_test) MUST_CHECK;

/* What the keeper says about single fields joins the problems; false when it is another refusal. */
bool settings_page_take_refusal(struct visit *v, const struct question *q) MUST_CHECK;

/* The form is not good: shows it with its problems and what only the keeper knows besides. */
void settings_page_refuse(struct visit *v);

/* What stands above the form; sorts the problems. */
void settings_page_notes(struct visit *v, struct settings_notes_view *ret_notes);

/* Redirect URI of this site, as saved. */
const char *settings_redirect_uri(struct visit *v);

/* Steps when the saved settings are there: of POST, and of a form of an earlier sign-in. */
visit_fn settings_page_save, settings_page_stale;

#endif
