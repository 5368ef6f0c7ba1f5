/* command_queue.c - tocsin queue ...; for people, or with --json for programs. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "core/queue_state.h"
#include "core/time_format.h"
#include "tools/command.h"
#include "tools/queue_json.h"
#include "wire/queue_view.h"

enum {
	PAGE = 100,
	ID_MAX = 1000,
	ACT_WAIT_MS = 10 * 60 * 1000, /* all of a long queue */
	PAGE_MEMORY = 4 * 1024 * 1024,
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
	struct queue_question wanted; /* after: where the next page begins */
	uint64_t limit; /* rows to print at the most */
	bool json;
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
	l->n++;
}

/* The log may be longer than memory: what a page takes goes with it. */
static int print_rows(struct context *x, struct listing *l)
{
	struct context of_page = *x;
	struct unpack u;
	uint64_t n;

	of_page.arena = arena_new(PAGE_MEMORY);
	if (of_page.arena == NULL)
		return EX_OSERR;
	unpack_init(&u, x->client->body);
	l->wanted.after = unpack_number(&u);
	n = unpack_below(&u, PAGE + 1);
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		struct queue_row row;

		queue_row_unpack(&u, of_page.arena, &row);
		if (!u.failed)
			print_listed(&of_page, l, &row);
	}
	arena_free(of_page.arena);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

