/*
 * trial.h - a test mail's run, stage by stage, as the page and `tocsin email test` show it.
 * The sender fills it in and sends the whole of it at each change; keeper keeps the newest.
 *   TRIAL = the fields of struct trial in their order
 */
#ifndef TOCSIN_WIRE_TRIAL_H
#define TOCSIN_WIRE_TRIAL_H

#include "wire/delivery.h"

enum trial_step {
	TRIAL_RESOLVE,
	TRIAL_CONNECT,
	TRIAL_TLS,
	TRIAL_GREETING,
	TRIAL_EHLO,
	TRIAL_AUTH,
	TRIAL_MAIL,
	TRIAL_RCPT, /* one stage a recipient */
	TRIAL_DATA,
	TRIAL_ANSWER,
	TRIAL_STEP_COUNT,
};

enum trial_state {
	TRIAL_WAITING,
	TRIAL_RUNNING,
	TRIAL_GOOD,
	TRIAL_BAD, /* verdict says why */
	TRIAL_SKIPPED, /* not reached, or not part of these settings */
	TRIAL_STATE_COUNT,
};

struct trial_stage {
	enum trial_step step;
	enum trial_state state;
	const char *subject; /* host for RESOLVE, "address port" for CONNECT, recipient for RCPT */
	uint64_t took_ms;
	const char *result; /* what was seen: addresses, TLS facts, the server's words */
	struct verdict verdict; /* TRIAL_BAD: what went wrong; TRIAL_GOOD: the reply's codes */
};

struct trial_line {
	char direction; /* 'C' ours, 'S' the server's, '*' a remark of ours */
	uint64_t at_ms; /* since the run began */
	const char *text; /* masked by construction: never holds a secret */
};

struct trial {
	const char *host;
	uint64_t port;
	bool check; /* only whether it would be taken: DATA and ANSWER are skipped */
	const char *queue_id; /* the relay's name for the mail once accepted, or "" */
	struct trial_stage *stages;
	size_t n_stages;
	struct trial_line *lines;
	size_t n_lines;
};

enum {
	TRIAL_STAGES_MAX = 220, /* the steps and up to 200 recipients */
	TRIAL_LINES_MAX = 700,
};

const char *trial_step_name(enum trial_step s); /* "Find the server", "Connect", ... */

void trial_pack(struct buffer *b, const struct trial *t);
void trial_unpack(struct unpack *u, struct arena *a, struct trial *ret_trial);

#endif
