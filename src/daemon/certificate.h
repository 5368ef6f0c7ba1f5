/*
 * certificate.h - the certificate of the pages, as files: parent opens them for those who serve and
 * keep them, and never reads a key; what is made or put back is written by a process of its own.
 */
#ifndef TOCSIN_DAEMON_CERTIFICATE_H
#define TOCSIN_DAEMON_CERTIFICATE_H

#include "core/config.h"
#include "wire/words.h"

/*
 * Makes a self-signed one where tocsin.conf names none and there is none, or the one here ends soon
 * (within 30 days; one that a CA signed, which came with a backup: when it has ended). 0 or an exit
 * code, logged.
 */
int certificate_make(const struct config *config, bool *ret_made) MUST_CHECK;

/* The chain and its key, open for reading. False (logged) when one is missing. */
bool certificate_open(const struct config *config, int ret_fds[2]) MUST_CHECK;

/* Those that the descriptors hold, in place of the one made here. */
enum certificate_kept certificate_put(const struct config *config, const int fds[2]) MUST_CHECK;

#endif
