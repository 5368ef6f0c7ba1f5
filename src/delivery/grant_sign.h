/*
 * grant_sign.h - what proves to a provider who asks, when a private key does: made for one request,
 * good for minutes.
 * Sources: RFC 7523 2.1, 2.2.
 */
#ifndef TOCSIN_DELIVERY_GRANT_SIGN_H
#define TOCSIN_DELIVERY_GRANT_SIGN_H

#include "wire/grant.h"

/*
 * Appends the assertion for a question that has a private key; the buffer is a secret one. For
 * GRANT_SERVICE it is the grant, else the client's proof. Negative with a line in the log.
 */
int grant_sign(const struct grant *g, struct buffer *assertion) MUST_CHECK;

#endif
