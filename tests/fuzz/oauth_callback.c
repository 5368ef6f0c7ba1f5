/* What a browser brings back from the provider: a query with a state and a code or an error. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "oauth2/authorization.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(1 << 20);
	struct oauth_callback c = { .state = NULL };
	struct form form;

	if (a == NULL)
		return 0;
	if (form_parse(slice_make((const char *)data, size), a, &form) == 0 &&
		oauth_callback_read(&form, a, &c) == NULL) {
		REQUIRE(c.state != NULL && strlen(c.state) <= OAUTH_STATE_MAX);
		REQUIRE((c.code != NULL) != (c.error != NULL));
		REQUIRE(c.code == NULL || slice_is_printable(slice_of(c.code)));
		REQUIRE(slice_is_printable(slice_of(c.description)));
	}
	arena_free(a);
	return 0;
}
