/*
 * watcher_role.c - the process that probes: itself for now. Wiring only; the work is src/cluster.
 */
#include <sysexits.h>

#include "base/log.h"
#include "cluster/self_probe.h"
#include "daemon/role.h"
#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/listener.h"
#include "wire/pack.h"

enum {
	PEM_MAX = 256 * 1024,
};

struct watcher {
	struct role_base base;
	struct channel *keeper; /* NULL while away */
	struct self_probe probe;
};

static void on_keeper_message(void *arg, struct channel *c, const struct channel_message *m)
{
	struct watcher *w = arg;
	struct buffer body;

	if (m->word != WORD_PULSE)
		return;
	buffer_init(&body, 100);
	pack_number(&body, (uint64_t)loop_lag_ms(w->base.loop));
	channel_answer(c, m->id, WORD_PULSE_IS, &body);
	buffer_release(&body);
}

static void on_keeper_closed(void *arg, struct channel *c)
{
	struct watcher *w = arg;

	channel_free(c);
	w->keeper = NULL;
}

static const struct channel_events keeper_events = {
	.message = on_keeper_message,
	.closed = on_keeper_closed,
};

static void on_link(void *arg, enum role peer UNUSED, int fd)
{
	struct watcher *w = arg;

	channel_free(w->keeper);
	w->keeper = channel_new(w->base.loop, fd, ROLE_WATCHER, ROLE_KEEPER, &keeper_events, w);
	if (w->keeper == NULL)
		descriptor_close(fd);
}

static void on_certificate(void *arg, int chain_fd, int key_fd)
{
	struct watcher *w = arg;
	struct buffer chain;
	struct fault fault;

	buffer_init(&chain, PEM_MAX);
	if (file_read_fd(chain_fd, &chain, &fault) != 0)
		log_error("%s", fault.text);
	else if (self_probe_trust(&w->probe, buffer_slice(&chain)))
		log_debug("probing with the certificate for %s", w->probe.host);
	buffer_release(&chain);
	descriptor_close(chain_fd);
	descriptor_close(key_fd);
}

static void on_told(void *arg, bool good, const char *detail)
{
	struct watcher *w = arg;
	struct buffer body;

	if (w->keeper == NULL)
		return;
	buffer_init(&body, 1000);
	pack_text(&body, "self");
	pack_bool(&body, good);
	pack_text(&body, detail);
	channel_send(w->keeper, WORD_FACT, 0, &body);
	buffer_release(&body);
}

int watcher_main(const struct start *start)
{
	struct watcher w = { .base = { .linked = on_link, .certificate = on_certificate } };
	int result;

	w.base.arg = &w;
	if (!role_begin(&w.base, start, ROLE_WATCHER))
		return EX_OSERR;
	self_probe_init(&w.probe, w.base.loop, &start->https, on_told, &w);
	if (!role_enter(&w.base, SANDBOX_WATCHER, -1, NULL, 0) || !role_seal(&w.base))
		return EX_NOPERM;
	result = role_run(&w.base);
	self_probe_release(&w.probe);
	channel_free(w.keeper);
	role_end(&w.base);
	return result;
}
