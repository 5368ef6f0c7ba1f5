/* status.h - the status codes this server gives, with their words. Source: RFC 9110 section 15. */
#ifndef TOCSIN_HTTP_STATUS_H
#define TOCSIN_HTTP_STATUS_H

#include "base/base.h"

/* "Not Found" for 404; a code without a row gives the words of its class, never NULL. */
const char *http_status_text(unsigned status);

/* One plain sentence for a person who meets this error, never NULL; "" where none is needed. */
const char *http_status_advice(unsigned status);

/* 1xx, 204 and 304 carry no body (RFC 9110 section 6.4.1). */
bool http_status_has_body(unsigned status);

#endif
