/* fixture.c - a keeper and the other ends of its channels; see fixture.h. */
#include "unit/keep/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "sys/clock.h"
#include "sys/unix_socket.h"

enum {
	PATIENCE_MS = 60 * 1000, /* on a busy machine, for what comes in milliseconds */
	STEP_MS = 5,
};

char folder[64];
struct keeper keeper;
struct loop *loop;
struct arena *arena;
struct end front, sender;

static struct answer *answers;
static struct timer stop;
static struct buffer body;
static const struct config config = { .node_name = "node.example" };

/* ---- life ---- */

static void on_stop(void *arg UNUSED)
{
	loop_stop(loop);
}

void start_keeper(void)
{
	keeper.folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(keeper.folder_fd >= 0);
	keeper.started = clock_wall();
	if (keeper_init(&keeper, loop, &config, folder, 4242, 8443) != 0)
		fail_msg("%s", keeper.fault.text);
}

void stop_keeper(void)
{
	if (keeper.store == NULL)
		return;
	keeper_release(&keeper);
	close(keeper.folder_fd);
	memset(&keeper, 0, sizeof(keeper));
}

int setup_keeper(void **state UNUSED)
{
	snprintf(folder, sizeof(folder), "/tmp/tocsin-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	if (getenv("TEST_LOG") == NULL)
		log_set_level(LOG_LEVEL_ALERT);
	loop = loop_new();
	arena = arena_new(64 * 1024 * 1024);
	if (loop == NULL || arena == NULL)
		return -1;
	timer_init(&stop, loop, on_stop, NULL);
	buffer_init(&body, WIRE_BODY_MAX);
	start_keeper();
	return 0;
}

static void remove_folder(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(folder);
}

static void free_answers(void)
{
	while (answers != NULL) {
		struct answer *a = answers;

		answers = a->next;
		buffer_release(&a->body);
		free(a);
	}
}

int teardown_keeper(void **state UNUSED)
{
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	timer_cancel(&stop);
	free_answers();
	buffer_release(&body);
	arena_free(arena);
	loop_free(loop);
	remove_folder();
	return 0;
}

/* ---- ends ---- */

static void on_message(void *arg, struct channel *c, const struct channel_message *m)
{
	struct end *e = arg;
	struct seen *s = &e->seen[e->n_seen];

	if (m->word == WORD_PULSE) {
		struct buffer pulse;

		buffer_init(&pulse, 100);
		pack_number(&pulse, 0);
		channel_answer(c, m->id, WORD_PULSE_IS, &pulse);
		buffer_release(&pulse);
		return;
	}
	assert_true(e->n_seen < SEEN_MAX);
	s->word = m->word;
	s->id = m->id;
	buffer_init(&s->body, WIRE_BODY_MAX);
	buffer_append_slice(&s->body, m->body);
	e->n_seen++;
}

static void on_closed(void *arg, struct channel *c)
{
	struct end *e = arg;

	e->closed = true;
	channel_free(c);
	e->channel = NULL;
}

static const struct channel_events events = { .message = on_message, .closed = on_closed };

void link_end(struct end *e, enum role role)
{
	int fds[2];

	cut_end(e);
	assert_int_equal(unix_socket_pair(fds), 0);
	e->closed = false;
	e->channel = channel_new(loop, fds[1], role, ROLE_KEEPER, &events, e);
	assert_non_null(e->channel);
	keeper_link(&keeper, role, fds[0]);
}

void forget_seen(struct end *e)
{
	while (e->n_seen > 0)
		buffer_release(&e->seen[--e->n_seen].body);
}

void cut_end(struct end *e)
{
	channel_free(e->channel);
	e->channel = NULL;
	forget_seen(e);
}

/* ---- waiting ---- */

void turn(int64_t ms)
{
	timer_set(&stop, ms);
	assert_int_equal(loop_run(loop), 0);
}

static void on_answer(void *arg, const struct channel_message *m)
{
	struct answer *a = arg;

	a->here = true;
	if (m != NULL) {
		a->word = m->word;
		buffer_append_slice(&a->body, m->body);
	}
	loop_stop(loop);
}

struct answer *ask_later(struct end *e, enum word word, const struct buffer *with)
{
	struct answer *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	a->next = answers;
	answers = a;
	buffer_init(&a->body, WIRE_BODY_MAX);
	a->id = channel_ask(e->channel, word, with, on_answer, a);
	assert_int_not_equal(a->id, 0);
	return a;
}

void wait_for(struct answer *a)
{
	int64_t until = clock_boot_ms() + PATIENCE_MS;

	while (!a->here && clock_boot_ms() < until)
		turn(STEP_MS);
	if (!a->here)
		fail_msg("no answer came");
}

struct answer *ask(struct end *e, enum word word, const struct buffer *with)
{
	struct answer *a = ask_later(e, word, with);

	wait_for(a);
	return a;
}

struct unpack expect(const struct answer *a, enum word word)
{
	struct unpack u;

	if (a->word != word && a->word == WORD_REFUSED)
		fail_msg("refused instead of %s: %s", word_name(word), expect_refused(a, -1));
	if (a->word != word)
		fail_msg("%s instead of %s", word_name(a->word), word_name(word));
	unpack_init(&u, buffer_slice(&a->body));
	return u;
}

const char *expect_refused(const struct answer *a, int exit_code)
{
	struct unpack u;
	uint64_t code;
	const char *text;

	if (a->word != WORD_REFUSED)
		fail_msg("%s instead of a refusal", word_name(a->word));
	unpack_init(&u, buffer_slice(&a->body));
	code = unpack_number(&u);
	assert_true(unpack_number(&u) > 0);
	unpack_text(&u, 1000, arena);
	text = unpack_text(&u, 4000, arena);
	if (exit_code >= 0 && code != (uint64_t)exit_code)
		fail_msg("refused with %d instead of %d: %s", (int)code, exit_code, text);
	return text;
}

const char *refused_fields(const struct answer *a)
{
	struct unpack u = expect(a, WORD_REFUSED);
	struct buffer text;
	const char *copy;
	uint64_t n;

	assert_int_equal(unpack_number(&u), EX_DATAERR);
	n = unpack_number(&u);
	buffer_init(&text, 10000);
	for (uint64_t i = 0; i < n; i++) {
		buffer_appendf(&text, "%s ", unpack_text(&u, 200, arena));
		assert_true(strlen(unpack_text(&u, 2000, arena)) > 5);
	}
	assert_true(unpack_end(&u));
	copy = arena_copy(arena, buffer_text(&text));
	buffer_release(&text);
	return copy;
}

void wait_until_written(void)
{
	int64_t until = clock_boot_ms() + PATIENCE_MS;

	do
		turn(STEP_MS);
	while (store_load(keeper.store) > 0 && clock_boot_ms() < until);
	assert_int_equal(store_load(keeper.store), 0);
}

size_t count_seen(const struct end *e, enum word word)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n_seen; i++)
		n += e->seen[i].word == word;
	return n;
}

