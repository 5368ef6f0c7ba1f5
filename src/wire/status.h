/*
 * status.h - this node at a glance: what the Status page, the top bar and `tocsin status` show.
 *   STATUS = the fields of struct status in their order
 *   endings = n x (number kind, number until)
 */
#ifndef TOCSIN_WIRE_STATUS_H
#define TOCSIN_WIRE_STATUS_H

#include "core/ending.h"
#include "wire/delivery.h"

enum mail_state {
	MAIL_NOT_SET_UP, /* settings are missing; reason says which */
	MAIL_UNTRIED, /* set up, nothing was sent yet */
	MAIL_WORKS,
	MAIL_BROKEN, /* the relay or the sign-in fails: the queue is held */
	MAIL_STATE_COUNT,
};

struct status {
	const char *node_name;
	const char *site_name;
	const char *version;
	uint64_t now;
	uint64_t started; /* the service */
	enum mail_state mail;
	uint64_t mail_since; /* when that state began, 0 unknown */
	const char *mail_reason; /* a sentence, or "" */
	struct verdict mail_verdict; /* MAIL_BROKEN: for the diagnosis */
	uint64_t next_probe; /* MAIL_BROKEN */
	const char *relay; /* "smtp.example.com:587", or "" */
	uint64_t last_accepted; /* when the relay last took a mail, 0 never */
	uint64_t n_waiting; /* recipients queued, deferred or in flight */
	uint64_t n_held;
	uint64_t n_failed_day; /* in the last 24 h */
	uint64_t n_accepted_day;
	uint64_t oldest_waiting; /* when it was accepted, 0 none */
	bool sender_alive, watcher_alive;
	bool self_probe_good;
	uint64_t self_probe_at; /* 0 never */
	const char *self_probe_detail;
	/* when certificates end, 0 not known or none: pages, the relay's, email.ca_certificate */
	uint64_t https_certificate, relay_certificate, ca_certificate;
	struct ending endings[ENDING_KIND_COUNT]; /* what ends when, near or far; n_endings */
	size_t n_endings;
	uint64_t next_notice; /* when the next daily notice is due, 0 none is wanted */
	bool disk_full; /* no new mail is taken; what is in the queue is still sent */
	uint64_t disk_free; /* octets, where the store is */
};

void status_pack(struct buffer *b, const struct status *s);
void status_unpack(struct unpack *u, struct arena *a, struct status *ret_status);

#endif
