/* request.c - answers to requests; see keeper.h. The channel a request came by may be gone. */
#include <sysexits.h>

#include "keep/keeper.h"
#include "wire/pack.h"

static struct channel *channel_of(const struct request *r)
{
	struct keeper *k = r->keeper;

	return r->generation == k->peer_generation[r->from] ? k->peers[r->from] : NULL;
}

static void end(struct request *r)
{
	arena_free(r->arena); /* r lies in it */
}

void keep_reply(struct request *r, enum word word, const struct buffer *body)
{
	struct channel *c = channel_of(r);

	if (c != NULL)
		channel_answer(c, r->id, word, body);
	end(r);
}

void keep_drop(struct request *r)
{
	end(r);
}

void keep_done(struct request *r, uint64_t count)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, count);
	keep_reply(r, WORD_DONE, &body);
	buffer_release(&body);
}

void keep_refuse(struct request *r, int exit_code, const char *field, const char *text)
{
	struct channel *c = channel_of(r);

	if (c != NULL)
		channel_refuse(c, r->id, exit_code, field, text);
	end(r);
}

void keep_problem(struct keep_problems *p, const char *field, const char *text)
{
	if (text == NULL || p->n == COUNT_OF(p->list))
		return;
	p->list[p->n].field = field;
	p->list[p->n].text = text;
	p->n++;
}

void keep_refuse_problems(struct request *r, const struct keep_problems *p)
{
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, EX_DATAERR);
	pack_number(&body, p->n);
	for (size_t i = 0; i < p->n; i++) {
		pack_text(&body, p->list[i].field);
		pack_text(&body, p->list[i].text);
	}
	keep_reply(r, WORD_REFUSED, &body);
	buffer_release(&body);
}

void keep_refuse_malformed(struct request *r)
{
	keep_refuse(r, EX_PROTOCOL, "", "The request is malformed.");
}

void keep_refuse_store(struct request *r, int result)
{
	if (result == STORE_FULL)
		keep_refuse(r, EX_TEMPFAIL, "", "The disk is full. Make room on the file system of the state "
			"folder; nothing was changed.");
	else if (result == STORE_BUSY)
		keep_refuse(r, EX_TEMPFAIL, "", "The store is busy. Try again in a moment.");
	else
		keep_refuse(r, EX_TEMPFAIL, "", "The store failed and is being opened again. Nothing was "
			"changed; try again in a moment.");
}
