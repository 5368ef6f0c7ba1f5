/*
 * ehlo.h - what a server offers, read from the lines of its answer to EHLO. Only whole words
 * count, in any case; what is unknown or malformed is passed over.
 *
 *   ehlo-line = keyword *( SP parameter )          ; RFC 5321 4.1.1.1, the line behind "250-"
 *   SIZE [ SP 1*20DIGIT ]                          ; RFC 1870, 0 or nothing: no fixed limit
 *   AUTH *( SP mechanism ), "AUTH=" mechanism ...  ; RFC 4954, and the form before it
 */
#ifndef TOCSIN_SMTP_EHLO_H
#define TOCSIN_SMTP_EHLO_H

#include "smtp/reply.h"

enum smtp_mechanism {
	SMTP_MECHANISM_PLAIN,
	SMTP_MECHANISM_LOGIN,
	SMTP_MECHANISM_XOAUTH2,
	SMTP_MECHANISM_OAUTHBEARER,
	SMTP_MECHANISM_COUNT,
};

enum {
	SMTP_MECHANISMS_TEXT_SIZE = 256,
};

struct smtp_capabilities {
	bool esmtp; /* EHLO was answered; false after HELO */
	bool pipelining;
	bool eight_bit_mime;
	bool smtputf8;
	bool starttls;
	bool enhanced_status_codes;
	bool dsn; /* RFC 3461 */
	bool auth;
	bool mechanisms[SMTP_MECHANISM_COUNT];
	char mechanisms_text[SMTP_MECHANISMS_TEXT_SIZE]; /* all that were named, for people */
	bool size_offered; /* MAIL may carry SIZE= */
	uint64_t size; /* octets a message may have; 0 no fixed limit known */
};

/* From a reply to EHLO with code 250; its first line is the server's name, not a keyword. */
void smtp_capabilities_read(const struct smtp_reply *r, struct smtp_capabilities *ret_capabilities);

const char *smtp_mechanism_name(enum smtp_mechanism m); /* "PLAIN" */

#endif
