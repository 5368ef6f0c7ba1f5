/* client.c - asking the daemon; see client.h. */
#include "tools/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/process.h"
#include "sys/unix_socket.h"

enum {
	MEMORY_MAX = 32 * 1024 * 1024, /* of one program */
	ANSWER_MAX = 1024 * 1024,
	UNSENT_MAX = 1024 * 1024, /* octets; more wait until the daemon has read some */
	SEND_MS = 60 * 1000,
};

int client_read_config(const char *path, struct arena *a, struct config *ret_config)
{
	const char *error = NULL;
	struct buffer text;
	struct fault fault;
	char host[256];
	int result = EX_OK;

	process_host_name(host);
	buffer_init(&text, CONFIG_SIZE_MAX);
	if (file_read(FILES_HERE, path, &text, &fault) != 0) {
		fprintf(stderr, "%s: %s\n", program_invocation_short_name, fault.text);
		result = EX_CONFIG;
	} else if (config_parse(buffer_slice(&text), config_folder(path, a), host, a, ret_config,
		&error) != 0) {
		fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, path,
			error != NULL ? error : "out of memory");
		result = EX_CONFIG;
	}
	buffer_release(&text);
	return result;
}

/* ---- events ---- */

static void on_message(void *arg UNUSED, struct channel *channel UNUSED,
	const struct channel_message *m UNUSED)
{
	/* the daemon says nothing unasked */
}

static void on_closed(void *arg, struct channel *channel)
{
	struct client *c = arg;

	channel_free(channel);
	c->channel = NULL;
	loop_stop(c->loop);
}

static const struct channel_events events = { .message = on_message, .closed = on_closed };

static void on_answer(void *arg, const struct channel_message *m)
{
	struct client *c = arg;

	if (m != NULL) {
		c->answered = true;
		c->word = m->word;
		arena_free(c->answer);
		c->answer = arena_new(ANSWER_MAX);
		c->body = c->answer != NULL ? arena_slice(c->answer, m->body) : (struct slice){ 0 };
	}
	loop_stop(c->loop);
}

static void on_deadline(void *arg)
{
	struct client *c = arg;

	c->late = true;
	loop_stop(c->loop);
}

/* ---- verbs ---- */

int client_init(struct client *c, const struct config *config, struct fault *f)
{
	int fd = -1, result;

	*c = (struct client){ .arena = arena_new(MEMORY_MAX), .loop = loop_new() };
	fault_set(f, "out of memory");
	if (c->arena == NULL || c->loop == NULL)
		return -1;
	timer_init(&c->deadline, c->loop, on_deadline, c);
	result = unix_socket_connect(
		config_path(config->run_dir, CONFIG_SOCKET_NAME, c->arena), &fd, f);
	if (result == UNIX_SOCKET_DENIED)
		return CLIENT_DENIED;
	if (result != 0)
		return result == UNIX_SOCKET_ABSENT ? CLIENT_DOWN : -1;
	c->channel = channel_new(c->loop, fd, ROLE_TOOL, ROLE_FRONT, &events, c);
	if (c->channel != NULL)
		return 0;
	descriptor_close(fd);
	return -1;
}

void client_release(struct client *c)
{
	if (c->loop != NULL)
		timer_cancel(&c->deadline);
	channel_free(c->channel);
	loop_free(c->loop);
	arena_free(c->answer);
	arena_free(c->arena);
	*c = (struct client){ 0 };
}

uint64_t client_start(struct client *c, enum word word, const struct buffer *body)
{
	c->answered = false;
	return c->channel != NULL ? channel_ask(c->channel, word, body, on_answer, c) : 0;
}

int client_wait(struct client *c, int64_t ms)
{
	c->late = false;
	timer_set(&c->deadline, ms);
	while (!c->answered && !c->late && c->channel != NULL)
		if (loop_run(c->loop) != 0)
			return CLIENT_DOWN;
	timer_cancel(&c->deadline);
	if (c->answered)
		return 0;
	return c->channel == NULL ? CLIENT_DOWN : CLIENT_LATE;
}

void client_pause(struct client *c, int64_t ms)
{
	c->late = false;
	timer_set(&c->deadline, ms);
	while (!c->late && c->channel != NULL)
		if (loop_run(c->loop) != 0)
			break;
	timer_cancel(&c->deadline);
}

static void on_look(void *arg)
{
	struct client *c = arg;

	loop_stop(c->loop);
}

int client_send(struct client *c, enum word word, uint64_t id, const struct buffer *body)
{
	struct timer look;

	if (c->channel == NULL)
		return CLIENT_DOWN;
	channel_send(c->channel, word, id, body);
	if (channel_waiting(c->channel) > UNSENT_MAX)
		channel_flush(c->channel);
	timer_init(&look, c->loop, on_look, c);
	c->late = false;
	timer_set(&c->deadline, SEND_MS);
	while (c->channel != NULL && !c->late && channel_waiting(c->channel) > UNSENT_MAX) {
		timer_set(&look, 5);
		if (loop_run(c->loop) != 0)
			break;
	}
	timer_cancel(&look);
	timer_cancel(&c->deadline);
	if (c->channel == NULL)
		return CLIENT_DOWN;
	return c->late ? CLIENT_LATE : 0;
}

int client_ask(struct client *c, enum word word, const struct buffer *body, int64_t ms)
{
	if (client_start(c, word, body) == 0)
		return CLIENT_DOWN;
	return client_wait(c, ms);
}
