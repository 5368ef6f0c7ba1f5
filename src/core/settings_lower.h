/*
 * settings_lower.h - whether a change of settings makes mail less safe: what an import or a restore
 * says before it is asked for a yes.
 */
#ifndef TOCSIN_CORE_SETTINGS_LOWER_H
#define TOCSIN_CORE_SETTINGS_LOWER_H

#include "core/settings.h"

/* What gets worse, as a sentence, or NULL. */
const char *settings_lower(enum setting_id id, const struct settings *now,
	const struct settings *wanted);

#endif
