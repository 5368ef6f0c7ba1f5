/*
 * time_zone_names.h - the names of the IANA time zone database, sorted, made of
 * time_zone_names.txt: what a form offers and what a setting may be. Which of them this machine
 * has data for is keep/zones.h's to know.
 */
#ifndef TOCSIN_CORE_TIME_ZONE_NAMES_H
#define TOCSIN_CORE_TIME_ZONE_NAMES_H

#include "base/slice.h"

struct time_zone_name {
	const char *name;
	bool offered; /* in lists; the others are aliases of these and are taken as well */
};

extern const struct time_zone_name time_zone_names[];
extern const size_t n_time_zone_names;

/* The name as the database writes it, whatever its capitals; NULL when there is none. */
const char *time_zone_name_find(struct slice name);

/* The name that was probably meant: a place alone ("berlin"), or a slip of the pen; or NULL. */
const char *time_zone_name_nearest(struct slice name);

#endif
