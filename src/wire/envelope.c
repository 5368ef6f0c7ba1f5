/* envelope.c - envelopes on the wire; see envelope.h. */
#include "wire/envelope.h"

enum {
	ADDRESS_MAX = 320, /* 64 octets, "@", 255 octets */
};

void envelope_pack(struct buffer *b, const struct envelope *e)
{
	pack_number(b, e->message);
	pack_text(b, e->queue_id);
	pack_text(b, e->submission);
	pack_text(b, e->sender);
	pack_number(b, e->size);
	pack_number(b, e->header_size);
	pack_bool(b, e->moved);
	pack_bool(b, e->needs_8bitmime);
	pack_bool(b, e->needs_smtputf8);
	pack_text(b, e->message_id);
	pack_text(b, e->subject);
	pack_text(b, e->header_from);
	pack_number(b, e->n_recipients);
	for (size_t i = 0; i < e->n_recipients; i++) {
		pack_number(b, e->recipients[i].id);
		pack_text(b, e->recipients[i].address);
	}
	dsn_pack(b, &e->dsn);
}

void envelope_unpack(struct unpack *u, struct arena *a, struct envelope *ret_envelope)
{
	struct envelope *e = ret_envelope;

	e->message = unpack_number(u);
	e->queue_id = unpack_text(u, ENVELOPE_TEXT_MAX, a);
	e->submission = unpack_text(u, ENVELOPE_SUBMISSION_MAX, a);
	e->sender = unpack_text(u, ADDRESS_MAX, a);
	e->size = unpack_number(u);
	e->header_size = unpack_number(u);
	e->moved = unpack_bool(u);
	e->needs_8bitmime = unpack_bool(u);
	e->needs_smtputf8 = unpack_bool(u);
	e->message_id = unpack_text(u, ENVELOPE_TEXT_MAX, a);
	e->subject = unpack_text(u, ENVELOPE_TEXT_MAX, a);
	e->header_from = unpack_text(u, ENVELOPE_TEXT_MAX, a);
	e->n_recipients = (size_t)unpack_below(u, ENVELOPE_RECIPIENTS_MAX + 1);
	e->recipients = arena_array(a, e->n_recipients, sizeof(*e->recipients));
	if (e->recipients == NULL) {
		u->failed = true;
		e->n_recipients = 0;
	}
	for (size_t i = 0; i < e->n_recipients; i++) {
		e->recipients[i].id = unpack_number(u);
		e->recipients[i].address = unpack_text(u, ADDRESS_MAX, a);
	}
	dsn_unpack(u, a, &e->dsn);
}
