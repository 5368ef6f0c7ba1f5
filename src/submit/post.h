/*
 * post.h - mail that comes in over one local connection: WORD_POST, its parts, its end. One
 * message at a time, held in memory until it is whole; then it is a job (job.h), whose answer is
 * the tool's.
 */
#ifndef TOCSIN_SUBMIT_POST_H
#define TOCSIN_SUBMIT_POST_H

#include "submit/job.h"
#include "wire/channel.h"

struct submit_post {
	struct submit *submit;
	struct channel *channel; /* the tool's */
	struct who who;
	bool open; /* parts are coming, or the job is running */
	uint64_t id; /* the tool's, of the request */
	struct arena *arena; /* what post points to */
	struct post post;
	struct buffer raw;
	size_t octets; /* of raw, counted as in hand */
	struct submit_job *job;
};

void submit_post_init(struct submit_post *p, struct submit *s, struct channel *channel,
	const struct who *who);
void submit_post_release(struct submit_post *p); /* a job that runs goes on */

/* One of WORD_POST, WORD_POST_DATA and WORD_POST_END. */
void submit_post_take(struct submit_post *p, const struct channel_message *m);

bool submit_post_is_open(const struct submit_post *p);

#endif
