/* JSON out and in. */
#include "unit/unit.h"

#include "web/json_out.h"
#include "json/json_read.h"

static struct buffer out;
static struct arena *arena;

static int begin(void **state UNUSED)
{
	buffer_init(&out, 100000);
	arena = arena_new(1000000);
	return arena != NULL ? 0 : -1;
}

static int end(void **state UNUSED)
{
	buffer_release(&out);
	arena_free(arena);
	return 0;
}

static void commas_stand_between(void **state UNUSED)
{
	struct json_out j;

	json_out_init(&j, &out);
	json_out_object(&j, NULL);
	json_out_text(&j, "a", "x");
	json_out_array(&j, "b");
	json_out_number(&j, NULL, UINT64_MAX);
	json_out_object(&j, NULL);
	json_out_object_end(&j);
	json_out_bool(&j, NULL, true);
	json_out_array_end(&j);
	json_out_moment(&j, "c", 0);
	json_out_moment(&j, "d", 1772546405);
	json_out_object_end(&j);
	assert_string_equal(buffer_text(&out), "{\"a\":\"x\",\"b\":[18446744073709551615,{},true],"
		"\"c\":null,\"d\":\"2026-03-03T14:00:05Z\"}");
}

static void text_is_escaped(void **state UNUSED)
{
	struct json_out j;

	json_out_init(&j, &out);
	json_out_slice(&j, NULL, SLICE("\"\\\n\r\t\x01\x7f\0\xc3\xa4\xff\xc3</script>"));
	assert_string_equal(buffer_text(&out), "\"\\\"\\\\\\n\\u000d\\u0009\\u0001\\u007f\\u0000"
		"\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd</script>\"");
}

static const char *objection_to(struct slice text)
{
	const char *problem = "none";
	json_t *value = json_read(text, arena, &problem);

	json_decref(value);
	return value != NULL ? "none" : problem;
}

static const char *nested(size_t depth)
{
	struct buffer text;
	const char *copy;

	buffer_init(&text, 100000);
	buffer_append_text(&text, "{\"a\":");
	for (size_t i = 1; i < depth; i++)
		buffer_append_char(&text, '[');
	for (size_t i = 1; i < depth; i++)
		buffer_append_char(&text, ']');
	buffer_append_char(&text, '}');
	copy = arena_text(arena, buffer_slice(&text));
	buffer_release(&text);
	return copy;
}

static const char *many(size_t n)
{
	struct buffer text;
	const char *copy;

	buffer_init(&text, 100000);
	buffer_append_text(&text, "{\"a\":[0");
	for (size_t i = 1; i < n; i++)
		buffer_append_text(&text, ",0");
	buffer_append_text(&text, "]}");
	copy = arena_text(arena, buffer_slice(&text));
	buffer_release(&text);
	return copy;
}

static void what_is_read_is_one_bounded_object(void **state UNUSED)
{
	assert_string_equal(objection_to(SLICE("{\"a\": \"\\u00e4 [[[[[[[[[[ ,,, \\\" {\"}")), "none");
	assert_string_equal(objection_to(SLICE("[]")), "This is JSON, but no object.");
	assert_string_equal(objection_to(SLICE("null")), "This is JSON, but no object.");
	assert_non_null(strstr(objection_to(SLICE("")), "no JSON"));
	assert_non_null(strstr(objection_to((struct slice){ 0 }), "no JSON"));
	assert_non_null(strstr(objection_to(SLICE("{\"a\":1,\"a\":2}")), "duplicate"));
	assert_non_null(strstr(objection_to(SLICE("{\"a\":\"\\u0000\"}")), "no JSON"));
	assert_non_null(strstr(objection_to(SLICE("{\"a\":\"\xff\"}")), "no JSON"));
	assert_non_null(strstr(objection_to(SLICE("{} {}")), "no JSON"));
	assert_string_equal(objection_to(slice_of(nested(JSON_DEPTH_MAX))), "none");
	assert_non_null(strstr(objection_to(slice_of(nested(JSON_DEPTH_MAX + 1))), "8 levels"));
	assert_string_equal(objection_to(slice_of(many(JSON_VALUES_MAX - 2))), "none");
	assert_non_null(strstr(objection_to(slice_of(many(JSON_VALUES_MAX + 1))), "5000 values"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(commas_stand_between),
		CASE(text_is_escaped),
		CASE(what_is_read_is_one_bounded_object),
	};

	return cmocka_run_group_tests_name("web/json", tests, NULL, NULL);
}
