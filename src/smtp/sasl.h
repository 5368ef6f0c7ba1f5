/*
 * sasl.h - the client's side of sign-in mechanisms: a challenge goes in, a response comes out, both
 * before base64. A mechanism is one row of functions, so the next one is a row more.
 * Sources: RFC 4954 (SMTP AUTH), RFC 4616 (PLAIN), draft-murchison-sasl-login-00 (LOGIN).
 */
#ifndef TOCSIN_SMTP_SASL_H
#define TOCSIN_SMTP_SASL_H

#include "base/buffer.h"
#include "smtp/ehlo.h"

enum sasl_result {
	SASL_OK, /* the response is there (it may be empty) */
	SASL_NO_INITIAL, /* this mechanism waits for the server to begin */
	SASL_REFUSED, /* the challenge has no answer: cancel with "*" */
};

struct sasl_credentials {
	const char *username;
	const char *password;
};

struct sasl {
	enum smtp_mechanism mechanism;
	struct sasl_credentials credentials; /* pointers stay the caller's */
	unsigned step;
};

void sasl_init(struct sasl *s, enum smtp_mechanism m, struct sasl_credentials credentials);

/* What may go with the AUTH command itself. Appends to a buffer that wipes. */
enum sasl_result sasl_initial(struct sasl *s, struct buffer *response);
/* The answer to one challenge. */
enum sasl_result sasl_step(struct sasl *s, struct slice challenge, struct buffer *response);

/* The strongest mechanism that both speak, PLAIN before LOGIN; false when there is none. */
bool sasl_choose(const struct smtp_capabilities *c, enum smtp_mechanism *ret_mechanism);

#endif
