/* Rows as octets: they come back as they were, in any pieces, and in their order alone. */
#include "unit/unit.h"

#include "keep/backup_record.h"

static struct buffer content;
static size_t n_taken;
static struct backup_row last;
static char last_text[100];

static struct backup_value text(const char *value)
{
	return (struct backup_value){ .octets = slice_of(value) };
}

static struct backup_value number(int64_t value)
{
	return (struct backup_value){ .number = value };
}

static void add(enum backup_kind kind, const struct backup_value *values)
{
	struct backup_row row = { .kind = kind, .n = strlen(backup_columns(kind)) };

	memcpy(row.values, values, row.n * sizeof(*values));
	backup_record_write(&content, &row);
	assert_true(buffer_ok(&content));
}

static void add_head(void)
{
	add(BACKUP_HEAD, (struct backup_value[]){ text("1.0"), text("node"), number(7),
		text("x") });
}

static void add_notice(const char *name)
{
	add(BACKUP_NOTICE, (struct backup_value[]){ text(name), number(-5), number(INT64_MAX) });
}

static int take(void *arg, const struct backup_row *row)
{
	n_taken++;
	last = *row;
	if (row->values[0].octets.len < sizeof(last_text) && row->values[0].octets.len > 0)
		memcpy(last_text, row->values[0].octets.data, row->values[0].octets.len);
	return *(int *)arg;
}

/* In pieces of that many octets; whether it may end is told as 50. */
static int read_content(size_t piece, int answer)
{
	struct backup_reader r;
	struct slice rest = buffer_slice(&content);
	int result = 0;

	n_taken = 0;
	backup_reader_init(&r, take, &answer);
	while (result == 0 && rest.len > 0) {
		result = backup_reader_feed(&r, slice_sub(rest, 0, piece));
		rest = slice_sub(rest, size_min(piece, rest.len), rest.len);
	}
	if (result == 0 && !backup_reader_end(&r))
		result = 50;
	backup_reader_release(&r);
	return result;
}

static int start(void **state UNUSED)
{
	buffer_init(&content, 4 * 1024 * 1024);
	return 0;
}

static int stop(void **state UNUSED)
{
	buffer_release(&content);
	return 0;
}

static void rows_come_back_in_pieces_of_any_size(void **state UNUSED)
{
	add_head();
	add_notice("daily");
	for (size_t piece = 1; piece < 40; piece++) {
		assert_int_equal(read_content(piece, 0), 0);
		assert_int_equal(n_taken, 2);
		assert_int_equal(last.kind, BACKUP_NOTICE);
		assert_int_equal(last.values[1].number, -5);
		assert_true(last.values[2].number == INT64_MAX);
		assert_memory_equal(last_text, "daily", 5);
	}
	assert_int_equal(read_content(1000, 7), 7); /* what take says is given back */
	assert_int_equal(n_taken, 1);
}

static void the_head_is_first_and_there(void **state UNUSED)
{
	assert_int_equal(read_content(10, 0), 50);
	add_notice("daily");
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
	buffer_clear(&content);
	add_head();
	add_head();
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
}

static void the_order_of_kinds_is_held(void **state UNUSED)
{
	add_head();
	add_notice("daily");
	add(BACKUP_ALIAS, (struct backup_value[]){ text("a"), text("b"), number(1), text("c") });
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
	buffer_clear(&content);
	add_head();
	add(BACKUP_RECIPIENT, (struct backup_value[]){ number(1), text("a@b"), number(3), number(0),
		number(0), number(0) });
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
}

static void add_sign_in(void)
{
	add(BACKUP_SIGN_IN, (struct backup_value[]){ text("f"), text("access"), text("refresh"),
		number(1), number(2), number(3), number(4), text("scope"), text("account"),
		text("by"), number(5), text(""), text(""), number(0), text("good"), number(6), number(7), number(1),
		number(0) });
}

static void certificate_and_sign_in_have_their_places(void **state UNUSED)
{
	add_head();
	add(BACKUP_CERTIFICATE, (struct backup_value[]){ text("chain"), text("key") });
	add(BACKUP_SETTING, (struct backup_value[]){ text("k"), text("v"), number(1), text("by") });
	add_sign_in();
	add_notice("daily");
	assert_int_equal(read_content(1000, 0), 0);
	add_sign_in();
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
	buffer_clear(&content);
	add_head();
	add_sign_in();
	add_sign_in();
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
	buffer_clear(&content);
	add_sign_in();
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
	buffer_clear(&content);
	add_head();
	add_sign_in();
	add(BACKUP_CERTIFICATE, (struct backup_value[]){ text("chain"), text("key") });
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
}

static void what_is_cut_off_is_not_an_end(void **state UNUSED)
{
	add_head();
	add_notice("daily");
	content.len--;
	assert_int_equal(read_content(1000, 0), 50);
}

static void null_and_nul_stand_where_they_may(void **state UNUSED)
{
	struct backup_value token[] = { text("d"), text("n"), number(1), number(2), text("by"),
		{ .null = true }, { .null = true }, { .null = true }, { .null = true },
		{ .null = true } };

	add_head();
	add(BACKUP_TOKEN, token);
	assert_int_equal(read_content(1000, 0), 0);
	assert_true(last.values[5].null && last.values[7].null);
	token[3] = (struct backup_value){ .null = true };
	add(BACKUP_TOKEN, token);
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
	buffer_clear(&content);
	add_head();
	add(BACKUP_NOTICE, (struct backup_value[]){ { .octets = slice_make("a\0b", 3) }, number(0),
		number(0) });
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
}

static void a_length_past_the_limit_is_refused_at_once(void **state UNUSED)
{
	add_head();
	buffer_append(&content, "\x7f\xff\xff\xff", 4);
	assert_int_equal(read_content(1000, 0), BACKUP_RECORD_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_come_back_in_pieces_of_any_size, start, stop),
		cmocka_unit_test_setup_teardown(the_head_is_first_and_there, start, stop),
		cmocka_unit_test_setup_teardown(the_order_of_kinds_is_held, start, stop),
		cmocka_unit_test_setup_teardown(certificate_and_sign_in_have_their_places, start,
			stop),
		cmocka_unit_test_setup_teardown(what_is_cut_off_is_not_an_end, start, stop),
		cmocka_unit_test_setup_teardown(null_and_nul_stand_where_they_may, start, stop),
		cmocka_unit_test_setup_teardown(a_length_past_the_limit_is_refused_at_once, start,
			stop),
	};

	return cmocka_run_group_tests_name("keep/backup_record", tests, NULL, NULL);
}
