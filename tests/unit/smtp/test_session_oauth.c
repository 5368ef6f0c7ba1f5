/*
 * Signing in with an access token: XOAUTH2 and OAUTHBEARER, octet by octet as Microsoft, Google,
 * Postfix with Dovecot and Dovecot's own submission speak them, and that no token is seen anywhere.
 */
#include "unit/smtp/dialogue.h"

#include "base/secret.h"
#include "core/diagnosis.h"

#define TOKEN "ya29.t0ken-canary_~+/=="

/* base64 of the messages in sasl.c with TOKEN, and of what servers say of it; made elsewhere */
#define XOAUTH2_BLOB \
	"dXNlcj1hbGVydHNAZXhhbXBsZS5vcmcBYXV0aD1CZWFyZXIgeWEyOS50MGtlbi1jYW5hcnlffisvPT0B" \
	"AQ=="
#define OAUTHBEARER_BLOB \
	"bixhPWFsZXJ0c0BleGFtcGxlLm9yZywBaG9zdD1teC5leGFtcGxlLmNvbQFwb3J0PTU4NwFhdXRoPUJl" \
	"YXJlciB5YTI5LnQwa2VuLWNhbmFyeV9+Ky89PQEB"
#define OAUTHBEARER_QUOTED_BLOB \
	"bixhPWE9MkNiPTNEY0BleGFtcGxlLm9yZywBaG9zdD1teC5leGFtcGxlLmNvbQFwb3J0PTU4NwFhdXRo" \
	"PUJlYXJlciB5YTI5LnQwa2VuLWNhbmFyeV9+Ky89PQEB"
#define XOAUTH2_UTF8_BLOB \
	"dXNlcj1qw7ZyZy5tw7xsbGVyQGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIHlhMjkudDBrZW4tY2FuYXJ5" \
	"X34rLz09AQE="
#define OAUTHBEARER_UTF8_BLOB \
	"bixhPWrDtnJnLm3DvGxsZXJAZXhhbXBsZS5vcmcsAWhvc3Q9bXguZXhhbXBsZS5jb20BcG9ydD01ODcB" \
	"YXV0aD1CZWFyZXIgeWEyOS50MGtlbi1jYW5hcnlffisvPT0BAQ=="
#define GOOGLE_DOCUMENT \
	"eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29v" \
	"Z2xlLmNvbS8ifQ=="
#define POSTFIX_DOCUMENT \
	"eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIiwic2NvcGUiOiJtYWlsIiwib3BlbmlkLWNv" \
	"bmZpZ3VyYXRpb24iOiJodHRwczovL2lkLmV4YW1wbGUub3JnLy53ZWxsLWtub3duL29wZW5pZC1jb25m" \
	"aWd1cmF0aW9uIn0="
#define BEARER_DOCUMENT \
	"eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJtYWlsIn0="

static void begin(struct dialogue *d)
{
	dialogue_begin(d, SMTP_TLS, true);
	d->config.password = "";
	d->config.token = TOKEN;
	d->config.port = 587;
}

/* A token as long as Microsoft's, and its response; both end with a NUL. */
static void long_token(size_t len, char *ret_token, struct buffer *ret_blob)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	struct buffer raw;

	for (size_t i = 0; i < len; i++)
		ret_token[i] = letters[(i * i + i / 64) % (sizeof(letters) - 1)];
	ret_token[len] = '\0';
	buffer_init(&raw, 64 * 1024);
	buffer_appendf(&raw, "user=alerts@example.org\001auth=Bearer %s\001\001", ret_token);
	buffer_init(ret_blob, 64 * 1024);
	base64_encode(ret_blob, buffer_slice(&raw));
	buffer_release(&raw);
}

/* No run of the secret, as it is or in base64, that is longer than a few octets. */
static void assert_not_in(const char *text, const char *secret)
{
	for (size_t i = 0; i + 24 <= strlen(secret); i++) {
		char piece[25];

		memcpy(piece, secret + i, 24);
		piece[24] = '\0';
		if (strstr(text, piece) != NULL)
			fail_msg("a piece of the secret is in: %s", text);
	}
}

