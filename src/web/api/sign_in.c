/*
 * sign_in.c - /api/v1/email/sign-in: how the sign-in to the relay by OAuth2 stands, and signing in
 * without a browser at this site: the address to open is told, and the one that a browser ended at
 * is handed in; or a code for a device is waited for. A sign-in is finished with the token that
 * began it.
 */
#include <string.h>
#include <sysexits.h>

#include "http/headers.h"
#include "web/api/body.h"
#include "web/pages/callback.h"
#include "web/pages/connection.h"
#include "wire/token.h"

#define ADDRESS "/api/v1/email/sign-in"

enum {
	FLOW_MAX = 100,
};

/* ---- how it stands ---- */

static void put_trouble(struct json_out *j, const struct grant_error *e)
{
	json_out_text(j, "error", e->error);
	json_out_text(j, "suberror", e->suberror);
	json_out_text(j, "description", e->description);
	json_out_text(j, "problem", e->problem);
}

static void put_token(struct json_out *j, const struct oauth_status *s)
{
	json_out_text(j, "account", s->account);
	json_out_text(j, "by", s->by);
	json_out_moment(j, "signed_in", s->signed_in);
	json_out_moment(j, "access_ends", s->access_ends);
	json_out_bool(j, "has_refresh_token", s->has_refresh);
	json_out_moment(j, "refresh_since", s->refresh_since);
	json_out_moment(j, "refresh_ends", s->refresh_ends);
	json_out_moment(j, "renewed", s->renewed);
	json_out_moment(j, "next_renewal", s->next_renewal);
	json_out_text(j, "scopes", s->scopes);
}

static void put_error(struct json_out *j, const struct oauth_status *s)
{
	if (s->error_at == 0) {
		json_out_null(j, "error");
		return;
	}
	json_out_object(j, "error");
	json_out_moment(j, "at", s->error_at);
	put_trouble(j, &s->error);
	json_out_object_end(j);
}

/* Whoever has a code for a device can sign somebody else in: it is for those who may begin. */
static void put_attempt(struct visit *v, struct json_out *j, const struct oauth_status *s)
{
	bool sees_code = (v->bearer.scopes & TOKEN_SCOPE_ADMIN) != 0;

	if (s->attempt == OAUTH_ATTEMPT_NONE) {
		json_out_null(j, "attempt");
		return;
	}
	json_out_object(j, "attempt");
	json_out_text(j, "state", oauth_attempt_name(s->attempt));
	json_out_moment(j, "began", s->attempt_at);
	json_out_moment(j, "ends", s->attempt_ends);
	json_out_text(j, "user_code", sees_code ? s->user_code : "");
	json_out_text(j, "verification_uri", sees_code ? s->verification_uri : "");
	json_out_text(j, "verification_uri_complete", sees_code ? s->verification_uri_complete : "");
	json_out_text(j, "text", s->attempt_text);
	put_trouble(j, &s->attempt_error);
	json_out_text(j, "test", s->attempt_run == 0 ? "" :
		arena_printf(v->arena, "/api/v1/email/test/%ju", (uintmax_t)s->attempt_run));
	json_out_object_end(j);
}

static void show(struct visit *v, unsigned status)
{
	static const char *const states[] = {
		[TOKEN_NONE] = "none", [TOKEN_GOOD] = "good", [TOKEN_FAILING] = "failing",
		[TOKEN_REFUSED] = "refused", [TOKEN_SIGN_IN_NEEDED] = "sign_in_needed",
	};
	struct oauth_status s;
	struct json_out j;

	if (!api_answered(v, v->page, WORD_OAUTH_STATUS_IS, NULL, NULL))
		return;
	if (!connection_status(v, v->page, &s)) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_bool(&j, "chosen", s.chosen);
	json_out_text(&j, "state", states[s.state]);
	json_out_bool(&j, "usable", s.usable);
	json_out_text(&j, "email", s.email);
	put_token(&j, &s);
	json_out_moment(&j, "secret_expires", s.secret_expires);
	json_out_moment(&j, "certificate_ends", s.certificate_ends);
	json_out_text(&j, "advice", s.advice);
	put_error(&j, &s);
	put_attempt(v, &j, &s);
	api_end(v, &j, status);
}

void api_sign_in_ask(struct visit *v)
{
	v->page = connection_ask(v);
}

void api_sign_in_show(struct visit *v)
{
	show(v, 200);
}

static void show_begun(struct visit *v)
{
	headers_add_text(&v->lines, "Location", ADDRESS);
	show(v, 202);
}

/* After something was done: how it stands then. */
static void done(struct visit *v, visit_fn *then)
{
	if (!api_answered(v, v->page, WORD_DONE, NULL, NULL))
		return;
	v->page = connection_ask(v);
	visit_then(v, then);
}

/* ---- beginning ---- */

/* way = "browser" (the site's redirect URI), "loopback" (an address to paste), "device" */
struct start {
	struct question *question;
	bool loopback, device;
};

