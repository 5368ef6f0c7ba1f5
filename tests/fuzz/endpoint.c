/* endpoint.c - addresses with ports and address literals; what is taken comes back the same. */
#include "fuzz/fuzz.h"

#include "sys/endpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make((const char *)data, size);
	char text[ENDPOINT_TEXT_SIZE];
	struct endpoint e, again;

	if (endpoint_parse(in, &e)) {
		REQUIRE(endpoint_parse(slice_of(endpoint_text(&e, text)), &again));
		REQUIRE(endpoint_same_ip(&e, &again) && endpoint_port(&e) == endpoint_port(&again));
		REQUIRE(!(endpoint_is_loopback(&e) && endpoint_is_private(&e)));
	}
	if (endpoint_is_ip_literal(in))
		REQUIRE(size > 1 && slice_is_ascii(in));
	return 0;
}
