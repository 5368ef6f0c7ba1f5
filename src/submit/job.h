/*
 * job.h - one message on its way to the keeper: prepared, handed over in parts, answered after the
 * commit. When the keeper goes away in between, the whole of it is handed over again to the next
 * one, which knows it by its name and keeps it once.
 */
#ifndef TOCSIN_SUBMIT_JOB_H
#define TOCSIN_SUBMIT_JOB_H

#include <sys/queue.h>

#include "sys/loop.h"
#include "wire/post.h"
#include "wire/who.h"

struct submit;
struct submit_job;

struct submit_jobs {
	struct submit *submit;
	struct timer timer;
	TAILQ_HEAD(, submit_job) list; /* in the order they came */
};

void submit_jobs_init(struct submit_jobs *jobs, struct submit *s);
void submit_jobs_release(struct submit_jobs *jobs); /* nobody is told any more */
void submit_jobs_keeper_came(struct submit_jobs *jobs);

/* What came of a message: 0 and its queue id, or an exit code of sysexits.h and a sentence. */
struct submit_result {
	int exit_code;
	char text[600];
};

typedef void submit_done_fn(void *arg, const struct submit_result *result);

struct submit_message {
	const struct post *post;
	struct slice raw;
	struct who who;
	bool moved; /* its file goes when it is taken */
};

/*
 * The job, which calls done once, later; raw and post are not needed any more. Or NULL with
 * *ret_refusal, and done is not called.
 */
struct submit_job *submit_job_start(struct submit_jobs *jobs, const struct submit_message *m,
	submit_done_fn *done, void *arg, struct submit_result *ret_refusal);

/* The message goes its way; nobody is told what comes of it. NULL is fine. */
void submit_job_forget(struct submit_job *job);

#endif
