/*
 * zones.h - the time zones of this machine, read once before the sandbox closes: afterwards the
 * keeper sees nothing but its own folder. New rules (package tzdata) are read at the next start.
 */
#ifndef TOCSIN_KEEP_ZONES_H
#define TOCSIN_KEEP_ZONES_H

#include "core/time_zone.h"
#include "keep/keeper.h"

/* All zones of core/time_zone_names.h that this machine has. NULL (logged) without memory. */
struct keep_zones *keep_zones_load(void);
void keep_zones_free(struct keep_zones *z); /* NULL is fine */

/* By its name; NULL when this machine has none of that name. UTC is always there. */
const struct time_zone *keep_zone_find(const struct keeper *k, const char *name);

/* That of email.time_zone; UTC when this machine does not have it any more. */
const struct time_zone *keep_zone(const struct keeper *k);

#endif
