/* The sealed form: what was sealed opens, and nothing that was changed in any way does. */
#include "unit/unit.h"

#include <stdlib.h>

#include "base/secret.h"
#include "keep/backup_seal.h"

enum {
	CHUNKS = 3,
};

static char plain[BACKUP_SEAL_PLAIN];
static char chunks[CHUNKS][BACKUP_SEAL_CHUNK];
static size_t lengths[CHUNKS];
static struct slice head;
static struct backup_seal sealed, opened;

static int seal_three(void **state UNUSED)
{
	if (!secret_init() || backup_seal_start(&sealed, SLICE("pass")) != 0)
		return -1;
	head = slice_make((char *)sealed.head, BACKUP_SEAL_HEAD);
	for (size_t i = 0; i < CHUNKS; i++) {
		bool last = i == CHUNKS - 1;

		memset(plain, 'a' + (int)i, sizeof(plain));
		lengths[i] = backup_seal_add(&sealed,
			slice_make(plain, last ? 10 : BACKUP_SEAL_PLAIN), last, chunks[i]);
	}
	return backup_seal_open(&opened, head, SLICE("pass"));
}

static int rewind_it(void **state UNUSED)
{
	return backup_seal_rewind(&opened);
}

static int take(size_t i, size_t *ret_len, bool *ret_last)
{
	return backup_seal_take(&opened, slice_make(chunks[i], lengths[i]), plain, ret_len,
		ret_last);
}

static void it_opens_again_and_again(void **state UNUSED)
{
	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(backup_seal_rewind(&opened), BACKUP_SEAL_OK);
		for (size_t i = 0; i < CHUNKS; i++) {
			size_t len;
			bool last;

			assert_int_equal(take(i, &len, &last), BACKUP_SEAL_OK);
			assert_int_equal(last, i == CHUNKS - 1);
			assert_int_equal(len, last ? 10 : BACKUP_SEAL_PLAIN);
			assert_int_equal(plain[len - 1], 'a' + (int)i);
		}
	}
}

static void another_order_does_not_open(void **state UNUSED)
{
	size_t len;
	bool last;

	assert_int_equal(take(1, &len, &last), BACKUP_SEAL_DAMAGED);
	assert_int_equal(backup_seal_rewind(&opened), BACKUP_SEAL_OK);
	assert_int_equal(take(0, &len, &last), BACKUP_SEAL_OK);
	assert_int_equal(take(0, &len, &last), BACKUP_SEAL_DAMAGED);
}

static void a_changed_or_shortened_chunk_does_not_open(void **state UNUSED)
{
	size_t len;
	bool last;

	chunks[0][BACKUP_SEAL_CHUNK / 2] ^= 1;
	assert_int_equal(take(0, &len, &last), BACKUP_SEAL_DAMAGED);
	chunks[0][BACKUP_SEAL_CHUNK / 2] ^= 1;
	assert_int_equal(backup_seal_rewind(&opened), BACKUP_SEAL_OK);
	lengths[0]--;
	assert_int_equal(take(0, &len, &last), BACKUP_SEAL_DAMAGED);
	lengths[0]++;
	assert_int_equal(backup_seal_take(&opened, SLICE("short"), plain, &len, &last),
		BACKUP_SEAL_DAMAGED);
}

static void each_octet_of_the_head_counts(void **state UNUSED)
{
	char copy[BACKUP_SEAL_HEAD];

	for (size_t i = 0; i < BACKUP_SEAL_HEAD; i++) {
		int result;

		memcpy(copy, head.data, sizeof(copy));
		copy[i] ^= 1;
		result = backup_seal_look(slice_make(copy, sizeof(copy)));
		assert_int_equal(result, i < 14 ? BACKUP_SEAL_STRANGE :
			i < 16 ? BACKUP_SEAL_VERSION : BACKUP_SEAL_DAMAGED);
		result = backup_seal_look(slice_sub(head, 0, i));
		assert_int_equal(result, i < 14 ? BACKUP_SEAL_STRANGE : BACKUP_SEAL_DAMAGED);
	}
}

static void a_version_is_no_newer_than_this_one(void **state UNUSED)
{
	char copy[BACKUP_SEAL_HEAD];

	memcpy(copy, head.data, sizeof(copy));
	assert_int_equal(copy[15], 2);
	copy[15] = 3;
	assert_int_equal(backup_seal_look(slice_make(copy, sizeof(copy))), BACKUP_SEAL_VERSION);
	for (char version = 0; version < 2; version++) { /* the sum says that it was another */
		copy[15] = version;
		assert_int_equal(backup_seal_look(slice_make(copy, sizeof(copy))),
			BACKUP_SEAL_DAMAGED);
	}
}

static void another_passphrase_is_known_as_such(void **state UNUSED)
{
	struct backup_seal other;

	assert_int_equal(backup_seal_open(&other, head, SLICE("Pass")), BACKUP_SEAL_PASSPHRASE);
	assert_int_equal(backup_seal_open(&other, head, SLICE("")), BACKUP_SEAL_PASSPHRASE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_opens_again_and_again, rewind_it),
		cmocka_unit_test_setup(another_order_does_not_open, rewind_it),
		cmocka_unit_test_setup(a_changed_or_shortened_chunk_does_not_open, rewind_it),
		cmocka_unit_test(each_octet_of_the_head_counts),
		cmocka_unit_test(a_version_is_no_newer_than_this_one),
		cmocka_unit_test(another_passphrase_is_known_as_such),
	};

	return cmocka_run_group_tests_name("keep/backup_seal", tests, seal_three, NULL);
}
