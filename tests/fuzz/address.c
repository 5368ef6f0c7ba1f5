/*
 * Addresses: whatever comes in, what is taken holds no control character, goes to the wire in a
 * form that parses again, and points into what was read.
 */
#include "fuzz/fuzz.h"

#include "core/address.h"
#include "core/address_header.h"
#include "core/host.h"

static void one_address(struct slice in)
{
	char wire[ADDRESS_SIZE];
	struct address a, again;

	if (address_parse(in, &a) != 0)
		return;
	REQUIRE(slice_is_printable(a.text) && slice_is_utf8(a.text));
	REQUIRE(a.local.len + 1 + a.domain.len == in.len);
	REQUIRE(address_to_ascii_domain(&a, wire) == 0);
	REQUIRE(address_parse(slice_of(wire), &again) == 0);
	REQUIRE(slice_is_ascii(again.domain) && slice_equal(again.local, a.local));
}

static void typed_list(struct slice in, struct arena *arena)
{
	struct address_list list;
	struct address_problem problem;
	int result = address_list_parse(in, arena, &list, &problem);

	if (result == 1)
		REQUIRE(problem.error != ADDRESS_OK && slice_is_printable(slice_of(problem.text)));
	for (size_t i = 0; result == 0 && i < list.count; i++)
		one_address(list.items[i].text);
}

static void header_field(struct slice in, struct arena *arena)
{
	struct mailbox_list list;

	if (address_header_parse(in, arena, &list) != 0)
		return;
	for (size_t i = 0; i < list.count; i++) {
		const struct mailbox *m = &list.items[i];

		REQUIRE(slice_is_printable(m->name) && m->local.len > 0);
		REQUIRE(m->local_end > 0 && m->local_end <= in.len);
		REQUIRE(m->address.len - m->local.len ==
			(m->domain.data != NULL ? 1 + m->domain.len : 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make((const char *)data, size);
	struct arena *arena = arena_new(1 << 20);
	struct host host, again;

	one_address(in);
	typed_list(in, arena);
	header_field(in, arena);
	if (host_name_check(in, &host) == 0) {
		struct slice text = slice_of(host.text);

		REQUIRE(slice_is_printable(text) && slice_is_ascii(text));
		REQUIRE(host_name_check(text, &again) == 0 && again.kind == host.kind);
	}
	arena_free(arena);
	return 0;
}
