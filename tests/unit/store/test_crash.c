/*
 * kill -9 in the middle: a child fills and works the queue and tells each id it was given to the
 * parent only when its commit is done; it is killed at a random time. Every id that was told is
 * there afterwards, whole and in exactly one state, and the next child starts by itself.
 */
#include "unit/store/queue_fixture.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"

enum {
	ROUNDS = 10,
	IN_HAND = 20, /* messages on their way at once */
	CONTENT_MAX = 200 * 1024,
	NEWS_MS = 20 * 1000,
	LIFE_MIN_MS = 15,
	LIFE_MORE_MS = 120,
};

/* ---- the child ---- */

struct feed {
	struct store_job job;
	char queue_id[QUEUE_ID_SIZE];
	struct slice content;
};

static int told = -1; /* the pipe's end */

static int run_feed(struct store_db *on, void *arg)
{
	struct feed *f = arg;
	struct queue_message m = {
		.at = 1, .submitter = "uid 0", .sender = "", .header_from = "", .subject = "",
		.message_id = "<x@y>", .content = f->content,
		.recipients = (const char *const[]){ "a@x.example", "b@x.example" }, .n_recipients = 2,
	};

	return queue_add(on, &m, f->queue_id);
}

static void feed_again(struct feed *f);

static void feed_done(void *arg, int result)
{
	struct feed *f = arg;

	if (result != STORE_OK || write(told, f->queue_id, QUEUE_ID_SIZE - 1) != QUEUE_ID_SIZE - 1)
		_exit(1);
	feed_again(f);
}

static void feed_again(struct feed *f)
{
	static char content[CONTENT_MAX];

	f->content = slice_make(content, 1 + (size_t)random_below(CONTENT_MAX));
	f->job = (struct store_job){ .run = run_feed, .done = feed_done, .arg = f };
	store_write(store, &f->job);
}

/* One message a time goes out: taken, dot marked, accepted by the first recipient. */
struct courier {
	struct store_job job;
	struct arena *arena;
	struct queue_envelope envelope;
	int step;
};

static int run_courier(struct store_db *on, void *arg)
{
	struct courier *c = arg;
	const struct verdict accepted = { .class = VERDICT_ACCEPTED, .stage = STAGE_DOT };
	struct queue_verdict item;
	struct queue_verdicts v = { .at = 3, .relay = "r", .items = &item, .n = 1 };

	switch (c->step) {
	case 0:
		return queue_take(on, 2, c->arena, &c->envelope);
	case 1:
		return queue_dot(on, c->envelope.message, 2);
	default:
		item = (struct queue_verdict){ .recipient = c->envelope.recipients[0].id,
			.verdict = &accepted, .state = QUEUE_ACCEPTED, .counts = true };
		v.message = c->envelope.message;
		return queue_verdict(on, &v);
	}
}

static void courier_again(struct courier *c);

static void courier_done(void *arg, int result)
{
	struct courier *c = arg;

	if (result == STORE_OK)
		c->step = (c->step + 1) % 3;
	else
		c->step = 0;
	courier_again(c);
}

static void courier_again(struct courier *c)
{
	if (c->step == 0) {
		arena_free(c->arena);
		c->arena = arena_new(1024 * 1024);
	}
	c->job = (struct store_job){ .run = run_courier, .done = courier_done, .arg = c };
	store_write(store, &c->job);
}

static int run_recover(struct store_db *on, void *arg UNUSED)
{
	struct queue_recovery r;

	return queue_recover(on, 1, &r);
}

static void live(void)
{
	static struct feed feeds[IN_HAND];
	static struct courier courier;
	struct fault f = { "" };

	loop = loop_new();
	if (loop == NULL || store_open(folder, loop, &store, &f) != 0 ||
		write_and_wait(run_recover, NULL) != STORE_OK) {
		fprintf(stderr, "%s\n", f.text);
		_exit(1);
	}
	for (size_t i = 0; i < IN_HAND; i++)
		feed_again(&feeds[i]);
	courier_again(&courier);
	_exit(loop_run(loop) == 0 ? 0 : 1);
}

/* ---- the parent ---- */

static char acknowledged[200000][QUEUE_ID_SIZE];
static size_t n_acknowledged;

static void read_acknowledged(int fd)
{
	char id[QUEUE_ID_SIZE - 1];

	/* writes of so few octets are whole or not at all */
	while (read(fd, id, sizeof(id)) == (ssize_t)sizeof(id)) {
		assert_true(n_acknowledged < COUNT_OF(acknowledged));
		memcpy(acknowledged[n_acknowledged++], id, sizeof(id));
	}
}

static void sleep_ms(uint64_t ms)
{
	struct timespec t = { .tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* On a busy machine a child may need seconds until it works. */
static void wait_for_news(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, NEWS_MS), 1);
}

/* Killed while it works, or at any time, its start included. */
static void live_and_be_killed(bool working)
{
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		told = ends[1];
		live();
	}
	close(ends[1]);
	if (working)
		wait_for_news(ends[0]);
	sleep_ms(LIFE_MIN_MS + random_below(LIFE_MORE_MS));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status)); /* it did not end by itself */
	read_acknowledged(ends[0]);
	close(ends[0]);
}

static int64_t value_of(const char *sql)
{
	struct query q;
	int64_t n = -1;

	query_init(&q, store_reader(store), sql);
	assert_int_equal(query_value(&q, &n), STORE_OK);
	return n;
}

static void everything_acknowledged_is_there(void)
{
	for (size_t i = 0; i < n_acknowledged; i++) {
		struct query q;

		query_init(&q, store_reader(store), "SELECT 1 FROM message WHERE queue_id = ?");
		query_text(&q, acknowledged[i]);
		if (query_first(&q) != STORE_OK)
			fail_msg("%s was acknowledged and is lost", acknowledged[i]);
		assert_int_equal(query_end(&q), STORE_OK);
	}
}

static void every_message_has_its_recipients_in_one_state_each(void)
{
	struct queue_counts c;
	uint64_t sum = 0;

	assert_int_equal(queue_counts(store_reader(store), 0, &c), STORE_OK);
	for (int i = 0; i < QUEUE_STATE_COUNT; i++)
		sum += c.recipients[i];
	assert_int_equal(sum, 2 * value_of("SELECT count(*) FROM message"));
	assert_int_equal(c.recipients[QUEUE_IN_FLIGHT] + c.recipients[QUEUE_DOT_SENT], 0);
	/* nothing was ever taken back after it had a number */
	assert_int_equal(value_of("SELECT count(*) - max(id) FROM message"), 0);
}

static void what_was_acknowledged_survives_kill_9(void **state UNUSED)
{
	size_t kills_with_news = 0;

	n_acknowledged = 0;
	for (int i = 0; i < ROUNDS; i++) {
		size_t before = n_acknowledged;

		live_and_be_killed(i % 2 == 0);
		kills_with_news += n_acknowledged > before;
		open_store();
		assert_int_equal(write_and_wait(run_recover, NULL), STORE_OK);
		everything_acknowledged_is_there();
		every_message_has_its_recipients_in_one_state_each();
		check_laws(store_reader(store));
		close_store();
	}
	print_message("%zu messages acknowledged\n", n_acknowledged);
	assert_true(kills_with_news >= ROUNDS / 2); /* else the children died before they worked */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_acknowledged_survives_kill_9, setup,
			teardown),
	};

	return cmocka_run_group_tests_name("store/crash", tests, NULL, NULL);
}
