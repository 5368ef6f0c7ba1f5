/* queue_fixture.c - short words for tests of the queue; see queue_fixture.h. */
#include "unit/store/queue_fixture.h"

#include "store/queue_check.h"

int setup_queue(void **state)
{
	int result = setup(state);

	if (result == 0)
		open_db();
	return result;
}

void check_laws(struct store_db *on)
{
	uint64_t broken[QUEUE_LAW_COUNT];

	assert_int_equal(queue_check(on, broken), STORE_OK);
	for (int i = 0; i < QUEUE_LAW_COUNT; i++)
		if (broken[i] != 0)
			fail_msg("broken %d times: %s", (int)broken[i],
				queue_law_text((enum queue_law)i));
}

int teardown_queue(void **state)
{
	if (db.handle != NULL)
		check_laws(&db);
	return teardown(state);
}

static size_t count(const char *const *texts)
{
	size_t n = 0;

	while (texts != NULL && texts[n] != NULL)
		n++;
	return n;
}

static const char *add(int64_t at, struct slice content, const char *const *recipients,
	const char *const *contacts)
{
	char *queue_id = arena_alloc(arena, QUEUE_ID_SIZE);
	struct queue_message m = {
		.at = at, .submitter = "uid 0", .sender = "root@host.example",
		.header_from = "Root <root@host.example>", .subject = "cron", .message_id = "<1@host>",
		.header_size = 2, .needs_8bitmime = true, .content = content,
		.dsn = { DSN_DELAY, DSN_RETURN_FULL, "job 7" },
		.recipients = recipients, .n_recipients = count(recipients),
		.contacts = contacts, .n_contacts = count(contacts),
	};

	assert_non_null(queue_id);
	assert_int_equal(queue_add(&db, &m, queue_id), STORE_OK);
	return queue_id;
}

const char *add_to(int64_t at, const char *const *recipients, const char *const *contacts)
{
	return add(at, SLICE("\r\nhello\r\n"), recipients, contacts);
}

const char *add_one(int64_t at, const char *recipient)
{
	return add_to(at, (const char *const[]){ recipient, NULL }, NULL);
}

const char *add_content(int64_t at, struct slice content)
{
	return add(at, content, (const char *const[]){ "a@example.com", NULL }, NULL);
}

struct queue_envelope take(int64_t now)
{
	struct queue_envelope e;

	assert_int_equal(queue_take(&db, now, arena, &e), STORE_OK);
	return e;
}

void take_none(int64_t now)
{
	struct queue_envelope e;

	assert_int_equal(queue_take(&db, now, arena, &e), STORE_NOT_FOUND);
}

struct queue_verdict verdict_of(uint64_t recipient, enum queue_state s, enum verdict_class class,
	int64_t next_try)
{
	struct verdict *v = arena_alloc(arena, sizeof(*v));

	assert_non_null(v);
	*v = (struct verdict){ .class = class, .stage = STAGE_RCPT, .reason = REASON_REPLY,
		.code = 450, .enhanced = { 4, 2, 1 }, .text = "mailbox busy\nask later" };
	return (struct queue_verdict){ .recipient = recipient, .verdict = v, .state = s,
		.next_try = next_try, .counts = true, .ambiguous = class == VERDICT_AMBIGUOUS };
}

void give(uint64_t message, int64_t at, const struct queue_verdict *items, size_t n)
{
	const struct queue_verdicts v = { .message = message, .at = at, .relay = "relay:25",
		.took_ms = 42, .items = items, .n = n };

	assert_int_equal(queue_verdict(&db, &v), STORE_OK);
}

struct queue_details show(const char *queue_id)
{
	struct queue_details d;

	assert_int_equal(queue_show(&db, queue_id, 0, 10000, arena, &d), STORE_OK);
	return d;
}

enum queue_state state_of(const char *queue_id)
{
	return show(queue_id).recipients[0].state;
}

int64_t next_due(void)
{
	int64_t due;

	assert_int_equal(queue_next_due(&db, &due), STORE_OK);
	return due;
}
