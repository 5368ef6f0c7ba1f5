/*
 * authorise.h - who asks, and may he: the one place where rights are decided.
 *
 * Commands: every account of the site; root; the user who started the daemon; members of the group
 * tocsin-admin. Others on this box may submit mail and see whether it works. A token of the API may
 * say the words of its scopes and no other.
 */
#ifndef TOCSIN_KEEP_AUTHORISE_H
#define TOCSIN_KEEP_AUTHORISE_H

#include "keep/keeper.h"

enum right {
	RIGHT_NONE, /* the word itself is enough: sign-in, health, words between roles */
	RIGHT_KNOWN, /* a session, or any user of this box */
	RIGHT_SESSION, /* a session */
	RIGHT_COMMAND,
};

/* Fills r->asker from its WHO; true when it has the right. */
bool authorise(struct request *r, enum right right) MUST_CHECK;

enum {
	SESSION_IDLE = 30 * 60,
	SESSION_ABSOLUTE = 12 * 3600,
};

extern const struct store_session_limits session_limits;

#endif
