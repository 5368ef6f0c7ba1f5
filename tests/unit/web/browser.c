/* browser.c - a browser and a keeper for tests of pages; see browser.h. */
#include "web/browser.h"

#include <stdlib.h>
#include <sysexits.h>

#include "unit/unit.h"

#include "base/log.h"
#include "sys/unix_socket.h"
#include "web/server.h"
#include "wire/who.h"

enum {
	PATIENCE_MS = 10 * 1000,
	ARENA_SIZE = 64 * 1024 * 1024,
};

/* One request that the pages handle as if it came from the server. */
struct test_request {
	struct web_request request; /* first: the pages hold a pointer to it */
	struct browser *browser;
	struct buffer stream;
};

/* ---- the server's side of a request, in the place of connection.c ---- */

static void finish(struct web_request *r)
{
	struct test_request *t = (struct test_request *)r;

	arena_free(r->arena);
	r->arena = NULL;
	t->browser->request = NULL;
	t->browser->n_answers++;
	if (t->browser->waiting)
		loop_stop(t->browser->loop);
}

void web_request_answer(struct web_request *r, unsigned status, struct slice lines,
	struct slice body)
{
	struct browser *b = ((struct test_request *)r)->browser;

	b->status = status;
	b->lines = arena_text(b->arena, lines);
	b->page = arena_text(b->arena, body);
	finish(r);
}

int web_request_start(struct web_request *r, unsigned status, struct slice lines)
{
	struct browser *b = ((struct test_request *)r)->browser;

	b->stream = true;
	b->status = status;
	b->lines = arena_text(b->arena, lines);
	return 0;
}

int web_request_more(struct web_request *r, struct slice octets)
{
	buffer_append_slice(&((struct test_request *)r)->stream, octets);
	return 0;
}

void web_request_end(struct web_request *r)
{
	struct test_request *t = (struct test_request *)r;

	if (!t->browser->stream)
		t->browser->status = 500;
	t->browser->page = arena_text(t->browser->arena, buffer_slice(&t->stream));
	finish(r);
}

void web_request_set_session(struct web_request *r UNUSED, bool has_session UNUSED)
{
}

/* ---- the keeper ---- */

const char *told(const struct browser *b, const char *text)
{
	return b->hostile ? HOSTILE : text;
}

void keeper_answers(struct browser *b, const struct channel_message *m, enum word word,
	struct buffer *body)
{
	channel_answer(b->keeper, m->id, word, body);
	buffer_release(body);
}

void keeper_refuses(struct browser *b, const struct channel_message *m, int code, const char *text)
{
	channel_refuse(b->keeper, m->id, code, "", told(b, text));
}

static struct verdict password_refused(const struct browser *b)
{
	struct verdict verdict;

	verdict_set_reply(&verdict, STAGE_AUTH, 535, (struct enhanced_status){ 5, 7, 8 },
	    slice_of(told(b, "Error: authentication failed")));
	return verdict;
}

void sample_status(const struct browser *b, struct status *ret_status)
{
	*ret_status = (struct status){
		.node_name = told(b, "node-a"),
		.site_name = told(b, "Tocsin"),
		.version = told(b, "0.1.0"),
		.now = 1772546405,
		.started = 1772540000,
		.mail = b->mail,
		.mail_since = 1772541000,
		.mail_reason = told(b, b->mail == MAIL_BROKEN ? "The relay refused the password." :
		    b->mail == MAIL_NOT_SET_UP ? "No SMTP relay server is set." : ""),
		.next_probe = b->mail == MAIL_BROKEN ? 1772546435 : 0,
		.relay = told(b, "smtp.example.com:587"),
		.last_accepted = 1772546400,
		.n_waiting = 3,
		.n_held = 1,
		.n_failed_day = 2,
		.n_accepted_day = 1204,
		.oldest_waiting = 1772546000,
		.sender_alive = true,
		.watcher_alive = true,
		.self_probe_good = true,
		.self_probe_at = 1772546401,
		.self_probe_detail = told(b, ""),
		.disk_full = b->disk_full,
		.disk_free = 1234567890,
	};
	ret_status->endings[0] = (struct ending){ ENDING_SECRET, 1772546405 + 12 * 86400 };
	ret_status->endings[1] = (struct ending){ ENDING_TESTING, 1772546405 + 86400 };
	ret_status->n_endings = b->secret_ends ? 2 : 0;
	if (b->mail == MAIL_BROKEN)
		ret_status->mail_verdict = password_refused(b);
}

