/*
 * verdict_class.c - what a reply, or a failure without one, means for the queue. Replies are judged
 * by a table searched from the top: what providers are known to say comes before what the RFC's
 * first digits say. Sources: RFC 5321 4.2 and 4.5.3.1.10, providers' tables of errors.
 */
#include "core/reply_pattern.h"
#include "core/verdict.h"

struct rule {
	struct reply_pattern when;
	enum verdict_class class;
};

static const struct rule rules[] = {
	/* Nothing was refused. 3xx here is 334 or 354; the session has judged the others. */
	{ { .code = 200, .code_to = 399 }, VERDICT_ACCEPTED },

	/* Before a message begins a refusal is about the relay, the network or who we are. */
	{ { .stages = AT_START }, VERDICT_RELAY },
	{ { .stages = AT(STAGE_AUTH), .code = 432, .enhanced = "4.3.2" }, VERDICT_RELAY }, /* too many */
	{ { .stages = AT(STAGE_AUTH), .code = 432 }, VERDICT_CREDENTIAL }, /* password transition */
	{ { .stages = AT(STAGE_AUTH), .code = 400, .code_to = 499 }, VERDICT_RELAY },
	/* Microsoft: the token is good for too few minutes */
	{ { .stages = AT(STAGE_AUTH), .code = 501, .enhanced = "5.5.127" }, VERDICT_CREDENTIAL },
	/* the command, not the password, was refused */
	{ { .stages = AT(STAGE_AUTH), .code = 500, .code_to = 504 }, VERDICT_RELAY },
	{ { .stages = AT(STAGE_AUTH) }, VERDICT_CREDENTIAL },

	/* The server is going away; before the 250 nothing was taken. */
	{ { .code = 421 }, VERDICT_TRANSIENT },

	/* The relay wants TLS or sign-in, and says so only now. Microsoft says it with a 451. */
	{ { .stages = AT_MESSAGE, .code = 530, .words = "STARTTLS" }, VERDICT_RELAY },
	{ { .stages = AT_MESSAGE, .code = 451, .words = "STARTTLS is required" }, VERDICT_RELAY },
	{ { .stages = AT_MESSAGE, .code = 530 }, VERDICT_CREDENTIAL },
	{ { .stages = AT_MESSAGE, .code = 534, .code_to = 535 }, VERDICT_CREDENTIAL },
	{ { .stages = AT_MESSAGE, .code = 538 }, VERDICT_CREDENTIAL },
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.57" }, VERDICT_CREDENTIAL }, /* not signed in */
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.139" }, VERDICT_CREDENTIAL }, /* SMTP AUTH is off */
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.30" }, VERDICT_CREDENTIAL }, /* basic auth is over */

	/* Temporary is temporary, whatever the words. */
	{ { .code = 400, .code_to = 499 }, VERDICT_TRANSIENT },

	/* The account may not send as this sender: Postfix at RCPT, Microsoft at the dot. */
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.60" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .enhanced = "5.2.252" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .enhanced = "5.1.7" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .enhanced = "5.1.8" }, VERDICT_ACCOUNT },
	{ { .stages = AT(STAGE_RCPT), .code = 553, .enhanced = "5.7.1" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "SendAsDenied" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "to send as this" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "permitted to send as" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "not owned by user" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "sender address rejected" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "sender rejected" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "sender not allowed" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "sender is not allowed" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "sender verify failed" }, VERDICT_ACCOUNT },

	/* The account has used up what it may send, or is blocked. */
	{ { .stages = AT_MESSAGE, .enhanced = "5.1.90" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .enhanced = "5.4.5" }, VERDICT_ACCOUNT },
	{ { .stages = AT_CONTENT, .enhanced = "5.2.2" }, VERDICT_ACCOUNT }, /* Sent Items are full */
	{ { .stages = AT_CONTENT, .enhanced = "5.2.0" }, VERDICT_ACCOUNT }, /* submission quota */
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.501" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.502" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .enhanced = "5.7.503" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "SubmissionQuotaExceeded" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "sending limit" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "relay limit" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "daily limit" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "quota exceeded for sender" }, VERDICT_ACCOUNT },

	/* The relay does not carry our mail at all: no recipient is to blame. */
	{ { .stages = AT_MESSAGE, .words = "relay access denied" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "relaying denied" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "relaying not" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "relay not permitted" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "relay denied" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "unable to relay" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "not permitted to relay" }, VERDICT_ACCOUNT },
	{ { .stages = AT_MESSAGE, .words = "client host rejected" }, VERDICT_ACCOUNT },

	/* Size and content are the message's, also when MAIL is already refused. */
	{ { .stages = AT(STAGE_MAIL), .code = 552 }, VERDICT_MESSAGE },
	{ { .stages = AT(STAGE_MAIL), .enhanced = "5.3.4" }, VERDICT_MESSAGE },
	{ { .stages = AT(STAGE_MAIL), .enhanced = "5.2.3" }, VERDICT_MESSAGE },
	{ { .stages = AT(STAGE_MAIL), .enhanced = "5.6." }, VERDICT_MESSAGE },
	{ { .stages = AT(STAGE_MAIL) }, VERDICT_ACCOUNT },

	/* Old servers say 552 for "too many recipients": RFC 5321 4.5.3.1.10. */
	{ { .stages = AT(STAGE_RCPT), .code = 552, .enhanced = "" }, VERDICT_TRANSIENT },
	{ { .stages = AT(STAGE_RCPT), .enhanced = "5.5.3" }, VERDICT_TRANSIENT },
	/* out of step: nobody's fault */
	{ { .stages = AT_MESSAGE, .code = 503 }, VERDICT_TRANSIENT },
	{ { .stages = AT(STAGE_RCPT) }, VERDICT_RECIPIENT },
	{ { .stages = AT_CONTENT }, VERDICT_MESSAGE },
	{ { .stages = AT_REST }, VERDICT_TRANSIENT },
};

