/* delivery.c - verdicts on the wire; see delivery.h. */
#include "wire/delivery.h"

enum {
	TEXT_MAX = 1000,
};

void verdict_pack(struct buffer *b, const struct verdict *v)
{
	pack_number(b, v->class);
	pack_number(b, v->stage);
	pack_number(b, v->reason);
	pack_number(b, v->code);
	pack_number(b, v->enhanced.class);
	pack_number(b, v->enhanced.subject);
	pack_number(b, v->enhanced.detail);
	pack_number(b, v->token);
	pack_text(b, v->text);
}

void verdict_unpack(struct unpack *u, struct verdict *ret_verdict)
{
	struct verdict *v = ret_verdict;

	v->class = (enum verdict_class)unpack_below(u, VERDICT_CLASS_COUNT);
	v->stage = (enum verdict_stage)unpack_below(u, STAGE_COUNT);
	v->reason = (enum verdict_reason)unpack_below(u, REASON_COUNT);
	v->code = (unsigned)unpack_below(u, 1000);
	v->enhanced.class = (unsigned char)unpack_below(u, 6);
	v->enhanced.subject = (unsigned short)unpack_below(u, 1000);
	v->enhanced.detail = (unsigned short)unpack_below(u, 1000);
	v->token = unpack_number(u);
	if (!slice_copy(unpack_slice(u, sizeof(v->text) - 1), v->text, sizeof(v->text)))
		u->failed = true;
}

void delivery_pack(struct buffer *b, const struct delivery *d)
{
	pack_number(b, d->message);
	pack_text(b, d->relay);
	pack_number(b, d->took_ms);
	pack_text(b, d->relay_queue_id);
	verdict_pack(b, &d->verdict);
	pack_number(b, d->n_recipients);
	for (size_t i = 0; i < d->n_recipients; i++) {
		pack_number(b, d->recipients[i].id);
		verdict_pack(b, &d->recipients[i].verdict);
	}
}

void delivery_unpack(struct unpack *u, struct arena *a, struct delivery *ret_delivery)
{
	struct delivery *d = ret_delivery;

	d->message = unpack_number(u);
	d->relay = unpack_text(u, TEXT_MAX, a);
	d->took_ms = unpack_number(u);
	d->relay_queue_id = unpack_text(u, TEXT_MAX, a);
	verdict_unpack(u, &d->verdict);
	d->n_recipients = (size_t)unpack_below(u, DELIVERY_RECIPIENTS_MAX + 1);
	d->recipients = arena_array(a, d->n_recipients, sizeof(*d->recipients));
	if (d->recipients == NULL) {
		u->failed = true;
		d->n_recipients = 0;
	}
	for (size_t i = 0; i < d->n_recipients; i++) {
		d->recipients[i].id = unpack_number(u);
		verdict_unpack(u, &d->recipients[i].verdict);
	}
}
