/*
 * alerts.h - what the keeper tells people when mail is broken or mail failed: one outage is one
 * alert to the log and one mail when it is over, over restarts too; failed mail is told in one
 * notice an hour at the most. core/relay_health.h says what an outage is, core/notice_rule.h when
 * something is worth a mail.
 */
#ifndef TOCSIN_KEEP_ALERTS_H
#define TOCSIN_KEEP_ALERTS_H

#include "keep/keeper.h"

/* After the queue: an outage that began before is still one. */
int keep_alerts_init(struct keeper *k) MUST_CHECK;
void keep_alerts_stop(struct keeper *k); /* before the store is closed */
void keep_alerts_release(struct keeper *k); /* after it */

void keep_alerts_broke(struct keeper *k); /* RELAY_EVENT_BROKE */
void keep_alerts_over(struct keeper *k); /* RELAY_EVENT_WORKS */
void keep_alerts_failed(struct keeper *k); /* a recipient has failed for good */
void keep_alerts_look(struct keeper *k); /* new settings: somebody may be told now */

#endif
