/*
 * verdict.h - what came of a delivery attempt: how far it got, what decided it, and what the queue
 * is to make of it. Whoever tries to deliver (the SMTP session, the sender's connection) fills in
 * a verdict; keeper acts on its class; diagnosis.h says what it means and what to do.
 * Sources: RFC 5321 4.2 and 4.3.2, RFC 3463 (enhanced status codes), RFC 2034.
 */
#ifndef TOCSIN_CORE_VERDICT_H
#define TOCSIN_CORE_VERDICT_H

#include "base/slice.h"

/* Where the attempt was, in the order of a delivery. */
enum verdict_stage {
	STAGE_SETTINGS, /* before anything: what is needed is not set, or cannot be used */
	STAGE_RESOLVE,
	STAGE_CONNECT,
	STAGE_TLS, /* the handshake, at once or after STARTTLS */
	STAGE_GREETING,
	STAGE_EHLO,
	STAGE_STARTTLS,
	STAGE_AUTH,
	STAGE_MAIL,
	STAGE_RCPT,
	STAGE_DATA,
	STAGE_BODY, /* the content, before its final dot was sent */
	STAGE_DOT, /* the final dot was sent */
	STAGE_IDLE, /* between messages: RSET, waiting */
	STAGE_QUIT,
	STAGE_COUNT,
};

/* What decided: the server's reply, or what we saw ourselves. */
enum verdict_reason {
	REASON_REPLY, /* code, enhanced and text are the server's */

	REASON_SETTINGS, /* no relay is set, or a setting cannot be put into a command */
	REASON_NO_NAME, /* DNS: there is no such name */
	REASON_NO_ADDRESS, /* DNS: the name has no address */
	REASON_NAME_TEMPORARY, /* DNS: no answer now */
	REASON_REFUSED, /* nobody listens on that port */
	REASON_UNREACHABLE, /* no route to host or network */
	REASON_CONNECT_TIMEOUT,
	REASON_CLOSED, /* the server hung up in good order */
	REASON_RESET, /* the connection was cut */
	REASON_TIMEOUT, /* no complete answer, or no byte taken, before the deadline */

	REASON_TLS_EXPIRED,
	REASON_TLS_NOT_YET_VALID,
	REASON_TLS_WRONG_NAME,
	REASON_TLS_UNKNOWN_ISSUER,
	REASON_TLS_SELF_SIGNED,
	REASON_TLS_TOO_WEAK,
	REASON_TLS_REVOKED,
	REASON_TLS_BAD_CERTIFICATE,
	REASON_TLS_PROTOCOL_VERSION,
	REASON_TLS_NOT_TLS, /* the server answered in clear text */
	REASON_TLS_REFUSED, /* the server sent an alert */
	REASON_TLS_CLOSED,
	REASON_TLS_TIMEOUT,
	REASON_TLS_HANDSHAKE, /* anything else */

	REASON_NO_STARTTLS, /* wanted, not offered */
	REASON_INJECTED, /* bytes between STARTTLS's answer and the handshake */
	REASON_NO_AUTH, /* wanted, not offered */
	REASON_NO_MECHANISM, /* offered, none that we speak */
	REASON_CLEAR_PASSWORD, /* the connection is not encrypted and nobody allowed that */
	REASON_CHALLENGE, /* the sign-in asks what its mechanism does not know, or in bad base64 */
	REASON_SIGN_IN, /* OAuth2: somebody has to sign in, or to mend the client */
	REASON_NO_TOKEN, /* OAuth2: the token is over, and no new one comes for now */
	REASON_SPEAKS_TLS, /* the greeting is a TLS record */
	REASON_NOT_SMTP, /* the greeting is no SMTP reply */
	REASON_PROTOCOL, /* a later answer is no SMTP reply */
	REASON_REPLY_TOO_LONG,
	REASON_UNEXPECTED, /* a reply nobody waits for, or one that does not fit the command */

