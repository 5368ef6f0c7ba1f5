/*
 * parent_give.c - what parent gives to the others because they cannot reach it: channels to their
 * neighbours, the certificate's files, the table of the diagnosis.
 */
#include <sysexits.h>

#include "base/log.h"
#include "daemon/bootstrap.h"
#include "daemon/certificate.h"
#include "daemon/parent_private.h"
#include "sys/descriptor.h"
#include "sys/unix_socket.h"
#include "wire/pack.h"

enum {
	RENEWAL_MS = 24 * 3600 * 1000,
};

/* Who talks to whom besides parent: the keeper with everybody. */
static const enum role neighbours_of_keeper[] = { ROLE_FRONT, ROLE_SENDER, ROLE_WATCHER };

/* ---- channels between neighbours ---- */

static void send_link(struct child *to, enum role peer, int fd)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, peer);
	channel_send_fds(to->channel, WORD_LINK, &body, &fd, 1);
	buffer_release(&body);
}

static void link_children(struct child *a, struct child *b)
{
	int fds[2];

	if (a->channel == NULL || b->channel == NULL)
		return; /* whoever starts later makes the link */
	if (unix_socket_pair(fds) != 0) {
		log_error("cannot link %s and %s: out of descriptors", role_name(a->role),
			role_name(b->role));
		return;
	}
	send_link(a, b->role, fds[0]);
	send_link(b, a->role, fds[1]);
	descriptor_close(fds[0]);
	descriptor_close(fds[1]);
}

void parent_link(struct child *c)
{
	struct child *keeper = &c->parent->children[ROLE_KEEPER];

	if (c != keeper) {
		link_children(keeper, c);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(neighbours_of_keeper); i++)
		link_children(keeper, &c->parent->children[neighbours_of_keeper[i]]);
}

/*
 * ---- the certificate: parent opens the files, front and keeper read them, watcher the chain
 * alone ----
 */

bool parent_give_certificate(struct parent *p, enum role role)
{
	struct child *c = &p->children[role];
	int fds[2];

	if (!certificate_open(p->start->config, fds))
		return false;
	if (c->channel != NULL)
		channel_send_fds(
			c->channel, WORD_CERTIFICATE, NULL, fds, role == ROLE_WATCHER ? 1 : 2);
	descriptor_close(fds[0]);
	descriptor_close(fds[1]);
	return true;
}

bool parent_give_certificate_to_all(struct parent *p)
{
	return parent_give_certificate(p, ROLE_FRONT) && parent_give_certificate(p, ROLE_WATCHER) &&
		parent_give_certificate(p, ROLE_KEEPER);
}

/* The keeper has one of a backup. */
void parent_take_certificate(struct child *c, const struct channel_message *m)
{
	struct parent *p = c->parent;
	enum certificate_kept kept = certificate_put(p->start->config, m->fds);
	struct buffer body;

	if (kept == CERTIFICATE_IN_FORCE && parent_give_certificate_to_all(p))
		log_info("the certificate of a backup takes the place of the one before");
	buffer_init(&body, 100);
	pack_number(&body, kept);
	channel_answer(c->channel, m->id, WORD_CERTIFICATE_KEPT, &body);
	buffer_release(&body);
}

bool parent_renew_certificate(struct parent *p)
{
	bool made;

	return certificate_make(p->start->config, &made) == EX_OK && made;
}

/* Once a day while it runs; at start and at SIGHUP it is looked at anyway. */
static void on_renewal(void *arg)
{
	struct parent *p = arg;

	timer_set(&p->renewal, RENEWAL_MS);
	if (parent_renew_certificate(p))
		(void)parent_give_certificate_to_all(p);
}

void parent_renew_daily(struct parent *p)
{
	timer_init(&p->renewal, p->loop, on_renewal, p);
	timer_set(&p->renewal, RENEWAL_MS);
}

/* ---- the diagnosis: parent opens the file, keeper and front read it ---- */

void parent_give_diagnosis(struct parent *p, enum role role)
{
	struct child *c = &p->children[role];
	int fd;

	if ((role != ROLE_KEEPER && role != ROLE_FRONT) || c->channel == NULL)
		return;
	fd = bootstrap_open_diagnosis(p->path);
	channel_send_fds(c->channel, WORD_DIAGNOSIS, NULL, &fd, fd >= 0 ? 1 : 0);
	descriptor_close(fd);
}
