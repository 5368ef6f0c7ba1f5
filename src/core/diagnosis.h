/*
 * diagnosis.h - what a verdict means in plain words, who can mend it and how: rows of a table
 * in four parts, searched from the top: diagnosis_reach.c and diagnosis_session.c for what we saw
 * ourselves, diagnosis_signin.c and diagnosis_mail.c for what servers say. Every verdict that is
 * not "accepted" finds a row.
 * Sources: RFC 5321 4.2, RFC 3463, providers' own error pages, real dialogues.
 */
#ifndef TOCSIN_CORE_DIAGNOSIS_H
#define TOCSIN_CORE_DIAGNOSIS_H

#include "core/reply_pattern.h"

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
};

/* Who can mend it. */
enum diagnosis_who {
	DIAGNOSIS_YOU, /* whoever may change these settings */
	DIAGNOSIS_NETWORK, /* who runs the network or the firewall */
	DIAGNOSIS_RELAY, /* who runs the relay, or its provider */
	DIAGNOSIS_ACCOUNT, /* who runs the mail accounts there */
	DIAGNOSIS_RECIPIENT, /* who gave the recipient's address */
	DIAGNOSIS_NOBODY, /* it passes by itself */
};

enum {
	DIAGNOSIS_STEPS_MAX = 6,
};

struct diagnosis {
	/* what it matches; a field left 0 or NULL matches anything, reason is always compared */
	enum verdict_reason reason;
	struct reply_pattern when;
	enum diagnosis_encryption encryption;
	unsigned port;

	/* what it says */
	const char *title; /* a few words: "The password was refused" */
	const char *meaning; /* one or two sentences */
	enum diagnosis_who who;
	const char *cure[DIAGNOSIS_STEPS_MAX + 1]; /* numbered steps, NULL behind the last */
	const char *field; /* settings key concerned, "email.password"; NULL none */
};

/* Never NULL: codes nobody knows fall back to what their first digit says. */
const struct diagnosis *diagnosis_find(const struct diagnosis_facts *facts);

/* Facts without the settings. */
struct diagnosis_facts diagnosis_facts_of(const struct verdict *v);

const char *diagnosis_who_text(enum diagnosis_who who); /* "Whoever runs the relay can mend this." */

/* The rows one by one, for tests and a generated page; NULL behind the last. */
const struct diagnosis *diagnosis_row(size_t index);

/* The parts. */
extern const struct diagnosis diagnosis_reach[], diagnosis_session[], diagnosis_signin[],
	diagnosis_mail[];
extern const size_t diagnosis_reach_count, diagnosis_session_count, diagnosis_signin_count,
	diagnosis_mail_count;

#endif
