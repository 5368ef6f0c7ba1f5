/*
 * guard.h - what stands between an address and its page: the session, and for a change the origin
 * of the request and the form's token. Sources: OWASP ASVS 5.0 chapters 3 and 7, RFC 6454.
 */
#ifndef TOCSIN_WEB_GUARD_H
#define TOCSIN_WEB_GUARD_H

#include "web/visit.h"

#define SESSION_COOKIE "__Host-login"

/* The first step of every visit: finds the route, checks, and goes on to the page. */
void guard_enter(struct visit *v);

/* A session has begun: sets the cookie. */
void guard_set_cookie(struct visit *v, const char *token);
void guard_clear_cookie(struct visit *v);

/* A page's address on this site, fit to go to after sign-in: "/login/..." and nothing odd. */
bool guard_is_local_page(struct slice address);

/* Reads SESSION_IS. */
bool guard_read_session(struct visit *v, struct unpack *u) MUST_CHECK;

#endif