/* 5.7.700 to 5.7.799 are Microsoft's for tenants and accounts that are blocked. */
static bool is_blocked_tenant(struct enhanced_status e)
{
	return e.class == 5 && e.subject == 7 && e.detail >= 700 && e.detail <= 799;
}

enum verdict_class verdict_class_of_reply(enum verdict_stage stage, unsigned code,
	struct enhanced_status enhanced, struct slice text)
{
	if ((AT(stage) & AT_MESSAGE) != 0 && code >= 500 && is_blocked_tenant(enhanced))
		return VERDICT_ACCOUNT;
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (reply_pattern_matches(&rules[i].when, stage, code, enhanced, text))
			return rules[i].class;
	return VERDICT_RELAY; /* a reply where none can be: before there was a connection */
}

/* The dialogue broke off at this stage. */
static enum verdict_class class_of_loss(enum verdict_stage stage)
{
	if (stage == STAGE_DOT)
		return VERDICT_AMBIGUOUS;
	return stage < STAGE_MAIL ? VERDICT_RELAY : VERDICT_TRANSIENT;
}

enum verdict_class verdict_class_of_reason(enum verdict_stage stage, enum verdict_reason reason)
{
	switch (reason) {
	case REASON_SETTINGS:
	case REASON_NO_NAME:
	case REASON_NO_ADDRESS:
	case REASON_NAME_TEMPORARY:
	case REASON_REFUSED:
	case REASON_UNREACHABLE:
	case REASON_CONNECT_TIMEOUT:
	case REASON_NO_STARTTLS:
	case REASON_INJECTED:
	case REASON_NO_AUTH:
	case REASON_NO_MECHANISM:
	case REASON_CLEAR_PASSWORD:
	case REASON_CHALLENGE:
	case REASON_NO_TOKEN:
	case REASON_SPEAKS_TLS:
	case REASON_NOT_SMTP:
		return VERDICT_RELAY;
	case REASON_SIGN_IN:
		return VERDICT_CREDENTIAL;
	case REASON_REPLY:
	case REASON_CLOSED:
	case REASON_RESET:
	case REASON_TIMEOUT:
	case REASON_TLS_EXPIRED:
	case REASON_TLS_NOT_YET_VALID:
	case REASON_TLS_WRONG_NAME:
	case REASON_TLS_UNKNOWN_ISSUER:
	case REASON_TLS_SELF_SIGNED:
	case REASON_TLS_TOO_WEAK:
	case REASON_TLS_REVOKED:
	case REASON_TLS_BAD_CERTIFICATE:
	case REASON_TLS_PROTOCOL_VERSION:
	case REASON_TLS_NOT_TLS:
	case REASON_TLS_REFUSED:
	case REASON_TLS_CLOSED:
	case REASON_TLS_TIMEOUT:
	case REASON_TLS_HANDSHAKE:
	case REASON_PROTOCOL:
	case REASON_REPLY_TOO_LONG:
	case REASON_UNEXPECTED:
		return class_of_loss(stage);
	case REASON_TOO_LARGE:
	case REASON_NO_SMTPUTF8:
	case REASON_NO_8BITMIME:
	case REASON_BAD_ADDRESS:
		return stage == STAGE_RCPT ? VERDICT_RECIPIENT : VERDICT_MESSAGE;
	case REASON_NO_RECIPIENTS:
	case REASON_DELETED:
		return VERDICT_RECIPIENT;
	case REASON_STOPPED:
	case REASON_FAULT:
	case REASON_COUNT:
		break;
	}
	return stage == STAGE_DOT ? VERDICT_AMBIGUOUS : VERDICT_LOCAL;
}
