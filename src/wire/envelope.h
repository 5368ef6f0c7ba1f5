/*
 * envelope.h - a mail's envelope on its way in (front to keeper) and out (keeper to sender).
 * The content itself travels apart, in chunks; it is canonical: CRLF lines, no NUL.
 *   ENVELOPE, MAIL = the fields of struct envelope in their order; n x (number id, text address);
 *   DSN
 */
#ifndef TOCSIN_WIRE_ENVELOPE_H
#define TOCSIN_WIRE_ENVELOPE_H

#include "wire/dsn.h"

enum {
	ENVELOPE_RECIPIENTS_MAX = 5000, /* as many as one submission may have */
	ENVELOPE_SUBMISSION_MAX = 100, /* octets */
	/* octets of a subject or From kept for the lists; longer is cut */
	ENVELOPE_TEXT_MAX = 1000,
};

struct envelope_recipient {
	uint64_t id; /* row in the store; 0 on the way in */
	const char *address; /* on the way in "root" or a local user may stand bare */
};

struct envelope {
	uint64_t message; /* row in the store; 0 on the way in */
	const char *queue_id; /* "" on the way in */
	/*
	 * On the way in: names the submission, "" when it has no name. The keeper answers a second one
	 * of the same name with the queue id of the first and keeps nothing. "" on the way out.
	 */
	const char *submission;
	const char *sender; /* envelope sender, "" for the null sender */
	uint64_t size; /* octets of the content */
	uint64_t header_size; /* octets before the body, the empty line included */
	bool moved; /* on the way in: from the drop folder, whose file goes when it is taken */
	bool needs_8bitmime;
	bool needs_smtputf8;
	const char *message_id; /* with its angle brackets */
	const char *subject; /* decoded enough to show; may be "" */
	const char *header_from; /* the From field's text */
	struct envelope_recipient *recipients;
	size_t n_recipients;
	struct dsn dsn;
};

void envelope_pack(struct buffer *b, const struct envelope *e);
void envelope_unpack(struct unpack *u, struct arena *a, struct envelope *ret_envelope);

#endif
