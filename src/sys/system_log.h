/*
 * system_log.h - the system log, for lines that must be seen where people look who do not look at
 * ours: RFC 3164 datagrams of facility mail to /dev/log, as syslog(3) writes them. Opened before
 * the sandbox closes; a daemon of syslog that is started anew later can be reached again only by a
 * process that still sees the path.
 */
#ifndef TOCSIN_SYS_SYSTEM_LOG_H
#define TOCSIN_SYS_SYSTEM_LOG_H

#include "base/log.h"

#define SYSTEM_LOG_PATH "/dev/log"

/*
 * Lines of level alert go there besides to standard error from now on. False when nobody listens
 * there; lines then try again. path stays the caller's.
 */
bool system_log_open(const char *path);
void system_log_close(void);

#endif
