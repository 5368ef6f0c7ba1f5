/* doctor.h - what the files of `tocsin doctor` share: one line a step, and the first failure. */
#ifndef TOCSIN_TOOLS_DOCTOR_H
#define TOCSIN_TOOLS_DOCTOR_H

#include "core/mask.h"
#include "tools/command.h"
#include "wire/status.h"

enum doctor_mark {
	GOOD,
	NOTE, /* worth to know, mail goes on */
	BAD,
	LEFT_OUT,
};

struct doctor {
	struct context *x;
	struct config config;
	struct status status;
	bool report;
	struct mask mask;
	struct buffer line;
	bool failed; /* the first failing step is known: */
	const char *step;
	const struct diagnosis *cure; /* or NULL: */
	const char *const *steps; /* NULL behind the last */
};

/* own: words of this program, safe as they are; foreign: whatever comes from elsewhere. */
void doctor_tell(struct doctor *d, enum doctor_mark mark, const char *step, const char *took,
	const char *own, const char *foreign);
/* steps: what to do about it, NULL behind the last. Only those of the first failure are printed. */
void doctor_bad(struct doctor *d, const char *step, const char *text, const char *const *steps);

/* The token, from its endpoint to what it says; false when the relay cannot be tried with it. */
bool doctor_look_at_token(struct doctor *d);

#endif
