/* Content-Type and Content-Transfer-Encoding as programs really write them. */
#include "unit/unit.h"

#include "core/content_type.h"

static void types_and_boundaries_are_read(void **state UNUSED)
{
	static const struct {
		const char *text, *type, *subtype, *boundary;
	} rows[] = {
		{ "text/plain", "text", "plain", "" },
		{ " Text / HTML ; charset=utf-8", "text", "html", "" },
		{ "multipart/mixed; boundary=simple", "multipart", "mixed", "simple" },
		{ "multipart/mixed;\r\n\tboundary=\"=_a (b) c\"", "multipart", "mixed", "=_a (b) c" },
		{ "multipart/x (c); a=b; Boundary = \"q\\\"x\" ; c=d", "multipart", "x", "q\"x" },
		{ "multipart/x; name=\"boundary=no\"; boundary=----=_P/1", "multipart", "x", "----=_P/1" },
		{ "multipart/x; ; =; boundary=y; boundary=z", "multipart", "x", "" },
		{ "multipart/x; boundary=y; boundary=z", "multipart", "x", "y" },
		{ "multipart/x; boundary=\"open", "multipart", "x", "open" },
		{ "multipart/x; boundary=\"end  \"", "multipart", "x", "end" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct content_type type;

		assert_true(content_type_parse(slice_of(rows[i].text), &type));
		assert_string_equal(type.type, rows[i].type);
		assert_string_equal(type.subtype, rows[i].subtype);
		assert_string_equal(type.boundary, rows[i].boundary);
	}
}

static void other_things_are_no_type(void **state UNUSED)
{
	static const char *const bad[] = { "", "text", "/plain", "text/", "(c)", "\"text\"/plain" };
	struct content_type type;
	char text[400] = "multipart/x; boundary=";

	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_false(content_type_parse(slice_of(bad[i]), &type));
	memset(text + 22, 'b', 201);
	assert_true(content_type_parse(slice_of(text), &type));
	assert_string_equal(type.boundary, "");
	text[222] = '\0';
	assert_true(content_type_parse(slice_of(text), &type));
	assert_int_equal(strlen(type.boundary), 200);
}

static void encodings_are_read(void **state UNUSED)
{
	assert_int_equal(content_encoding_parse(SLICE(" 8BIT")), CONTENT_IDENTITY);
	assert_int_equal(content_encoding_parse(SLICE("")), CONTENT_IDENTITY);
	assert_int_equal(content_encoding_parse(SLICE("(x) Base64 (y)")), CONTENT_BASE64);
	assert_int_equal(content_encoding_parse(SLICE("Quoted-Printable")), CONTENT_QUOTED_PRINTABLE);
	assert_int_equal(content_encoding_parse(SLICE("x-uuencode")), CONTENT_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_and_boundaries_are_read),
		cmocka_unit_test(other_things_are_no_type),
		cmocka_unit_test(encodings_are_read),
	};

	return cmocka_run_group_tests_name("core/content_type", tests, NULL, NULL);
}
