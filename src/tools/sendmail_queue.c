/* sendmail_queue.c - mailq and sendmail -q; see sendmail_queue.h. */
#include "tools/sendmail_queue.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/plain_text.h"
#include "core/time_format.h"
#include "tools/client.h"
#include "wire/pack.h"
#include "wire/queue_view.h"

enum {
	PAGE = 100,
	ANSWER_MS = 30 * 1000,
	SHOWN = 1000,
};

static int complain(int code, const char *text)
{
	fprintf(stderr, "tocsin-sendmail: %s\n", text);
	return code;
}

static int connect_to(struct client *c, const struct config *config)
{
	struct fault fault;
	int result = client_init(c, config, &fault);

	if (result == 0)
		return EX_OK;
	fprintf(stderr, "tocsin-sendmail: the daemon cannot be asked: %s\n", fault.text);
	return result == CLIENT_DENIED ? EX_NOPERM : EX_UNAVAILABLE;
}

/* REFUSED = (number exit code, n x (text field, text sentence)) */
static int refusal(struct client *c)
{
	struct unpack u;
	int code;

	unpack_init(&u, c->body);
	code = (int)unpack_below(&u, 256);
	unpack_number(&u);
	unpack_text(&u, SHOWN, c->arena);
	return complain(code != 0 ? code : EX_PROTOCOL, unpack_text(&u, 10000, c->arena));
}

static int ask(struct client *c, enum word word, const struct buffer *body, enum word wanted)
{
	if (client_ask(c, word, body, ANSWER_MS) != 0)
		return complain(EX_TEMPFAIL, "the daemon did not answer");
	if (c->word == WORD_REFUSED)
		return refusal(c);
	return c->word == wanted ? EX_OK :
		complain(EX_PROTOCOL, "the daemon's answer is not understood");
}

/* ---- listing ---- */

static void print_plain(const char *text)
{
	char shown[SHOWN];

	plain_text_copy(slice_of(text), PLAIN_TEXT_ONE_LINE, shown, sizeof(shown));
	fputs(shown, stdout);
}

static void print_head(const struct queue_row *row)
{
	char time[TIME_RFC3339_SIZE];

	time_format_rfc3339((int64_t)row->at, time);
	printf("%-12s %8ju %.10s %.8s UTC  ", row->queue_id, (uintmax_t)row->size, time, time + 11);
	print_plain(row->sender[0] != '\0' ? row->sender : "MAILER-DAEMON");
	putchar('\n');
	if (row->reason[0] != '\0') {
		putchar('(');
		print_plain(row->reason);
		puts(")");
	}
}

static bool is_open(const struct recipient_view *r)
{
	return strcmp(r->state, "accepted") != 0 && strcmp(r->state, "failed") != 0;
}

static void print_recipients(const struct message_view *m)
{
	for (size_t i = 0; i < m->n_recipients; i++)
		if (is_open(&m->recipients[i])) {
			printf("%41s", "");
			print_plain(m->recipients[i].address);
			putchar('\n');
		}
	if (m->row.n_recipients > m->n_recipients)
		printf("%41sand %ju more\n", "", (uintmax_t)(m->row.n_recipients - m->n_recipients));
	putchar('\n');
}

/* It may be gone since it was listed: then it is passed over. */
static int print_message(struct client *c, const struct queue_row *row)
{
	struct message_view m;
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, 1000);
	pack_text(&body, row->queue_id);
	pack_number(&body, 0);
	result = client_ask(c, WORD_QUEUE_SHOW, &body, ANSWER_MS);
	buffer_release(&body);
	if (result != 0)
		return complain(EX_TEMPFAIL, "the daemon did not answer");
	if (c->word != WORD_MESSAGE_IS)
		return EX_OK;
	unpack_init(&u, c->body);
	message_view_unpack(&u, c->arena, &m);
	if (!unpack_end(&u))
		return complain(EX_PROTOCOL, "the daemon's answer is not understood");
	print_head(row);
	print_recipients(&m);
	return EX_OK;
}

struct totals {
	uint64_t next; /* where the next page begins; 0 at the first and after the last */
	uint64_t n, octets;
};

/* A page by a connection of its own, whose memory goes with it. */
static int print_page(struct client *c, struct totals *t)
{
	const struct queue_question wanted = {
		.state = "open", .to = "", .from = "", .subject = "", .id = "", .oldest_first = true,
		.after = t->next, .limit = PAGE,
	};
	struct buffer body;
	struct unpack u;
	uint64_t n;
	int result;

	buffer_init(&body, 1000);
	queue_question_pack(&body, &wanted);
	result = ask(c, WORD_QUEUE_LIST, &body, WORD_QUEUE_IS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, arena_slice(c->arena, c->body)); /* others are asked for meanwhile */
	t->next = unpack_number(&u);
	n = unpack_below(&u, PAGE + 1);
	for (uint64_t i = 0; i < n && result == EX_OK; i++) {
		struct queue_row row;

		queue_row_unpack(&u, c->arena, &row);
		if (u.failed)
			return complain(EX_PROTOCOL, "the daemon's answer is not understood");
		if (t->n++ == 0)
			puts("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------");
		t->octets += row.size;
		result = print_message(c, &row);
	}
	return result;
}

int sendmail_list(const struct config *config)
{
	struct totals t = { 0 };
	int result;

	do {
		struct client c;

		result = connect_to(&c, config);
		if (result == EX_OK)
			result = print_page(&c, &t);
		client_release(&c);
	} while (result == EX_OK && t.next != 0);
	if (result == EX_OK && t.n == 0)
		puts("Mail queue is empty");
	else if (result == EX_OK)
		printf("-- %ju Kbytes in %ju Request%s.\n", (uintmax_t)((t.octets + 1023) / 1024),
			(uintmax_t)t.n, t.n == 1 ? "" : "s");
	return result;
}

/* ---- trying ---- */

int sendmail_run(const struct config *config, const char *queue_id)
{
	struct client c;
	struct buffer body;
	int result = connect_to(&c, config);

	buffer_init(&body, 1000);
	pack_text(&body, queue_id);
	if (result == EX_OK && !buffer_ok(&body))
		result = complain(EX_USAGE, "that is no queue ID");
	else if (result == EX_OK)
		result = ask(&c, WORD_QUEUE_RETRY, &body, WORD_DONE);
	buffer_release(&body);
	client_release(&c);
	return result;
}
