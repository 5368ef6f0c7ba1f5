/* queue_private.h - what the files of the keeper's queue share. */
#ifndef TOCSIN_KEEP_QUEUE_PRIVATE_H
#define TOCSIN_KEEP_QUEUE_PRIVATE_H

#include <sys/queue.h>

#include "core/pacing.h"
#include "core/relay_health.h"
#include "keep/queue.h"
#include "store/queue.h"

/* A mail that is being handed in, part by part. */
struct submission {
	TAILQ_ENTRY(submission) entry;
	struct request *request; /* of WORD_SUBMIT, answered at the end */
	struct buffer content;
	uint64_t size; /* announced */
};

/* A message that is with the sender. */
struct outing {
	TAILQ_ENTRY(outing) entry;
	uint64_t message;
	int64_t accepted_at;
	size_t n;
	struct {
		uint64_t id;
		unsigned attempts, ambiguous; /* before this one */
	} recipients[QUEUE_BATCH_MAX];
};

enum {
	QUEUE_QUESTIONS_MAX = 64, /* of the sender's for mail, open at a time */
};

struct keep_queue {
	struct relay_health health;
	uint64_t tries[VERDICT_CLASS_COUNT]; /* of the relay since the start, by their verdicts */
	struct timer timer; /* the health's deadline, the next due mail, the pace */
	struct request *questions[QUEUE_QUESTIONS_MAX]; /* the sender's for mail, oldest first */
	size_t n_questions;
	bool taking; /* a job that answers some is under way */
	uint64_t probe; /* the open question for the relay's health, 0 none */
	struct pacing pacing; /* messages_per_minute, in boot ms */
	TAILQ_HEAD(, outing) outings;
	TAILQ_HEAD(, submission) submissions;
	uint64_t submission_octets; /* announced by all submissions */

	/* jobs of its own; one that finds no room on the disk is tried again until it does */
	bool recovering; /* a lost sender's mail is being put back: nothing is handed out */
	bool recover_under_way; /* by a job; else it will be tried again */
	bool changing; /* new settings are being told to the queue */
	bool recover_again, change_again;
	bool hurry; /* what is deferred is to be tried at once */
	bool mending; /* due times of a clock that was ahead */
	struct timer again;
	struct timer look; /* the clock may have stepped */
};

/* Something changed: hands out, probes, or sets the timer for when that is due. */
void keep_queue_pump(struct keeper *k);

/* queue_out.c: hands out what it can; boot ms of the next time, INT64_MAX when none is known. */
int64_t keep_queue_hand_out(struct keeper *k);

/* The verdict of a connection, which may hold or release the queue. */
void keep_queue_feed_health(struct keeper *k, const struct verdict *v);
/* The same of one that there really was: it is counted, too. */
void keep_queue_tried(struct keeper *k, const struct verdict *v);

/* A job of the queue's own, without a request. run and done get the task; done frees it. */
struct task {
	struct store_job job;
	struct keeper *keeper;
	struct arena *arena;
	uint64_t n;
	void *data;
};
struct task *keep_queue_task(struct keeper *k); /* NULL without memory */
void keep_queue_task_start(struct task *t, int (*run)(struct store_db *db, void *arg),
	void (*done)(void *arg, int result));
void keep_queue_task_free(struct task *t);

/* The admin contacts as the envelope wants them, NULL behind the last. Negative without memory. */
int keep_queue_contacts(struct keeper *k, struct arena *a, const char ***ret_list, size_t *ret_n)
	MUST_CHECK;

/* Answers that there is no message with the queue ID that was asked for. */
void keep_refuse_unknown_mail(struct request *r);

/* Why nothing is sent, in a sentence: settings, or the relay's diagnosis. NULL when it is. */
const char *keep_queue_obstacle(struct keeper *k);

#endif
