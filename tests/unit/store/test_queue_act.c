/* What people do with mail: holds that last, releases, deletions, copies, and the record of it. */
#include "unit/store/queue_fixture.h"

#include "store/notices.h"
#include "store/queue_act.h"

static const char *const three[] = { "a@x.example", "b@x.example", "c@x.example", NULL };

static struct queue_acted act(enum queue_action action, const char *queue_id, int64_t at)
{
	const struct queue_order order = { .action = action, .at = at, .who = "anna" };
	struct queue_acted acted = { 0 };

	assert_int_equal(queue_act(&db, &order, queue_id, &acted), STORE_OK);
	return acted;
}

static struct queue_acted act_on_all(enum queue_action action, size_t *ret_calls)
{
	const struct queue_order order = { .action = action, .at = 5000, .who = "anna" };
	struct queue_acted acted = { 0 };
	uint64_t after = 0;

	*ret_calls = 0;
	do {
		assert_int_equal(queue_act_all(&db, &order, &after, &acted), STORE_OK);
		check_laws(&db);
		*ret_calls += 1;
	} while (after != 0);
	return acted;
}

static void assert_acted(struct queue_acted acted, uint64_t messages, uint64_t recipients,
	uint64_t with_sender)
{
	assert_int_equal(acted.messages, messages);
	assert_int_equal(acted.recipients, recipients);
	assert_int_equal(acted.with_sender, with_sender);
}

static void give_all(const struct queue_envelope *e, enum queue_state s, enum verdict_class class,
	int64_t at)
{
	struct queue_verdict v[QUEUE_BATCH_MAX];

	for (size_t i = 0; i < e->n_recipients; i++)
		v[i] = verdict_of(e->recipients[i].id, s, class, at + 60);
	give(e->message, at, v, e->n_recipients);
}

static int64_t value_of(const char *sql)
{
	struct query q;
	int64_t n;

	query_init(&q, &db, sql);
	assert_int_equal(query_value(&q, &n), STORE_OK);
	return n;
}

static void unknown_mail_is_not_found(void **state UNUSED)
{
	for (int action = 0; action < QUEUE_ACTION_COUNT; action++) {
		const struct queue_order order = { .action = (enum queue_action)action, .who = "anna" };
		struct queue_acted acted = { 0 };

		assert_int_equal(queue_act(&db, &order, "NOSUCHID2345", &acted), STORE_NOT_FOUND);
		assert_int_equal(queue_act(&db, &order, "", &acted), STORE_NOT_FOUND);
	}
}

/* ---- holding ---- */

static void what_is_held_stays_held_until_it_is_released(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	uint64_t n = 0;
	size_t calls;

	assert_acted(act(QUEUE_ACTION_HOLD, id, 2000), 1, 1, 0);
	assert_int_equal(state_of(id), QUEUE_HELD);
	assert_string_equal(show(id).item.reason, "Held by anna.");
	assert_string_equal(show(id).item.held_by, "anna");
	assert_int_equal(queue_hurry(&db, 3000), STORE_OK);
	assert_int_equal(queue_expand_local(&db, three, 1, 3000, &n), STORE_OK);
	assert_acted(act_on_all(QUEUE_ACTION_RETRY, &calls), 0, 0, 0);
	take_none(9000);
	assert_acted(act(QUEUE_ACTION_HOLD, id, 3000), 0, 0, 0); /* once is enough */
	assert_acted(act(QUEUE_ACTION_RELEASE, id, 4000), 1, 1, 0);
	assert_string_equal(show(id).item.held_by, "");
	assert_string_equal(take(4000).queue_id, id);
}

static void what_is_with_the_sender_is_held_when_it_comes_back(void **state UNUSED)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[2] = {
		verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1100),
		verdict_of(e.recipients[1].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0),
	};

	assert_acted(act(QUEUE_ACTION_HOLD, id, 1001), 1, 0, 3);
	give(e.message, 1002, v, 2); /* the third was not tried */
	assert_int_equal(show(id).recipients[0].state, QUEUE_HELD);
	assert_int_equal(show(id).recipients[1].state, QUEUE_ACCEPTED);
	assert_int_equal(show(id).recipients[2].state, QUEUE_HELD);
	take_none(9000);
}

