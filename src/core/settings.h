/*
 * settings.h - values of the settings table: checking one, checking them together, reading them.
 *
 * A check normalises: blanks around a value go, host names lose a trailing dot and are lowered,
 * address lists become one address a space. Errors are plain sentences: what is wrong and what
 * would be right. Who needs the relay's certificates parsed (sys/tls.h) does so besides.
 */
#ifndef TOCSIN_CORE_SETTINGS_H
#define TOCSIN_CORE_SETTINGS_H

#include "base/arena.h"
#include "core/settings_table.h"

struct settings {
	/* never NULL once settings_init() ran; secrets are present in keeper and sender only */
	const char *value[SETTING_COUNT];
};

struct setting_error {
	enum setting_id id;
	const char *text;
	bool incomplete; /* nothing is wrong with what is there, but something is missing */
};

struct setting_errors {
	struct setting_error list[SETTING_COUNT * 2];
	size_t n;
};

void settings_init(struct settings *s); /* the table's initial values */

bool setting_is(const struct settings *s, enum setting_id id, const char *value);
bool setting_is_set(const struct settings *s, enum setting_id id); /* not "" */
bool settings_need_nobody(const struct settings *s); /* the OAuth flow is one without a person */
uint64_t setting_number(const struct settings *s, enum setting_id id); /* NUMBER rows only */

enum setting_result {
	SETTING_OK = 0,
	SETTING_BAD = 1, /* *ret_error says why */
};

/* One value by its row: *ret_value is the normalised value, both in the arena. */
int setting_check(enum setting_id id, struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error) MUST_CHECK;

/*
 * Values together: authentication without its fields, a password over an unencrypted connection,
 * a relay without a From Address. Appends to errors.
 */
void settings_check_together(const struct settings *s, struct setting_errors *errors);

/* Why no mail can be sent with these settings, or NULL when it can be tried. */
const char *settings_mail_obstacle(const struct settings *s);

/* The site's domain for bare names: site.host_name, or else node_name. */
const char *settings_mail_domain(const struct settings *s, const char *node_name);

/* site.url, or https://HOST[:PORT] from site.host_name (or node_name) when it is not set. */
const char *settings_site_url(const struct settings *s, const char *node_name, uint16_t https_port,
	struct arena *a);

#endif
