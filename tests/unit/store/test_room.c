/* Room on the disk: which mail is taken while there is how much, on the disk and in the file. */
#include "unit/store/fixture.h"

#include <sys/statvfs.h>

#include "sys/disk.h"

enum {
	MIB = 1024 * 1024,
	ROW = 4 * MIB,
};

/* ---- a disk of which we say how much is free ---- */

static uint64_t free_octets;

int fstatvfs(int fd UNUSED, struct statvfs *st)
{
	*st = (struct statvfs){ .f_bavail = free_octets, .f_frsize = 1, .f_blocks = 1 << 30 };
	return 0;
}

/* ---- jobs ---- */

static int run_fill(struct store_db *on, void *arg)
{
	struct query q;

	query_init(&q, on, "INSERT INTO meta (name, value) VALUES (?, zeroblob(?))");
	query_text(&q, arg);
	query_id(&q, ROW);
	return query_run(&q);
}

static int run_empty(struct store_db *on, void *arg UNUSED)
{
	struct query q;

	query_init(&q, on, "DELETE FROM meta WHERE length(name) = 1");
	return query_run(&q);
}

static int run_nothing(struct store_db *on UNUSED, void *arg UNUSED)
{
	return STORE_OK;
}

static int result_of_mail;

static void mail_done(void *arg UNUSED, int result)
{
	result_of_mail = result;
	loop_stop(loop);
}

static int mail(uint64_t octets, bool moved)
{
	struct store_job job = { .run = run_nothing, .done = mail_done, .octets = octets,
		.moved = moved };

	store_write(store, &job);
	assert_int_equal(loop_run(loop), 0);
	return result_of_mail;
}

static void open_with(uint64_t octets)
{
	free_octets = octets;
	open_store();
}

/* ---- tests ---- */

/* The reserve takes its part, which this disk does not see. */
static void with_room_and_a_reserve_mail_is_taken(void **state UNUSED)
{
	open_with(DISK_FREE_MIN + DISK_RESERVE);
	free_octets = DISK_FREE_MIN + 4 * MIB;
	assert_false(store_is_full(store));
	assert_int_equal(mail(1 * MIB, false), STORE_OK);
	assert_int_equal(mail(3 * MIB, false), STORE_FULL); /* it is written twice */
	assert_false(store_has_room(store, 3 * MIB, false));
	free_octets = DISK_FREE_MIN - 1;
	assert_int_equal(mail(1, false), STORE_FULL);
	assert_true(store_is_full(store));
}

static void without_a_reserve_only_what_is_moved_is_taken(void **state UNUSED)
{
	open_with(DISK_RESERVE);
	assert_true(store_is_full(store));
	assert_int_equal(mail(1, false), STORE_FULL);
	assert_int_equal(mail(4 * MIB, true), STORE_OK);
	assert_true(store_has_room(store, 8 * MIB, true));
	assert_false(store_has_room(store, 9 * MIB, true));
	assert_int_equal(mail(9 * MIB, true), STORE_FULL);
	free_octets = DISK_MOVED_MIN - 1;
	assert_int_equal(mail(1, true), STORE_FULL);
}

static void what_is_free_in_the_file_is_room(void **state UNUSED)
{
	open_with(DISK_RESERVE);
	for (int i = 0; i < 6; i++)
		assert_int_equal(write_and_wait(run_fill, (char[]){ (char)('a' + i), '\0' }),
			STORE_OK);
	assert_int_equal(mail(1, false), STORE_FULL);
	assert_int_equal(write_and_wait(run_empty, NULL), STORE_OK);
	assert_int_equal(mail(1 * MIB, false), STORE_OK);
	assert_false(store_is_full(store));
	assert_int_equal(mail(5 * MIB, false), STORE_FULL);
	free_octets = 0; /* the file's is left, and that is not enough to take more */
	assert_int_equal(mail(1, false), STORE_FULL);
	assert_int_equal(mail(1 * MIB, true), STORE_OK);
}

static void first_done(void *arg, int result)
{
	*(int *)arg = result;
}

static void a_large_mail_that_is_refused_takes_no_small_one_with_it(void **state UNUSED)
{
	int result_of_large = -1;
	struct store_job large = { .run = run_nothing, .done = first_done, .octets = 3 * MIB,
		.arg = &result_of_large };

	open_with(DISK_FREE_MIN + DISK_RESERVE);
	free_octets = DISK_FREE_MIN + 4 * MIB;
	store_write(store, &large); /* both in one batch */
	assert_int_equal(mail(1 * MIB, false), STORE_OK);
	assert_int_equal(result_of_large, STORE_FULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(with_room_and_a_reserve_mail_is_taken),
		T(without_a_reserve_only_what_is_moved_is_taken),
		T(what_is_free_in_the_file_is_room),
		T(a_large_mail_that_is_refused_takes_no_small_one_with_it),
	};

	return cmocka_run_group_tests_name("store/room", tests, NULL, NULL);
}