static void a_lost_sender_does_not_release(void **state UNUSED)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_envelope e = take(1000);
	struct queue_recovery found;

	assert_int_equal(queue_dot(&db, e.message, 1000), STORE_OK);
	act(QUEUE_ACTION_HOLD, id, 1001);
	assert_int_equal(queue_recover(&db, 2000, &found), STORE_OK);
	assert_int_equal(found.maybe_delivered, 3);
	assert_int_equal(state_of(id), QUEUE_HELD);
	assert_true(show(id).recipients[0].maybe_delivered);
	take_none(900000);
	act(QUEUE_ACTION_RETRY, id, 3000); /* by its name it goes */
	assert_int_equal(take(3000).n_recipients, 3);
}

static void names_that_become_addresses_are_held_too(void **state UNUSED)
{
	const char *id = add_one(1000, "root");
	uint64_t n = 0;

	act(QUEUE_ACTION_HOLD, id, 2000);
	assert_int_equal(queue_expand_local(&db, three, 2, 3000, &n), STORE_OK);
	assert_int_equal(show(id).n, 2);
	assert_int_equal(state_of(id), QUEUE_HELD);
	take_none(9000);
	assert_acted(act(QUEUE_ACTION_RELEASE, id, 4000), 1, 2, 0);
}

static void a_name_without_an_address_stays_held(void **state UNUSED)
{
	const char *id = add_one(1000, "root");

	assert_acted(act(QUEUE_ACTION_RELEASE, id, 2000), 0, 0, 0);
	assert_acted(act(QUEUE_ACTION_RETRY, id, 2000), 0, 0, 0);
	assert_int_equal(state_of(id), QUEUE_HELD);
}

static void what_is_final_is_not_held(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example");
	struct queue_envelope e = take(1000);

	give_all(&e, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 1001);
	assert_acted(act(QUEUE_ACTION_HOLD, id, 2000), 0, 0, 0);
	assert_string_equal(show(id).item.held_by, "");
	assert_acted(act(QUEUE_ACTION_DELETE, id, 2000), 0, 0, 0);
	assert_acted(act(QUEUE_ACTION_RELEASE, id, 2000), 0, 0, 0);
	assert_int_equal(value_of("SELECT count(*) FROM deed"), 0);
}

/* ---- deleting ---- */

static void what_is_deleted_has_failed_and_is_gone(void **state UNUSED)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_details d;

	act(QUEUE_ACTION_HOLD, id, 1500);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 2000), 1, 3, 0);
	d = show(id);
	assert_int_equal(d.item.state, QUEUE_FAILED);
	assert_string_equal(d.item.reason, "Deleted by anna.");
	assert_int_equal(d.recipients[2].verdict->reason, REASON_DELETED);
	assert_int_equal(d.recipients[2].attempts, 0);
	assert_int_equal(d.item.n_open, 0);
	assert_false(d.item.has_content);
	assert_int_equal(value_of("SELECT count(*) FROM content"), 0);
	assert_int_equal(value_of("SELECT count(*) FROM untold_failure"), 0);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 3000), 0, 0, 0);
	take_none(9000);
}

/* The relay may have it: nobody can take that back. */
static void what_is_with_the_sender_is_not_deleted(void **state UNUSED)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[2] = {
		verdict_of(e.recipients[0].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1100),
		verdict_of(e.recipients[1].id, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 0),
	};

	assert_acted(act(QUEUE_ACTION_DELETE, id, 1001), 0, 0, 3);
	assert_int_equal(queue_dot(&db, e.message, 1001), STORE_OK);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 1001), 0, 0, 3);
	give(e.message, 1002, v, 2);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 1003), 1, 2, 0);
	assert_int_equal(show(id).recipients[1].state, QUEUE_ACCEPTED);
	assert_int_equal(value_of("SELECT count(*) FROM content"), 0);
}

