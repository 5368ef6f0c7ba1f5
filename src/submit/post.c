/* post.c - mail that comes in over one local connection; see post.h. */
#include "submit/post.h"

#include <sysexits.h>

#include "submit/submit.h"

enum {
	ARENA_MAX = 4 * 1024 * 1024,
};

void submit_post_init(struct submit_post *p, struct submit *s, struct channel *channel,
	const struct who *who)
{
	*p = (struct submit_post){ .submit = s, .channel = channel, .who = *who };
}

/* Forgets the message, not the job. */
static void clear(struct submit_post *p)
{
	submit_give_octets(p->submit, p->octets);
	p->octets = 0;
	buffer_release(&p->raw);
	arena_free(p->arena);
	p->arena = NULL;
}

void submit_post_release(struct submit_post *p)
{
	submit_job_forget(p->job);
	p->job = NULL;
	p->open = false;
	clear(p);
}

bool submit_post_is_open(const struct submit_post *p)
{
	return p->open;
}

/* What still comes under this id is passed over. */
static void refuse(struct submit_post *p, int exit_code, const char *text)
{
	channel_refuse(p->channel, p->id, exit_code, "", text);
	p->open = false;
	clear(p);
}

static void begin(struct submit_post *p, const struct channel_message *m)
{
	struct unpack u;

	if (p->open) {
		channel_refuse(p->channel, m->id, EX_PROTOCOL, "",
		    "One message at a time can be handed in over one connection.");
		return;
	}
	p->open = true;
	p->id = m->id;
	p->arena = arena_new(ARENA_MAX);
	buffer_init(&p->raw, POST_MESSAGE_MAX);
	if (p->arena == NULL) {
		refuse(p, EX_TEMPFAIL, "The daemon is out of memory.");
		return;
	}
	/* the arena's own copy: the body is good during this call only */
	unpack_init(&u, arena_slice(p->arena, m->body));
	post_unpack(&u, p->arena, &p->post);
	if (arena_failed(p->arena))
		refuse(p, EX_TEMPFAIL, "The daemon is out of memory.");
	else if (!unpack_end(&u))
		refuse(p, EX_PROTOCOL, "The request is malformed.");
}

static void add(struct submit_post *p, const struct channel_message *m)
{
	struct slice part;
	struct unpack u;

	unpack_init(&u, m->body);
	part = unpack_slice(&u, WIRE_CHUNK_MAX);
	if (!unpack_end(&u)) {
		refuse(p, EX_PROTOCOL, "The request is malformed.");
	} else if (part.len > POST_MESSAGE_MAX - p->raw.len) {
		refuse(p, EX_DATAERR, "The message is larger than 32 MiB.");
	} else if (!submit_take_octets(p->submit, part.len)) {
		refuse(p, EX_TEMPFAIL, "Too much mail is being handed in at once.");
	} else {
		p->octets += part.len;
		buffer_append_slice(&p->raw, part);
		if (!buffer_ok(&p->raw))
			refuse(p, EX_TEMPFAIL, "The daemon is out of memory.");
	}
}

static void on_done(void *arg, const struct submit_result *result)
{
	struct submit_post *p = arg;
	struct buffer body;

	p->job = NULL;
	if (result->exit_code != 0) {
		refuse(p, result->exit_code, result->text);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_text(&body, result->text);
	channel_answer(p->channel, p->id, WORD_POSTED, &body);
	buffer_release(&body);
	p->open = false;
	clear(p);
}

static void end(struct submit_post *p, const struct channel_message *m)
{
	struct submit_message message = {
		.post = &p->post, .raw = buffer_slice(&p->raw), .who = p->who,
	};
	struct submit_result refusal;

	if (m->body.len != 0) {
		refuse(p, EX_PROTOCOL, "The request is malformed.");
		return;
	}
	p->job = submit_job_start(&p->submit->jobs, &message, on_done, p, &refusal);
	if (p->job == NULL)
		refuse(p, refusal.exit_code, refusal.text);
	else
		clear(p);
}

void submit_post_take(struct submit_post *p, const struct channel_message *m)
{
	bool coming = p->open && p->job == NULL && m->id == p->id;

	if (m->word == WORD_POST)
		begin(p, m);
	else if (coming && m->word == WORD_POST_DATA)
		add(p, m);
	else if (coming && m->word == WORD_POST_END)
		end(p, m);
}
