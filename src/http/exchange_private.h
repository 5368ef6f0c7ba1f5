/* exchange_private.h - what the reading and the writing half of an exchange share. */
#ifndef TOCSIN_HTTP_EXCHANGE_PRIVATE_H
#define TOCSIN_HTTP_EXCHANGE_PRIVATE_H

#include "http/exchange.h"

/* The one function that changes the state; until is the deadline of the new phase. */
void http_set_state(struct http_exchange *x, enum http_state state, int64_t until);

void http_drop(struct http_exchange *x, const char *reason);

/* The answer is written: forget the request and go idle, or close. */
void http_request_done(struct http_exchange *x, struct http_now now);

/* Writes the interim answer that a client with a large body waits for. */
void http_write_continue(struct http_exchange *x, struct http_now now);

/* Writes an error answer whatever was going on before its first octet, then closes. */
int http_write_error(struct http_exchange *x, struct http_now now, unsigned status);

#endif
