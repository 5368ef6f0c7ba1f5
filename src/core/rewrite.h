/*
 * rewrite.h - sender rewriting: relays that know their users refuse any other From than the
 * account's own, so cron's "From: root@host" leaves as "root on HOST <From Address>" and the
 * original is kept beside it. Only the header section is rebuilt. Source: design.md section 4.
 */
#ifndef TOCSIN_CORE_REWRITE_H
#define TOCSIN_CORE_REWRITE_H

#include "core/message.h"

enum rewrite_mode {
	REWRITE_AUTO, /* when the relay asks for authentication */
	REWRITE_ALWAYS,
	REWRITE_NEVER,
};

struct rewrite_settings {
	enum rewrite_mode mode;
	bool authenticated; /* email.auth is not none */
	struct slice from_address; /* email.from_address, valid */
	struct slice envelope_sender; /* email.envelope_sender; absent or empty: from_address */
	struct slice node_name; /* HOST in "root on HOST" */
};

struct rewrite {
	bool header_changed; /* false: the header given out is the message's own */
	struct slice sender; /* what MAIL FROM is to say */
};

/*
 * Appends the header section with its empty line to header_out; the body is message_body(m).
 * - From: our address with the original display name, or "local on HOST" when it had none.
 * - X-Original-From: the original From; one that came with the message makes room for it.
 *   Reply-To: its routable addresses, when none is there.
 * - Sender of somebody else becomes X-Original-Sender.
 * - The null sender becomes ours too, since submission servers refuse it; the message is then
 *   marked "Auto-Submitted: auto-replied" (RFC 3834) unless it is marked already.
 * When From is the From Address already, it stays, and with it the whole header if nothing else of
 * this is due.
 * The new section may pass the limits of message.h by what is added. Returns 0, or negative
 * (memory).
 */
int rewrite_sender(const struct message *m, const struct rewrite_settings *settings,
	struct slice envelope_sender, struct arena *arena, struct buffer *header_out,
	struct rewrite *ret_rewrite) MUST_CHECK;

/* True when rewriting is on under these settings. */
bool rewrite_is_on(const struct rewrite_settings *settings);

/*
 * False for literals, names without dot, and what ends in .localhost, .local, .localdomain, .lan,
 * .internal, .home.arpa or .invalid.
 */
bool rewrite_domain_is_routable(struct slice domain);

#endif
