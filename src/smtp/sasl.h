/*
 * sasl.h - the client's side of sign-in mechanisms: a challenge goes in, a response comes out, both
 * before base64. A mechanism is one row of functions, so the next one is a row more.
 *
 * A password signs in with PLAIN or LOGIN, an access token of OAuth2 with XOAUTH2 or OAUTHBEARER,
 * and never the one with the other's. Servers refuse a token with a challenge that holds a document
 * of JSON; it is answered with next to nothing, and then comes the refusal proper.
 *
 * Sources: RFC 4954 (SMTP AUTH), RFC 4616 (PLAIN), draft-murchison-sasl-login-00 (LOGIN), RFC 7628
 * (OAUTHBEARER), Google's and Microsoft's pages on XOAUTH2.
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

enum {
	SASL_TOKEN_MAX = 16 * 1024, /* octets of an access token */
	SASL_REMARK_SIZE = 320,
};

struct sasl_credentials {
	const char *username;
	const char *password;
	const char *token; /* of OAuth2, used instead of the password; NULL or "" none */
	/* OAUTHBEARER alone: where the token is shown */
	const char *host;
	unsigned port;
	bool xoauth2_first; /* when the server offers both */
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

/* The best mechanism that both speak and that fits the credentials; false when there is none. */
bool sasl_choose(const struct smtp_capabilities *c, const struct sasl_credentials *credentials,
	enum smtp_mechanism *ret_mechanism);

bool sasl_has_token(const struct sasl_credentials *c);
/*
 * False for a token that is too long, and for a token or name with an octet that would end its
 * field: a control, in the token also a blank or anything but ASCII (RFC 6750 2.1 has less).
 */
bool sasl_can_be_sent(const struct sasl_credentials *c);

/* True when the challenge that comes now is a document that refuses the token. */
bool sasl_awaits_document(const struct sasl *s);
/*
 *   document = "{" "\"status\":" text [ ",\"scope\":" text ] ... "}"     ; RFC 7628 section 3.2.2
 * What it says, for people: "status 401, scope mail"; "" when that is nothing.
 */
void sasl_document_words(struct slice document, char ret_words[SASL_REMARK_SIZE]);

#endif
