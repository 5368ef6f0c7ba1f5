/*
 * path.h - the one place where a request target becomes the path that routes are matched against.
 * What could be read two ways is refused instead of repaired, so that no second reader of the same
 * bytes can come to another path. Source: RFC 3986 sections 3.3 and 5.2.4.
 */
#ifndef TOCSIN_HTTP_PATH_H
#define TOCSIN_HTTP_PATH_H

#include "base/slice.h"

enum {
	HTTP_PATH_MAX = 1024, /* octets of a path after decoding */
};

/*
 * Decodes raw ("/..." as sent, without the query) once into ret_text. True when it is a plain
 * path; false (400) when it is longer than HTTP_PATH_MAX, or holds, literally or encoded, an empty
 * segment, a "." or ".." segment, a backslash, ";", a control character, or an encoded "/", a
 * broken escape, a character outside the grammar, or what is not UTF-8. ret_path points into
 * ret_text, whose content after a refusal is of no use.
 */
bool http_path_normalise(struct slice raw, char ret_text[HTTP_PATH_MAX], struct slice *ret_path)
	MUST_CHECK;

#endif
