/*
 * notify.h - tells the service manager how we are (sd_notify(3), without its library): a datagram
 * to the socket named in NOTIFY_SOCKET, "@" for an abstract one. Nothing happens without it.
 */
#ifndef TOCSIN_SYS_NOTIFY_H
#define TOCSIN_SYS_NOTIFY_H

#include "base/base.h"

/* "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=..."; lines may be joined by '\n'. */
void notify_send(const char *state);

/* How often WATCHDOG=1 is due, in ms: half of WATCHDOG_USEC; 0 when nobody watches. */
int64_t notify_watchdog_ms(void);

#endif
