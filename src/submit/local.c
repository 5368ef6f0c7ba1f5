/* local.c - the connections of the local socket; see local.h. */
#include "submit/local.h"

#include <stdlib.h>
#include <sysexits.h>

#include "submit/post.h"
#include "submit/submit.h"
#include "sys/descriptor.h"
#include "sys/peer.h"

/* A request that goes through to the keeper. */
struct pass {
	TAILQ_ENTRY(pass) entry;
	struct submit_connection *connection;
	uint64_t id; /* the tool's */
	enum word word;
	struct buffer body; /* with WHO; may hold a password */
	struct channel *asked; /* NULL: waits for a keeper */
	uint64_t keeper_id;
};

struct submit_connection {
	TAILQ_ENTRY(submit_connection) entry;
	struct submit_local *local;
	struct channel *channel;
	struct who who;
	struct timer idle;
	struct timer patience; /* how long what came waits for a keeper */
	struct submit_post post;
	TAILQ_HEAD(, pass) passes;
	size_t n_passes;
};

/* ---- requests to the keeper ---- */

static void free_pass(struct pass *p)
{
	TAILQ_REMOVE(&p->connection->passes, p, entry);
	p->connection->n_passes--;
	buffer_release(&p->body);
	free(p);
}

static void refuse_pass(struct pass *p, const char *text)
{
	channel_refuse(p->connection->channel, p->id, EX_TEMPFAIL, "", text);
	free_pass(p);
}

static void on_answer(void *arg, const struct channel_message *answer)
{
	struct pass *p = arg;
	struct buffer body;

	if (answer == NULL) {
		refuse_pass(p, "The daemon restarted its store in the middle of this. Look whether it was "
		    "done, and try again if not.");
		return;
	}
	buffer_init_secret(&body, WIRE_BODY_MAX);
	buffer_append_slice(&body, answer->body);
	channel_answer(p->connection->channel, p->id, answer->word, &body);
	buffer_release(&body);
	free_pass(p);
}

/* Without a keeper the request waits for one. */
static void ask(struct pass *p)
{
	struct submit *s = p->connection->local->submit;
	struct channel *keeper = s->keeper;

	if (keeper != NULL)
		p->keeper_id = channel_ask(keeper, p->word, &p->body, on_answer, p);
	if (p->keeper_id != 0)
		p->asked = keeper;
	else if (!timer_pending(&p->connection->patience))
		timer_set(&p->connection->patience, s->keeper_wait);
}

static void pass_on(struct submit_connection *c, const struct channel_message *m)
{
	struct pass *p = c->n_passes < SUBMIT_REQUESTS_MAX ? calloc(1, sizeof(*p)) : NULL;

	if (p == NULL) {
		channel_refuse(c->channel, m->id, EX_TEMPFAIL, "",
		    "Too many requests are open on this connection.");
		return;
	}
	*p = (struct pass){ .connection = c, .id = m->id, .word = m->word };
	TAILQ_INSERT_TAIL(&c->passes, p, entry);
	c->n_passes++;
	buffer_init_secret(&p->body, WIRE_BODY_MAX);
	who_pack(&p->body, &c->who);
	buffer_append_slice(&p->body, m->body);
	if (buffer_ok(&p->body)) {
		ask(p);
		return;
	}
	channel_refuse(c->channel, m->id, EX_DATAERR, "", "The request is too long.");
	free_pass(p);
}

static void on_patience(void *arg)
{
	struct submit_connection *c = arg;
	struct pass *p, *next;

	for (p = TAILQ_FIRST(&c->passes); p != NULL; p = next) {
		next = TAILQ_NEXT(p, entry);
		if (p->asked == NULL)
			refuse_pass(p, "The daemon is starting its store again. Try again in a moment.");
	}
}

void submit_local_keeper_came(struct submit_local *l)
{
	struct submit_connection *c;
	struct pass *p;

	TAILQ_FOREACH(c, &l->connections, entry)
		TAILQ_FOREACH(p, &c->passes, entry)
			if (p->asked == NULL)
				ask(p);
}

/* ---- connections ---- */

