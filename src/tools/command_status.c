/* command_status.c - tocsin status. */
#include <stdio.h>
#include <sysexits.h>

#include "tools/command.h"
#include "wire/status.h"

enum {
	MEBIBYTE = 1024 * 1024,
};

static const char *const mail_words[MAIL_STATE_COUNT] = {
	[MAIL_NOT_SET_UP] = "not set up",
	[MAIL_UNTRIED] = "set up, nothing was sent yet",
	[MAIL_WORKS] = "works",
	[MAIL_BROKEN] = "BROKEN: the queue is held",
};

static void print_mail(struct context *x, const struct status *s)
{
	printf("mail       %s", mail_words[s->mail]);
	if (s->mail_since != 0)
		printf(", since %s", command_time(x->arena, s->mail_since));
	putchar('\n');
	if (s->mail_reason[0] != '\0') {
		fputs("reason     ", stdout);
		command_print(s->mail_reason);
		putchar('\n');
	}
	if (s->mail == MAIL_BROKEN && s->mail_verdict.text[0] != '\0') {
		fputs("seen       ", stdout);
		command_print(s->mail_verdict.text);
		printf("\nnext try   %s\n", command_time(x->arena, s->next_probe));
	}
	if (s->relay[0] != '\0')
		printf("relay      %s\n", s->relay);
	printf("accepted   last %s, %ju in 24 h\n", command_time(x->arena, s->last_accepted),
		(uintmax_t)s->n_accepted_day);
}

static void print_disk(const struct status *s)
{
	printf("disk       %s%ju MiB free\n", s->disk_full ? "FULL: no new mail is taken, " : "",
		(uintmax_t)(s->disk_free / MEBIBYTE));
}

int command_status(struct context *x)
{
	struct status s;
	struct unpack u;
	int result;

	if (x->argc != 0)
		return command_misused("status takes nothing else");
	result = command_ask(x, WORD_STATUS, NULL, WORD_STATUS_IS, COMMAND_WAIT_MS);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	status_unpack(&u, x->arena, &s);
	if (!unpack_end(&u))
		return command_malformed();
	printf("node       %s (Tocsin %s)\n", s.node_name, s.version);
	printf("running    since %s\n", command_time(x->arena, s.started));
	print_mail(x, &s);
	printf("queue      %ju waiting, %ju held, %ju failed in 24 h", (uintmax_t)s.n_waiting,
		(uintmax_t)s.n_held, (uintmax_t)s.n_failed_day);
	if (s.oldest_waiting != 0)
		printf(", oldest from %s", command_time(x->arena, s.oldest_waiting));
	printf("\nroles      sender %s, watcher %s\n", s.sender_alive ? "alive" : "away",
		s.watcher_alive ? "alive" : "away");
	print_disk(&s);
	if (s.self_probe_at != 0)
		printf("self-probe %s at %s: %s\n", s.self_probe_good ? "good" : "BAD",
			command_time(x->arena, s.self_probe_at), s.self_probe_detail);
	return EX_OK;
}