static void assert_no_secret(struct dialogue *d, const char *token, const char *blob)
{
	for (size_t i = 0; i < d->transcript.n_lines; i++) {
		assert_not_in(d->transcript.lines[i].text, token);
		assert_not_in(d->transcript.lines[i].text, blob);
		assert_null(strstr(d->transcript.lines[i].text, "t0ken"));
	}
	assert_not_in(d->last.text, token);
	assert_not_in(d->last.text, blob);
	assert_null(strstr(d->last.text, "t0ken"));
}

static bool transcript_has(const struct dialogue *d, const char *text)
{
	for (size_t i = 0; i < d->transcript.n_lines; i++)
		if (strcmp(d->transcript.lines[i].text, text) == 0)
			return true;
	return false;
}

/* ---- which mechanism ---- */

static void the_mechanism_fits_what_there_is(void **state UNUSED)
{
	static const struct {
		const char *offers;
		bool xoauth2_first;
		const char *command;
	} cases[] = {
		{ "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER", true, "AUTH XOAUTH2 " XOAUTH2_BLOB },
		{ "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER", false, "AUTH OAUTHBEARER " OAUTHBEARER_BLOB },
		{ "AUTH LOGIN XOAUTH2", false, "AUTH XOAUTH2 " XOAUTH2_BLOB },
		{ "AUTH PLAIN OAUTHBEARER", true, "AUTH OAUTHBEARER " OAUTHBEARER_BLOB },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		begin(&d);
		d.config.xoauth2_first = cases[i].xoauth2_first;
		play_to_auth(&d, cases[i].offers);
		dialogue_expect(&d.said, cases[i].command, "\r\n");
		PLAY(&d, "S: 235 2.7.0 Authentication successful", "E: step auth 235", "E: ready");
		assert_no_secret(&d, TOKEN, XOAUTH2_BLOB);
		dialogue_end(&d);
	}
}

static void a_token_is_never_sent_as_a_password(void **state UNUSED)
{
	struct dialogue d;

	begin(&d);
	d.config.password = "s3cret-canary";
	play_to_auth(&d, "AUTH PLAIN LOGIN CRAM-MD5");
	PLAY(&d, "E: ended relay auth no_mechanism", "C: QUIT");
	assert_non_null(strstr(d.last.text, "works with an access token"));
	dialogue_end(&d);
}

static void a_password_is_never_sent_as_a_token(void **state UNUSED)
{
	struct dialogue d;

	dialogue_begin(&d, SMTP_TLS, true);
	d.config.token = "";
	play_to_auth(&d, "AUTH XOAUTH2 OAUTHBEARER");
	PLAY(&d, "E: ended relay auth no_mechanism", "C: QUIT");
	dialogue_end(&d);
}

static void a_name_cannot_leave_its_field(void **state UNUSED)
{
	struct dialogue d;

	begin(&d);
	d.config.username = "a,b=c@example.org";
	play_to_auth(&d, "AUTH OAUTHBEARER");
	PLAY(&d, "C: AUTH OAUTHBEARER " OAUTHBEARER_QUOTED_BLOB, "S: 235 ok", "E: step auth 235",
	    "E: ready");
	dialogue_end(&d);
}

/* RFC 6531: such a mailbox is its name in UTF-8, octet by octet; the token stays ASCII. */
static void a_name_in_utf_8_is_sent_as_it_is(void **state UNUSED)
{
	static const struct {
		const char *offers, *command;
	} cases[] = {
		{ "AUTH XOAUTH2", "C: AUTH XOAUTH2 " XOAUTH2_UTF8_BLOB },
		{ "AUTH OAUTHBEARER", "C: AUTH OAUTHBEARER " OAUTHBEARER_UTF8_BLOB },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		begin(&d);
		d.config.username = "j\xc3\xb6rg.m\xc3\xbcller@example.org";
		play_to_auth(&d, cases[i].offers);
		PLAY(&d, cases[i].command, "S: 235 ok", "E: step auth 235", "E: ready");
		dialogue_end(&d);
	}
}

