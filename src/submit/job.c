/*
 * job.c - messages on their way to the keeper; see job.h.
 *
 * Parts go out as the channel drains, one message after the other, so that a large one costs no
 * second copy of itself in the channel's queue.
 */
#include "submit/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "submit/prepare.h"
#include "submit/submit.h"
#include "sys/clock.h"
#include "wire/channel.h"

enum {
	WAITING_MAX = 1024 * 1024, /* octets in the channel above which nothing is added */
	DRAIN_MS = 2,
};

struct submit_job {
	TAILQ_ENTRY(submit_job) entry;
	struct submit_jobs *jobs;
	struct prepared prepared;
	size_t octets; /* counted as in hand */
	struct buffer head; /* the body of WORD_SUBMIT */
	struct channel *asked; /* whom, NULL nobody */
	uint64_t id; /* of the question */
	size_t sent; /* octets of the content */
	bool ended; /* the last part went out */
	unsigned tries; /* keepers it was handed to */
	int64_t deadline; /* boot ms */
	submit_done_fn *done; /* NULL: forgotten */
	void *arg;
};

static void pump(struct submit_jobs *jobs);

static void set_result(struct submit_result *r, int exit_code, const char *text)
{
	r->exit_code = exit_code;
	snprintf(r->text, sizeof(r->text), "%s", text);
}

static void free_job(struct submit_job *job)
{
	submit_give_octets(job->jobs->submit, job->octets);
	prepared_release(&job->prepared);
	buffer_release(&job->head);
	free(job);
}

static void end_job(struct submit_job *job, const struct submit_result *result)
{
	TAILQ_REMOVE(&job->jobs->list, job, entry);
	if (job->done != NULL)
		job->done(job->arg, result);
	else if (result->exit_code != 0)
		log_debug("a message nobody waits for any more: %s", result->text);
	free_job(job);
}

/* ---- the keeper's answer ---- */

static void wait_for_keeper(struct submit_job *job)
{
	job->asked = NULL;
	job->sent = 0;
	job->ended = false;
	job->deadline = clock_boot_ms() + job->jobs->submit->keeper_wait;
}

static bool read_posted(struct slice body, struct submit_result *ret_result)
{
	struct submit_result result = { .exit_code = 0 };
	struct unpack u;

	unpack_init(&u, body);
	if (!slice_copy(unpack_slice(&u, sizeof(result.text) - 1), result.text,
	    sizeof(result.text)) || !unpack_end(&u))
		return false;
	*ret_result = result;
	return true;
}

/* (number exit code, n x (text field, text sentence)): the first sentence is enough here. */
static bool read_refused(struct slice body, struct submit_result *ret_result)
{
	struct submit_result result = { 0 };
	struct slice sentence = { 0 };
	struct unpack u;
	uint64_t n;

	unpack_init(&u, body);
	result.exit_code = (int)unpack_below(&u, 256);
	n = unpack_number(&u);
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		unpack_slice(&u, WIRE_BODY_MAX);
		if (i == 0)
			sentence = unpack_slice(&u, WIRE_BODY_MAX);
		else
			unpack_slice(&u, WIRE_BODY_MAX);
	}
	if (!unpack_end(&u) || result.exit_code == 0 || !slice_copy(slice_clip(sentence,
	    sizeof(result.text) - 1), result.text, sizeof(result.text)))
		return false;
	*ret_result = result;
	return true;
}

static void on_answer(void *arg, const struct channel_message *answer)
{
	struct submit_job *job = arg;
	struct submit_jobs *jobs = job->jobs;
	struct submit_result result;
	bool good;

	if (answer == NULL && job->tries < SUBMIT_TRIES) {
		wait_for_keeper(job);
	} else if (answer == NULL) {
		set_result(&result, EX_TEMPFAIL, "The queue failed over this message several times.");
		end_job(job, &result);
	} else {
		good = answer->word == WORD_POSTED ? read_posted(answer->body, &result) :
		    read_refused(answer->body, &result);
		if (!good)
			set_result(&result, EX_SOFTWARE, "The keeper's answer is malformed.");
		end_job(job, &result);
	}
	pump(jobs);
}

/* ---- handing over ---- */

/* False when the channel is closed already; its closing is on its way to us. */
static bool ask(struct submit_job *job, struct channel *keeper)
{
	job->id = channel_ask(keeper, WORD_SUBMIT, &job->head, on_answer, job);
	if (job->id == 0)
		return false;
	job->asked = keeper;
	job->tries++;
	job->deadline = clock_boot_ms() + job->jobs->submit->answer_wait;
	return true;
}

static void send_piece(struct submit_job *job, struct slice piece)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_slice(&body, piece);
	channel_send(job->asked, WORD_SUBMIT_DATA, job->id, &body);
	buffer_release(&body);
	job->sent += piece.len;
}

/* True when all of it went out. */
static bool hand_over(struct submit_job *job)
{
	struct slice piece = { 0 };

	while (channel_waiting(job->asked) < WAITING_MAX) {
		piece = prepared_piece(&job->prepared, job->sent, WIRE_CHUNK_MAX);
		if (piece.len == 0) {
			channel_send(job->asked, WORD_SUBMIT_END, job->id, NULL);
			job->ended = true;
			return true;
		}
		send_piece(job, piece);
		if (channel_waiting(job->asked) >= WAITING_MAX)
			channel_flush(job->asked);
	}
	return false;
}

