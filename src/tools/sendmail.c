/*
 * sendmail.c - tocsin-sendmail: takes a message on standard input as sendmail(8) does and returns 0
 * once it is durable: in the daemon's queue, or while the daemon is away in the drop folder. Called
 * as mailq or newaliases it does what these do.
 *
 * When the connection is lost before the answer, nobody knows whether the message is in the queue.
 * It then goes into the drop folder under the same submission id, which the keeper knows again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/secret.h"
#include "sys/account.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/files.h"
#include "sys/process.h"
#include "tools/client.h"
#include "tools/output.h"
#include "tools/sendmail_check.h"
#include "tools/sendmail_options.h"
#include "tools/sendmail_queue.h"
#include "wire/post.h"

enum {
	ARENA_MAX = 40 * 1024 * 1024,
	ANSWER_MS = 90 * 1000,
	DROP_MODE = 0640,
};

struct mail_in {
	struct arena *arena;
	struct config config;
	struct post post;
	char submission[2 * POST_SUBMISSION_OCTETS + 1];
	char why[600]; /* the daemon cannot take it now, "" when it does not answer */
	struct buffer text; /* as it was read */
	struct slice message; /* up to a lone dot, where that counts */
};

static int complain(int code, const char *text)
{
	fprintf(stderr, "tocsin-sendmail: %s\n", text);
	return code;
}

/* ---- what is to be sent ---- */

static int read_message(struct mail_in *in, const struct sendmail_options *o)
{
	struct fault fault;
	int result = file_read_fd(0, &in->text, &fault);

	if (result == FILE_TOO_LARGE)
		return complain(EX_DATAERR, "the message is larger than 32 MiB");
	if (result != 0)
		return complain(EX_IOERR, fault.text);
	in->message = sendmail_message(buffer_slice(&in->text), o);
	return EX_OK;
}

static void fill_post(struct mail_in *in, const struct sendmail_options *o)
{
	struct account user;
	bool known = account_by_uid(process_user(), &user) == 0;

	random_hex(in->submission, POST_SUBMISSION_OCTETS);
	in->post = (struct post){
		.submission = in->submission,
		.at = (uint64_t)clock_wall(),
		.recipients_from_header = o->recipients_from_header,
		.sender = o->sender,
		.full_name = o->full_name[0] != '\0' || !known ? o->full_name :
			arena_copy(in->arena, user.full_name),
		.login = known ? arena_copy(in->arena, user.name) : "",
		.recipients = o->recipients,
		.n_recipients = o->n_recipients,
		.dsn = o->dsn,
	};
}

/* ---- to the daemon ---- */

/* The daemon's refusal: its code, and its sentence, kept when the drop folder is to be tried. */
static int refusal(struct mail_in *in, struct client *c)
{
	struct unpack u;
	const char *text;
	int code;

	unpack_init(&u, c->body);
	code = (int)unpack_below(&u, 256);
	unpack_number(&u);
	unpack_text(&u, 1000, c->arena);
	text = unpack_text(&u, 10000, c->arena);
	if (u.failed || code == EX_OK)
		return EX_TEMPFAIL;
	if (code != EX_TEMPFAIL)
		return complain(code, text);
	snprintf(in->why, sizeof(in->why), "%s", text);
	return EX_TEMPFAIL;
}

static int send_parts(struct client *c, const struct mail_in *in)
{
	struct slice rest = in->message;
	struct buffer body;
	uint64_t id;
	int result = 0;

	buffer_init(&body, WIRE_BODY_MAX);
	post_pack(&body, &in->post);
	id = client_start(c, WORD_POST, &body);
	while (id != 0 && result == 0 && rest.len > 0 && !c->answered) {
		struct slice piece = slice_sub(rest, 0, WIRE_CHUNK_MAX);

		buffer_clear(&body);
		pack_slice(&body, piece);
		result = client_send(c, WORD_POST_DATA, id, &body);
		rest = slice_sub(rest, piece.len, rest.len);
	}
	if (id != 0 && result == 0 && !c->answered)
		result = client_send(c, WORD_POST_END, id, NULL);
	buffer_release(&body);
	return id == 0 ? CLIENT_DOWN : result == 0 ? client_wait(c, ANSWER_MS) : result;
}

/* EX_OK when it is in the queue, EX_TEMPFAIL when the drop folder is to take it, else a refusal. */
static int post(struct mail_in *in)
{
	struct client client;
	struct fault fault;
	int result = EX_TEMPFAIL;

	if (client_init(&client, &in->config, &fault) == 0 && send_parts(&client, in) == 0)
		result = client.word == WORD_POSTED ? EX_OK : refusal(in, &client);
	client_release(&client);
	return result;
}