static void what_would_end_a_field_is_not_sent(void **state UNUSED)
{
	static const char *const tokens[] = { "a\001b", "a\r\nb", "a b", "a\xc3\xa9", "a\177" };

	for (size_t i = 0; i <= COUNT_OF(tokens); i++) {
		struct dialogue d;

		begin(&d);
		if (i < COUNT_OF(tokens))
			d.config.token = tokens[i];
		else
			d.config.username = "a\001auth=Bearer x";
		play_to_auth(&d, "AUTH XOAUTH2");
		PLAY(&d, "E: ended relay auth settings", "C: QUIT");
		dialogue_end(&d);
	}
}

static void no_token_in_clear_text_unless_allowed(void **state UNUSED)
{
	struct diagnosis_facts facts;
	struct dialogue d;

	dialogue_begin(&d, SMTP_CLEAR, true);
	d.config.token = TOKEN;
	PLAY(&d, "S: 220 mx", "E: step greeting 220", "C: EHLO node.example.org",
	    "S: 250-mx\r\n250 AUTH XOAUTH2", "E: step ehlo 250", "E: ended relay auth clear_password",
	    "C: QUIT");
	facts = diagnosis_facts_of(&d.last);
	assert_string_equal(diagnosis_find(&facts)->title, "The access token was not sent in clear text");
	dialogue_end(&d);
}

/* ---- long tokens ---- */

static void a_long_token_waits_for_the_servers_question(void **state UNUSED)
{
	static const size_t lengths[] = { 400, 2667, 4096, SASL_TOKEN_MAX };

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		static char token[SASL_TOKEN_MAX + 1];
		struct buffer blob;
		struct dialogue d;

		long_token(lengths[i], token, &blob);
		begin(&d);
		d.config.token = token;
		play_to_auth(&d, "AUTH XOAUTH2");
		PLAY(&d, "C: AUTH XOAUTH2");
		dialogue_feed(&d, SLICE("334 \r\n"));
		dialogue_expect(&d.said, buffer_text(&blob), "\r\n");
		PLAY(&d, "S: 235 ok", "E: step auth 235", "E: ready");
		assert_true(transcript_has(&d, "****"));
		assert_no_secret(&d, token, buffer_text(&blob));
		dialogue_end(&d);
		buffer_release(&blob);
	}
}

static void one_that_is_too_long_is_not_sent(void **state UNUSED)
{
	static char token[SASL_TOKEN_MAX + 2];
	struct dialogue d;

	memset(token, 'a', sizeof(token) - 1);
	begin(&d);
	d.config.token = token;
	play_to_auth(&d, "AUTH XOAUTH2");
	PLAY(&d, "E: ended relay auth settings", "C: QUIT");
	assert_non_null(strstr(d.last.text, "too long"));
	dialogue_end(&d);
}

