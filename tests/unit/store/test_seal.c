/* Sealed secrets: bound to their place, altered ones do not open, the key file is checked. */
#include "unit/store/fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/schema.h"
#include "store/settings.h"
#include "sys/files.h"

static struct seal key(unsigned char first)
{
	struct seal s = { .key = { first, 2, 3 } };

	return s;
}

static struct buffer sealed(const struct seal *s, const char *place, const char *plain)
{
	struct buffer out;

	buffer_init(&out, 4096);
	seal_close(s, slice_of(place), slice_of(plain), &out);
	assert_true(buffer_ok(&out));
	return out;
}

static int open_at(const struct seal *s, const char *place, const struct buffer *b,
	const char *expected)
{
	struct buffer plain;
	int result;

	buffer_init_secret(&plain, 4096);
	buffer_append_text(&plain, "before ");
	result = seal_open(s, slice_of(place), buffer_slice(b), &plain);
	assert_slice(slice_sub(buffer_slice(&plain), 0, 7), "before ");
	if (result == 0)
		assert_slice(slice_sub(buffer_slice(&plain), 7, plain.len), expected);
	else
		assert_int_equal(plain.len, 7);
	buffer_release(&plain);
	return result;
}

static void what_is_sealed_opens_at_its_place_only(void **state UNUSED)
{
	struct seal s = key(1), other = key(9);
	struct buffer b = sealed(&s, "setting/email.password", "open sesame");

	assert_int_equal(b.len, 11 + SEAL_OVERHEAD);
	assert_int_equal(open_at(&s, "setting/email.password", &b, "open sesame"), 0);
	assert_int_equal(open_at(&s, "setting/email.passwore", &b, ""), SEAL_BROKEN);
	assert_int_equal(open_at(&s, "", &b, ""), SEAL_BROKEN);
	assert_int_equal(open_at(&other, "setting/email.password", &b, ""), SEAL_BROKEN);
	buffer_release(&b);
}

static void an_empty_secret_can_be_sealed(void **state UNUSED)
{
	struct seal s = key(1);
	struct buffer b = sealed(&s, "p", "");

	assert_int_equal(open_at(&s, "p", &b, ""), 0);
	buffer_release(&b);
}

static void any_altered_octet_is_noticed(void **state UNUSED)
{
	struct seal s = key(1);
	struct buffer b = sealed(&s, "p", "secret");

	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 1;
		assert_int_equal(open_at(&s, "p", &b, ""), SEAL_BROKEN);
		b.data[i] ^= 1;
	}
	assert_int_equal(open_at(&s, "p", &b, "secret"), 0);
	buffer_release(&b);
}

static void any_cut_is_noticed(void **state UNUSED)
{
	struct seal s = key(1);
	struct buffer b = sealed(&s, "p", "secret");

	while (b.len > 0) {
		b.len--;
		assert_int_equal(open_at(&s, "p", &b, ""), SEAL_BROKEN);
	}
	buffer_release(&b);
}

static void the_same_text_looks_different_each_time(void **state UNUSED)
{
	struct seal s = key(1);
	struct buffer a = sealed(&s, "p", "secret"), b = sealed(&s, "p", "secret");

	assert_memory_not_equal(a.data + 1, b.data + 1, a.len - 1);
	buffer_release(&a);
	buffer_release(&b);
}

static void a_digest_depends_on_key_place_and_text(void **state UNUSED)
{
	struct seal s = key(1), other = key(9);
	unsigned char a[SEAL_DIGEST_SIZE], b[SEAL_DIGEST_SIZE];

	seal_digest(&s, SLICE("ab"), SLICE("c"), a);
	seal_digest(&s, SLICE("ab"), SLICE("c"), b);
	assert_memory_equal(a, b, sizeof(a));
	seal_digest(&s, SLICE("a"), SLICE("bc"), b);
	assert_memory_not_equal(a, b, sizeof(a));
	seal_digest(&other, SLICE("ab"), SLICE("c"), b);
	assert_memory_not_equal(a, b, sizeof(a));
}

/* ---- the key file ---- */

static int save_secret(struct store_db *on, void *arg UNUSED)
{
	const struct store_setting_value value = { "email.password", "Tr0ubador-planted", true };
	struct store_settings_save save = { .at = 1, .by = "anna", .from = "::1", .values = &value,
		.n = 1 };
	uint64_t version;
	size_t n;

	return store_settings_save(on, &save, &version, &n);
}

static void make_store(void)
{
	open_store();
	assert_int_equal(write_and_wait(save_secret, NULL), STORE_OK);
	close_store();
}

static void is_refused_untouched(const char *words)
{
	struct buffer before = read_whole("tocsin.db"), after;
	const char *fault = refused();

	if (strstr(fault, words) == NULL || strstr(fault, "store.key") == NULL)
		fail_msg("\"%s\" does not say \"%s\" of store.key", fault, words);
	after = read_whole("tocsin.db");
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.data, after.data, before.len);
	buffer_release(&before);
	buffer_release(&after);
}

