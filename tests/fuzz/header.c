/*
 * Messages: whatever comes in, what is kept is canonical, stays itself when it comes in again, and
 * stays canonical when it is downgraded, submitted and rewritten.
 */
#include "fuzz/fuzz.h"

#include "core/address.h"
#include "core/mime.h"
#include "core/rewrite.h"
#include "core/submission.h"

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
		REQUIRE(field.name.len > 0);
		REQUIRE(field.name.len + 1 + field.body.len + 2 == field.raw.len);
	}
	REQUIRE(n == m->n_fields && len == header.len && at == header.len);
	REQUIRE(m->body_at == header.len + 2);
}

/* Fields as lists show them: what was printable stays so, and is cut nowhere by its decoding. */
static void shown(const struct message *m)
{
	struct arena *arena = arena_new(1 << 22);
	struct slice header = message_header(m), text;
	struct message_field field;
	struct buffer out;
	size_t at = 0;

	while (message_next_field(header, &at, &field)) {
		text = message_unfold(field.body, arena);
		buffer_init(&out, 2 * text.len + 1);
		mime_decode_words(text, &out);
		REQUIRE(buffer_ok(&out));
		REQUIRE(!slice_is_printable(text) || slice_is_printable(buffer_slice(&out)));
		REQUIRE(!slice_is_utf8(text) || slice_is_utf8(buffer_slice(&out)));
		buffer_release(&out);
	}
	arena_free(arena);
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
	REQUIRE(error == 0 || error == MESSAGE_HEADER_TOO_LARGE ||
		error == MESSAGE_TOO_MANY_FIELDS);
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

static void rewritten(const struct message *m, struct slice sender, struct arena *arena)
{
	const struct rewrite_settings settings = {
		.mode = REWRITE_ALWAYS,
		.from_address = SLICE("alerts@example.com"),
		.node_name = SLICE("web1.example.com"),
	};
	struct message_field field;
	struct buffer header;
	struct rewrite r;
	struct message narrow;
	int error;

	buffer_init(&header, 1 << 23);
	if (rewrite_sender(m, &settings, sender, arena, &header, &r) == 0) {
		require_canonical(buffer_slice(&header));
		REQUIRE(slice_is(r.sender, "alerts@example.com"));
		error = message_open(buffer_slice(&header), &narrow);
		REQUIRE(error != MESSAGE_NOT_CANONICAL);
		REQUIRE(message_find_field(buffer_slice(&header), "From", &field));
		REQUIRE(slice_find(field.raw, SLICE("@")) < field.raw.len);
	}
	buffer_release(&header);
}

static void submitted(const struct message *m)
{
	static const char *const removed[] = { "Bcc", "Resent-Bcc", "Return-Path" };
	const struct slice arguments[] = { SLICE("root"), SLICE("a@x.org") };
	const struct submission_options options = {
		.read_recipients = true,
		.recipients = arguments,
		.n_recipients = 2,
		.login = SLICE("anna"),
		.node_name = SLICE("web1"),
		.site_domain = SLICE("example.com"),
	};
	struct arena *arena = arena_new(SUBMISSION_ARENA);
	struct submission s = { .problem = NULL };
	struct message_field field;
	struct address a;
	struct buffer header;
	int error;

	buffer_init(&header, 1 << 23);
	error = submission_prepare(m, &options, arena, &header, &s);
	REQUIRE(error >= 0 && (error == 0) == (s.problem == NULL));
	if (error == 0) {
		require_canonical(buffer_slice(&header));
		for (size_t i = 0; i < COUNT_OF(removed); i++)
			REQUIRE(!message_find_field(buffer_slice(&header), removed[i], &field));
		REQUIRE(message_find_field(buffer_slice(&header), "From", &field));
		REQUIRE(s.message_id.len > 0 && s.n_recipients >= 2 && slice_is(s.recipients[0], "root"));
		for (size_t i = 1; i < s.n_recipients; i++)
			REQUIRE(address_parse(s.recipients[i], &a) == 0);
	}
	rewritten(m, s.sender, arena);
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
		shown(&m);
		again(&m);
		downgraded(&m);
		submitted(&m);
	}
	buffer_release(&out);
	return 0;
}
