/* path.c - from target to route path; see path.h. */
#include "http/path.h"

#include "http/grammar.h"

/*
 * path-absolute = "/" [ segment-nz *( "/" segment ) ]
 * segment       = *pchar
 * pchar         = unreserved / pct-encoded / sub-delims / ":" / "@"
 */
static bool is_pchar(char c)
{
	return http_char_is_unreserved(c) || http_char_is_sub_delim(c) || c == ':' || c == '@';
}

/* Takes one character from *rest. Octets that would change the path's structure are refused. */
static bool next_octet(struct slice *rest, char *ret_octet)
{
	size_t len = 1;
	char c = rest->data[0];

	if (c == '%') {
		if (!http_percent_octet(*rest, &c) || c == '/')
			return false;
		len = 3;
	} else if (c != '/' && !is_pchar(c)) {
		return false;
	}
	if (c == ';' || c == '\\' || char_is_control(c))
		return false;
	*rest = slice_sub(*rest, len, rest->len);
	*ret_octet = c;
	return true;
}

/* Every segment but the last is non-empty, and none is "." or "..". */
static bool segments_are_plain(struct slice path)
{
	struct slice rest = slice_sub(path, 1, path.len);

	while (rest.data != NULL) {
		struct slice segment = slice_cut(&rest, '/');

		if (slice_is(segment, ".") || slice_is(segment, ".."))
			return false;
		if (segment.len == 0 && rest.data != NULL)
			return false;
	}
	return true;
}

bool http_path_normalise(struct slice raw, char ret_text[HTTP_PATH_MAX], struct slice *ret_path)
{
	struct slice path = slice_make(ret_text, 0);

	if (!slice_starts(raw, "/"))
		return false;
	while (raw.len > 0) {
		if (path.len == HTTP_PATH_MAX || !next_octet(&raw, &ret_text[path.len]))
			return false;
		path.len++;
	}
	if (!slice_is_utf8(path) || !segments_are_plain(path))
		return false;
	*ret_path = path;
	return true;
}
