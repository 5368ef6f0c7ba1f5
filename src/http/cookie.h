/*
 * cookie.h - reads the Cookie field and writes Set-Cookie lines.
 * Source: RFC 6265 sections 4.1.1, 4.2.1; the __Host- prefix: RFC 6265bis section 4.1.3.2.
 */
#ifndef TOCSIN_HTTP_COOKIE_H
#define TOCSIN_HTTP_COOKIE_H

#include "base/buffer.h"

enum {
	COOKIE_ABSENT = 1,
	COOKIE_TWICE = 2, /* somebody planted a second one: take neither */
	COOKIE_MALFORMED = 3, /* its value is no cookie-octets */
};

/*
 * The value of the cookie of exactly that name (case matters); field is the Cookie field's value,
 * absent for none. Pairs of other names are skipped whatever they hold.
 */
int cookie_get(struct slice field, const char *name, struct slice *ret_value) MUST_CHECK;

/*
 * Adds "Set-Cookie: name=value; Path=/; Secure; HttpOnly; SameSite=Lax" with its CRLF to the lines
 * of an answer, with Max-Age when max_age_s is above 0, as session cookie when it is 0.
 * A value outside the cookie-octets marks lines failed.
 */
void cookie_set(struct buffer *lines, const char *name, struct slice value, unsigned max_age_s);

/* The line that makes the browser forget it. */
void cookie_clear(struct buffer *lines, const char *name);

#endif
