/*
 * fill.c - puts mail into the queue the way tocsin-sendmail does, over the local socket, without
 * starting a program for each; for measuring only. The message is read from standard input.
 *
 * usage: bench_fill CONF COUNT AT-ONCE SENDER RECIPIENT
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "tools/client.h"
#include "wire/post.h"

enum {
	MEMORY = 64 * 1024 * 1024,
	ANSWER_MS = 60 * 1000,
};

struct mail {
	struct slice content;
	const char *sender, *recipient;
};

static bool hand_in(struct client *c, const struct mail *mail)
{
	char submission[2 * POST_SUBMISSION_OCTETS + 1];
	struct post post = {
		.submission = submission, .at = (uint64_t)clock_wall(), .sender = mail->sender,
		.full_name = "", .login = "root", .recipients = (const char *[]){ mail->recipient },
		.n_recipients = 1,
	};
	struct buffer body;
	uint64_t id;
	bool sent;

	random_hex(submission, POST_SUBMISSION_OCTETS);
	buffer_init(&body, WIRE_BODY_MAX);
	post_pack(&body, &post);
	id = client_start(c, WORD_POST, &body);
	buffer_clear(&body);
	pack_slice(&body, mail->content);
	sent = id != 0 && client_send(c, WORD_POST_DATA, id, &body) == 0 &&
		client_send(c, WORD_POST_END, id, NULL) == 0 && client_wait(c, ANSWER_MS) == 0;
	buffer_release(&body);
	return sent && c->word == WORD_POSTED;
}

static int hand_in_all(const struct config *config, const struct mail *mail, long count)
{
	struct client client;
	struct fault fault;

	if (client_init(&client, config, &fault) != 0) {
		fprintf(stderr, "bench_fill: %s\n", fault.text);
		return 1;
	}
	while (count > 0 && hand_in(&client, mail))
		count--;
	client_release(&client);
	return count > 0;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new(MEMORY);
	struct config config;
	struct buffer text;
	struct fault fault;
	struct mail mail;
	int status, bad = 0;
	long n;

	buffer_init(&text, WIRE_CHUNK_MAX);
	if (argc != 6 || a == NULL || !secret_init() || file_read_fd(0, &text, &fault) != 0 ||
		client_read_config(argv[1], a, &config) != 0)
		return 64;
	mail = (struct mail){
		.content = buffer_slice(&text), .sender = argv[4], .recipient = argv[5],
	};
	n = atol(argv[3]);
	for (long i = 0; i < n; i++)
		if (fork() == 0)
			_exit(hand_in_all(&config, &mail, (atol(argv[2]) + i) / n));
	while (wait(&status) > 0)
		bad += status != 0;
	buffer_release(&text);
	arena_free(a);
	return bad > 0;
}