	REASON_TOO_LARGE, /* above the relay's SIZE; found before sending */
	REASON_NO_SMTPUTF8,
	REASON_NO_8BITMIME,
	REASON_BAD_ADDRESS, /* cannot be put into a command */
	REASON_NO_RECIPIENTS, /* every recipient has a refusal of its own */

	REASON_STOPPED, /* we ended it: shutdown, new settings */
	REASON_FAULT, /* memory or another fault of this machine */
	REASON_DELETED, /* a person deleted the mail before it was sent */
	REASON_COUNT,
};

/* What the queue is to do. */
enum verdict_class {
	VERDICT_ACCEPTED, /* the relay has it; of a stage or recipient: passed */
	VERDICT_RELAY, /* relay or network broken or set up wrongly: hold all, try it alone */
	VERDICT_CREDENTIAL, /* sign-in refused or missing: hold all, try the relay alone */
	VERDICT_ACCOUNT, /* the account may not send this (sender, quota, blocked): hold */
	VERDICT_RECIPIENT, /* this recipient fails for good */
	VERDICT_MESSAGE, /* this message fails for good, for all its recipients */
	VERDICT_TRANSIENT, /* try again later */
	VERDICT_AMBIGUOUS, /* the dot was sent, no answer: possibly delivered, try again late */
	VERDICT_LOCAL, /* our own fault or doing: try again, nobody outside is to blame */
	VERDICT_CLASS_COUNT,
};

/* "5.7.1"; class 0 stands for none. */
struct enhanced_status {
	unsigned char class; /* 2, 4 or 5 */
	unsigned short subject; /* 0-999 */
	unsigned short detail; /* 0-999 */
};

enum {
	VERDICT_TEXT_SIZE = 1024, /* with its NUL */
	ENHANCED_TEXT_SIZE = 12,
};

struct verdict {
	enum verdict_class class;
	enum verdict_stage stage;
	enum verdict_reason reason;
	unsigned code; /* of the server's reply, 0 none */
	struct enhanced_status enhanced;
	uint64_t token; /* the number of the access token that was shown (relay.h), 0 none */
	/*
	 * Words, printable UTF-8, lines separated by LF: the server's without their codes when the
	 * reason is REASON_REPLY, else ours.
	 */
	char text[VERDICT_TEXT_SIZE];
};

/* What a reply of this code means at this stage. Codes 2xx and 354 are VERDICT_ACCEPTED. */
enum verdict_class verdict_class_of_reply(enum verdict_stage stage, unsigned code,
	struct enhanced_status enhanced, struct slice text);

/* What a failure that no reply explains means at this stage; reason is not REASON_REPLY. */
enum verdict_class verdict_class_of_reason(enum verdict_stage stage, enum verdict_reason reason);

/* Classifies and fills in; text may be any bytes, it is made printable and cut. */
void verdict_set_reply(struct verdict *v, enum verdict_stage stage, unsigned code,
	struct enhanced_status enhanced, struct slice text);
void verdict_set_reason(struct verdict *v, enum verdict_stage stage, enum verdict_reason reason,
	struct slice text);

/* True for the classes that stop the whole queue: relay and credential. */
bool verdict_holds_all(enum verdict_class class);
/* True when nothing is to be tried again: accepted, recipient, message. */
bool verdict_is_final(enum verdict_class class);

/*
 *   status-code = class "." subject "." detail     ; RFC 3463 section 2
 *   class = "2" / "4" / "5"     subject, detail = 1*3DIGIT
 * The first word of text; false when it is none. *ret_rest is what follows, blanks cut.
 */
bool enhanced_status_parse(struct slice text, struct enhanced_status *ret_status,
	struct slice *ret_rest) MUST_CHECK;
const char *enhanced_status_text(struct enhanced_status s, char ret_text[ENHANCED_TEXT_SIZE]);

/* Words for the log and tables ("greeting", "tls_expired", "transient"). */
const char *verdict_stage_name(enum verdict_stage stage);
const char *verdict_reason_name(enum verdict_reason reason);
const char *verdict_class_name(enum verdict_class class);

#endif