static void tell_session(struct browser *b, const struct channel_message *m)
{
	struct buffer body;

	buffer_init(&body, 1000);
	pack_number(&body, 1);
	pack_text(&body, told(b, "anna"));
	pack_text(&body, TEST_CSRF);
	pack_number(&body, 2);
	pack_number(&body, 1772540100);
	keeper_answers(b, m, WORD_SESSION_IS, &body);
}

static void tell_status(struct browser *b, const struct channel_message *m)
{
	struct status s;
	struct buffer body;

	sample_status(b, &s);
	buffer_init(&body, 10000);
	status_pack(&body, &s);
	keeper_answers(b, m, WORD_STATUS_IS, &body);
}

static void tell_bearer(struct browser *b, const struct channel_message *m, const struct who *who)
{
	bool good = who->kind == WHO_BEARER && strcmp(who->token, TEST_BEARER) == 0;
	struct buffer body;

	buffer_init(&body, 1000);
	pack_number(&body, good ? LOGIN_OK : b->wrong_tokens_wait ? LOGIN_BUSY : LOGIN_WRONG);
	pack_number(&body, b->wrong_tokens_wait ? 17 : 0);
	pack_number(&body, good ? 3 : 0);
	pack_text(&body, good ? told(b, "backup") : "");
	pack_number(&body, good ? b->scopes : 0);
	pack_text(&body, good ? "alerts@example.com" : "");
	keeper_answers(b, m, WORD_BEARER_IS, &body);
}

static bool is_known(const struct who *who)
{
	return strcmp(who->token, who->kind == WHO_BEARER ? TEST_BEARER : TEST_TOKEN) == 0;
}

static bool has_who(enum word w)
{
	return w != WORD_HEALTH && w != WORD_LOGIN && w != WORD_SETUP && w != WORD_SETUP_CHECK;
}

static void on_message(void *arg, struct channel *c UNUSED, const struct channel_message *m)
{
	struct browser *b = arg;
	struct heard *heard = &b->heard[m->word];
	struct who who = { .token = "" };
	struct unpack u;

	heard->times++;
	heard->body = arena_slice(b->arena, m->body);
	unpack_init(&u, heard->body);
	if (has_who(m->word))
		who_unpack(&u, b->arena, &who);
	assert_false(u.failed);
	if (b->silent)
		return;
	if (m->word == WORD_BEARER)
		tell_bearer(b, m, &who);
	else if (has_who(m->word) && !is_known(&who))
		channel_refuse(b->keeper, m->id, EX_NOPERM, "", "Sign in first.");
	else if (b->answer != NULL && b->answer(b, m, &u))
		return;
	else if (m->word == WORD_SESSION)
		tell_session(b, m);
	else if (m->word == WORD_STATUS)
		tell_status(b, m);
	else
		keeper_refuses(b, m, EX_SOFTWARE, "The test does not answer this.");
}

static const struct channel_events keeper_events = { .message = on_message };
static const struct channel_events front_events = { .message = NULL };

struct unpack browser_heard(struct browser *b, enum word word)
{
	struct unpack u;
	struct who who;

	assert_int_not_equal(b->heard[word].times, 0);
	unpack_init(&u, b->heard[word].body);
	if (has_who(word))
		who_unpack(&u, b->arena, &who);
	return u;
}

/* ---- the browser ---- */

static void on_patience(void *arg)
{
	struct browser *b = arg;

	b->late = true;
	loop_stop(b->loop);
}

