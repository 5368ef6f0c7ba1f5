/*
 * headers.h - builds the field lines of an answer in a buffer: "Name: value" CRLF each. The
 * security set goes on every answer, errors included.
 * Source: RFC 9110 sections 5.5, 5.6.7; CSP Level 3; RFC 6797 (HSTS).
 */
#ifndef TOCSIN_HTTP_HEADERS_H
#define TOCSIN_HTTP_HEADERS_H

#include "base/buffer.h"

/* One line. A name or value outside the grammar (CR, LF, NUL) marks lines failed. */
void headers_add(struct buffer *lines, const char *name, struct slice value);
void headers_add_text(struct buffer *lines, const char *name, const char *value);

/* Pages and API: nothing loads but our own, nobody frames us, nothing is stored. */
void headers_secure(struct buffer *lines, bool ca_signed);

/* Files whose path holds the hash of their content: the same, but cached for a year. */
void headers_secure_asset(struct buffer *lines, bool ca_signed);

/* "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate) of seconds since 1970. */
void headers_append_date(struct buffer *out, int64_t unix_s);

#endif