static void free_connection(struct submit_connection *c)
{
	struct channel *keeper = c->local->submit->keeper;
	struct pass *p;

	TAILQ_REMOVE(&c->local->connections, c, entry);
	timer_cancel(&c->idle);
	timer_cancel(&c->patience);
	submit_post_release(&c->post);
	while ((p = TAILQ_FIRST(&c->passes)) != NULL) {
		if (p->asked != NULL && p->asked == keeper)
			channel_forget(keeper, p->keeper_id);
		free_pass(p);
	}
	channel_free(c->channel);
	free(c);
}

static void on_idle(void *arg)
{
	struct submit_connection *c = arg;

	if (c->n_passes > 0 || c->post.job != NULL)
		timer_set(&c->idle, SUBMIT_IDLE);
	else
		free_connection(c);
}

static void on_message(void *arg, struct channel *channel UNUSED, const struct channel_message *m)
{
	struct submit_connection *c = arg;

	timer_set(&c->idle, SUBMIT_IDLE);
	if (m->word == WORD_POST || m->word == WORD_POST_DATA || m->word == WORD_POST_END)
		submit_post_take(&c->post, m);
	else
		pass_on(c, m);
}

static void on_closed(void *arg, struct channel *channel UNUSED)
{
	free_connection(arg);
}

static const struct channel_events events = { .message = on_message, .closed = on_closed };

/* True when this user may have one more. */
static bool has_room(const struct submit_local *l, uint64_t uid)
{
	const struct submit_connection *c;
	size_t n = 0, n_own = 0;

	TAILQ_FOREACH(c, &l->connections, entry) {
		n += c->who.uid != 0;
		n_own += c->who.uid == uid;
	}
	return uid == 0 || (n < SUBMIT_CONNECTIONS_MAX && n_own < SUBMIT_CONNECTIONS_PER_USER);
}

static bool identify(const struct submit_local *l, int fd, struct who *ret_who)
{
	gid_t admin = l->submit->admin_group;
	struct peer peer;

	if (peer_init(&peer, fd) != 0)
		return false;
	*ret_who = (struct who){
		.kind = WHO_LOCAL, .token = "", .uid = peer.uid, .from = "local",
		.in_admin_group = admin != (gid_t)-1 && peer_has_group(&peer, admin),
	};
	peer_release(&peer);
	return true;
}

static struct submit_connection *new_connection(struct submit_local *l, int fd,
	const struct who *who)
{
	struct submit_connection *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->channel = channel_new(l->submit->loop, fd, ROLE_FRONT, ROLE_TOOL, &events, c);
	if (c->channel == NULL) {
		free(c);
		return NULL;
	}
	c->local = l;
	c->who = *who;
	TAILQ_INIT(&c->passes);
	timer_init(&c->idle, l->submit->loop, on_idle, c);
	timer_init(&c->patience, l->submit->loop, on_patience, c);
	submit_post_init(&c->post, l->submit, c->channel, who);
	return c;
}

void submit_local_accept(struct submit_local *l, int fd)
{
	struct submit_connection *c = NULL;
	struct who who;

	if (identify(l, fd, &who) && has_room(l, who.uid))
		c = new_connection(l, fd, &who);
	if (c == NULL) {
		/* what a tool wants to hand in it then puts into the drop folder */
		descriptor_close(fd);
		return;
	}
	TAILQ_INSERT_TAIL(&l->connections, c, entry);
	timer_set(&c->idle, SUBMIT_IDLE);
}

static void on_accepted(void *arg, int fd, const struct endpoint *peer UNUSED)
{
	submit_local_accept(arg, fd);
}

int submit_local_init(struct submit_local *l, struct submit *s, int fd)
{
	*l = (struct submit_local){ .submit = s };
	TAILQ_INIT(&l->connections);
	if (fd < 0)
		return 0;
	if (listener_init(&l->listener, s->loop, fd, on_accepted, l) != 0)
		return -1;
	l->listening = true;
	return 0;
}

void submit_local_stop(struct submit_local *l)
{
	if (l->listening)
		listener_release(&l->listener);
	l->listening = false;
}

void submit_local_release(struct submit_local *l)
{
	if (l->submit == NULL)
		return;
	submit_local_stop(l);
	while (!TAILQ_EMPTY(&l->connections))
		free_connection(TAILQ_FIRST(&l->connections));
}
