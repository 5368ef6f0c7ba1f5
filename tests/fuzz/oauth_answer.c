/*
 * Answers of a token endpoint: whatever comes, only a good one has a token, and a token is one that
 * can stand in a header. The first octet chooses the status.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "oauth2/answer.h"

static const unsigned statuses[] = { 200, 400, 401, 429, 503 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(4 << 20);
	struct oauth_answer answer;
	struct oauth_device device;
	struct slice body;
	unsigned status;

	if (a == NULL || size == 0) {
		arena_free(a);
		return 0;
	}
	status = statuses[data[0] % COUNT_OF(statuses)];
	body = slice_make((const char *)data + 1, size - 1);
	oauth_answer_read(status, body, a, &answer);
	REQUIRE((answer.outcome == OAUTH_GRANTED) == (answer.access_token[0] != '\0'));
	REQUIRE(slice_is_printable(slice_of(answer.access_token)));
	REQUIRE(slice_is_printable(slice_of(answer.refresh_token)));
	REQUIRE(slice_is_printable(slice_of(answer.error)));
	REQUIRE(slice_is_printable(slice_of(answer.description)));
	REQUIRE(answer.expires_in >= 0 && answer.refresh_expires_in >= 0);
	REQUIRE(answer.n_codes <= OAUTH_CODES_MAX);
	if (oauth_device_read(status, body, a, &device, &answer))
		REQUIRE(device.interval >= 1 && device.expires_in >= 1 &&
			device.user_code[0] != '\0');
	arena_free(a);
	return 0;
}
