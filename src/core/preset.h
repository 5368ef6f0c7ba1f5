/*
 * preset.h - what is known of common mail providers: where their relay listens, how one signs in,
 * how much they take, and what has to be prepared there first. A preset only fills in settings;
 * it is never stored, and whoever uses it may change each value before it is saved.
 */
#ifndef TOCSIN_CORE_PRESET_H
#define TOCSIN_CORE_PRESET_H

#include "core/settings.h"

enum {
	PRESET_STEPS_MAX = 6,
};

struct preset {
	const char *name; /* an interface: "microsoft365" */
	const char *label;
	const char *limits; /* what the provider takes, in a sentence */
	const char *steps[PRESET_STEPS_MAX + 1]; /* what to prepare there; ends with NULL */

	/* values of settings as setting_check() gives them; NULL where nothing is known */
	const char *host, *port, *encryption, *auth;
	const char *connections, *per_minute;
	const char *scopes, *auth_endpoint, *token_endpoint;

	const char *any_tenant; /* stands in both endpoints for a tenant; NULL: there are none */
	const char *app_scopes; /* when the application itself signs in, without a person */
};

extern const struct preset presets[];
extern const size_t n_presets;

/* True for hosts of Microsoft, Google and Yahoo: their OAUTHBEARER is missing or was wrong. */
bool preset_prefers_xoauth2(struct slice host);

const struct preset *preset_find(struct slice name); /* or NULL */

/* What the preset fills in for a setting, or NULL when it leaves that one alone. */
const char *preset_value(const struct preset *p, enum setting_id id);

/*
 * The same beside what is chosen already: a tenant goes into the endpoints, and the application's
 * own sign-in has scopes of its own.
 */
const char *preset_value_beside(const struct preset *p, enum setting_id id,
	const struct settings *s, struct arena *a);

#endif
