/* retention.h - old history leaves the mail log: at start, every hour, and when settings change. */
#ifndef TOCSIN_KEEP_RETENTION_H
#define TOCSIN_KEEP_RETENTION_H

#include "keep/keeper.h"

int keep_retention_init(struct keeper *k) MUST_CHECK;
void keep_retention_settings_changed(struct keeper *k);
void keep_retention_stop(struct keeper *k); /* before the store is closed */
void keep_retention_release(struct keeper *k); /* after it */

#endif
