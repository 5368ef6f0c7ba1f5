/* Cookies: a value that was found can be set again: nothing in it ends a line or a pair. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "http/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice value = { 0 };
	struct buffer lines;

	if (cookie_get(slice_make((const char *)data, size), "__Host-login", &value) != 0)
		return 0;
	buffer_init(&lines, size + 200);
	cookie_set(&lines, "__Host-login", value, 0);
	if (!buffer_ok(&lines))
		abort();
	buffer_release(&lines);
	return 0;
}
