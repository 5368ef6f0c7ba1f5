/* The one path normaliser: plain paths come out decoded, everything ambiguous is refused. */
#include "unit/unit.h"

#include "base/buffer.h"
#include "http/path.h"

static char text[HTTP_PATH_MAX];

static void plain_paths_come_out_decoded_once(void **state UNUSED)
{
	static const char *const pairs[][2] = {
		{ "/", "/" },
		{ "/login", "/login" },
		{ "/login/", "/login/" },
		{ "/Login", "/Login" },
		{ "/a%20b/%c3%bc", "/a b/\xc3\xbc" },
		{ "/a%252e%252e", "/a%2e%2e" },
		{ "/...", "/..." },
		{ "/.well-known/x", "/.well-known/x" },
		{ "/a:b@c!$&'()*+,=~_-.", "/a:b@c!$&'()*+,=~_-." },
		{ "/%61%3f%23", "/a?#" },
	};

	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct slice path = { 0 };

		if (!http_path_normalise(slice_of(pairs[i][0]), text, &path))
			fail_msg("refused: %s", pairs[i][0]);
		assert_slice(path, pairs[i][1]);
	}
}

static void ambiguous_paths_are_refused(void **state UNUSED)
{
	static const char *const refused[] = {
		"", "a", "//", "//a", "/a//b", "/a//", "/.", "/..", "/./a", "/a/.", "/a/..", "/../a",
		"/%2e", "/%2e%2e/a", "/.%2E/a", "/a/%2e%2e", "/a%2fb", "/..%2fa", "/%2F", "/%00", "/a%00.css",
		"/a;x=1", "/a%3bx", "/a\\b", "/a%5cb", "/..\\a", "/%0a", "/%0d%0aX:y", "/%7f", "/%1b", "/%",
		"/%2", "/%zz", "/%%41", "/a b", "/a\"", "/<", "/{a}", "/a|b", "/[", "/^", "/\xc3\xbc", "/%ff",
		"/%c0%ae%c0%ae/", "/%c3", "/a#b",
	};

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct slice path = SLICE("untouched");

		if (http_path_normalise(slice_of(refused[i]), text, &path))
			fail_msg("taken: %s", refused[i]);
		assert_slice(path, "untouched");
	}
}

static void the_limit_counts_decoded_octets(void **state UNUSED)
{
	struct buffer b;
	struct slice path;

	buffer_init(&b, 10000);
	buffer_append_char(&b, '/');
	for (int i = 1; i < HTTP_PATH_MAX; i++)
		buffer_append_text(&b, "%61");
	assert_true(http_path_normalise(buffer_slice(&b), text, &path));
	assert_int_equal(path.len, HTTP_PATH_MAX);
	buffer_append_char(&b, 'a');
	assert_false(http_path_normalise(buffer_slice(&b), text, &path));
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_paths_come_out_decoded_once),
		cmocka_unit_test(ambiguous_paths_are_refused),
		cmocka_unit_test(the_limit_counts_decoded_octets),
	};

	return cmocka_run_group_tests_name("http/path", tests, NULL, NULL);
}