/* ---- to the drop folder ---- */

static int drop_checked(struct mail_in *in)
{
	const char *folder = config_path(in->config.state_dir, CONFIG_DROP_NAME, in->arena);
	struct fault fault = { .text = "out of memory" };
	struct buffer content;
	int result = -1;

	buffer_init(&content, POST_DROP_MAX);
	post_drop_pack(&content, &in->post, in->message);
	if (buffer_ok(&content))
		result = file_drop(folder, in->submission, buffer_slice(&content), DROP_MODE,
			&fault);
	buffer_release(&content);
	if (result == 0 || result == FILE_EXISTS) /* exists: this very message is there already */
		return EX_OK;
	fprintf(stderr, "tocsin-sendmail: the daemon %s%s, and the message cannot be kept: %s\n",
		in->why[0] != '\0' ? "cannot take it now: " : "does not answer", in->why, fault.text);
	return EX_TEMPFAIL;
}

/* On a full disk the drop folder would take the room that the daemon keeps to send its mail. */
static bool disk_is_full(const struct mail_in *in)
{
	uint64_t free;

	return disk_free_at(in->config.state_dir, &free) == 0 &&
	    free < DISK_FREE_MIN + DISK_RESERVE + in->message.len;
}

static int drop(struct mail_in *in)
{
	const char *problem = "out of memory";
	int result = sendmail_check_message(&in->post, in->message, in->config.node_name, in->arena,
		&problem);

	if (result != 0)
		return complain(result > 0 ? result : EX_OSERR, problem);
	if (in->why[0] != '\0' && disk_is_full(in))
		return complain(EX_TEMPFAIL, in->why);
	return drop_checked(in);
}

/* ---- the program ---- */

static int read_configuration(struct mail_in *in)
{
	const char *path = getenv("TOCSIN_CONF");

	/* lent rights do not follow a caller's choice of folders; root has no need of them */
	if (path == NULL || (process_has_file_rights() && process_user() != 0))
		path = CONFIG_DEFAULT_PATH;
	return client_read_config(path, in->arena, &in->config);
}

static int send_message(struct mail_in *in, const struct sendmail_options *options)
{
	const char *problem = "out of memory";
	int result;

	fill_post(in, options);
	result = sendmail_check_post(&in->post, in->arena, &problem);
	if (result != 0)
		return complain(result, problem);
	result = read_configuration(in);
	if (result == EX_OK)
		result = read_message(in, options);
	if (result != EX_OK)
		return result;
	result = post(in);
	return result == EX_TEMPFAIL ? drop(in) : result;
}

static int act(struct mail_in *in, const struct sendmail_options *options)
{
	int result;

	switch (options->mode) {
	case SENDMAIL_SEND:
		return send_message(in, options);
	case SENDMAIL_ALIASES:
		puts("There is nothing to rebuild: aliases are set by \"tocsin alias set\", or on the page "
			"Mail aliases. \"tocsin alias import /etc/aliases\" takes a file over.");
		return EX_OK;
	case SENDMAIL_RUN_EVERY:
		puts("There is nothing to start: the daemon tries what waits by itself.");
		return EX_OK;
	case SENDMAIL_LIST:
		result = read_configuration(in);
		return result == EX_OK ? sendmail_list(&in->config) : result;
	case SENDMAIL_RUN:
		result = read_configuration(in);
		return result == EX_OK ? sendmail_run(&in->config, options->queue_id) : result;
	}
	return EX_SOFTWARE;
}

static int take(struct mail_in *in, int argc, char **argv)
{
	struct sendmail_options options;
	const char *problem = "out of memory";
	int result = sendmail_options_parse(argc, argv, in->arena, &options, &problem);

	if (result == 0)
		return act(in, &options);
	return complain(result == SENDMAIL_BAD ? EX_USAGE :
		result == SENDMAIL_ABSENT ? EX_UNAVAILABLE : EX_OSERR, problem);
}

int main(int argc, char **argv)
{
	struct mail_in in = { .arena = arena_new(ARENA_MAX) };
	int result = EX_OSERR;

	if (secret_init() && in.arena != NULL) {
		buffer_init(&in.text, POST_MESSAGE_MAX);
		result = take(&in, argc, argv);
		buffer_release(&in.text);
	}
	arena_free(in.arena);
	return output_end(result);
}
