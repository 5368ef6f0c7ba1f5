/* A whole backup file: what is damaged anywhere, or cut anywhere, is told and gives nothing. */
#include "unit/keep/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "keep/backup_file.h"
#include "sys/spool.h"

enum {
	PLACES = 400, /* at which it is damaged and cut, besides the ends of its parts */
};

static struct backup_making making;
static struct backup_seal seal;
static size_t n_rows;

static int take(void *arg UNUSED, const struct backup_row *row UNUSED)
{
	n_rows++;
	return 0;
}

/* Some chunks long: what a restore of many tokens holds is as good as a history. */
static int make(void **state)
{
	struct fault f;
	struct store_db *db;
	static char key[200 * 1024];

	if (setup_keeper(state) != 0)
		return -1;
	memset(key, 'k', sizeof(key));
	db = store_snapshot(keeper.store);
	making = (struct backup_making){
		.db = db, .passphrase = SLICE("pass"), .program = "1", .node = "n", .by = "b",
		.at = 7, .chain = SLICE("chain"), .key = slice_make(key, sizeof(key)),
	};
	assert_int_equal(spool_open(folder, &making.fd, &f), 0);
	assert_int_equal(backup_file_make(&making), 0);
	assert_true(making.size > 3 * BACKUP_SEAL_CHUNK);
	assert_int_equal(backup_file_open(making.fd, SLICE("pass"), &seal, &f), 0);
	n_rows = 0;
	assert_int_equal(backup_file_read(making.fd, &seal, take, NULL, &f), 0);
	assert_true(n_rows >= 2);
	return 0;
}

static int drop(void **state)
{
	close(making.fd);
	return teardown_keeper(state);
}

static void assert_damaged(uint64_t at)
{
	struct backup_seal other;
	struct fault f;
	int result = at < BACKUP_SEAL_HEAD ?
		backup_file_open(making.fd, SLICE("pass"), &other, &f) :
		backup_file_read(making.fd, &seal, take, NULL, &f);

	if (result != BACKUP_FILE_BAD)
		fail_msg("at %ju of %ju: %d", (uintmax_t)at, (uintmax_t)making.size, result);
}

static void flip(uint64_t at, unsigned bit)
{
	unsigned char octet;

	assert_int_equal(pread(making.fd, &octet, 1, (off_t)at), 1);
	octet = (unsigned char)(octet ^ 1u << bit);
	assert_int_equal(pwrite(making.fd, &octet, 1, (off_t)at), 1);
}

static void one_bit_anywhere_is_known(void **state UNUSED)
{
	for (uint64_t i = 0; i < PLACES; i++) {
		uint64_t at = i < BACKUP_SEAL_HEAD + 20 ? i : i * (making.size - 1) / (PLACES - 1);

		flip(at, (unsigned)i % 8);
		assert_damaged(at);
		flip(at, (unsigned)i % 8);
	}
}

/* Shorter and shorter: ends of chunks, and in between. */
static void an_end_anywhere_is_known(void **state UNUSED)
{
	for (uint64_t i = PLACES; i-- > 0;) {
		uint64_t at = i < BACKUP_SEAL_HEAD + 20 ? i : i * (making.size - 1) / (PLACES - 1);

		assert_int_equal(ftruncate(making.fd, (off_t)at), 0);
		assert_damaged(at);
	}
}

static void whole_chunks_alone_are_not_all(void **state UNUSED)
{
	uint64_t n = (making.size - BACKUP_SEAL_HEAD - 1) / BACKUP_SEAL_CHUNK;

	for (; n > 0; n--) {
		assert_int_equal(ftruncate(making.fd,
			(off_t)(BACKUP_SEAL_HEAD + n * BACKUP_SEAL_CHUNK)), 0);
		assert_damaged(BACKUP_SEAL_HEAD + n * BACKUP_SEAL_CHUNK);
	}
}

static void nothing_may_follow(void **state UNUSED)
{
	assert_int_equal(pwrite(making.fd, "x", 1, (off_t)making.size), 1);
	assert_damaged(making.size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_bit_anywhere_is_known, make, drop),
		cmocka_unit_test_setup_teardown(an_end_anywhere_is_known, make, drop),
		cmocka_unit_test_setup_teardown(whole_chunks_alone_are_not_all, make, drop),
		cmocka_unit_test_setup_teardown(nothing_may_follow, make, drop),
	};

	return cmocka_run_group_tests_name("keep/backup_file", tests, NULL, NULL);
}