static void without_the_key_nothing_is_overwritten(void **state UNUSED)
{
	make_store();
	assert_int_equal(unlink(path_of("store.key")), 0);
	is_refused_untouched("is missing");
	assert_int_not_equal(access(path_of("store.key"), F_OK), 0);
}

static void another_key_is_refused(void **state UNUSED)
{
	char other[32] = "another key of the right length";

	make_store();
	write_whole("store.key", other, sizeof(other));
	is_refused_untouched("is not the key");
}

static void a_key_of_the_wrong_length_is_refused(void **state UNUSED)
{
	make_store();
	write_whole("store.key", "short", 5);
	is_refused_untouched("holds 5 octets");
	write_whole("store.key", "a text that is longer than a key can be", 39);
	is_refused_untouched("holds 39 octets");
}

static void a_key_that_others_may_read_is_refused(void **state UNUSED)
{
	make_store();
	assert_int_equal(chmod(path_of("store.key"), 0640), 0);
	is_refused_untouched("mode 0640");
}

static void a_key_of_somebody_else_is_refused(void **state UNUSED)
{
	make_store();
	if (chown(path_of("store.key"), 65534, 65534) != 0)
		skip(); /* only root can give it away */
	is_refused_untouched("belongs to user id 65534");
}

static void a_link_in_the_keys_place_is_refused(void **state UNUSED)
{
	char elsewhere[128];

	make_store();
	memcpy(elsewhere, path_of("moved"), sizeof(elsewhere));
	assert_int_equal(rename(path_of("store.key"), elsewhere), 0);
	assert_int_equal(symlink("moved", path_of("store.key")), 0);
	is_refused_untouched("store.key");
}

static void the_right_key_put_back_opens_it_again(void **state UNUSED)
{
	struct buffer right;

	make_store();
	right = read_whole("store.key");
	write_whole("store.key", "0123456789abcdef0123456789abcdef", 32);
	is_refused_untouched("is not the key");
	write_whole("store.key", right.data, right.len);
	open_store();
	buffer_release(&right);
}

static void a_key_made_before_the_database_is_used(void **state UNUSED)
{
	struct buffer after;

	write_whole("store.key", "0123456789abcdef0123456789abcdef", 32);
	assert_int_equal(chmod(path_of("store.key"), 0600), 0);
	open_store();
	after = read_whole("store.key");
	assert_slice(buffer_slice(&after), "0123456789abcdef0123456789abcdef");
	buffer_release(&after);
}

static void a_planted_secret_is_in_no_file(void **state UNUSED)
{
	make_store();
	assert_true(files_hold("email.password"));
	assert_false(files_hold("Tr0ubador-planted"));
	/* while it is open, too: its log is a file of its own then */
	open_store();
	assert_int_equal(write_and_wait(save_secret, NULL), STORE_OK);
	assert_true(files_hold("email.password"));
	assert_false(files_hold("Tr0ubador-planted"));
}

static int swap_rows(struct store_db *on, void *arg UNUSED)
{
	struct query q;

	query_init(&q, on, "UPDATE setting SET key = 'email.oauth_client_secret'"
			   " WHERE key = 'email.password'");
	return query_run(&q);
}

static void a_sealed_value_moved_to_another_row_is_refused(void **state UNUSED)
{
	struct store_settings settings;

	open_store();
	assert_int_equal(write_and_wait(save_secret, NULL), STORE_OK);
	assert_int_equal(store_settings_load(store_reader(store), arena, &settings), STORE_OK);
	assert_string_equal(settings.items[0].value, "Tr0ubador-planted");
	assert_int_equal(write_and_wait(swap_rows, NULL), STORE_OK);
	assert_int_equal(store_settings_load(store_reader(store), arena, &settings), STORE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(what_is_sealed_opens_at_its_place_only),
		T(an_empty_secret_can_be_sealed),
		T(any_altered_octet_is_noticed),
		T(any_cut_is_noticed),
		T(the_same_text_looks_different_each_time),
		T(a_digest_depends_on_key_place_and_text),
		T(without_the_key_nothing_is_overwritten),
		T(another_key_is_refused),
		T(a_key_of_the_wrong_length_is_refused),
		T(a_key_that_others_may_read_is_refused),
		T(a_key_of_somebody_else_is_refused),
		T(a_link_in_the_keys_place_is_refused),
		T(the_right_key_put_back_opens_it_again),
		T(a_key_made_before_the_database_is_used),
		T(a_planted_secret_is_in_no_file),
		T(a_sealed_value_moved_to_another_row_is_refused),
#undef T
	};

	return cmocka_run_group_tests_name("store/seal", tests, NULL, NULL);
}
