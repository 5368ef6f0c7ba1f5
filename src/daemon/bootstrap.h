/*
 * bootstrap.h - what happens once before the roles are forked: tocsin.conf, folders with their
 * owners, the lock, the certificate, the listeners. Every failure is one logged line that names
 * the cure, and an exit code.
 */
#ifndef TOCSIN_DAEMON_BOOTSTRAP_H
#define TOCSIN_DAEMON_BOOTSTRAP_H

#include "base/log.h"
#include "daemon/role.h"

/* Reads tocsin.conf; *ret_config lives until the process ends. 0 or an exit code. */
int bootstrap_read(const char *path, const struct config **ret_config) MUST_CHECK;

/* Folders, lock, certificate, listeners; fills start. 0 or an exit code. */
int bootstrap_prepare(struct start *start) MUST_CHECK;

/*
 * Reads tocsin.conf again: certificate paths and the log level count at once, other changes are
 * named in the log as waiting for a restart. False (logged) when the file is bad: nothing changed.
 */
bool bootstrap_reload(struct start *start, const char *path, enum log_level *ret_level) MUST_CHECK;

/*
 * The administrator's diagnosis.conf, beside the configuration file, open for reading; -1 when
 * there is none, or (logged) when it cannot be opened.
 */
int bootstrap_open_diagnosis(const char *path);

#endif
