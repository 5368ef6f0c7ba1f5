/* daily.h - the daily communication notice's part of the keeper. */
#ifndef TOCSIN_KEEP_DAILY_H
#define TOCSIN_KEEP_DAILY_H

#include "core/daily_notice.h"
#include "keep/keeper.h"

int keep_daily_init(struct keeper *k) MUST_CHECK;
void keep_daily_look(struct keeper *k); /* something it depends on has changed */
/* The store's mark of the last notice may be another one now, and what it depends on, too. */
void keep_daily_reload(struct keeper *k);
void keep_daily_stop(struct keeper *k); /* before the store is closed */
void keep_daily_release(struct keeper *k); /* after it */

/* When the next notice is due, 0 when none is wanted. */
int64_t keep_daily_next(struct keeper *k);

#endif
