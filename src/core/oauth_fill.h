/*
 * oauth_fill.h - which settings a provider's JSON file fills in: that of an OAuth client, or the
 * key of a service account. oauth2/metadata.h reads the file itself.
 */
#ifndef TOCSIN_CORE_OAUTH_FILL_H
#define TOCSIN_CORE_OAUTH_FILL_H

#include "core/settings_table.h"

enum {
	OAUTH_FILL_MAX = 8,
};

/* What the file holds; of an OAuth client, or else of a service account. */
struct oauth_fill_source {
	bool service;
	const char *client_id, *client_secret, *auth_endpoint, *token_endpoint;
	const char *private_key, *key_id;
};

/* The texts are the source's, or constant. */
struct oauth_fill {
	enum setting_id ids[OAUTH_FILL_MAX];
	const char *values[OAUTH_FILL_MAX];
	size_t n;
};

/* flow: email.oauth_flow as it would be else. */
void oauth_fill_make(const struct oauth_fill_source *s, struct slice flow,
	struct oauth_fill *ret_fill);

#endif
