/*
 * diagnosis.h - what a verdict means in plain words, who can mend it and how: one table of rows,
 * diagnosis_table.c, searched from the top. Every verdict that is not "accepted" finds a row.
 * Sources: RFC 5321 4.2, RFC 3463, providers' own error pages, real dialogues.
 */
#ifndef TOCSIN_CORE_DIAGNOSIS_H
#define TOCSIN_CORE_DIAGNOSIS_H

#include "core/verdict.h"

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
	/* what it matches; a field left 0 or NULL matches anything */
	unsigned stages; /* bits DIAGNOSIS_AT(stage) */
	enum verdict_reason reason; /* always compared */
	unsigned code_from, code_to; /* code_to 0: code_from alone */
	const char *enhanced; /* "5.7.139"; "5.7." and "5." match what begins so */
	const char *words; /* substring of the text, in any case */
	enum diagnosis_encryption encryption;
	unsigned port;

	/* what it says */
	const char *title; /* a few words: "The password was refused" */
	const char *meaning; /* one or two sentences */
	enum diagnosis_who who;
	const char *cure[DIAGNOSIS_STEPS_MAX]; /* numbered steps, NULL behind the last */
	const char *field; /* settings key concerned, "email.password"; NULL none */
};

#define DIAGNOSIS_AT(stage) (1u << (stage))

/* Never NULL: codes nobody knows fall back to what their first digit says. */
const struct diagnosis *diagnosis_find(const struct diagnosis_facts *facts);

/* Facts without the settings. */
struct diagnosis_facts diagnosis_facts_of(const struct verdict *v);

const char *diagnosis_who_text(enum diagnosis_who who); /* "Whoever runs the relay can mend this." */

/* The table, for tests and the generated page; n rows. */
const struct diagnosis *diagnosis_rows(size_t *ret_n);

#endif