static void the_auth_line_keeps_within_512_octets(void **state UNUSED)
{
	/* "AUTH XOAUTH2 " and CRLF are 15; 496 of the others are a multiple of four: 372 octets */
	static const struct { size_t token; bool one_line; } cases[] = {
		{ 372 - 23 - 13 - 2, true }, { 372 - 23 - 13 - 2 + 1, false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char token[600], line[2000];
		struct buffer blob;
		struct dialogue d;

		long_token(cases[i].token, token, &blob);
		begin(&d);
		d.config.token = token;
		play_to_auth(&d, "AUTH XOAUTH2");
		dialogue_take_line(&d, line, sizeof(line));
		assert_int_equal(strlen(line) > strlen("AUTH XOAUTH2"), cases[i].one_line);
		assert_true(strlen(line) + 2 <= 512);
		dialogue_end(&d);
		buffer_release(&blob);
	}
}

/* Dovecot's submission takes no more than about a thousand octets of it. */
static void a_server_that_chokes_on_the_line_is_asked_in_two_steps(void **state UNUSED)
{
	struct dialogue d;

	begin(&d);
	play_to_auth(&d, "AUTH XOAUTH2");
	PLAY(&d, "C: AUTH XOAUTH2 " XOAUTH2_BLOB, "S: 500 5.5.2 Line too long", "C: AUTH XOAUTH2",
	    "S: 334 ", "C: " XOAUTH2_BLOB, "S: 235 2.7.0 Logged in.", "E: step auth 235", "E: ready");
	assert_no_secret(&d, TOKEN, XOAUTH2_BLOB);
	dialogue_end(&d);
}

/* ---- providers' own ways ---- */

struct refusal {
	const char *reply, *event, *title;
};

static void assert_refused(const char *offers, bool xoauth2_first, const char *command,
	const char *document, const char *answer, const struct refusal *r)
{
	struct diagnosis_facts facts;
	struct dialogue d;

	begin(&d);
	d.config.xoauth2_first = xoauth2_first;
	play_to_auth(&d, offers);
	dialogue_expect(&d.said, command, "\r\n");
	if (document != NULL)
		PLAY(&d, document, answer);
	PLAY(&d, r->reply, r->event, "C: QUIT");
	assert_non_null(strstr(d.last.text, "signed in with an access token"));
	assert_no_secret(&d, TOKEN, XOAUTH2_BLOB);
	facts = diagnosis_facts_of(&d.last);
	assert_string_equal(diagnosis_find(&facts)->title, r->title);
	dialogue_end(&d);
}

static void microsoft(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ "S: 535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.eurprd01.prod.exchangelabs.com]",
		  "E: ended credential auth 535 5.7.3", "Exchange did not accept the token" },
		{ "S: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
		  "Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
		  "E: ended credential auth 535 5.7.139", "Authenticated SMTP is switched off at Microsoft" },
		{ "S: 535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be "
		  "authenticated successfully. Contact your administrator.",
		  "E: ended credential auth 535 5.7.139", "A rule of the organisation blocks the sign-in" },
		{ "S: 535 5.7.139 Authentication unsuccessful",
		  "E: ended credential auth 535 5.7.139", "Microsoft refused the sign-in with the token" },
		{ "S: 432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending",
		  "E: ended relay auth 432 4.3.2", "Too many connections at the same time" },
		{ "S: 501 5.5.127 Token will expire soon", "E: ended credential auth 501 5.5.127",
		  "The access token will expire too soon" },
		{ "S: 451 4.7.0 Temporary server error. Please try again later. PRX2",
		  "E: ended relay auth 451 4.7.0", "The relay cannot check tokens now" },
	};

	/* no PLAIN; the failure comes without a document */
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		assert_refused("AUTH LOGIN XOAUTH2", true, "AUTH XOAUTH2 " XOAUTH2_BLOB, NULL, NULL,
		    &refusals[i]);
}

static void google(void **state UNUSED)
{
	static const struct refusal refusals[] = {
		{ "S: 535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
		  "535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1-20020 - gsmtp",
		  "E: ended credential auth 535 5.7.8", "The relay did not accept the token" },
		{ "S: 454 4.7.0 Too many login attempts, please try again later. a1-20020 - gsmtp",
		  "E: ended relay auth 454 4.7.0", "Too many sign-ins" },
		{ "S: 454 4.7.0 Cannot authenticate due to temporary system problem. Try again later. gsmtp",
		  "E: ended relay auth 454 4.7.0", "The relay cannot check tokens now" },
	};

	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		assert_refused("AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH", true,
		    "AUTH XOAUTH2 " XOAUTH2_BLOB, "S: 334 " GOOGLE_DOCUMENT, "C: ", &refusals[i]);
}

static void postfix_with_dovecot(void **state UNUSED)
{
	static const struct refusal refused = {
		"S: 535 5.7.8 Error: authentication failed: eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=",
		"E: ended credential auth 535 5.7.8", "The relay did not accept the token",
	};

	assert_refused("AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER", false,
	    "AUTH OAUTHBEARER " OAUTHBEARER_BLOB, "S: 334 " BEARER_DOCUMENT, "C: AQ==", &refused);
	assert_refused("AUTH PLAIN LOGIN XOAUTH2", false, "AUTH XOAUTH2 " XOAUTH2_BLOB,
	    "S: 334 " POSTFIX_DOCUMENT, "C: ", &refused);
}