struct seen *wait_seen(struct end *e, enum word word)
{
	int64_t until = clock_boot_ms() + PATIENCE_MS;

	while (count_seen(e, word) == 0 && clock_boot_ms() < until)
		turn(STEP_MS);
	for (size_t i = e->n_seen; i > 0; i--)
		if (e->seen[i - 1].word == word)
			return &e->seen[i - 1];
	fail_msg("the keeper did not say %s", word_name(word));
	return NULL;
}

/* ---- bodies ---- */

struct buffer *empty_body(void)
{
	buffer_clear(&body);
	return &body;
}

static struct buffer *body_as(const struct who *who)
{
	who_pack(empty_body(), who);
	return &body;
}

struct buffer *body_as_root(void)
{
	return body_as_user(0);
}

struct buffer *body_as_user(uint64_t uid)
{
	return body_as(&(struct who){ .kind = WHO_LOCAL, .token = "", .uid = uid, .from = "local" });
}

struct buffer *body_as_session(const char *token)
{
	return body_as(&(struct who){ .kind = WHO_SESSION, .token = token, .from = "192.0.2.9" });
}

/* ---- settings ---- */

void set(const char *key, ...)
{
	struct buffer pairs;
	uint64_t n = 0;
	va_list args;

	buffer_init(&pairs, WIRE_BODY_MAX);
	va_start(args, key);
	for (; key != NULL; key = va_arg(args, const char *)) {
		pack_text(&pairs, key);
		pack_text(&pairs, va_arg(args, const char *));
		n++;
	}
	va_end(args);
	pack_number(body_as_root(), 0);
	pack_number(&body, n);
	buffer_append_slice(&body, buffer_slice(&pairs));
	buffer_release(&pairs);
	expect(ask(&front, WORD_SETTINGS_SET, &body), WORD_SETTINGS_SAVED);
}

