/* submit.c - front's mail doors and their keeper; see submit.h. */
#include "submit/submit.h"

#include <stdio.h>

#include "base/log.h"
#include "wire/pack.h"

static const struct submit_users nobody;

int submit_init(struct submit *s, const struct submit_options *options)
{
	const char *node = options->node_name != NULL ? options->node_name : "localhost";

	*s = (struct submit){
		.loop = options->loop, .admin_group = options->admin_group,
		.users = options->users != NULL ? options->users : &nobody,
		.keeper_wait = SUBMIT_KEEPER_WAIT, .answer_wait = SUBMIT_ANSWER_WAIT,
	};
	snprintf(s->node_name, sizeof(s->node_name), "%s", node);
	snprintf(s->machine_name, sizeof(s->machine_name), "%s",
	    options->machine_name != NULL ? options->machine_name : "");
	submit_jobs_init(&s->jobs, s);
	if (submit_local_init(&s->local, s, options->local_fd) == 0 &&
	    submit_drop_init(&s->drop, s, options->drop_fd,
	        options->drop_path != NULL ? options->drop_path : ".") == 0)
		return 0;
	submit_release(s);
	return -1;
}

void submit_release(struct submit *s)
{
	if (s->loop == NULL)
		return;
	submit_drop_release(&s->drop);
	submit_local_release(&s->local);
	submit_jobs_release(&s->jobs);
	submit_users_release(&s->aliases);
	*s = (struct submit){ 0 };
}

void submit_stop(struct submit *s)
{
	submit_local_stop(&s->local);
	submit_drop_stop(&s->drop);
}

void submit_set_keeper(struct submit *s, struct channel *keeper)
{
	s->keeper = keeper;
	if (keeper == NULL)
		return;
	submit_jobs_keeper_came(&s->jobs);
	submit_local_keeper_came(&s->local);
	submit_drop_keeper_came(&s->drop);
}

void submit_keeper_said(struct submit *s, const struct channel_message *m)
{
	struct slice domain, node;
	struct unpack u;

	if (m->word != WORD_SITE)
		return;
	unpack_init(&u, m->body);
	domain = unpack_slice(&u, SUBMIT_NAME_SIZE - 1);
	node = unpack_slice(&u, SUBMIT_NAME_SIZE - 1);
	if (!submit_users_unpack(&s->aliases, &u) ||
	    !slice_copy(domain, s->mail_domain, sizeof(s->mail_domain)) ||
	    !slice_copy(node, s->node_name, sizeof(s->node_name)))
		log_error("what the keeper said about the site is malformed");
}

bool submit_take_octets(struct submit *s, size_t n)
{
	if (n > SUBMIT_OCTETS_MAX - s->octets)
		return false;
	s->octets += n;
	return true;
}

void submit_give_octets(struct submit *s, size_t n)
{
	s->octets -= size_min(n, s->octets);
}
