/*
 * front_role.c - the process that listens: pages over HTTPS, the local socket, the drop folder.
 * Wiring only; the work is src/web and src/submit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "daemon/role.h"
#include "submit/submit.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/tls_certificate.h"
#include "sys/tls_server.h"
#include "web/server.h"
#include "web/web.h"
#include "wire/pack.h"

enum {
	PEM_MAX = 256 * 1024,
};

struct front {
	struct role_base base;
	struct channel *keeper; /* NULL while away */
	struct web web;
	struct web_server *server;
	struct submit submit;
	struct submit_users users;
	char machine_name[SUBMIT_NAME_SIZE];
	int64_t certificate_until; /* 0 not yet read */
};

/* ---- the keeper ---- */

static void on_keeper_message(void *arg, struct channel *c UNUSED, const struct channel_message *m)
{
	struct front *f = arg;

	submit_keeper_said(&f->submit, m);
}

static void tell_certificate(struct front *f)
{
	struct buffer body;

	if (f->keeper == NULL || f->certificate_until <= 0)
		return;
	buffer_init(&body, 100);
	pack_number(&body, (uint64_t)f->certificate_until);
	channel_send(f->keeper, WORD_OWN_CERTIFICATE, 0, &body);
	buffer_release(&body);
}

static void set_keeper(struct front *f, struct channel *c)
{
	struct channel *old = f->keeper;

	/* nobody may ask the old one any more when its open questions are answered with nothing */
	f->keeper = c;
	f->web.keeper = c;
	submit_set_keeper(&f->submit, c);
	channel_free(old);
	tell_certificate(f);
}

static void on_keeper_closed(void *arg, struct channel *c)
{
	struct front *f = arg;

	if (f->keeper == c)
		set_keeper(f, NULL);
}

static const struct channel_events keeper_events = {
	.message = on_keeper_message,
	.closed = on_keeper_closed,
};

static void on_link(void *arg, enum role peer UNUSED, int fd)
{
	struct front *f = arg;
	struct channel *c;

	set_keeper(f, NULL);
	c = channel_new(f->base.loop, fd, ROLE_FRONT, ROLE_KEEPER, &keeper_events, f);
	if (c == NULL)
		descriptor_close(fd);
	else
		set_keeper(f, c);
}

/* ---- mail that comes over the API ---- */

struct handed_in {
	struct submit_job *job;
	web_mail_done_fn *done;
	void *arg;
};

static void on_handed_in(void *arg, const struct submit_result *result)
{
	struct handed_in *h = arg;

	h->done(h->arg, result->exit_code, result->text);
	free(h);
}

static void *hand_in(void *context, const struct web_mail *mail, web_mail_done_fn *done, void *arg,
	int *ret_exit_code, char ret_text[static WEB_MAIL_TEXT_SIZE])
{
	struct front *f = context;
	struct submit_message message = {
		.post = mail->post, .raw = mail->raw, .who = *mail->who,
	};
	struct handed_in *h = calloc(1, sizeof(*h));
	struct submit_result refusal = { .exit_code = EX_TEMPFAIL };

	if (h != NULL) {
		*h = (struct handed_in){ .done = done, .arg = arg };
		h->job = submit_job_start(&f->submit.jobs, &message, on_handed_in, h, &refusal);
		if (h->job != NULL)
			return h;
	}
	free(h);
	*ret_exit_code = refusal.exit_code;
	snprintf(ret_text, WEB_MAIL_TEXT_SIZE, "%s", refusal.text);
	return NULL;
}

static void forget_mail(void *context UNUSED, void *job)
{
	struct handed_in *h = job;

	submit_job_forget(h->job);
	free(h);
}

/* ---- the certificate, at start and whenever it is read again ---- */

