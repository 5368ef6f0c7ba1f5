/* Addresses: what is taken has a host and port that build the same origin again. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "http/url.h"

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size);
	struct url url, again;
	struct buffer origin;

	url_origin_is_host(text, SLICE("node.example:8443"));
	url_origin_is_host(SLICE("https://node.example:8443"), text);
	if (url_parse(text, &url) != NULL) {
		check(url_check_site(text) != NULL);
		return 0;
	}
	check(url.host.len > 0 && url.port > 0);
	check(slice_is_ascii(url.path) && slice_is_printable(url.path));
	buffer_init(&origin, size + 100);
	url_append_origin(&origin, url.host, url.port);
	check(url_parse(buffer_slice(&origin), &again) == NULL);
	check(url_same_origin(&url, &again) == url.secure);
	check(url_check_site(buffer_slice(&origin)) == NULL);
	buffer_release(&origin);
	return 0;
}