static void begun(struct visit *v)
{
	const struct start *start = v->page;
	struct oauth_begun b;
	struct buffer url;
	struct json_out j;
	struct unpack u;

	if (!api_answered(v, start->question, WORD_OAUTH_BEGUN, NULL, &u))
		return;
	oauth_begun_unpack(&u, v->arena, &b);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	buffer_init_secret(&url, OAUTH_URL_MAX);
	callback_lead_url(&url, &b);
	headers_add_text(&v->lines, "Location", ADDRESS);
	api_begin(v, &j);
	json_out_text(&j, "address", buffer_text(&url));
	json_out_text(&j, "redirect_uri", b.redirect_uri);
	json_out_text(&j, "email", b.login_hint);
	api_end(v, &j, 202);
	buffer_release(&url);
}

static void asked_for_token(struct visit *v)
{
	const struct start *start = v->page;
	struct json_out j;

	if (!api_answered(v, start->question, WORD_DONE, NULL, NULL))
		return;
	headers_add_text(&v->lines, "Location", ADDRESS);
	api_begin(v, &j);
	json_out_null(&j, "address");
	json_out_null(&j, "redirect_uri");
	json_out_null(&j, "email");
	api_end(v, &j, 202);
}

/* Only a person at the provider's page needs an address to open. */
static void flow_known(struct visit *v)
{
	struct start *start = v->page;
	const char *flow;
	struct buffer body;
	struct unpack u;
	bool page;

	if (!api_answered(v, start->question, WORD_SETTINGS_ARE, NULL, &u))
		return;
	unpack_number(&u); /* version */
	unpack_below(&u, 2);
	unpack_text(&u, FLOW_MAX, v->arena); /* the key */
	flow = unpack_text(&u, FLOW_MAX, v->arena);
	if (u.failed) {
		api_broken(v);
		return;
	}
	page = strcmp(flow, "code") == 0 && !start->device;
	visit_start_body(v, &body);
	if (page)
		pack_bool(&body, start->loopback);
	start->question = visit_ask(v, page ? WORD_OAUTH_BEGIN : WORD_OAUTH_DEVICE, &body);
	visit_then(v, page ? begun : asked_for_token);
}

static bool read_way(struct visit *v, struct start *start)
{
	static const char *const names[] = { "way", NULL };
	struct api_errors errors = { .n = 0 };
	json_t *object = api_read_body(v, false);
	struct slice way;

	if (object == NULL)
		return false;
	api_know_members(v, object, names, &errors);
	way = api_text_of(v, object, "way", &errors);
	json_decref(object);
	start->loopback = slice_is(way, "loopback");
	start->device = slice_is(way, "device");
	if (way.data != NULL && !start->loopback && !start->device && !slice_is(way, "browser"))
		api_error(&errors, "way", "must be browser, loopback or device.");
	if (errors.n > 0)
		api_refuse_fields(v, 422, &errors);
	return errors.n == 0;
}

void api_sign_in_act(struct visit *v)
{
	struct start *start = arena_alloc(v->arena, sizeof(*start));
	struct buffer body;

	if (start == NULL || !read_way(v, start))
		return;
	v->page = start;
	visit_start_body(v, &body);
	pack_text(&body, "email.oauth_flow");
	start->question = visit_ask(v, WORD_SETTINGS_GET, &body);
	visit_then(v, flow_known);
}

/* ---- finishing ---- */

static void refuse_address(struct visit *v, const char *why)
{
	struct api_errors errors = { .n = 0 };

	api_error(&errors, "address", why);
	api_refuse_fields(v, 422, &errors);
}

void api_sign_in_finish(struct visit *v)
{
	static const char *const names[] = { "address", NULL };
	struct api_errors errors = { .n = 0 };
	struct oauth_callback callback;
	json_t *object = api_read_body(v, true);
	const char *wrong = NULL;
	struct slice address;

	if (object == NULL)
		return;
	api_know_members(v, object, names, &errors);
	address = api_text_of(v, object, "address", &errors);
	json_decref(object);
	if (errors.n == 0)
		wrong = oauth_callback_read_address(address, v->arena, &callback);
	if (errors.n > 0)
		api_refuse_fields(v, 422, &errors);
	else if (wrong != NULL)
		refuse_address(v, wrong);
	else
		v->page = callback_ask(v, &callback);
}

void api_sign_in_finished(struct visit *v)
{
	struct refusal refusal;

	if (visit_refused(v, v->page, &refusal) && refusal.code == EX_NOPERM)
		refuse_address(v, refusal.rows[0].text);
	else
		done(v, show_begun);
}

/* ---- the end ---- */

void api_sign_in_end(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	v->page = visit_ask(v, WORD_OAUTH_DISCONNECT, &body);
	visit_wait(v, OAUTH_REVOKE_WAIT_MS);
}

void api_sign_in_ended(struct visit *v)
{
	done(v, api_sign_in_show);
}