/* Who held and deleted it wants nothing of it sent: also not what comes back from the sender. */
static void what_was_held_and_deleted_comes_back_held(void **state UNUSED)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[3];

	for (size_t i = 0; i < 3; i++)
		v[i] = verdict_of(e.recipients[i].id, QUEUE_DEFERRED, VERDICT_TRANSIENT, 1100);
	give(e.message, 1001, v, 1);
	assert_int_equal(take(1001).n_recipients, 2);
	act(QUEUE_ACTION_HOLD, id, 1002);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 1003), 1, 1, 2);
	give(e.message, 1004, v + 1, 2);
	assert_int_equal(show(id).recipients[0].state, QUEUE_FAILED);
	assert_int_equal(show(id).recipients[1].state, QUEUE_HELD);
	assert_int_equal(show(id).recipients[2].state, QUEUE_HELD);
	take_none(9000);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 9001), 1, 2, 0);
}

static void what_comes_back_after_a_deletion_is_told_and_kept(void **state UNUSED)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[3];

	for (size_t i = 0; i < 3; i++)
		v[i] = verdict_of(e.recipients[i].id, i == 0 ? QUEUE_DEFERRED : QUEUE_FAILED,
			VERDICT_RECIPIENT, 1100);
	give(e.message, 1002, v, 1); /* the others were not tried */
	take(1002);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 1003), 1, 1, 2);
	assert_int_equal(value_of("SELECT count(*) FROM content"), 1);
	give(e.message, 1004, &v[1], 2);
	assert_true(show(id).item.has_content);
	assert_int_equal(value_of("SELECT count(*) FROM untold_failure"), 2);
	assert_acted(act(QUEUE_ACTION_DELETE, id, 1005), 1, 0, 0); /* the octets */
	assert_false(show(id).item.has_content);
}

/* ---- all ---- */

static void all_are_done_in_slices(void **state UNUSED)
{
	struct queue_envelope e;
	size_t calls;

	for (int i = 0; i < 450; i++)
		add_to(1000 + i, three, NULL);
	e = take(1000);
	assert_acted(act_on_all(QUEUE_ACTION_HOLD, &calls), 450, 449 * 3, 3);
	assert_in_range(calls, 3, 4);
	assert_acted(act_on_all(QUEUE_ACTION_HOLD, &calls), 0, 0, 0);
	assert_acted(act_on_all(QUEUE_ACTION_RELEASE, &calls), 450, 449 * 3, 3);
	assert_int_equal(value_of("SELECT count(*) FROM message WHERE held_by IS NOT NULL"), 0);
	assert_acted(act_on_all(QUEUE_ACTION_DELETE, &calls), 449, 449 * 3, 3);
	give_all(&e, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 6000);
	assert_int_equal(value_of("SELECT count(*) FROM content"), 0);
}

static void one_large_message_is_done_as_a_whole(void **state UNUSED)
{
	const char *recipients[1501] = { NULL };
	size_t calls;

	for (size_t i = 0; i < 1500; i++)
		recipients[i] = arena_printf(arena, "user%zu@x.example", i);
	add_to(1000, recipients, NULL);
	add_one(1001, "a@x.example");
	assert_acted(act_on_all(QUEUE_ACTION_DELETE, &calls), 2, 1501, 0);
	assert_int_equal(calls, 2);
}

/* ---- sending again ---- */

static const char *add_failed(void)
{
	const char *id = add_to(1000, three, NULL);
	struct queue_envelope e = take(1000);
	struct queue_verdict v[3];

	for (size_t i = 0; i < 3; i++)
		v[i] = verdict_of(e.recipients[i].id, i == 1 ? QUEUE_ACCEPTED : QUEUE_FAILED,
			i == 1 ? VERDICT_ACCEPTED : VERDICT_RECIPIENT, 0);
	give(e.message, 1001, v, 3);
	return id;
}

static void mail_that_failed_is_kept_for_those_whom_it_failed(void **state UNUSED)
{
	const char *id = add_failed();
	struct queue_original o;

	assert_true(show(id).item.has_content);
	assert_int_equal(value_of("SELECT octets FROM volume WHERE kind = 'kept'"), 9);
	assert_int_equal(queue_original(&db, id, arena, &o), STORE_OK);
	assert_slice(buffer_slice(&o.content), "\r\nhello\r\n");
	assert_int_equal(o.copy.n_recipients, 2);
	assert_string_equal(o.copy.recipients[0], "a@x.example");
	assert_string_equal(o.copy.recipients[1], "c@x.example");
	assert_string_equal(o.copy.message_id, "<1@host>");
	assert_int_equal(o.n_resent, 0);
	buffer_release(&o.content);
}

