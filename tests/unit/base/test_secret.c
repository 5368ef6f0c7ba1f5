/* Encodings are strict both ways; comparison and randomness do what they say. */
#include "unit/unit.h"

#include "base/secret.h"

static void base64_round_trip_of_every_length(void **state UNUSED)
{
	unsigned char bytes[70];

	random_bytes(bytes, sizeof(bytes));
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct buffer text, back;

		buffer_init(&text, 200);
		buffer_init(&back, 200);
		base64_encode(&text, slice_make((const char *)bytes, len));
		assert_int_equal(text.len, (len + 2) / 3 * 4);
		assert_true(base64_decode(&back, buffer_slice(&text)));
		assert_int_equal(back.len, len);
		if (len > 0)
			assert_memory_equal(back.data, bytes, len);
		buffer_release(&text);
		buffer_release(&back);
	}
}

static void base64_refuses_junk(void **state UNUSED)
{
	static const char *const bad[] = { "A", "AA", "AAA", "AA=A", "AAAA=", "AA ==", "AA\n==", "****" };
	struct buffer out;

	buffer_init(&out, 100);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(base64_decode(&out, slice_of(bad[i])));
	assert_int_equal(out.len, 0);
	buffer_release(&out);
}

static void hex_round_trip_and_junk(void **state UNUSED)
{
	struct buffer out;

	buffer_init(&out, 100);
	hex_encode(&out, SLICE("\x00\xff\x10"));
	assert_slice(buffer_slice(&out), "00ff10");
	buffer_clear(&out);
	assert_true(hex_decode(&out, SLICE("00FF10")));
	assert_memory_equal(out.data, "\x00\xff\x10", 3);
	assert_false(hex_decode(&out, SLICE("0")));
	assert_false(hex_decode(&out, SLICE("0g")));
	assert_int_equal(out.len, 3);
	buffer_release(&out);
}

static void equality_looks_at_every_byte(void **state UNUSED)
{
	assert_true(secret_equal(SLICE("abc"), SLICE("abc")));
	assert_false(secret_equal(SLICE("abc"), SLICE("abd")));
	assert_false(secret_equal(SLICE("abc"), SLICE("ab")));
	assert_true(secret_equal(SLICE(""), (struct slice){ 0 }));
}

static void random_below_stays_below(void **state UNUSED)
{
	bool seen[3] = { false };

	for (int i = 0; i < 200; i++)
		seen[random_below(3)] = true;
	assert_true(seen[0] && seen[1] && seen[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_round_trip_of_every_length),
		cmocka_unit_test(base64_refuses_junk),
		cmocka_unit_test(hex_round_trip_and_junk),
		cmocka_unit_test(equality_looks_at_every_byte),
		cmocka_unit_test(random_below_stays_below),
	};

	return cmocka_run_group_tests_name("base/secret", tests, NULL, NULL);
}
