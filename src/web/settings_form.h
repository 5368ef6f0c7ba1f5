/*
 * settings_form.h - a form of settings as a table: sections, groups and the settings in them.
 * Labels, help and choices come from core/settings_table.h; nothing here is written a second time.
 * From the table come the form, what is read of a sent one, and its checks.
 */
#ifndef TOCSIN_WEB_SETTINGS_FORM_H
#define TOCSIN_WEB_SETTINGS_FORM_H

#include "core/settings.h"
#include "http/form.h"
#include "web/form_view.h"
#include "wire/pack.h"

/* ---- the table ---- */

struct form_entry {
	enum setting_id id;
	bool optional; /* said behind its label */
};

enum {
	FORM_GROUP_MAX = 12,
	FORM_SECTION_GROUPS_MAX = 5,
};

struct form_group {
	const char *legend; /* NULL: no border around it */
	const char *note;
	/* Shown when all of these hold, "key=value key=value"; NULL always. Without script: always. */
	const char *when;
	bool has_presets; /* providers to choose from, not a setting */
	bool has_fill; /* the redirect URI, and ways to fill in what OAuth2 needs */
	bool has_test; /* "Send a test email", not a setting */
	struct form_entry entries[FORM_GROUP_MAX];
	size_t n_entries;
};

struct form_section {
	const char *id;
	const char *heading;
	const char *intro;
	bool folded;
	struct form_group groups[FORM_SECTION_GROUPS_MAX];
	size_t n_groups;
};

struct settings_form {
	const struct form_section *sections;
	size_t n_sections;
};

/* ---- values ---- */

struct form_values {
	const struct settings_form *form;
	uint64_t version; /* that the form was made from */
	struct settings settings; /* of a secret "" or, when one is set, something that is not "" */
	const char *shown[SETTING_COUNT]; /* in the form: as saved, or as typed */
	bool on_form[SETTING_COUNT];
	bool is_set[SETTING_COUNT];
	uint64_t at[SETTING_COUNT]; /* last changed, 0 never */
	const char *by[SETTING_COUNT];
	bool typed[SETTING_COUNT]; /* a secret that came with the form */
};

/* Reads SETTINGS_ARE of all sections. */
bool settings_form_unpack(const struct settings_form *form, struct unpack *u, struct arena *a,
	struct form_values *ret_values) MUST_CHECK;

/* Lays a sent form over the saved values and adds what is wrong. Negative without memory. */
int settings_form_take(struct form_values *values, const struct form *form, struct arena *a,
	struct problems_view *problems) MUST_CHECK;

/* What the keeper says about a field; it may be none of the form. */
void settings_form_refused(const char *field, const char *text, struct arena *a,
	struct problems_view *problems);

/* Reads the version that the sent form was made from; without one it is a problem. */
bool settings_form_version(const struct form *form, struct problems_view *problems,
	uint64_t *ret_version);

/* Puts a value into the form that nobody typed; it is of the table and good. */
void settings_form_lay(struct form_values *values, enum setting_id id, const char *value);

/* How many settings differ between two; every secret that was typed into b counts. */
uint64_t settings_form_count_changes(const struct form_values *a, const struct form_values *b);

/* The order in which problems are told is that of the form. */
void settings_form_sort(const struct settings_form *form, struct problems_view *problems);

/* The sent values as n x (key, value): all that the form had, of secrets those typed. */
void settings_form_pack(const struct settings_form *form, const struct form *sent,
	struct buffer *body);

/* ---- views ---- */

struct presets_view;

/* What helps with the fields of OAuth2, beside them. */
struct oauth_fill_view {
	const char *redirect_uri;
	const char *issuer_filled; /* whose endpoints were filled in just now, or NULL */
	struct field_view file; /* the provider's JSON file */
	struct field_view issuer;
};

struct group_view {
	const char *legend, *note, *when; /* or NULL */
	const struct presets_view *presets; /* or NULL */
	const struct oauth_fill_view *fill; /* or NULL */
	struct field_view *fields;
	size_t n_fields;
};

struct section_view {
	const char *id, *heading, *intro; /* intro or NULL */
	bool folded, open;
	struct group_view *groups;
	size_t n_groups;
};

struct sections_view {
	struct section_view *rows;
	size_t n_rows;
};

/* What the form shows besides settings. */
struct settings_form_state {
	const struct problems_view *problems;
	const struct presets_view *presets; /* where the table has them */
	const struct oauth_fill_view *fill;
	bool test_too; /* the box is ticked */
};

/* Without memory there are no rows. */
void settings_form_view(const struct form_values *values, const struct settings_form_state *state,
	struct arena *a, struct sections_view *ret_sections);

#define EMAIL_FORM_TEST "test" /* name of that box */

#endif