static void a_verdict_that_comes_late_keeps_nothing_anew(void **state UNUSED)
{
	const char *id = add_failed();

	act(QUEUE_ACTION_DELETE, id, 2000);
	give(show(id).item.id, 3000, NULL, 0);
	assert_false(show(id).item.has_content);
}

static void what_cannot_be_sent_again_is_said(void **state UNUSED)
{
	const char *open = add_one(1000, "a@x.example"), *accepted, *deleted;
	struct queue_envelope e;
	struct queue_original o;

	act(QUEUE_ACTION_HOLD, open, 1000);
	accepted = add_one(1000, "a@x.example");
	e = take(1000);
	give_all(&e, QUEUE_ACCEPTED, VERDICT_ACCEPTED, 1001);
	deleted = add_failed();
	act(QUEUE_ACTION_DELETE, deleted, 2000);
	assert_int_equal(queue_original(&db, "NOSUCHID2345", arena, &o), STORE_NOT_FOUND);
	assert_int_equal(queue_original(&db, open, arena, &o), STORE_CONFLICT);
	assert_int_equal(queue_original(&db, accepted, arena, &o), STORE_CONFLICT);
	assert_int_equal(queue_original(&db, deleted, arena, &o), STORE_CONFLICT);
}

/* ---- the record ---- */

static void who_did_what_is_recorded_once(void **state UNUSED)
{
	const char *id = add_one(1000, "a@x.example"), *copy = add_one(1000, "a@x.example");
	struct queue_original o = { .message = show(id).item.id, .copy = { .n_recipients = 1 } };
	struct queue_deeds d;

	act(QUEUE_ACTION_HOLD, id, 2000);
	act(QUEUE_ACTION_HOLD, id, 2001);
	act(QUEUE_ACTION_RETRY, id, 3000);
	act(QUEUE_ACTION_DELETE, id, 4000);
	assert_int_equal(queue_note_resent(&db, &o, id, copy, 5000, "ben"), STORE_OK);
	assert_int_equal(queue_note_resent(&db, &o, id, copy, 5001, "ben"), STORE_EXISTS);
	assert_int_equal(queue_deeds(&db, show(id).item.id, arena, &d), STORE_OK);
	assert_int_equal(d.n, 4);
	assert_string_equal(d.items[0].what, "resend");
	assert_string_equal(d.items[0].other, copy);
	assert_string_equal(d.items[0].who, "ben");
	assert_string_equal(d.items[1].what, "delete");
	assert_string_equal(d.items[2].what, "retry");
	assert_string_equal(d.items[3].what, "hold");
	assert_string_equal(d.items[3].who, "anna");
	assert_int_equal(d.items[3].at, 2000);
	assert_int_equal(show(id).n_resent, 1);
	assert_int_equal(queue_deeds(&db, show(copy).item.id, arena, &d), STORE_OK);
	assert_int_equal(d.n, 1);
	assert_string_equal(d.items[0].what, "copy");
	assert_string_equal(d.items[0].other, id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup_queue, teardown_queue)
		T(unknown_mail_is_not_found),
		T(what_is_held_stays_held_until_it_is_released),
		T(what_is_with_the_sender_is_held_when_it_comes_back),
		T(a_lost_sender_does_not_release),
		T(names_that_become_addresses_are_held_too),
		T(a_name_without_an_address_stays_held),
		T(what_is_final_is_not_held),
		T(what_is_deleted_has_failed_and_is_gone),
		T(what_is_with_the_sender_is_not_deleted),
		T(what_was_held_and_deleted_comes_back_held),
		T(what_comes_back_after_a_deletion_is_told_and_kept),
		T(all_are_done_in_slices),
		T(one_large_message_is_done_as_a_whole),
		T(mail_that_failed_is_kept_for_those_whom_it_failed),
		T(a_verdict_that_comes_late_keeps_nothing_anew),
		T(what_cannot_be_sent_again_is_said),
		T(who_did_what_is_recorded_once),
#undef T
	};

	return cmocka_run_group_tests_name("store/queue_act", tests, NULL, NULL);
}
