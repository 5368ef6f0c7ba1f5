/* verdict.c - verdicts and their names; what replies are worth is verdict_class.c's. */
#include "core/verdict.h"

#include <stdio.h>

#include "base/number.h"
#include "core/plain_text.h"

enum {
	STATUS_PART_DIGITS = 3,
};

static const char *const stage_names[STAGE_COUNT] = {
	[STAGE_SETTINGS] = "settings",
	[STAGE_RESOLVE] = "resolve",
	[STAGE_CONNECT] = "connect",
	[STAGE_TLS] = "tls",
	[STAGE_GREETING] = "greeting",
	[STAGE_EHLO] = "ehlo",
	[STAGE_STARTTLS] = "starttls",
	[STAGE_AUTH] = "auth",
	[STAGE_MAIL] = "mail",
	[STAGE_RCPT] = "rcpt",
	[STAGE_DATA] = "data",
	[STAGE_BODY] = "body",
	[STAGE_DOT] = "dot",
	[STAGE_IDLE] = "idle",
	[STAGE_QUIT] = "quit",
};

static const char *const reason_names[REASON_COUNT] = {
	[REASON_REPLY] = "reply",
	[REASON_SETTINGS] = "settings",
	[REASON_NO_NAME] = "no_name",
	[REASON_NO_ADDRESS] = "no_address",
	[REASON_NAME_TEMPORARY] = "name_temporary",
	[REASON_REFUSED] = "refused",
	[REASON_UNREACHABLE] = "unreachable",
	[REASON_CONNECT_TIMEOUT] = "connect_timeout",
	[REASON_CLOSED] = "closed",
	[REASON_RESET] = "reset",
	[REASON_TIMEOUT] = "timeout",
	[REASON_TLS_EXPIRED] = "tls_expired",
	[REASON_TLS_NOT_YET_VALID] = "tls_not_yet_valid",
	[REASON_TLS_WRONG_NAME] = "tls_wrong_name",
	[REASON_TLS_UNKNOWN_ISSUER] = "tls_unknown_issuer",
	[REASON_TLS_SELF_SIGNED] = "tls_self_signed",
	[REASON_TLS_TOO_WEAK] = "tls_too_weak",
	[REASON_TLS_REVOKED] = "tls_revoked",
	[REASON_TLS_BAD_CERTIFICATE] = "tls_bad_certificate",
	[REASON_TLS_PROTOCOL_VERSION] = "tls_protocol_version",
	[REASON_TLS_NOT_TLS] = "tls_not_tls",
	[REASON_TLS_REFUSED] = "tls_refused",
	[REASON_TLS_CLOSED] = "tls_closed",
	[REASON_TLS_TIMEOUT] = "tls_timeout",
	[REASON_TLS_HANDSHAKE] = "tls_handshake",
	[REASON_NO_STARTTLS] = "no_starttls",
	[REASON_INJECTED] = "injected",
	[REASON_NO_AUTH] = "no_auth",
	[REASON_NO_MECHANISM] = "no_mechanism",
	[REASON_CLEAR_PASSWORD] = "clear_password",
	[REASON_CHALLENGE] = "challenge",
	[REASON_SIGN_IN] = "sign_in",
	[REASON_NO_TOKEN] = "no_token",
	[REASON_SPEAKS_TLS] = "speaks_tls",
	[REASON_NOT_SMTP] = "not_smtp",
	[REASON_PROTOCOL] = "protocol",
	[REASON_REPLY_TOO_LONG] = "reply_too_long",
	[REASON_UNEXPECTED] = "unexpected",
	[REASON_TOO_LARGE] = "too_large",
	[REASON_NO_SMTPUTF8] = "no_smtputf8",
	[REASON_NO_8BITMIME] = "no_8bitmime",
	[REASON_BAD_ADDRESS] = "bad_address",
	[REASON_NO_RECIPIENTS] = "no_recipients",
	[REASON_STOPPED] = "stopped",
	[REASON_FAULT] = "fault",
	[REASON_DELETED] = "deleted",
};

static const char *const class_names[VERDICT_CLASS_COUNT] = {
	[VERDICT_ACCEPTED] = "accepted",
	[VERDICT_RELAY] = "relay",
	[VERDICT_CREDENTIAL] = "credential",
	[VERDICT_ACCOUNT] = "account",
	[VERDICT_RECIPIENT] = "recipient",
	[VERDICT_MESSAGE] = "message",
	[VERDICT_TRANSIENT] = "transient",
	[VERDICT_AMBIGUOUS] = "ambiguous",
	[VERDICT_LOCAL] = "local",
};

const char *verdict_stage_name(enum verdict_stage stage)
{
	return stage_names[stage];
}

const char *verdict_reason_name(enum verdict_reason reason)
{
	return reason_names[reason];
}

const char *verdict_class_name(enum verdict_class class)
{
	return class_names[class];
}

void verdict_set_reply(struct verdict *v, enum verdict_stage stage, unsigned code,
	struct enhanced_status enhanced, struct slice text)
{
	*v = (struct verdict){
		.class = verdict_class_of_reply(stage, code, enhanced, text),
		.stage = stage,
		.reason = REASON_REPLY,
		.code = code,
		.enhanced = enhanced,
	};
	plain_text_copy(text, PLAIN_TEXT_LINES, v->text, sizeof(v->text));
}

void verdict_set_reason(struct verdict *v, enum verdict_stage stage, enum verdict_reason reason,
	struct slice text)
{
	*v = (struct verdict){
		.class = verdict_class_of_reason(stage, reason),
		.stage = stage,
		.reason = reason,
	};
	plain_text_copy(text, PLAIN_TEXT_LINES, v->text, sizeof(v->text));
}

bool verdict_holds_all(enum verdict_class class)
{
	return class == VERDICT_RELAY || class == VERDICT_CREDENTIAL;
}

bool verdict_is_final(enum verdict_class class)
{
	return class == VERDICT_ACCEPTED || class == VERDICT_RECIPIENT || class == VERDICT_MESSAGE;
}

static bool part_parse(struct slice part, uint64_t max, uint64_t *ret_value)
{
	return part.len <= STATUS_PART_DIGITS && number_parse(part, 0, max, ret_value);
}

bool enhanced_status_parse(struct slice text, struct enhanced_status *ret_status,
	struct slice *ret_rest)
{
	struct slice rest = text, word = slice_cut(&rest, ' ');
	struct slice class = slice_cut(&word, '.'), subject = slice_cut(&word, '.');
	uint64_t class_value, subject_value, detail_value;

	if (!part_parse(class, 5, &class_value) || !part_parse(subject, 999, &subject_value) ||
	    !part_parse(word, 999, &detail_value) || class.len != 1)
		return false;
	if (class_value != 2 && class_value != 4 && class_value != 5)
		return false;
	ret_status->class = (unsigned char)class_value;
	ret_status->subject = (unsigned short)subject_value;
	ret_status->detail = (unsigned short)detail_value;
	*ret_rest = slice_trim(rest);
	return true;
}

const char *enhanced_status_text(struct enhanced_status s, char ret_text[ENHANCED_TEXT_SIZE])
{
	ret_text[0] = '\0';
	if (s.class != 0)
		(void)snprintf(ret_text, ENHANCED_TEXT_SIZE, "%u.%u.%u", s.class % 10u, s.subject % 1000u,
		    s.detail % 1000u);
	return ret_text;
}