/* One page, and where the next begins. Returns an exit code. */
static int print_page(struct context *x, struct listing *l)
{
	struct buffer body;
	int result;

	l->wanted.limit = l->limit - l->n < PAGE ? l->limit - l->n : PAGE;
	buffer_init(&body, 8 * 1024);
	queue_question_pack(&body, &l->wanted);
	result = command_ask(x, WORD_QUEUE_LIST, &body, WORD_QUEUE_IS, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	return print_rows(x, l);
}

static int take_text(const char *name, const char *value, const char **ret_text)
{
	if (strlen(value) > QUEUE_SEARCH_TEXT_MAX) {
		fprintf(stderr, "tocsin: %s: takes at most %d octets\n", name, QUEUE_SEARCH_TEXT_MAX);
		return EX_USAGE;
	}
	*ret_text = value;
	return EX_OK;
}

/* --since takes the first second of a day or minute, --until its last. */
static int take_moment(const char *name, const char *value, bool end, uint64_t *ret_time)
{
	int64_t first, behind;

	if (!time_parse_moment(slice_of(value), &first, &behind)) {
		fprintf(stderr, "tocsin: %s: takes a day as 2026-03-17, or a time of it as "
			"2026-03-17T14:30, in UTC\n", name);
		return EX_USAGE;
	}
	*ret_time = (uint64_t)(end ? behind : first);
	return EX_OK;
}

static int take_option(struct listing *l, const char *name, const char *value)
{
	struct queue_question *w = &l->wanted;

	if (strcmp(name, "--to") == 0)
		return take_text(name, value, &w->to);
	if (strcmp(name, "--from") == 0)
		return take_text(name, value, &w->from);
	if (strcmp(name, "--subject") == 0)
		return take_text(name, value, &w->subject);
	if (strcmp(name, "--since") == 0)
		return take_moment(name, value, false, &w->since);
	if (strcmp(name, "--until") == 0)
		return take_moment(name, value, true, &w->until);
	if (strcmp(name, "--limit") == 0 &&
		number_parse(slice_of(value), 1, UINT32_MAX, &l->limit))
		return EX_OK;
	if (strcmp(name, "--limit") == 0)
		return command_misused("--limit takes a number from 1 on");
	if (strcmp(name, "--id") == 0 && strlen(value) <= ID_MAX) {
		w->id = value;
		return EX_OK;
	}
	fprintf(stderr, "tocsin: queue list knows no option %s; tocsin(1) names them\n",
		name);
	return EX_USAGE;
}

static int take_options(struct context *x, struct listing *l)
{
	for (int i = 0; i < x->argc; i++) {
		int result = EX_OK;

		if (strcmp(x->argv[i], "--oldest-first") == 0)
			l->wanted.oldest_first = true;
		else if (x->argv[i][0] != '-' && l->wanted.state[0] == '\0')
			result = take_text("STATE", x->argv[i], &l->wanted.state);
		else if (x->argv[i][0] != '-')
			return command_misused("queue list takes one state at the most: open, all, queued, "
				"deferred, held, accepted, failed");
		else if (i + 1 == x->argc)
			return command_misused("the last option wants a value");
		else {
			result = take_option(l, x->argv[i], x->argv[i + 1]);
			i++;
		}
		if (result != EX_OK)
			return result;
	}
	return EX_OK;
}

/* Without a state and a search the list is the whole queue. */
static const char *none_text(const struct queue_question *w)
{
	bool whole = w->state[0] == '\0' && w->to[0] == '\0' && w->from[0] == '\0' &&
		w->subject[0] == '\0' && w->id[0] == '\0' && w->since == 0 && w->until == 0;

	return whole ? "nothing in the queue" : "no such mail";
}

int command_queue_list(struct context *x)
{
	struct listing l = { .limit = UINT64_MAX, .json = command_take_flag(x, "--json"),
		.wanted = { .state = "", .to = "", .from = "", .subject = "", .id = "" } };
	int result = take_options(x, &l);

	if (result != EX_OK)
		return result;
	if (l.json)
		putchar('[');
	do {
		result = print_page(x, &l);
	} while (result == EX_OK && l.wanted.after != 0 && l.n < l.limit);
	if (result == EX_OK && l.json)
		puts(l.n == 0 ? "]" : "\n]");
	else if (result == EX_OK && l.n == 0)
		puts(none_text(&l.wanted));
	return result;
}

static void print_recipient(struct context *x, const struct recipient_view *r)
{
	fputs("\n  ", stdout);
	command_print(r->address);
	printf("\n    state     %s%s, %ju %s", r->state,
		r->maybe_delivered ? " (possibly delivered)" : "", (uintmax_t)r->attempts, r->attempts == 1 ? "try" : "tries");
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

/* ---- what happened to it ---- */

static void print_try(struct context *x, const struct try_view *t)
{
	printf("    %s  ", command_time(x->arena, t->at));
	command_print(t->address);
	if (t->relay[0] != '\0')
		printf("  %s, %ju ms, %s", t->relay, (uintmax_t)t->took_ms,
			verdict_stage_name(t->verdict.stage));
	if (t->verdict.code != 0)
		printf(" %u", t->verdict.code);
	fputs(": ", stdout);
	command_print(t->verdict.text);
	putchar('\n');
}

static void print_deed(struct context *x, const struct deed_view *d)
{
	printf("    %s  %s", command_time(x->arena, d->at), d->what);
	if (d->other[0] != '\0')
		printf(" %s %s", strcmp(d->what, "copy") == 0 ? "of" : "as", d->other);
	fputs(" by ", stdout);
	command_print(d->who);
	printf(", %ju %s\n", (uintmax_t)d->n_recipients,
		d->n_recipients == 1 ? "recipient" : "recipients");
}

static void print_tries(struct context *x, const struct tries_view *t)
{
	if (t->n_tries > 0)
		puts("\n  tries, the newest first");
	for (size_t i = 0; i < t->n_tries; i++)
		print_try(x, &t->tries[i]);
	if (t->next != 0)
		puts("    and older ones");
	if (t->n_deeds > 0)
		puts("\n  what people did, the newest first");
	for (size_t i = 0; i < t->n_deeds; i++)
		print_deed(x, &t->deeds[i]);
}

/* Of the recipients that were shown. */
static int ask_tries(struct context *x, const struct message_view *m, struct tries_view *ret_tries)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 1000);
	tries_question_pack(&body, m->row.queue_id, m, 0);
	result = command_ask(x, WORD_QUEUE_TRIES, &body, WORD_TRIES_ARE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	tries_view_unpack(&u, x->arena, ret_tries);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

int command_queue_show(struct context *x)
{
	struct message_view m;
	struct tries_view tries;
	struct buffer body;
	struct unpack u;
	bool json = command_take_flag(x, "--json");
	int result;

	if (x->argc != 1)
		return command_misused("queue show takes one queue ID");
	buffer_init(&body, 1000);
	pack_text(&body, x->argv[0]);
	pack_number(&body, 0);
	result = command_ask(x, WORD_QUEUE_SHOW, &body, WORD_MESSAGE_IS, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	message_view_unpack(&u, x->arena, &m);
	if (!unpack_end(&u))
		return command_malformed();
	result = ask_tries(x, &m, &tries);
	if (result == EX_OK && json) {
		message_view_print_json(&m, &tries);
	} else if (result == EX_OK) {
		print_message(x, &m);
		print_tries(x, &tries);
	}
	return result;
}

/* ---- what people do ---- */

static int act_on(struct context *x, const char *action, const char *id,
	struct queue_acted_view *sum)
{
	struct queue_acted_view acted;
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 1000);
	pack_text(&body, action);
	pack_text(&body, id);
	result = command_ask(x, WORD_QUEUE_ACT, &body, WORD_QUEUE_ACTED, ACT_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	queue_acted_unpack(&u, &acted);
	if (!unpack_end(&u))
		return command_malformed();
	sum->messages += acted.messages;
	sum->recipients += acted.recipients;
	sum->with_sender += acted.with_sender;
	return EX_OK;
}

struct deed_words {
	const char *one, *many; /* behind "1 recipient", "2 recipients" */
	const char *none; /* a line of its own */
};

static void print_recipients(uint64_t n, const struct deed_words *words)
{
	printf("%ju %s %s\n", (uintmax_t)n, n == 1 ? "recipient" : "recipients",
		n == 1 ? words->one : words->many);
}

static void print_acted(const struct queue_acted_view *sum, const struct deed_words *did)
{
	static const struct deed_words left = {
		.one = "is with the relay just now, and was left alone",
		.many = "are with the relay just now, and were left alone",
	};

	if (sum->recipients > 0)
		print_recipients(sum->recipients, did);
	else if (sum->messages > 0 && sum->with_sender == 0)
		puts("nothing was waiting; what was kept of the content is gone");
	else if (sum->with_sender == 0)
		puts(did->none);
	if (sum->with_sender > 0)
		print_recipients(sum->with_sender, &left);
}

static void print_sum(const struct queue_acted_view *sum, const struct deed_words *did, bool json)
{
	if (json)
		printf("{\"messages\": %ju, \"recipients\": %ju, \"with_sender\": %ju}\n",
			(uintmax_t)sum->messages, (uintmax_t)sum->recipients,
			(uintmax_t)sum->with_sender);
	else
		print_acted(sum, did);
}

/* One that is not there does not keep the others from it; *ret_n: on how many it was done. */
static int act_on_each(struct context *x, const char *action, struct queue_acted_view *sum,
	int *ret_n)
{
	int result = EX_OK;

	*ret_n = 0;
	for (int i = 0; i < x->argc && (result == EX_OK || result == EX_NOINPUT); i++) {
		int one = x->argv[i][0] == '\0' ? command_misused("a queue ID is not empty") :
			act_on(x, action, x->argv[i], sum);

		*ret_n += one == EX_OK;
		if (one != EX_OK && x->argc > 1)
			fprintf(stderr, "tocsin: %s: nothing was done with it\n", x->argv[i]);
		if (one != EX_OK)
			result = one;
	}
	return result;
}

/* "" stands for all on the wire, and is no queue ID. */
static int act(struct context *x, const char *action, const struct deed_words *did)
{
	struct queue_acted_view sum = { 0 };
	bool json = command_take_flag(x, "--json"), all = command_take_flag(x, "--all");
	int result, n = 1;

	if ((x->argc == 0) != all)
		return command_misused("name queue IDs, or --all");
	result = all ? act_on(x, action, "", &sum) : act_on_each(x, action, &sum, &n);
	if (result == EX_OK || (!all && n > 0))
		print_sum(&sum, did, json);
	return result;
}

int command_queue_hold(struct context *x)
{
	return act(x, "hold", &(struct deed_words){ "is held", "are held",
		"nothing to hold: it is held already, or does not wait" });
}

int command_queue_release(struct context *x)
{
	return act(x, "release", &(struct deed_words){ "is due now", "are due now",
		"nothing to release: it is not held, or has no address to go to yet" });
}

int command_queue_delete(struct context *x)
{
	return act(x, "delete", &(struct deed_words){ "was deleted", "were deleted",
		"nothing to delete: it does not wait, and no content is kept" });
}

int command_queue_retry(struct context *x)
{
	return act(x, "retry", &(struct deed_words){ "is due now", "are due now",
		"nothing to try: it does not wait, or has no address to go to yet" });
}

int command_queue_resend(struct context *x)
{
	struct buffer body;
	struct unpack u;
	int result;

	if (x->argc != 1)
		return command_misused("queue resend takes one queue ID");
	buffer_init(&body, 1000);
	pack_text(&body, x->argv[0]);
	pack_number(&body, 0);
	result = command_ask(x, WORD_QUEUE_RESEND, &body, WORD_POSTED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	puts(unpack_text(&u, 100, x->arena));
	return unpack_end(&u) ? EX_OK : command_malformed();
}
