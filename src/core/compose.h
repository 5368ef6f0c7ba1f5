/*
 * compose.h - writes the mails Tocsin sends itself: text and HTML of the same content from a few
 * kinds of rows, so that a mail is a list and not a template. Date and Message-ID are fixed here.
 * Sources: RFC 5322, RFC 2046 5.1.4 (alternative), RFC 3834 5 (Auto-Submitted).
 */
#ifndef TOCSIN_CORE_COMPOSE_H
#define TOCSIN_CORE_COMPOSE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "core/mail_part.h"
#include "core/message_id.h"

enum {
	COMPOSE_MAX = 256 * 1024, /* a good limit for the output buffer */
};

enum compose_error {
	COMPOSE_OK,
	COMPOSE_BAD_HEADER, /* no recipient, a bad address, or a control character in a header */
};

struct mail {
	const char *from_name; /* display name, may be "" */
	struct slice from_address;
	const struct slice *to; /* addresses */
	size_t n_to;
	const char *subject;
	const char *node_name; /* right half of the Message-ID */
	int64_t now;
	int utc_offset; /* seconds east */
	uint8_t random[MESSAGE_ID_RANDOM]; /* for Message-ID and boundary */
	const struct mail_part *parts;
	size_t n_parts;
};

/* Appends the canonical message. Returns 0, an enum compose_error, or negative (buffer, memory). */
int compose_mail(const struct mail *mail, struct buffer *out) MUST_CHECK;

struct test_mail {
	const char *site_name; /* may be "" */
	const char *node_name;
	const char *relay_host;
	uint16_t relay_port;
	const char *security; /* "STARTTLS", "TLS" or "no encryption" */
	const char *asked_by; /* account name, or "tocsin email test by root" */
	struct slice from_address;
	const struct slice *to;
	size_t n_to;
	bool daily_notice; /* whether it is switched on, and when it comes */
	const char *daily_notice_time; /* "08:00", used when daily_notice */
	const char *page_url; /* address of Email Configuration, may be "" */
	int64_t now;
	int utc_offset;
	uint8_t random[MESSAGE_ID_RANDOM];
};

int compose_test_mail(const struct test_mail *test, struct arena *arena, struct buffer *out)
	MUST_CHECK;

#endif
