/*
 * Messages: whatever comes in, what is kept is canonical, stays itself when it comes in again, and
 * stays canonical when it is downgraded.
 */
#include "fuzz/fuzz.h"

#include "core/message.h"

/* The promise of message.h, checked by other code than its own. */
static void require_canonical(struct slice text)
{
	size_t column = 0;

	for (size_t i = 0; i < text.len; i++) {
		REQUIRE(text.data[i] != '\0');
		if (text.data[i] == '\r')
			REQUIRE(i + 1 < text.len && text.data[i + 1] == '\n');
		if (text.data[i] == '\n')
			REQUIRE(i > 0 && text.data[i - 1] == '\r');
		column = text.data[i] == '\n' ? 0 : column + 1;
		/* the CR is counted */
		REQUIRE(column <= MESSAGE_LINE_MAX + 1);
	}
	REQUIRE(column == 0);
}

static void walk(const struct message *m)
{
	struct slice header = message_header(m);
	struct message_field field;
	size_t at = 0, n = 0, len = 0;

	while (message_next_field(header, &at, &field)) {
		n++;
		len += field.raw.len;
		REQUIRE(field.name.len > 0 && field.name.len + 1 + field.body.len + 2 == field.raw.len);
	}
	REQUIRE(n == m->n_fields && len == header.len && at == header.len);
	REQUIRE(m->body_at == header.len + 2);
}

static void again(const struct message *m)
{
	struct buffer out;
	struct message same;

	buffer_init(&out, 1 << 22);
	REQUIRE(message_normalise(m->text, &out, &same) == 0);
	REQUIRE(slice_equal(same.text, m->text) && same.body_at == m->body_at);
	buffer_release(&out);
}

static void downgraded(const struct message *m)
{
	struct arena *arena = arena_new(1 << 22);
	struct buffer body, header;
	struct message narrow;
	int error;

	buffer_init(&body, 1 << 23);
	buffer_init(&header, 1 << 23);
	error = message_downgrade_body(m, &body, &narrow);
	REQUIRE(error == 0 || error == MESSAGE_HEADER_TOO_LARGE || error == MESSAGE_TOO_MANY_FIELDS);
	if (error == 0) {
		require_canonical(narrow.text);
		again(&narrow);
	}
	if (message_downgrade_header(m, arena, &header) == 0) {
		require_canonical(buffer_slice(&header));
		REQUIRE(slice_is_ascii(buffer_slice(&header)));
		error = message_open(buffer_slice(&header), &narrow);
		REQUIRE(error == 0 || error == MESSAGE_HEADER_TOO_LARGE);
	}
	buffer_release(&body);
	buffer_release(&header);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make((const char *)data, size);
	struct message m;
	struct buffer out;

	buffer_init(&out, 1 << 22);
	if (message_normalise(in, &out, &m) == 0) {
		require_canonical(m.text);
		walk(&m);
		again(&m);
		downgraded(&m);
	}
	buffer_release(&out);
	return 0;
}
