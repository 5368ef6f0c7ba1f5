/* content.c - a mail's content from keeper to the connection; see content.h. */
#include "delivery/content.h"

/* ---- states ---- */

static void fail(struct content *c, const char *problem)
{
	c->state = CONTENT_FAILED;
	c->problem = problem;
}

/* The channel is gone: its owner will be told, and ends the mail by what he knows. */
static void lose(struct content *c)
{
	fail(c, NULL);
}

static void became_whole(struct content *c)
{
	struct buffer header = c->out;

	buffer_init(&c->out, FIT_WHOLE_MAX);
	if (fit_body(buffer_slice(&header), buffer_slice(&c->body), &c->out, &c->fit) != 0)
		fail(c, "The message could not be re-encoded for this relay.");
	else
		c->state = CONTENT_FIT;
	c->reencoded = true;
	buffer_release(&header);
	buffer_clear(&c->body);
}

bool content_is_fresh(const struct content *c)
{
	return c->state == CONTENT_HEADER || c->state == CONTENT_LOADED ||
	    (c->state == CONTENT_FIT && c->out_sent == 0 && !c->reencoded);
}

void content_fit(struct content *c, const struct relay *relay,
	const struct smtp_capabilities *capabilities)
{
	const struct envelope *e = c->envelope;
	bool whole = e->needs_8bitmime && !capabilities->eight_bit_mime;

	if ((c->state != CONTENT_LOADED && c->state != CONTENT_FIT) || c->out_sent > 0)
		return;
	/* it was re-encoded for another connection already: that fits everywhere */
	if (c->reencoded)
		return;
	buffer_clear(&c->out);
	if (fit_header(buffer_slice(&c->header), slice_of(e->sender), relay, c->arena,
	    &c->out, &c->fit) != 0) {
		fail(c, "The message's header could not be prepared for this relay.");
		return;
	}
	c->fit.needs_8bitmime = e->needs_8bitmime;
	c->fit.size = c->out.len + (e->size - e->header_size);
	if (!whole)
		c->state = CONTENT_FIT;
	else if (c->offset == e->size)
		became_whole(c);
	else
		c->state = CONTENT_WHOLE;
	content_consume(c, 0);
}

/* ---- fetching ---- */

static bool wants_more(const struct content *c)
{
	if (c->state == CONTENT_FAILED || c->ask != 0 || c->offset >= c->envelope->size)
		return false;
	return c->state == CONTENT_HEADER || c->state == CONTENT_WHOLE ||
	    c->body.len < WIRE_CHUNK_MAX;
}

static void on_chunk(void *arg, const struct channel_message *answer);

static void fetch(struct content *c)
{
	struct buffer body;

	if (!wants_more(c))
		return;
	buffer_init(&body, 100);
	pack_number(&body, c->envelope->message);
	pack_number(&body, c->offset);
	c->ask = channel_ask(c->keeper, WORD_BODY, &body, on_chunk, c);
	buffer_release(&body);
	if (c->ask == 0)
		lose(c);
}

/* The header section may end in the middle of a chunk. */
static void sort_chunk(struct content *c, struct slice chunk)
{
	size_t missing = (size_t)c->envelope->header_size - c->header.len;
	struct slice head = slice_sub(chunk, 0, missing);

	c->offset += chunk.len;
	buffer_append_slice(&c->header, head);
	buffer_append_slice(&c->body, slice_sub(chunk, head.len, chunk.len));
	if (!buffer_ok(&c->header) || !buffer_ok(&c->body))
		fail(c, "There was not enough memory for the message.");
	else if (c->state == CONTENT_HEADER && c->header.len == c->envelope->header_size)
		c->state = CONTENT_LOADED;
	else if (c->state == CONTENT_WHOLE && c->offset == c->envelope->size)
		became_whole(c);
}

static void on_chunk(void *arg, const struct channel_message *answer)
{
	struct content *c = arg;
	struct slice chunk = { 0 };
	struct unpack u;

	c->ask = 0;
	if (answer == NULL) {
		lose(c);
		return;
	}
	if (answer->word == WORD_BODY_IS) {
		unpack_init(&u, answer->body);
		chunk = unpack_slice(&u, WIRE_BODY_MAX);
		if (!unpack_end(&u))
			chunk = (struct slice){ 0 };
	}
	if (chunk.len == 0 || chunk.len > c->envelope->size - c->offset)
		fail(c, "The queue did not give the whole message.");
	else
		sort_chunk(c, chunk);
	fetch(c);
	c->changed(c->arg);
}

/* ---- life ---- */

void content_init(struct content *c, struct channel *keeper, const struct envelope *envelope,
	struct arena *arena, void (*changed)(void *arg), void *arg)
{
	*c = (struct content){
		.keeper = keeper, .envelope = envelope, .arena = arena,
		.changed = changed, .arg = arg,
	};
	buffer_init(&c->header, FIT_WHOLE_MAX);
	buffer_init(&c->body, FIT_WHOLE_MAX);
	buffer_init(&c->out, FIT_WHOLE_MAX);
	if (envelope->header_size > envelope->size || envelope->header_size == 0 ||
	    envelope->size > FIT_WHOLE_MAX / 2)
		fail(c, "The queue's entry for the message is damaged.");
	fetch(c);
}

void content_release(struct content *c)
{
	if (c->ask != 0)
		channel_forget(c->keeper, c->ask);
	buffer_release(&c->header);
	buffer_release(&c->body);
	buffer_release(&c->out);
	*c = (struct content){ 0 };
}

/* ---- sending ---- */

struct slice content_peek(const struct content *c)
{
	struct slice none = { 0 };

	if (c->state != CONTENT_FIT)
		return none;
	if (c->out_sent < c->out.len)
		return slice_sub(buffer_slice(&c->out), c->out_sent, c->out.len);
	return buffer_slice(&c->body);
}

void content_consume(struct content *c, size_t len)
{
	size_t of_out = size_min(len, c->out.len - c->out_sent);

	c->out_sent += of_out;
	if (len > of_out)
		buffer_consume(&c->body, len - of_out);
	fetch(c);
}

bool content_is_here(const struct content *c)
{
	return c->state == CONTENT_FIT && c->offset == c->envelope->size;
}

bool content_is_sent(const struct content *c)
{
	return content_is_here(c) && c->out_sent == c->out.len && c->body.len == 0;
}
