/* status.c - the node's state on the wire; see status.h. */
#include "wire/status.h"

enum {
	TEXT_MAX = 2048,
};

static void pack_endings(struct buffer *b, const struct status *s)
{
	pack_number(b, s->n_endings);
	for (size_t i = 0; i < s->n_endings; i++) {
		pack_number(b, s->endings[i].kind);
		pack_number(b, (uint64_t)s->endings[i].until);
	}
}

static void unpack_endings(struct unpack *u, struct status *s)
{
	s->n_endings = (size_t)unpack_below(u, ENDING_KIND_COUNT + 1);
	for (size_t i = 0; i < s->n_endings; i++) {
		s->endings[i].kind = (enum ending_kind)unpack_below(u, ENDING_KIND_COUNT);
		s->endings[i].until = (int64_t)unpack_number(u);
	}
}

void status_pack(struct buffer *b, const struct status *s)
{
	pack_text(b, s->node_name);
	pack_text(b, s->site_name);
	pack_text(b, s->version);
	pack_number(b, s->now);
	pack_number(b, s->started);
	pack_number(b, s->mail);
	pack_number(b, s->mail_since);
	pack_text(b, s->mail_reason);
	verdict_pack(b, &s->mail_verdict);
	pack_number(b, s->next_probe);
	pack_text(b, s->relay);
	pack_number(b, s->last_accepted);
	pack_number(b, s->n_waiting);
	pack_number(b, s->n_held);
	pack_number(b, s->n_failed_day);
	pack_number(b, s->n_accepted_day);
	pack_number(b, s->oldest_waiting);
	pack_bool(b, s->sender_alive);
	pack_bool(b, s->watcher_alive);
	pack_bool(b, s->self_probe_good);
	pack_number(b, s->self_probe_at);
	pack_text(b, s->self_probe_detail);
	pack_number(b, s->https_certificate);
	pack_number(b, s->relay_certificate);
	pack_number(b, s->ca_certificate);
	pack_endings(b, s);
	pack_number(b, s->next_notice);
	pack_bool(b, s->disk_full);
	pack_number(b, s->disk_free);
}

void status_unpack(struct unpack *u, struct arena *a, struct status *ret_status)
{
	struct status *s = ret_status;

	s->node_name = unpack_text(u, TEXT_MAX, a);
	s->site_name = unpack_text(u, TEXT_MAX, a);
	s->version = unpack_text(u, TEXT_MAX, a);
	s->now = unpack_number(u);
	s->started = unpack_number(u);
	s->mail = (enum mail_state)unpack_below(u, MAIL_STATE_COUNT);
	s->mail_since = unpack_number(u);
	s->mail_reason = unpack_text(u, TEXT_MAX, a);
	verdict_unpack(u, &s->mail_verdict);
	s->next_probe = unpack_number(u);
	s->relay = unpack_text(u, TEXT_MAX, a);
	s->last_accepted = unpack_number(u);
	s->n_waiting = unpack_number(u);
	s->n_held = unpack_number(u);
	s->n_failed_day = unpack_number(u);
	s->n_accepted_day = unpack_number(u);
	s->oldest_waiting = unpack_number(u);
	s->sender_alive = unpack_bool(u);
	s->watcher_alive = unpack_bool(u);
	s->self_probe_good = unpack_bool(u);
	s->self_probe_at = unpack_number(u);
	s->self_probe_detail = unpack_text(u, TEXT_MAX, a);
	s->https_certificate = unpack_number(u);
	s->relay_certificate = unpack_number(u);
	s->ca_certificate = unpack_number(u);
	unpack_endings(u, s);
	s->next_notice = unpack_number(u);
	s->disk_full = unpack_bool(u);
	s->disk_free = unpack_number(u);
}
