/* command_queue.c - tocsin queue list, show, retry; for people, or with --json for programs. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "tools/command.h"
#include "tools/queue_json.h"
#include "wire/queue_view.h"

enum {
	PAGE = 100,
};

static void print_row(struct context *x, const struct queue_row *r)
{
	printf("%s  %s  %-10s %ju/%ju  ", r->queue_id, command_time(x->arena, r->at), r->state,
		(uintmax_t)(r->n_recipients - r->n_open), (uintmax_t)r->n_recipients);
	command_print(r->header_from[0] != '\0' ? r->header_from : r->sender);
	fputs("  ", stdout);
	command_print(r->subject);
	if (r->reason[0] != '\0') {
		fputs("\n              ", stdout);
		command_print(r->reason);
	}
	putchar('\n');
}

struct listing {
	const char *state;
	bool json;
	uint64_t before; /* the row that the next page begins below, 0 for the newest */
	uint64_t n; /* rows printed */
};

static void print_listed(struct context *x, struct listing *l, const struct queue_row *row)
{
	if (l->json) {
		fputs(l->n == 0 ? "\n" : ",\n", stdout);
		queue_row_print_json(row);
	} else {
		print_row(x, row);
	}
	l->before = row->id;
	l->n++;
}

/* One page from the newest on. Returns an exit code. */
static int print_page(struct context *x, struct listing *l, uint64_t *ret_n)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 1000);
	pack_text(&body, l->state);
	pack_number(&body, l->before);
	pack_number(&body, PAGE);
	result = command_ask(x, WORD_QUEUE_LIST, &body, WORD_QUEUE_IS, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	unpack_number(&u); /* in all */
	*ret_n = unpack_below(&u, PAGE + 1);
	for (uint64_t i = 0; i < *ret_n; i++) {
		struct queue_row row;

		queue_row_unpack(&u, x->arena, &row);
		if (u.failed)
			return command_malformed();
		print_listed(x, l, &row);
	}
	return unpack_end(&u) ? EX_OK : command_malformed();
}

int command_queue_list(struct context *x)
{
	struct listing l = { .json = command_take_flag(x, "--json") };
	uint64_t n = 0;
	int result;

	l.state = x->argc > 0 ? x->argv[0] : "";
	if (x->argc > 1)
		return command_misused("queue list takes one state at the most: open, all, queued, deferred, "
			"held, accepted, failed");
	if (l.json)
		putchar('[');
	do {
		result = print_page(x, &l, &n);
	} while (result == EX_OK && n == PAGE);
	if (result == EX_OK && l.json)
		puts(l.n == 0 ? "]" : "\n]");
	else if (result == EX_OK && l.n == 0)
		puts("nothing in the queue");
	return result;
}

static void print_recipient(struct context *x, const struct recipient_view *r)
{
	fputs("\n  ", stdout);
	command_print(r->address);
	printf("\n    state     %s%s, %ju tries", r->state,
		r->maybe_delivered ? " (possibly delivered)" : "", (uintmax_t)r->attempts);
	if (r->next_try != 0)
		printf(", next %s", command_time(x->arena, r->next_try));
	if (r->relay[0] != '\0') {
		printf("\n    last try  %s at %s, %s", r->relay, command_time(x->arena, r->at),
			verdict_stage_name(r->verdict.stage));
		if (r->verdict.code != 0)
			printf(" %u", r->verdict.code);
		fputs(": ", stdout);
		command_print(r->verdict.text);
	}
	putchar('\n');
}

static void print_message(struct context *x, const struct message_view *m)
{
	print_row(x, &m->row);
	printf("  message   %ju octets from %s, handed in by %s\n", (uintmax_t)m->row.size,
		m->row.sender[0] != '\0' ? m->row.sender : "<>", m->row.submitter);
	fputs("  id        ", stdout);
	command_print(m->message_id);
	putchar('\n');
	for (size_t i = 0; i < m->n_recipients; i++)
		print_recipient(x, &m->recipients[i]);
	if (m->row.n_recipients > m->n_recipients)
		printf("\n  and %ju more\n", (uintmax_t)(m->row.n_recipients - m->n_recipients));
}

int command_queue_show(struct context *x)
{
	struct message_view m;
	struct buffer body;
	struct unpack u;
	bool json = command_take_flag(x, "--json");
	int result;

	if (x->argc != 1)
		return command_misused("queue show takes one queue ID");
	buffer_init(&body, 1000);
	pack_text(&body, x->argv[0]);
	result = command_ask(x, WORD_QUEUE_SHOW, &body, WORD_MESSAGE_IS, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	message_view_unpack(&u, x->arena, &m);
	if (!unpack_end(&u))
		return command_malformed();
	if (json)
		message_view_print_json(&m);
	else
		print_message(x, &m);
	return EX_OK;
}

static int retry_one(struct context *x, const char *id, uint64_t *n)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 1000);
	pack_text(&body, id);
	result = command_ask(x, WORD_QUEUE_RETRY, &body, WORD_DONE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	*n += unpack_number(&u);
	return EX_OK;
}

int command_queue_retry(struct context *x)
{
	uint64_t n = 0;
	int result = EX_OK;

	if (x->argc == 0)
		return command_misused("queue retry takes queue IDs, or --all");
	if (x->argc == 1 && strcmp(x->argv[0], "--all") == 0)
		result = retry_one(x, "", &n);
	else
		for (int i = 0; i < x->argc && result == EX_OK; i++)
			result = retry_one(x, x->argv[i], &n);
	if (result == EX_OK)
		printf("%ju recipients are due now\n", (uintmax_t)n);
	return result;
}
