/*
 * sendmail_queue.h - sendmail's other modes: listing the queue (mailq), trying it now (-q), and
 * newaliases, which has nothing to do here. Each prints and returns an exit code of sysexits.h.
 */
#ifndef TOCSIN_TOOLS_SENDMAIL_QUEUE_H
#define TOCSIN_TOOLS_SENDMAIL_QUEUE_H

#include "core/config.h"

/*
 * The form is Postfix's, which monitors read:
 *   "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------"
 *   one message: ID, octets, time and sender; the reason in brackets; recipients, one a line
 *   "-- N Kbytes in N Requests.", or alone "Mail queue is empty"
 */
int sendmail_list(const struct config *config) MUST_CHECK;

/* queue_id "" tries all that waits. */
int sendmail_run(const struct config *config, const char *queue_id) MUST_CHECK;

#endif
