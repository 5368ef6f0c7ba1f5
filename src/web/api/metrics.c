/*
 * metrics.c - /metrics: this node in the text format of Prometheus, version 0.0.4. The counter of
 * deliveries is the store's and goes on after a restart.
 */
#include <inttypes.h>

#include "http/headers.h"
#include "sys/clock.h"
#include "web/api/api.h"

enum {
	SERIES_MAX = 50,
	NAME_MAX_OCTETS = 100,
};

struct metrics_page {
	struct question *status, *counts;
};

void api_metrics_ask(struct visit *v)
{
	struct metrics_page *page = arena_alloc(v->arena, sizeof(*page));
	struct buffer body;

	if (page == NULL)
		return;
	v->page = page;
	visit_start_body(v, &body);
	page->status = visit_ask(v, WORD_STATUS, &body);
	visit_start_body(v, &body);
	page->counts = visit_ask(v, WORD_METRICS, &body);
}

/* ---- lines ---- */

static void put_head(struct buffer *out, const char *name, const char *type, const char *help)
{
	buffer_appendf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* label-value: "\", DQUOTE and LF are escaped; other controls have no place in a label */
static void put_label(struct buffer *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buffer_append_char(out, '\\');
		buffer_append_char(out, char_is_control(*value) ? ' ' : *value);
	}
}

static void put_gauge(struct buffer *out, const char *name, const char *help, int64_t value)
{
	put_head(out, name, "gauge", help);
	buffer_appendf(out, "%s %" PRId64 "\n", name, value);
}

/* A family whose series are n x (text label's value, number). */
static void put_family(struct visit *v, struct unpack *u, const char *name, const char *label)
{
	uint64_t n = unpack_below(u, SERIES_MAX);

	for (uint64_t i = 0; i < n && !u->failed; i++) {
		buffer_appendf(&v->body, "%s{%s=\"", name, label);
		put_label(&v->body, unpack_text(u, NAME_MAX_OCTETS, v->arena));
		buffer_appendf(&v->body, "\"} %" PRIu64 "\n", unpack_number(u));
	}
}

static void put_info(struct buffer *out, const struct status *s)
{
	put_head(out, "tocsin_build_info", "gauge", "Version and node; always 1.");
	buffer_append_text(out, "tocsin_build_info{version=\"");
	put_label(out, s->version);
	buffer_append_text(out, "\",node=\"");
	put_label(out, s->node_name);
	buffer_append_text(out, "\"} 1\n");
}

/* Each state has a series, of which one is 1. */
static void put_relay(struct buffer *out, const struct status *s)
{
	static const char *const states[MAIL_STATE_COUNT] = {
		[MAIL_NOT_SET_UP] = "not_set_up", [MAIL_UNTRIED] = "untried", [MAIL_WORKS] = "works",
		[MAIL_BROKEN] = "broken",
	};

	put_head(out, "tocsin_relay_state", "gauge", "1 for the state the mail is in.");
	for (int i = 0; i < MAIL_STATE_COUNT; i++)
		buffer_appendf(out, "tocsin_relay_state{state=\"%s\"} %d\n", states[i],
		    s->mail == (enum mail_state)i);
	put_gauge(out, "tocsin_relay_up", "1 when the relay took the last mail or has not been tried, 0 "
	    "when it is broken or not set up.", s->mail == MAIL_WORKS || s->mail == MAIL_UNTRIED);
	if (s->last_accepted != 0)
		put_gauge(out, "tocsin_last_accepted_seconds", "Seconds since the relay last took mail.",
		    (int64_t)(s->now - s->last_accepted));
}

static void put_rest(struct visit *v, const struct status *s)
{
	struct buffer *out = &v->body;

	put_gauge(out, "tocsin_queue_oldest_seconds", "Age of the oldest mail that waits, 0 without one.",
	    s->oldest_waiting != 0 ? (int64_t)(s->now - s->oldest_waiting) : 0);
	if (v->web->certificate_ends != 0)
		put_gauge(out, "tocsin_certificate_seconds_left", "Until the certificate of the pages ends; "
		    "negative when it has.", v->web->certificate_ends - clock_wall());
	put_gauge(out, "tocsin_disk_free_bytes", "Free space where the store is.",
	    (int64_t)s->disk_free);
	put_gauge(out, "tocsin_start_time_seconds", "When the keeper started, since 1970.",
	    (int64_t)s->started);
}

/* How it stands with the sign-in by OAuth2; nothing when it is not chosen. */
static void put_sign_in(struct visit *v, struct unpack *u)
{
	struct buffer *out = &v->body;
	bool needed, has_refresh;
	int64_t left, age;

	if (!unpack_bool(u))
		return;
	needed = unpack_bool(u);
	left = (int64_t)unpack_number(u);
	has_refresh = unpack_bool(u);
	age = (int64_t)unpack_number(u);
	put_gauge(out, "tocsin_oauth_sign_in_needed", "1 while nobody is signed in to the relay's "
	    "provider.", needed);
	put_gauge(out, "tocsin_oauth_token_seconds_left", "Until the access token ends; 0 without one.",
	    left);
	if (has_refresh)
		put_gauge(out, "tocsin_oauth_refresh_token_age_seconds", "Age of the refresh token.", age);
	put_head(out, "tocsin_oauth_refreshes_total", "counter", "Tries to renew the access token since "
	    "the keeper started, by what came of them.");
	put_family(v, u, "tocsin_oauth_refreshes_total", "outcome");
}

static void put_endings(struct visit *v, const struct status *s)
{
	struct buffer *out = &v->body;

	if (s->n_endings > 0)
		put_head(out, "tocsin_ending_seconds_left", "gauge", "Until what needs a person ends; "
		    "negative when it has.");
	for (size_t i = 0; i < s->n_endings; i++)
		buffer_appendf(out, "tocsin_ending_seconds_left{what=\"%s\"} %" PRId64 "\n",
		    ending_words(s->endings[i].kind)->name, s->endings[i].until - (int64_t)s->now);
}

void api_metrics_show(struct visit *v)
{
	const struct metrics_page *page = v->page;
	struct status s;
	struct unpack u;

	if (!api_answered(v, page->status, WORD_STATUS_IS, NULL, &u))
		return;
	status_unpack(&u, v->arena, &s);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	if (!api_answered(v, page->counts, WORD_METRICS_ARE, NULL, &u))
		return;
	put_info(&v->body, &s);
	put_head(&v->body, "tocsin_queue_recipients", "gauge", "Recipients in the log, by state.");
	put_family(v, &u, "tocsin_queue_recipients", "state");
	put_head(&v->body, "tocsin_deliveries_total", "counter", "Tries of a recipient, by what came of "
	    "them.");
	put_family(v, &u, "tocsin_deliveries_total", "verdict");
	put_head(&v->body, "tocsin_relay_tries_total", "counter", "Tries to hand mail to the relay, or to "
	    "sign in to it alone, since the keeper started, by what came of them.");
	put_family(v, &u, "tocsin_relay_tries_total", "verdict");
	put_sign_in(v, &u);
	put_endings(v, &s);
	put_relay(&v->body, &s);
	put_rest(v, &s);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	headers_add_text(&v->lines, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	visit_answer(v, 200);
}
