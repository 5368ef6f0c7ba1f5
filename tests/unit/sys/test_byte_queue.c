/* Byte queues: what went in comes out, at any pace, up to the limit, and memory goes when empty. */
#include "unit/unit.h"

#include "sys/byte_queue.h"

static void bytes_come_out_as_they_went_in(void **state UNUSED)
{
	struct byte_queue q;
	unsigned in = 0, out = 0;

	byte_queue_init(&q, 3000);
	for (unsigned round = 0; round < 20000; round++) {
		size_t add = round * 7919 % 97, take = round * 104729 % 101;

		for (; add > 0 && byte_queue_room(&q) > 0; add--) {
			char c = (char)(in++ % 251);

			assert_int_equal(byte_queue_add(&q, slice_make(&c, 1)), 0);
		}
		for (; take > 0 && q.len > 0; take--) {
			assert_int_equal((unsigned char)byte_queue_slice(&q).data[0], out++ % 251);
			byte_queue_consume(&q, 1);
		}
	}
	assert_int_equal(in - out, q.len);
	assert_true(in > 100000);
	byte_queue_release(&q);
}

static void the_limit_holds(void **state UNUSED)
{
	struct byte_queue q;
	size_t len = 0;

	byte_queue_init(&q, 10);
	assert_int_equal(byte_queue_add(&q, SLICE("12345678")), 0);
	assert_int_equal(byte_queue_add(&q, SLICE("901")), -1);
	assert_slice(byte_queue_slice(&q), "12345678");
	assert_non_null(byte_queue_reserve(&q, 100, &len));
	assert_int_equal(len, 2);
	memcpy(byte_queue_reserve(&q, 100, &len), "90", 2);
	byte_queue_added(&q, 2);
	assert_null(byte_queue_reserve(&q, 1, &len));
	assert_slice(byte_queue_slice(&q), "1234567890");
	byte_queue_consume(&q, 100); /* more than there is */
	assert_int_equal(q.len, 0);
	byte_queue_release(&q);
}

static void what_has_left_is_wiped(void **state UNUSED)
{
	struct byte_queue q;
	const char *memory;

	byte_queue_init(&q, 100);
	assert_int_equal(byte_queue_add(&q, SLICE("secret-rest")), 0);
	memory = q.data;
	byte_queue_consume(&q, 7);
	assert_memory_equal(memory, "\0\0\0\0\0\0\0rest", 11);
	byte_queue_release(&q);
}

static void an_empty_queue_gives_large_memory_back(void **state UNUSED)
{
	static char data[50000];
	struct byte_queue q;

	byte_queue_init(&q, 100000);
	assert_int_equal(byte_queue_add(&q, slice_make(data, sizeof(data))), 0);
	byte_queue_consume(&q, sizeof(data));
	assert_null(q.data);
	assert_int_equal(byte_queue_add(&q, SLICE("x")), 0);
	byte_queue_consume(&q, 1);
	assert_non_null(q.data);
	byte_queue_release(&q);
	assert_null(q.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_come_out_as_they_went_in),
		cmocka_unit_test(the_limit_holds),
		cmocka_unit_test(what_has_left_is_wiped),
		cmocka_unit_test(an_empty_queue_gives_large_memory_back),
	};

	return cmocka_run_group_tests_name("sys/byte_queue", tests, NULL, NULL);
}
