/*
 * dsn.h - what a submitter asks of delivery status notifications (RFC 3461), as sendmail's -N, -R
 * and -V have it. It goes with the message to a relay that offers DSN, and is left out for one that
 * does not (RFC 3461 4.1: then the relay's own habit holds).
 *
 *   notify = "never" / event *( "," event )      ; without regard to case
 *   event  = "success" / "failure" / "delay"
 *   return = "full" / "hdrs"
 *   envid  = 1*100( printable ASCII )            ; goes out as xtext, at most 100 octets of it
 *   xtext  = *( %x21-2A / %x2C-3C / %x3E-7E / "+" 2HEXDIG )   ; RFC 3461 4
 */
#ifndef TOCSIN_CORE_DSN_H
#define TOCSIN_CORE_DSN_H

#include "base/buffer.h"

enum dsn_notify { /* bits */
	DSN_SUCCESS = 1,
	DSN_FAILURE = 2,
	DSN_DELAY = 4,
	DSN_NEVER = 8, /* alone */
	DSN_NOTIFY_END = 16,
};

enum dsn_return {
	DSN_RETURN_ANY, /* nothing was asked */
	DSN_RETURN_FULL,
	DSN_RETURN_HEADERS,
	DSN_RETURN_COUNT,
};

enum {
	DSN_ENVID_MAX = 100, /* octets, as xtext */
	DSN_NOTIFY_TEXT_SIZE = 32,
};

struct dsn {
	unsigned notify; /* bits; 0: nothing was asked */
	enum dsn_return ret;
	const char *envid; /* "" when none was given */
};

bool dsn_notify_parse(struct slice text, unsigned *ret_notify) MUST_CHECK;
bool dsn_return_parse(struct slice text, enum dsn_return *ret_return) MUST_CHECK;
bool dsn_envid_is_good(struct slice text);

/* "NEVER", "SUCCESS,FAILURE"; "" for none. */
const char *dsn_notify_text(unsigned notify, char ret_text[static DSN_NOTIFY_TEXT_SIZE]);
void dsn_xtext(struct slice text, struct buffer *out);

/* True when notify is what dsn_notify_parse() can give, or 0. */
bool dsn_notify_is_good(uint64_t notify);

#endif