static void dovecot_submission(void **state UNUSED)
{
	static const struct refusal refused = {
		"S: 535 5.7.8 Authentication failed.", "E: ended credential auth 535 5.7.8",
		"The relay did not accept the token",
	}, away = {
		"S: 454 4.7.0 Temporary authentication failure [host:2026-11-29 15:00:00]",
		"E: ended relay auth 454 4.7.0", "The relay cannot check tokens now",
	};

	assert_refused("AUTH OAUTHBEARER XOAUTH2", false, "AUTH OAUTHBEARER " OAUTHBEARER_BLOB,
	    "S: 334 " BEARER_DOCUMENT, "C: AQ==", &refused);
	assert_refused("AUTH OAUTHBEARER XOAUTH2", false, "AUTH OAUTHBEARER " OAUTHBEARER_BLOB,
	    NULL, NULL, &away);
}

/* ---- the document ---- */

/* What the verdict says after this document. */
static void play_document(struct dialogue *d, const char *document)
{
	begin(d);
	play_to_auth(d, "AUTH XOAUTH2");
	PLAY(d, "C: AUTH XOAUTH2 " XOAUTH2_BLOB, document, "C: ", "S: 535 5.7.8 no",
	    "E: ended credential auth 535 5.7.8", "C: QUIT");
	assert_no_secret(d, TOKEN, XOAUTH2_BLOB);
}

static void its_words_are_shown(void **state UNUSED)
{
	struct dialogue d;

	play_document(&d, "S: 334 " GOOGLE_DOCUMENT);
	assert_string_equal(d.last.text, "no\nThis node signed in with an access token (XOAUTH2).\n"
	    "The relay says of the token: status 400, scope https://mail.google.com/.");
	assert_true(transcript_has(&d, "mx.example.com says of the access token: status 400, scope "
	    "https://mail.google.com/."));
	dialogue_end(&d);
}

static void without_words_it_is_answered_all_the_same(void **state UNUSED)
{
	static const char *const documents[] = {
		"S: 334 ", "S: 334", "S: 334 WzQwMV0=", "S: 334 bm8gc3VjaCBsdWNr", "S: 334 eyJzdGF0dXMiOiIxIiwic3RhdHVzIjoiMiJ9",
	};

	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		struct dialogue d;

		play_document(&d, documents[i]);
		assert_string_equal(d.last.text, "no\nThis node signed in with an access token (XOAUTH2).");
		dialogue_end(&d);
	}
}

static void one_that_repeats_the_token_is_not_quoted(void **state UNUSED)
{
	static const char *const documents[] = {
		"S: 334 eyJzdGF0dXMiOiI0MDEiLCJzY29wZSI6InlhMjkudDBrZW4tY2FuYXJ5X34rLz09In0=",
		"S: 334 eyJzdGF0dXMiOiI0MDEyIiwic2NvcGUiOiJ5YTI5LnQwa2VuLWNhbmFyeV9+Ky89PSJ9",
		"S: 334 eyJzdGF0dXMiOiI0MDEyMyIsInNjb3BlIjoieWEyOS50MGtlbi1jYW5hcnlffisvPT0ifQ==",
	};

	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		struct dialogue d;

		play_document(&d, documents[i]);
		assert_string_equal(d.last.text, "no\nThis node signed in with an access token (XOAUTH2).");
		for (size_t j = 0; j < d.transcript.n_lines; j++)
			assert_null(strstr(d.transcript.lines[j].text, documents[i] + 40));
		dialogue_end(&d);
	}
}

static void its_words_obey_nobody(void **state UNUSED)
{
	struct dialogue d;

	play_document(&d, "S: 334 eyJzdGF0dXMiOiJcdTAwMWJbMzFtPGI+Iiwic2NvcGUiOiJzc3Nzc3Nzc3Nz"
	    "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nz"
	    "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nz"
	    "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3NzIn0=");
	assert_string_equal(d.last.text, "no\nThis node signed in with an access token (XOAUTH2).\n"
	    "The relay says of the token: status \\x1b[31m<b>.");
	dialogue_end(&d);
}

