/* parcel.c - the message in hand and its report; see parcel.h. */
#include "delivery/parcel.h"

#include "base/log.h"
#include "delivery/queue_id.h"

enum {
	PARCEL_MEMORY = 8 * 1024 * 1024,
};

static bool prepare(struct parcel *p)
{
	const struct envelope *e = &p->envelope;

	p->n_recipients = size_min(e->n_recipients, DELIVERY_RECIPIENTS_MAX);
	p->addresses = arena_array(p->arena, p->n_recipients, sizeof(*p->addresses));
	p->refused = arena_array(p->arena, p->n_recipients, sizeof(*p->refused));
	p->verdicts = arena_array(p->arena, p->n_recipients, sizeof(*p->verdicts));
	if (p->addresses == NULL || p->refused == NULL || p->verdicts == NULL)
		return false;
	for (size_t i = 0; i < p->n_recipients; i++)
		p->addresses[i] = fit_address(slice_of(e->recipients[i].address), p->arena);
	return !arena_failed(p->arena);
}

static void on_content(void *arg)
{
	struct parcel *p = arg;

	if (p->carrier != NULL)
		p->content_changed(p->carrier);
}

struct parcel *parcel_new(struct channel *keeper, struct slice body)
{
	struct arena *a = arena_new(PARCEL_MEMORY);
	struct parcel *p = a != NULL ? arena_alloc(a, sizeof(*p)) : NULL;
	struct unpack u;

	if (p != NULL) {
		p->arena = a;
		unpack_init(&u, body);
		envelope_unpack(&u, a, &p->envelope);
		if (unpack_end(&u) && prepare(p)) {
			content_init(&p->content, keeper, &p->envelope, a, on_content, p);
			return p;
		}
	}
	arena_free(a);
	return NULL;
}

void parcel_carry(struct parcel *p, void (*content_changed)(void *carrier), void *carrier)
{
	p->content_changed = content_changed;
	p->carrier = carrier;
}

bool parcel_is_fresh(const struct parcel *p)
{
	return !p->begun && !p->disputed && content_is_fresh(&p->content);
}

void parcel_free(struct parcel *p)
{
	if (p == NULL)
		return;
	content_release(&p->content);
	arena_free(p->arena); /* p lies in it */
}

struct smtp_envelope parcel_envelope(const struct parcel *p)
{
	const struct fit *fit = &p->content.fit;

	return (struct smtp_envelope){
		.sender = fit->sender,
		.recipients = p->addresses,
		.n_recipients = p->n_recipients,
		.size = fit->size,
		.needs_8bitmime = fit->needs_8bitmime,
		.needs_smtputf8 = fit->needs_smtputf8,
		.dsn = &p->envelope.dsn,
	};
}

void parcel_recipient(struct parcel *p, size_t recipient, const struct verdict *v)
{
	p->answered = true;
	if (recipient >= p->n_recipients || v->class == VERDICT_ACCEPTED)
		return;
	p->refused[recipient] = true;
	p->disputed = true;
	p->verdicts[recipient] = *v;
}

/* ---- the report ---- */

/*
 * The verdict that decides about the relay: a refusal of one recipient may show that the relay or
 * the sign-in is broken, which the message's own verdict ("every recipient was refused") does not.
 */
const struct verdict *parcel_deciding(const struct parcel *p, const struct verdict *v)
{
	if (v->class == VERDICT_ACCEPTED)
		return v;
	for (size_t i = 0; i < p->n_recipients; i++)
		if (p->refused[i] && verdict_holds_all(p->verdicts[i].class))
			return &p->verdicts[i];
	return v;
}

/* False when the recipient goes back untried, as nothing was found out about it. */
static bool judge(const struct parcel *p, size_t i, const struct verdict *v,
	struct delivery_recipient *ret_recipient)
{
	struct delivery_recipient r = {
		.id = p->envelope.recipients[i].id,
		.verdict = p->refused[i] ? p->verdicts[i] : *v,
	};

	/* others were taken, so the relay works: only this one waits */
	if (verdict_holds_all(r.verdict.class) && v->class == VERDICT_ACCEPTED)
		r.verdict.class = VERDICT_TRANSIENT;
	if (verdict_holds_all(r.verdict.class) ||
	    (p->withdrawn && r.verdict.class == VERDICT_LOCAL))
		return false;
	*ret_recipient = r;
	return true;
}

static void say(const struct parcel *p, const struct delivery *d)
{
	const struct verdict *v = &d->verdict;
	size_t n_accepted = 0;

	for (size_t i = 0; i < d->n_recipients; i++)
		n_accepted += d->recipients[i].verdict.class == VERDICT_ACCEPTED;
	if (v->class == VERDICT_ACCEPTED)
		log_info("%s: accepted by %s for %zu of %zu recipients in %ju ms%s%s",
		    p->envelope.queue_id, d->relay, n_accepted, p->n_recipients,
		    (uintmax_t)d->took_ms,
		    d->relay_queue_id[0] != '\0' ? " as " : "", d->relay_queue_id);
	else
		log_warning("%s: not accepted by %s: %s (%s, %s): %s", p->envelope.queue_id, d->relay,
		    verdict_class_name(v->class), verdict_stage_name(v->stage),
		    verdict_reason_name(v->reason), v->text);
}

void parcel_report(const struct parcel *p, const struct relay *relay, const struct verdict *v,
	int64_t now, struct outbox *outbox, void *owner)
{
	bool literal = slice_has_char(slice_of(relay->host), ':');
	char queue_id[QUEUE_ID_TEXT_SIZE] = "";
	struct delivery d = {
		.message = p->envelope.message,
		.relay = arena_printf(p->arena, literal ? "[%s]:%u" : "%s:%u", relay->host, relay->port),
		.took_ms = (uint64_t)(now - p->began),
		.relay_queue_id = queue_id,
		.verdict = *parcel_deciding(p, v),
		.recipients = arena_array(p->arena, p->n_recipients, sizeof(*d.recipients)),
	};

	if (v->class == VERDICT_ACCEPTED)
		queue_id_parse(slice_of(v->text), queue_id);
	for (size_t i = 0; d.recipients != NULL && i < p->n_recipients; i++)
		if (judge(p, i, v, &d.recipients[d.n_recipients]))
			d.n_recipients++;
	say(p, &d);
	if (outbox_add(outbox, &d, owner) != 0)
		log_error("%s: its verdict is lost: out of memory", p->envelope.queue_id);
}