static bool use_certificate(struct front *f, struct slice chain, struct slice key)
{
	struct tls_certificate certificate;
	struct tls_server *context;
	struct fault fault;

	if (tls_certificate_read(chain, &certificate, &fault) != 0 ||
		tls_server_new(chain, key, &context, &fault) != 0) {
		log_error("the certificate cannot be used: %s", fault.text);
		return false;
	}
	f->web.ca_signed = certificate.ca_signed;
	f->certificate_until = certificate.not_after;
	tell_certificate(f);
	f->web.certificate_ends = certificate.not_after;
	web_server_set_tls(f->server, context);
	log_info("serving with the certificate %s", certificate.fingerprint);
	return true;
}

static void on_certificate(void *arg, int chain_fd, int key_fd)
{
	struct front *f = arg;
	struct buffer chain, key;
	struct fault fault;

	buffer_init(&chain, PEM_MAX);
	buffer_init_secret(&key, PEM_MAX);
	if (file_read_fd(chain_fd, &chain, &fault) != 0 || file_read_fd(key_fd, &key, &fault) != 0)
		log_error("the certificate cannot be read: %s", fault.text);
	else if (!use_certificate(f, buffer_slice(&chain), buffer_slice(&key)))
		log_error("the certificate stays as it was");
	buffer_release(&chain);
	buffer_release(&key);
	descriptor_close(chain_fd);
	descriptor_close(key_fd);
}

/* ---- life ---- */

static void on_stopped(void *arg)
{
	struct front *f = arg;

	loop_stop(f->base.loop);
}

static void on_stop(void *arg)
{
	struct front *f = arg;

	submit_stop(&f->submit);
	web_server_stop(f->server, on_stopped, f);
}

static bool open_doors(struct front *f, int drop_fd)
{
	const struct start *start = f->base.start;
	struct web_server_options options = {
		.loop = f->base.loop, .handle = web_handle, .body_limit = web_body_limit,
		.error_page = { web_error_page, &f->web }, .arg = &f->web,
	};
	struct submit_options doors = {
		.loop = f->base.loop, .local_fd = start->local_fd, .drop_fd = drop_fd,
		.admin_group = start->admin_group, .node_name = start->config->node_name,
		.machine_name = f->machine_name, .users = &f->users,
	};

	f->web = (struct web){
		.loop = f->base.loop, .node_name = start->config->node_name,
		.https_port = endpoint_port(&start->https),
		.mail = { .hand_in = hand_in, .forget = forget_mail, .context = f },
	};
	f->server = web_server_new(&options);
	if (f->server == NULL || web_server_listen(f->server, start->https_fd) != 0 ||
		submit_init(&f->submit, &doors) != 0) {
		log_error("the listeners cannot be used: out of memory");
		return false;
	}
	return true;
}

/* What can be read only before the sandbox closes. */
static void look_around(struct front *f)
{
	submit_machine_name(f->machine_name);
	if (submit_users_init(&f->users) != 0)
		log_warning("the users of this machine cannot be read: only root counts as local");
	clock_utc_offset(clock_wall());
}

int front_main(const struct start *start)
{
	static const struct sandbox_path paths[] = {
		{ ".", SANDBOX_READ | SANDBOX_WRITE },
	};
	struct front f = {
		.base = { .linked = on_link, .certificate = on_certificate, .stop = on_stop },
	};
	int drop, result;

	f.base.arg = &f;
	if (!role_begin(&f.base, start, ROLE_FRONT))
		return EX_OSERR;
	look_around(&f);
	drop = role_folder(start, CONFIG_DROP_NAME);
	if (drop < 0)
		return EX_CANTCREAT;
	if (!role_enter(&f.base, SANDBOX_FRONT, drop, paths, COUNT_OF(paths)) ||
		!open_doors(&f, drop) || !role_seal(&f.base))
		return EX_NOPERM;
	result = role_run(&f.base);
	set_keeper(&f, NULL);
	submit_release(&f.submit);
	submit_users_release(&f.users);
	web_server_free(f.server);
	descriptor_close(drop);
	role_end(&f.base);
	return result;
}
