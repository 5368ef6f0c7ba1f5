/*
 * config_value.h - the keys of tocsin.conf and what each may hold; the lines around them are
 * config.c's, its only caller.
 */
#ifndef TOCSIN_CORE_CONFIG_VALUE_H
#define TOCSIN_CORE_CONFIG_VALUE_H

#include "core/config.h"

enum config_key {
	CONFIG_STATE_DIR,
	CONFIG_RUN_DIR,
	CONFIG_HTTPS,
	CONFIG_PEER,
	CONFIG_SMTP,
	CONFIG_STORE,
	CONFIG_TLS_CERTIFICATE,
	CONFIG_TLS_KEY,
	CONFIG_INTERFACES,
	CONFIG_NODE_NAME,
	CONFIG_NODE_URL,
	CONFIG_LOG_LEVEL,
	CONFIG_PRIVATE_ENDPOINTS,
	CONFIG_KEY_COUNT,
};

extern const char *const config_keys[CONFIG_KEY_COUNT];

struct config_values {
	struct config config;
	const char *folder;
	struct arena *arena;
};

/* NULL when the value is good and set; else why not and what would be right. */
const char *config_value_set(struct config_values *v, enum config_key key, struct slice value);

/* A host's own name as a node name: what no host name may have becomes "-", or else "localhost". */
const char *config_name_of_host(const char *host_name, struct arena *a);

/* The slice cut to what an error can show. */
const char *config_shown(struct slice s, struct arena *a);

#endif