void browser_init(struct browser *b)
{
	int fds[2];

	*b = (struct browser){ .cookie = "__Host-login=" TEST_TOKEN, .origin = TEST_ORIGIN,
		.content_type = "application/x-www-form-urlencoded", .mail = MAIL_WORKS };
	log_set_level(LOG_LEVEL_ALERT); /* refusals are what is tested */
	b->loop = loop_new();
	b->arena = arena_new(ARENA_SIZE);
	assert_non_null(b->loop);
	assert_int_equal(unix_socket_pair(fds), 0);
	b->web = (struct web){ .loop = b->loop, .node_name = "node-a", .https_port = TEST_PORT };
	b->web.keeper = channel_new(b->loop, fds[0], ROLE_FRONT, ROLE_KEEPER, &front_events, b);
	b->keeper = channel_new(b->loop, fds[1], ROLE_KEEPER, ROLE_FRONT, &keeper_events, b);
	assert_non_null(b->web.keeper);
	assert_non_null(b->keeper);
	timer_init(&b->patience, b->loop, on_patience, b);
}

void browser_release(struct browser *b)
{
	timer_cancel(&b->patience);
	channel_free(b->web.keeper);
	channel_free(b->keeper);
	arena_free(b->arena);
	loop_free(b->loop);
}

void browser_cut_keeper(struct browser *b)
{
	struct channel *channel = b->web.keeper;

	b->web.keeper = NULL;
	channel_free(channel);
}

static void add_line(struct buffer *head, const char *name, const char *value)
{
	if (value != NULL)
		buffer_appendf(head, "%s: %s\r\n", name, value);
}

static const char *make_head(struct browser *b, const char *method, const char *target,
	const char *form)
{
	struct buffer head;
	const char *text;

	buffer_init(&head, HTTP_HEAD_MAX);
	buffer_appendf(&head, "%s %s HTTP/1.1\r\nHost: node-a.example:8443\r\n", method, target);
	add_line(&head, "Cookie", b->cookie);
	add_line(&head, "Authorization", b->authorization);
	add_line(&head, "If-Match", b->if_match);
	add_line(&head, "Origin", form != NULL ? b->origin : NULL);
	add_line(&head, "Referer", b->referer);
	add_line(&head, "Content-Type", form != NULL ? b->content_type : NULL);
	if (form != NULL)
		buffer_appendf(&head, "Content-Length: %zu\r\n", strlen(form));
	buffer_append_text(&head, "\r\n");
	text = arena_text(b->arena, buffer_slice(&head));
	assert_true(buffer_ok(&head));
	buffer_release(&head);
	return text;
}

void browser_send(struct browser *b, const char *method, const char *target, const char *form)
{
	struct test_request *t = calloc(1, sizeof(*t));
	struct http_head *head = calloc(1, sizeof(*head));
	struct endpoint peer;
	struct slice text = slice_of(make_head(b, method, target, form));
	const char *reason = "";

	assert_true(t != NULL && head != NULL);
	assert_true(endpoint_from_ip(SLICE("192.0.2.7"), 40000, &peer));
	assert_int_equal(http_head_parse(head, text, &reason), 0);
	t->browser = b;
	t->request.arena = arena_new(WEB_ARENA_MAX);
	t->request.head = head;
	t->request.body = slice_of(form);
	t->request.peer = &peer;
	buffer_init(&t->stream, ARENA_SIZE);
	b->n_answers = 0;
	b->late = b->stream = false;
	timer_set(&b->patience, PATIENCE_MS);
	b->request = &t->request;
	web_handle(&b->web, &t->request);
	b->waiting = b->n_answers == 0;
	if (b->waiting)
		assert_int_equal(loop_run(b->loop), 0);
	b->waiting = false;
	timer_cancel(&b->patience);
	assert_false(b->late);
	assert_int_equal(b->n_answers, 1);
	buffer_release(&t->stream);
	free(head);
	free(t);
}

void browser_get(struct browser *b, const char *target)
{
	browser_send(b, "GET", target, NULL);
}

void browser_post(struct browser *b, const char *target, const char *form)
{
	browser_send(b, "POST", target, form);
}

const char *browser_line(const struct browser *b, const char *name)
{
	const char *prefix = arena_printf(b->arena, "%s: ", name);
	struct slice rest = slice_of(b->lines);

	while (rest.data != NULL) {
		struct slice line = slice_trim(slice_cut(&rest, '\n'));

		if (slice_starts_nocase(line, prefix))
			return arena_text(b->arena, slice_sub(line, strlen(prefix), line.len));
	}
	return "";
}
