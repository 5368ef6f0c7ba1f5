/*
 * endings.h - what ends soon is told in time: by a line of the log and a mail to the contacts at
 * each step of core/ending.h, and by pages and commands as long as it is near. While mail cannot
 * leave, no mail is queued; the nearest step is told when it can again.
 */
#ifndef TOCSIN_KEEP_ENDINGS_H
#define TOCSIN_KEEP_ENDINGS_H

#include "core/ending.h"
#include "keep/keeper.h"

int keep_endings_init(struct keeper *k) MUST_CHECK; /* after OAuth2 */
void keep_endings_stop(struct keeper *k); /* before the store is closed */
void keep_endings_release(struct keeper *k); /* after it */

/* Something changed that may end, or that kept mail from leaving. */
void keep_endings_look(struct keeper *k);

/* The one list of what ends when, near or far; how many there are. */
size_t keep_endings_list(const struct keeper *k, struct ending ret_list[ENDING_KIND_COUNT]);

#endif
