/* email.h - what templates/email.html prints, and what Email Configuration has beside its form. */
#ifndef TOCSIN_WEB_PAGES_EMAIL_H
#define TOCSIN_WEB_PAGES_EMAIL_H

#include "core/preset.h"
#include "web/email_form.h"
#include "web/pages/connection.h"
#include "web/pages/settings.h"

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
	struct settings_notes_view notes;
	const struct connection_view *connection; /* or NULL: OAuth2 is not chosen */
	const char *csrf;
	uint64_t version;
	struct sections_view sections;
};

extern const struct settings_page_kind email_page;

/* email_preset.c. Without memory there are no choices. */
void email_presets_view(const struct preset *filled, struct arena *a,
	struct presets_view *ret_view);

/*
 * email_client_file.c: lays what stands in the provider's file, when one was pasted, over the form
 * that was sent.
 */
void email_client_file_take(struct visit *v);

#define EMAIL_CLIENT_FILE "client_file" /* name of the field for it */
#define EMAIL_ISSUER "issuer"

#endif
