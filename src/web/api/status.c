/* status.c - /api/v1/status: this node at a glance; /api/v1/openapi.json: the API itself. */
#include "http/headers.h"
#include "web/api/api.h"
#include "web/asset.h"

void api_openapi_show(struct visit *v)
{
	for (size_t i = 0; i < n_assets; i++) {
		if (!slice_ends(slice_of(assets[i].address), "/openapi.json"))
			continue;
		headers_add_text(&v->lines, "Content-Type", assets[i].media_type);
		buffer_append(&v->body, assets[i].data, assets[i].len);
		visit_answer(v, 200);
	}
}

void api_status_ask(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, WORD_STATUS, &body);
}

static const char *const mail_states[MAIL_STATE_COUNT] = {
	[MAIL_NOT_SET_UP] = "not_set_up",
	[MAIL_UNTRIED] = "untried",
	[MAIL_WORKS] = "works",
	[MAIL_BROKEN] = "broken",
};

static void put_mail(struct json_out *j, const struct status *s)
{
	json_out_object(j, "mail");
	json_out_text(j, "state", mail_states[s->mail]);
	json_out_moment(j, "since", s->mail_since);
	json_out_text(j, "reason", s->mail_reason);
	json_out_text(j, "relay", s->relay);
	json_out_moment(j, "next_probe", s->next_probe);
	json_out_moment(j, "last_accepted", s->last_accepted);
	json_out_number(j, "accepted_day", s->n_accepted_day);
	json_out_number(j, "failed_day", s->n_failed_day);
	json_out_object_end(j);
}

static void put_queue(struct json_out *j, const struct status *s)
{
	json_out_object(j, "queue");
	json_out_number(j, "waiting", s->n_waiting);
	json_out_number(j, "held", s->n_held);
	json_out_moment(j, "oldest", s->oldest_waiting);
	json_out_object_end(j);
}

static void put_endings(struct json_out *j, const struct status *s)
{
	json_out_array(j, "endings");
	for (size_t i = 0; i < s->n_endings; i++) {
		json_out_object(j, NULL);
		json_out_text(j, "what", ending_words(s->endings[i].kind)->name);
		json_out_moment(j, "until", (uint64_t)s->endings[i].until);
		json_out_bool(j, "soon", ending_step(s->endings[i].until, (int64_t)s->now) != 0);
		json_out_object_end(j);
	}
	json_out_array_end(j);
}

void api_status_show(struct visit *v)
{
	struct status s;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, v->page, WORD_STATUS_IS, NULL, &u))
		return;
	status_unpack(&u, v->arena, &s);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_text(&j, "node", s.node_name);
	json_out_text(&j, "site", s.site_name);
	json_out_text(&j, "version", s.version);
	json_out_moment(&j, "now", s.now);
	json_out_moment(&j, "started", s.started);
	put_mail(&j, &s);
	put_queue(&j, &s);
	put_endings(&j, &s);
	json_out_bool(&j, "sender_alive", s.sender_alive);
	json_out_bool(&j, "watcher_alive", s.watcher_alive);
	json_out_moment(&j, "certificate_ends",
	    v->web->certificate_ends > 0 ? (uint64_t)v->web->certificate_ends : 0);
	api_end(v, &j, 200);
}
