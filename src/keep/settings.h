/* settings.h - settings that somebody wants, checked but not in force: to be saved or tried. */
#ifndef TOCSIN_KEEP_SETTINGS_H
#define TOCSIN_KEEP_SETTINGS_H

#include "keep/keeper.h"
#include "wire/relay.h"

struct keep_values {
	struct settings settings; /* those in force with the given ones over them */
	bool given[SETTING_COUNT];
	struct keep_problems problems;
};

/*
 * Reads "n x (text key, bytes value)" and checks all of it; problems are collected. Negative
 * without memory. The body's end is the caller's to check.
 */
int keep_values_unpack(struct request *r, struct keep_values *v) MUST_CHECK;

/* One value over those that are there, checked by itself; a problem is collected. */
int keep_values_take(const struct keeper *k, struct keep_values *v, struct slice key,
	struct slice value, struct arena *a) MUST_CHECK;

/*
 * Saves what is given and differs, unless it is newer than the version seen (0 whatever it is), and
 * answers with SETTINGS_SAVED or SETTINGS_CONFLICT.
 */
void keep_values_save(struct request *r, const struct keep_values *v, uint64_t seen);

/* The relay as the sender needs it; its texts live as long as the settings. */
void keep_relay_of(const struct keeper *k, const struct settings *s, struct relay *ret_relay);

#endif