/* s15, s22 */
static void one_that_is_no_document_is_cancelled(void **state UNUSED)
{
	static char huge[70 * 1024];
	static const char *const replies[] = {
		"S: 334 ****", "S: 334 eyJzdGF0dXMiOiI0MDA", "S: 334-e30=\r\n334 e30=", huge,
	};

	memset(huge, 'A', 3000);
	memcpy(huge, "S: 334 ", 7);
	for (size_t i = 0; i < COUNT_OF(replies); i++) {
		struct dialogue d;

		begin(&d);
		play_to_auth(&d, "AUTH XOAUTH2");
		PLAY(&d, "C: AUTH XOAUTH2 " XOAUTH2_BLOB, replies[i], "C: *", "S: 501 cancelled",
		    "E: ended relay auth challenge", "C: QUIT");
		dialogue_end(&d);
	}
}

static void documents_without_end_are_cancelled(void **state UNUSED)
{
	static const struct { const char *offers, *command, *answer; } cases[] = {
		{ "AUTH XOAUTH2", "C: AUTH XOAUTH2 " XOAUTH2_BLOB, "C: " },
		{ "AUTH OAUTHBEARER", "C: AUTH OAUTHBEARER " OAUTHBEARER_BLOB, "C: AQ==" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue d;

		begin(&d);
		play_to_auth(&d, cases[i].offers);
		PLAY(&d, cases[i].command, "S: 334 " GOOGLE_DOCUMENT, cases[i].answer,
		    "S: 334 " GOOGLE_DOCUMENT, "C: *", "S: 535 5.7.8 no", "E: ended relay auth challenge",
		    "C: QUIT");
		dialogue_end(&d);
	}
}

static void an_answer_with_a_piece_of_the_token_is_not_quoted(void **state UNUSED)
{
	static const size_t at[] = { 0, 1, 2, 1000, 1001, 1002 };

	for (size_t i = 0; i < COUNT_OF(at) * 2; i++) {
		static char token[2667 + 1], reply[400];
		struct buffer blob;
		struct dialogue d;

		long_token(2667, token, &blob);
		begin(&d);
		d.config.token = token;
		play_to_auth(&d, "AUTH XOAUTH2");
		PLAY(&d, "C: AUTH XOAUTH2");
		dialogue_feed(&d, SLICE("334 \r\n"));
		dialogue_expect(&d.said, buffer_text(&blob), "\r\n");
		snprintf(reply, sizeof(reply), "S: 535 5.7.8 not %.80s", i < COUNT_OF(at) ?
		    token + at[i] : buffer_text(&blob) + 50 + at[i - COUNT_OF(at)]);
		PLAY(&d, reply, "E: ended credential auth 535 5.7.8", "C: QUIT");
		assert_non_null(strstr(d.last.text, "is not shown"));
		assert_no_secret(&d, token, buffer_text(&blob));
		dialogue_end(&d);
		buffer_release(&blob);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mechanism_fits_what_there_is),
		cmocka_unit_test(a_token_is_never_sent_as_a_password),
		cmocka_unit_test(a_password_is_never_sent_as_a_token),
		cmocka_unit_test(a_name_cannot_leave_its_field),
		cmocka_unit_test(a_name_in_utf_8_is_sent_as_it_is),
		cmocka_unit_test(what_would_end_a_field_is_not_sent),
		cmocka_unit_test(no_token_in_clear_text_unless_allowed),
		cmocka_unit_test(a_long_token_waits_for_the_servers_question),
		cmocka_unit_test(one_that_is_too_long_is_not_sent),
		cmocka_unit_test(the_auth_line_keeps_within_512_octets),
		cmocka_unit_test(a_server_that_chokes_on_the_line_is_asked_in_two_steps),
		cmocka_unit_test(microsoft),
		cmocka_unit_test(google),
		cmocka_unit_test(postfix_with_dovecot),
		cmocka_unit_test(dovecot_submission),
		cmocka_unit_test(its_words_are_shown),
		cmocka_unit_test(without_words_it_is_answered_all_the_same),
		cmocka_unit_test(one_that_repeats_the_token_is_not_quoted),
		cmocka_unit_test(its_words_obey_nobody),
		cmocka_unit_test(one_that_is_no_document_is_cancelled),
		cmocka_unit_test(documents_without_end_are_cancelled),
		cmocka_unit_test(an_answer_with_a_piece_of_the_token_is_not_quoted),
	};

	return cmocka_run_group_tests_name("smtp/session_oauth", tests, NULL, NULL);
}
