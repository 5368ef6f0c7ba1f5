/* Forms and query strings: decoded once, bounded, and repeated names are visible. */
#include "unit/unit.h"

#include "base/buffer.h"
#include "http/form.h"

static struct arena *arena;
static struct form form;

static int parse(struct slice text)
{
	arena_free(arena);
	arena = arena_new(512 * 1024);
	form = (struct form){ 0 };
	return form_parse(text, arena, &form);
}

static void pairs_are_decoded(void **state UNUSED)
{
	assert_int_equal(parse(SLICE("a=1&b=x+y%2Bz&empty=&bare&%61%20b=gr%C3%BC&c=1=2&&")), 0);
	assert_int_equal(form.n_fields, 6);
	assert_string_equal(form_text(&form, "a"), "1");
	assert_slice(form_get(&form, "b"), "x y+z");
	assert_slice(form_get(&form, "empty"), "");
	assert_non_null(form_get(&form, "empty").data);
	assert_non_null(form_get(&form, "bare").data);
	assert_slice(form_get(&form, "a b"), "gr\xc3\xbc");
	assert_slice(form_get(&form, "c"), "1=2");
	assert_null(form_get(&form, "absent").data);
	assert_string_equal(form_text(&form, "absent"), "");
	assert_null(form_get(&form, "A").data);
}

static void nothing_is_an_empty_form(void **state UNUSED)
{
	assert_int_equal(parse((struct slice){ 0 }), 0);
	assert_int_equal(form.n_fields, 0);
	assert_int_equal(parse(SLICE("&&&")), 0);
	assert_int_equal(form.n_fields, 0);
	assert_null(form_get(&form, "").data);
	assert_int_equal(parse(SLICE("=")), 0);
	assert_int_equal(form.n_fields, 1);
	assert_non_null(form_get(&form, "").data);
}

static void a_repeated_name_is_counted(void **state UNUSED)
{
	assert_int_equal(parse(SLICE("a=1&b=2&a=3&%61=4")), 0);
	assert_slice(form_get(&form, "a"), "1");
	assert_int_equal(form_count(&form, "a"), 3);
	assert_int_equal(form_count(&form, "b"), 1);
	assert_int_equal(form_count(&form, "c"), 0);
}

static void broken_text_is_refused_whole(void **state UNUSED)
{
	static const char *const refused[] = { "a=%", "a=%4", "a=%zz", "%00=a", "a=%ff",
		"a=\xff", "a=%c3", "a=%ed%a0%80", "ok=1&a=%", "a=%u0041" };

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		assert_int_equal(parse(slice_of(refused[i])), FORM_MALFORMED);
		assert_int_equal(form.n_fields, 0);
	}
}

/* The field it stands in is told, by whoever checks the field. */
static void a_nul_in_a_value_is_kept_but_ends_no_text(void **state UNUSED)
{
	assert_int_equal(parse(SLICE("a=x%00y&b=\0")), 0);
	assert_int_equal(form_get(&form, "a").len, 3);
	assert_memory_equal(form_get(&form, "a").data, "x\0y", 4);
	assert_string_equal(form_text(&form, "a"), "");
	assert_int_equal(form_get(&form, "b").len, 1);
}

static void limits_hold(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 2 * FORM_MAX);
	for (int n = FORM_FIELDS_MAX; n <= FORM_FIELDS_MAX + 1; n++) {
		buffer_clear(&b);
		for (int i = 0; i < n; i++)
			buffer_append_text(&b, "a&");
		assert_int_equal(parse(buffer_slice(&b)),
		    n == FORM_FIELDS_MAX ? 0 : FORM_TOO_LARGE);
	}
	buffer_clear(&b);
	for (int i = 0; i < 100000 / 2; i++)
		buffer_append_text(&b, "a&");
	assert_int_equal(parse(buffer_slice(&b)), FORM_TOO_LARGE);
	buffer_clear(&b);
	buffer_appendf(&b, "%0*d=1", FORM_VALUE_MAX + 1, 0);
	assert_int_equal(parse(buffer_slice(&b)), FORM_TOO_LARGE);
	buffer_clear(&b);
	for (int i = 0; i < FORM_VALUE_MAX; i++)
		buffer_append_text(&b, "%61");
	assert_int_equal(parse(buffer_slice(&b)), 0);
	assert_int_equal(form_count(&form, "a"), 0);
	assert_null(form_too_long(&form));
	buffer_append_text(&b, "&b=");
	buffer_appendf(&b, "%0*d", FORM_MAX, 0);
	assert_int_equal(parse(buffer_slice(&b)), FORM_TOO_LARGE);
	buffer_release(&b);
}

/* What else was typed is there; the one field is named. */
static void a_field_that_is_too_long_is_left_out_alone(void **state UNUSED)
{
	struct buffer b;

	buffer_init(&b, 2 * FORM_MAX);
	for (int n = FORM_VALUE_MAX; n <= FORM_VALUE_MAX + 1; n++) {
		buffer_clear(&b);
		buffer_appendf(&b, "a=1&b=%0*d&c=3", n, 0);
		assert_int_equal(parse(buffer_slice(&b)), 0);
		assert_slice(form_get(&form, "a"), "1");
		assert_slice(form_get(&form, "c"), "3");
		if (n == FORM_VALUE_MAX) {
			assert_null(form_too_long(&form));
			assert_int_equal(form_get(&form, "b").len, n);
		} else {
			assert_slice(form_too_long(&form)->name, "b");
			assert_slice(form_get(&form, "b"), "");
		}
	}
	buffer_clear(&b);
	for (int i = 0; i < 4; i++)
		buffer_appendf(&b, "f%d=%0*d&", i, 60000, 0);
	buffer_append_text(&b, "last=1");
	assert_int_equal(parse(buffer_slice(&b)), 0);
	assert_slice(form_too_long(&form)->name, "f3"); /* all together */
	assert_slice(form_get(&form, "last"), "1");
	buffer_release(&b);
}

static void a_full_arena_is_fatal(void **state UNUSED)
{
	struct arena *small = arena_new(64);

	form = (struct form){ 0 };
	assert_int_equal(form_parse(SLICE("a=1&b=2&c=3"), small, &form), -1);
	assert_int_equal(form.n_fields, 0);
	arena_free(small);
}

static int free_arena(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_decoded),
		cmocka_unit_test(nothing_is_an_empty_form),
		cmocka_unit_test(a_repeated_name_is_counted),
		cmocka_unit_test(broken_text_is_refused_whole),
		cmocka_unit_test(a_nul_in_a_value_is_kept_but_ends_no_text),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_field_that_is_too_long_is_left_out_alone),
		cmocka_unit_test(a_full_arena_is_fatal),
	};

	return cmocka_run_group_tests_name("http/form", tests, NULL, free_arena);
}