static void set_timer(struct submit_jobs *jobs, bool draining)
{
	struct submit_job *job;
	int64_t due = INT64_MAX;

	TAILQ_FOREACH(job, &jobs->list, entry)
		if (job->deadline < due)
			due = job->deadline;
	if (draining)
		timer_set(&jobs->timer, DRAIN_MS);
	else if (due < INT64_MAX)
		timer_set_at(&jobs->timer, due);
	else
		timer_cancel(&jobs->timer);
}

static void pump(struct submit_jobs *jobs)
{
	struct channel *keeper = jobs->submit->keeper;
	struct submit_job *job;
	bool draining = false;

	TAILQ_FOREACH(job, &jobs->list, entry) {
		/* asked of a keeper that went: its answer, nothing, is still to come */
		if (keeper == NULL || (job->asked != NULL && job->asked != keeper))
			continue;
		if (job->asked == NULL && !ask(job, keeper))
			break;
		if (!job->ended && !hand_over(job)) {
			draining = true;
			break;
		}
	}
	set_timer(jobs, draining);
}

/* ---- time ---- */

/* The keeper drops what ends before it is whole, so that nothing of it stays there. */
static void give_up(struct submit_job *job)
{
	struct submit_result result;

	if (job->asked != NULL) {
		if (!job->ended)
			channel_send(job->asked, WORD_SUBMIT_END, job->id, NULL);
		channel_forget(job->asked, job->id);
		set_result(&result, EX_TEMPFAIL, "The queue did not answer in time.");
	} else {
		set_result(&result, EX_TEMPFAIL, "The queue is being started again.");
	}
	end_job(job, &result);
}

static void on_timer(void *arg)
{
	struct submit_jobs *jobs = arg;
	struct submit_job *job = TAILQ_FIRST(&jobs->list);
	int64_t now = clock_boot_ms();

	while (job != NULL) {
		struct submit_job *next = TAILQ_NEXT(job, entry);

		if (job->deadline <= now)
			give_up(job);
		job = next;
	}
	pump(jobs);
}

/* ---- doors ---- */

void submit_jobs_init(struct submit_jobs *jobs, struct submit *s)
{
	*jobs = (struct submit_jobs){ .submit = s };
	TAILQ_INIT(&jobs->list);
	timer_init(&jobs->timer, s->loop, on_timer, jobs);
}

void submit_jobs_release(struct submit_jobs *jobs)
{
	struct submit_job *job;

	timer_cancel(&jobs->timer);
	while ((job = TAILQ_FIRST(&jobs->list)) != NULL) {
		TAILQ_REMOVE(&jobs->list, job, entry);
		if (job->asked != NULL && job->asked == jobs->submit->keeper)
			channel_forget(job->asked, job->id);
		free_job(job);
	}
}

void submit_jobs_keeper_came(struct submit_jobs *jobs)
{
	pump(jobs);
}

/* The program's clock and ours are one; a time to come was made up. */
static int64_t time_given(const struct post *post)
{
	int64_t now = clock_wall();

	return post->at > 0 && post->at < (uint64_t)now ? (int64_t)post->at : now;
}

static int prepare_job(struct submit_job *job, const struct submit_message *m,
	struct submit_result *ret_refusal)
{
	struct submit *s = job->jobs->submit;
	int64_t at = time_given(m->post);
	struct prepare_input in = {
		.post = m->post, .raw = m->raw, .who = m->who, .now = at,
		.utc_offset = clock_utc_offset(at), .node_name = s->node_name,
		.machine_name = s->machine_name, .mail_domain = s->mail_domain,
		.users = s->users, .aliases = &s->aliases,
	};
	const char *problem = NULL;
	int result = prepare(&in, &job->prepared, &problem);

	if (result > 0)
		set_result(ret_refusal, result, problem);
	else if (result < 0)
		set_result(ret_refusal, EX_TEMPFAIL, "The daemon is out of memory.");
	return result;
}

static bool pack_head(struct submit_job *job, const struct submit_message *m,
	struct submit_result *ret_refusal)
{
	buffer_init(&job->head, WIRE_BODY_MAX);
	job->prepared.envelope.moved = m->moved;
	who_pack(&job->head, &m->who);
	envelope_pack(&job->head, &job->prepared.envelope);
	if (buffer_ok(&job->head))
		return true;
	set_result(ret_refusal, EX_DATAERR, "The recipients are too many: send the message in parts.");
	return false;
}

static bool count_octets(struct submit_job *job, struct submit_result *ret_refusal)
{
	size_t octets = job->prepared.text.len + job->prepared.header.len;

	if (submit_take_octets(job->jobs->submit, octets)) {
		job->octets = octets;
		return true;
	}
	set_result(ret_refusal, EX_TEMPFAIL, "Too much mail is being handed in at once.");
	return false;
}

struct submit_job *submit_job_start(struct submit_jobs *jobs, const struct submit_message *m,
	submit_done_fn *done, void *arg, struct submit_result *ret_refusal)
{
	struct submit_job *job = calloc(1, sizeof(*job));

	if (job == NULL) {
		set_result(ret_refusal, EX_TEMPFAIL, "The daemon is out of memory.");
		return NULL;
	}
	job->jobs = jobs;
	job->done = done;
	job->arg = arg;
	if (prepare_job(job, m, ret_refusal) != 0 || !pack_head(job, m, ret_refusal) ||
	    !count_octets(job, ret_refusal)) {
		free_job(job);
		return NULL;
	}
	wait_for_keeper(job);
	TAILQ_INSERT_TAIL(&jobs->list, job, entry);
	/* from the loop: nobody is answered from inside his own question */
	timer_set(&jobs->timer, 0);
	return job;
}

void submit_job_forget(struct submit_job *job)
{
	if (job != NULL)
		job->done = NULL;
}