void add_account(const char *name, const char *password)
{
	struct buffer *b = body_as_root();

	pack_text(b, "login");
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, "");
	expect(ask(&front, WORD_ACCOUNT_ADD, b), WORD_DONE);
}

enum login_result sign_in_as(const char *name, const char *password, const char **ret_session)
{
	struct buffer *b = empty_body();
	enum login_result result;
	struct unpack u;

	pack_text(b, "login");
	pack_text(b, name);
	pack_text(b, password);
	pack_text(b, "192.0.2.1");
	pack_text(b, "");
	u = expect(ask(&front, WORD_LOGIN, b), WORD_LOGIN_IS);
	result = (enum login_result)unpack_number(&u);
	*ret_session = unpack_text(&u, 200, arena);
	return result;
}

void set_up_mail(void)
{
	set("email.relay_host", "relay.example", "email.from_address", "alerts@example.com",
		"email.admin_contacts", "boss@example.com", NULL);
}

/* ---- mail in ---- */

struct envelope envelope_for(uint64_t size, const char *const *recipients)
{
	struct envelope e = {
		.queue_id = "", .submission = "", .sender = "cron@node.example", .size = size,
		.header_size = 2, .message_id = "<1@node.example>", .subject = "cron",
		.header_from = "Cron <cron@node.example>",
	};

	while (recipients[e.n_recipients] != NULL)
		e.n_recipients++;
	e.recipients = arena_array(arena, e.n_recipients, sizeof(*e.recipients));
	assert_non_null(e.recipients);
	for (size_t i = 0; i < e.n_recipients; i++)
		e.recipients[i].address = recipients[i];
	return e;
}

struct answer *submit_parts(const struct envelope *e, const char *const *parts)
{
	struct answer *a;

	envelope_pack(body_as_user(1000), e);
	a = ask_later(&front, WORD_SUBMIT, &body);
	for (; *parts != NULL; parts++) {
		pack_text(empty_body(), *parts);
		channel_send(front.channel, WORD_SUBMIT_DATA, a->id, &body);
	}
	channel_send(front.channel, WORD_SUBMIT_END, a->id, NULL);
	return a;
}

struct answer *submit_later(const char *content, const char *const *recipients)
{
	struct envelope e = envelope_for(strlen(content), recipients);

	return submit_parts(&e, (const char *const[]){ content, NULL });
}

const char *submit(const char *content, const char *recipient)
{
	struct answer *a = submit_later(content, (const char *const[]){ recipient, NULL });
	struct unpack u;
	const char *queue_id;

	wait_for(a);
	u = expect(a, WORD_POSTED);
	queue_id = unpack_text(&u, 100, arena);
	assert_true(unpack_end(&u));
	return queue_id;
}

/* ---- mail out ---- */

struct answer *next_later(void)
{
	return ask_later(&sender, WORD_NEXT, empty_body());
}

struct envelope mail_of(struct answer *a)
{
	struct envelope e;
	struct unpack u;

	wait_for(a);
	u = expect(a, WORD_MAIL);
	envelope_unpack(&u, arena, &e);
	assert_true(unpack_end(&u));
	return e;
}

struct envelope take_mail(void)
{
	return mail_of(next_later());
}

static struct verdict verdict_of(enum verdict_class class)
{
	return (struct verdict){ .class = class, .stage = STAGE_RCPT, .reason = REASON_REPLY,
		.code = 450, .text = "said the relay" };
}

void deliver_verdict(const struct envelope *e, enum verdict_class class)
{
	static struct delivery_recipient recipients[100];
	struct delivery d = { .message = e->message, .relay = "relay.example:587", .took_ms = 12,
		.relay_queue_id = "", .verdict = verdict_of(class), .recipients = recipients,
		.n_recipients = e->n_recipients };

	assert_true(e->n_recipients <= COUNT_OF(recipients));
	for (size_t i = 0; i < e->n_recipients; i++)
		recipients[i] = (struct delivery_recipient){ .id = e->recipients[i].id,
			.verdict = verdict_of(class) };
	delivery_pack(empty_body(), &d);
	expect(ask(&sender, WORD_VERDICT, &body), WORD_VERDICT_KEPT);
}

void probe_is(enum verdict_class class)
{
	struct seen *s = wait_seen(&sender, WORD_PROBE);
	struct verdict v = verdict_of(class);

	verdict_pack(empty_body(), &v);
	channel_answer(sender.channel, s->id, WORD_PROBE_IS, &body);
	s->word = WORD_NONE; /* answered */
	turn(STEP_MS);
}
