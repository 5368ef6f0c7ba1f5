/*
 * submit.h - front's mail doors: the local socket, on which tocsin-sendmail hands mail in and
 * tocsin gives commands, and the drop folder. Everything goes to the keeper and is answered when
 * the keeper has answered; while it is away, what came waits for a few seconds.
 */
#ifndef TOCSIN_SUBMIT_SUBMIT_H
#define TOCSIN_SUBMIT_SUBMIT_H

#include <sys/types.h>

#include "submit/drop.h"
#include "submit/job.h"
#include "submit/local.h"
#include "submit/users.h"
#include "wire/channel.h"

enum {
	SUBMIT_NAME_SIZE = 256,
	SUBMIT_KEEPER_WAIT = 10 * 1000, /* ms for which what came waits for a keeper */
	SUBMIT_ANSWER_WAIT = 60 * 1000, /* ms for which the keeper may take to answer */
	SUBMIT_TRIES = 3, /* keepers that may die over one message; then it is for later */
	/* octets of mail in hand at a time; what comes above it is for the drop folder */
	SUBMIT_OCTETS_MAX = 96 * 1024 * 1024,
};

struct submit_options {
	struct loop *loop;
	int local_fd; /* the listening socket, stays the caller's; -1 none */
	int drop_fd; /* the drop folder, stays the caller's; -1 none */
	const char *drop_path; /* the same by name, to watch it; NULL: the working directory */
	gid_t admin_group; /* who is in it may command; (gid_t)-1 none */
	const char *node_name; /* until the keeper tells; NULL: localhost */
	const char *machine_name; /* submit_machine_name(); NULL: none but the node's */
	const struct submit_users *users; /* read before the sandbox closed; NULL: root alone */
};

/* Embedded in its owner; does not move. */
struct submit {
	struct loop *loop;
	struct channel *keeper; /* NULL while away */
	gid_t admin_group;
	const struct submit_users *users;
	struct submit_users aliases; /* none until the keeper tells */
	char node_name[SUBMIT_NAME_SIZE];
	char machine_name[SUBMIT_NAME_SIZE];
	char mail_domain[SUBMIT_NAME_SIZE]; /* for bare names; "" until the keeper tells */
	size_t octets; /* of mail in hand */
	int64_t keeper_wait, answer_wait; /* ms, SUBMIT_KEEPER_WAIT and SUBMIT_ANSWER_WAIT */
	struct submit_jobs jobs;
	struct submit_local local;
	struct submit_drop drop;
};

/* Negative without memory or when the folder or socket cannot be watched. */
int submit_init(struct submit *s, const struct submit_options *options) MUST_CHECK;
void submit_release(struct submit *s); /* zeroed struct is fine */

/* No new connections and no new file from the drop folder. */
void submit_stop(struct submit *s);

/*
 * The keeper's channel, or NULL when it went. Call it before the old channel is freed: open
 * questions are then answered with nothing, and what can be asked again will be.
 */
void submit_set_keeper(struct submit *s, struct channel *keeper);

/* A word of the keeper's own: WORD_SITE is for us, others are passed over. */
void submit_keeper_said(struct submit *s, const struct channel_message *m);

/* Counts octets as in hand; false when that is too much. Given back with a release of as many. */
bool submit_take_octets(struct submit *s, size_t n) MUST_CHECK;
void submit_give_octets(struct submit *s, size_t n);

#endif
