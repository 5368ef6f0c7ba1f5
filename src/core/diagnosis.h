/*
 * diagnosis.h - what a verdict, or a provider's answer about a token, means in plain words, who
 * can mend it and how. The rows stand in diagnosis.conf (its grammar is on top of it), of which the
 * programs carry a copy; rows of the administrator's own file, if there is one, are looked at
 * first. Every verdict that is not "accepted" finds a row.
 * Sources: RFC 5321 4.2, RFC 3463, RFC 6749 5.2, providers' own error pages, real dialogues.
 */
#ifndef TOCSIN_CORE_DIAGNOSIS_H
#define TOCSIN_CORE_DIAGNOSIS_H

#include "base/arena.h"
#include "core/reply_pattern.h"

#define DIAGNOSIS_FILE_NAME "diagnosis.conf" /* in the folder of tocsin.conf */

enum {
	DIAGNOSIS_CODES_MAX = 8, /* of Microsoft's numbers in one answer */
};

/* The relay's settings in force, as far as they help to tell. */
enum diagnosis_encryption {
	DIAGNOSIS_ENCRYPTION_ANY, /* not known */
	DIAGNOSIS_ENCRYPTION_NONE,
	DIAGNOSIS_ENCRYPTION_TLS,
	DIAGNOSIS_ENCRYPTION_STARTTLS,
};

struct diagnosis_facts {
	enum verdict_stage stage;
	enum verdict_reason reason;
	unsigned code;
	struct enhanced_status enhanced;
	struct slice text; /* the server's words */
	enum diagnosis_encryption encryption;
	unsigned port; /* 0 not known */

	bool token; /* an answer about a token: stage, reason and codes above do not count */
	struct slice error; /* "invalid_grant", or empty */
	unsigned aadsts[DIAGNOSIS_CODES_MAX]; /* Microsoft's numbers, 0 behind the last */
	bool sign_in; /* somebody signs in just now: it is no answer to a renewal */
};

/* Who can mend it. */
enum diagnosis_who {
	DIAGNOSIS_YOU, /* whoever may change these settings */
	DIAGNOSIS_NETWORK, /* who runs the network or the firewall */
	DIAGNOSIS_RELAY, /* who runs the relay, or its provider */
	DIAGNOSIS_ACCOUNT, /* who runs the mail accounts there */
	DIAGNOSIS_SENDER, /* who writes the message */
	DIAGNOSIS_RECIPIENT, /* who gave the recipient's address */
	DIAGNOSIS_NOBODY, /* it passes by itself */
	DIAGNOSIS_WHO_COUNT,
};

enum {
	DIAGNOSIS_STEPS_MAX = 6,
	DIAGNOSIS_WHENS_MAX = 8,
	DIAGNOSIS_NUMBERS_MAX = 16, /* of one aadsts or error condition */
	DIAGNOSIS_ROWS_MAX = 500,
	DIAGNOSIS_SIZE_MAX = 256 * 1024, /* octets of a file */
	DIAGNOSIS_LINE_MAX = 1000,
};

/* One line of conditions; what is 0, NULL or empty fits anything, reason and token always count. */
struct diagnosis_when {
	enum verdict_reason reason;
	struct reply_pattern reply;
	enum diagnosis_encryption encryption;
	unsigned port;
	bool token;
	bool sign_in; /* only then */
	struct slice errors; /* words separated by blanks */
	unsigned aadsts[DIAGNOSIS_NUMBERS_MAX]; /* 0 behind the last */
};

struct diagnosis {
	struct diagnosis_when *whens;
	size_t n_whens;
	bool fallback; /* it goes by the kind of answer only */

	const char *title; /* a few words: "The password was refused" */
	const char *meaning; /* one or two sentences */
	enum diagnosis_who who;
	const char *cure[DIAGNOSIS_STEPS_MAX + 1]; /* numbered steps, NULL behind the last */
	const char *field; /* settings key concerned, "email.password"; NULL none */
};

/*
 * Never NULL: codes nobody knows fall back to what their first digit says. Rows stay where they
 * are until the second diagnosis_override() after.
 */
const struct diagnosis *diagnosis_find(const struct diagnosis_facts *facts);

/* Facts without the settings. */
struct diagnosis_facts diagnosis_facts_of(const struct verdict *v);

const char *diagnosis_who_text(enum diagnosis_who who); /* "Whoever runs the relay can mend this." */

/* The rows of the programs' own copy one by one; NULL behind the last. */
const struct diagnosis *diagnosis_row(size_t index);

/* ---- files ---- */

struct diagnosis_table {
	struct diagnosis *rows;
	size_t n_rows;
};

enum {
	DIAGNOSIS_BAD = 1,
};

/*
 * Parses a file's octets. 0; DIAGNOSIS_BAD with the first error and its cure, in the arena
 * ("line 3: ..."); negative without memory. Outputs are untouched otherwise.
 */
int diagnosis_parse(struct slice text, struct arena *a, struct diagnosis_table *ret_table,
	const char **ret_error) MUST_CHECK;

/*
 * The administrator's file counts from now on in this process; empty text: there is none any more.
 * When it is bad everything stays as it was. As diagnosis_parse(); the arena is for the error.
 */
int diagnosis_override(struct slice text, struct arena *a, const char **ret_error) MUST_CHECK;

#endif
