/* fit.c - makes a message fit for the relay; see fit.h. */
#include "delivery/fit.h"

#include "core/address.h"
#include "core/message.h"
#include "core/rewrite.h"

enum {
	HEADER_GROWTH = 256 * 1024, /* what rewriting and encoded words may add */
};

struct slice fit_address(struct slice address, struct arena *arena)
{
	char ascii[ADDRESS_SIZE];
	struct address parsed;

	/* what cannot be parsed goes as it is: the session judges whether it may */
	if (address_parse(address, &parsed) != ADDRESS_OK ||
	    address_to_ascii_domain(&parsed, ascii) != 0)
		return arena_slice(arena, address);
	return slice_of(arena_copy(arena, ascii));
}

static int rewrite(struct slice header, struct slice sender, const struct relay *relay,
	struct arena *arena, struct buffer *out, struct slice *ret_sender)
{
	struct rewrite_settings settings = {
		.mode = relay->rewrite_from ? REWRITE_ALWAYS : REWRITE_NEVER,
		.from_address = slice_of(relay->from_address),
		.envelope_sender = slice_of(relay->envelope_sender),
		.node_name = slice_of(relay->node_name),
	};
	struct rewrite result;
	struct message m;

	if (message_open(header, &m) != MESSAGE_OK ||
	    rewrite_sender(&m, &settings, sender, arena, out, &result) < 0)
		return -1;
	*ret_sender = result.sender.len > 0 ? fit_address(result.sender, arena) : SLICE("");
	return 0;
}

/*
 * Encoded words reach every recipient, raw UTF-8 only those whose servers all know SMTPUTF8; so
 * that is kept for addresses that nothing else can carry.
 */
static int downgrade(struct slice header, struct arena *arena, struct buffer *out,
	bool *ret_needs_smtputf8)
{
	struct message m;
	int result = MESSAGE_NEEDS_SMTPUTF8;

	*ret_needs_smtputf8 = false;
	if (!slice_is_ascii(header) && message_open(header, &m) == MESSAGE_OK) {
		result = message_downgrade_header(&m, arena, out);
		if (result <= 0)
			return result;
	}
	*ret_needs_smtputf8 = !slice_is_ascii(header);
	buffer_append_slice(out, header);
	return buffer_ok(out) ? 0 : -1;
}

int fit_header(struct slice header, struct slice sender, const struct relay *relay,
	struct arena *arena, struct buffer *out, struct fit *ret_fit)
{
	struct buffer rewritten;
	int result;

	buffer_init(&rewritten, header.len + HEADER_GROWTH);
	result = rewrite(header, sender, relay, arena, &rewritten, &ret_fit->sender);
	if (result == 0)
		result = downgrade(buffer_slice(&rewritten), arena, out, &ret_fit->needs_smtputf8);
	buffer_release(&rewritten);
	return result == 0 && !arena_failed(arena) ? 0 : -1;
}

int fit_body(struct slice header, struct slice body, struct buffer *out,
	struct fit *ret_fit)
{
	struct message m, fitted;
	struct buffer whole;
	size_t start = out->len;
	int result = -1;

	buffer_init(&whole, FIT_WHOLE_MAX);
	buffer_append_slice(&whole, header);
	buffer_append_slice(&whole, body);
	if (buffer_ok(&whole) && message_open(buffer_slice(&whole), &m) == MESSAGE_OK)
		result = message_downgrade_body(&m, out, &fitted);
	buffer_release(&whole);
	if (result != 0)
		return -1;
	ret_fit->needs_8bitmime = fitted.body_8bit;
	ret_fit->size = out->len - start;
	return 0;
}
