/* guard.c - what every request passes before its page; see guard.h. */
#include "web/guard.h"

#include <sysexits.h>

#include "base/log.h"
#include "base/secret.h"
#include "http/cookie.h"
#include "http/headers.h"
#include "http/url.h"
#include "web/asset.h"
#include "web/pages/signed_out.h"
#include "web/refusal.h"
#include "web/route.h"
#include "wire/who.h"

enum {
	NAME_MAX_OCTETS = 1000,
	NEXT_MAX = 500,
};

/* The guard's questions on the way to a page. */
struct entry {
	struct question *session;
	struct question *status;
};

/* ---- cookies ---- */

void guard_set_cookie(struct visit *v, const char *token)
{
	cookie_set(&v->lines, SESSION_COOKIE, slice_of(token), 0);
}

void guard_clear_cookie(struct visit *v)
{
	cookie_clear(&v->lines, SESSION_COOKIE);
}

static void read_cookie(struct visit *v)
{
	const struct http_head *head = v->request->head;
	struct slice value;

	/* what is longer than any token is none */
	if (http_head_field_count(head, "Cookie") == 1 &&
	    cookie_get(http_head_field(head, "Cookie"), SESSION_COOKIE, &value) == 0 &&
	    value.len <= WHO_TOKEN_MAX)
		v->token = arena_text(v->arena, value);
}

/* ---- addresses to go to after sign-in ---- */

bool guard_is_local_page(struct slice address)
{
	struct slice rest = address, path, normal;
	char text[HTTP_PATH_MAX];

	path = slice_cut(&rest, '?');
	return address.len <= NEXT_MAX && slice_starts(path, "/login/") &&
	    http_path_normalise(path, text, &normal) && slice_is_printable(address) &&
	    slice_is_ascii(address) && !slice_has_char(address, '\\');
}

/* A page that was wanted is come back to; what was to be changed is not done later unasked. */
static void send_to_sign_in(struct visit *v)
{
	const struct http_head *head = v->request->head;
	struct buffer url;

	guard_clear_cookie(v);
	if (head->method != HTTP_POST && v->route->stale != NULL) {
		v->route->stale(v);
		return;
	}
	if (head->method == HTTP_POST && v->route->stale != NULL) {
		signed_out_show(v);
		return;
	}
	if (head->method == HTTP_POST) {
		visit_error(v, 403, "You are signed out", "Nothing was changed. Sign in, open the page again "
		    "and press the button once more.");
		return;
	}
	buffer_init(&url, HTTP_TARGET_MAX);
	buffer_append_text(&url, "/login");
	if (guard_is_local_page(head->target) && !slice_is(head->target, "/login/status")) {
		buffer_append_text(&url, "?next=");
		url_append_escaped(&url, head->target);
	}
	visit_redirect(v, buffer_text(&url));
	buffer_release(&url);
}

/* ---- errors before a page ---- */

static bool read_session_answer(struct visit *v, const struct question *q);
static void read_status(struct visit *v, const struct question *q);

/* An error that waits for who is signed in: whoever is gets the bar and the navigation with it. */
struct early_error {
	unsigned status;
	const char *title, *text;
	struct entry asked;
};

static void show_early_error(struct visit *v)
{
	const struct early_error *e = v->page;

	if (read_session_answer(v, e->asked.session))
		read_status(v, e->asked.status);
	visit_error(v, e->status, e->title, e->text);
}

static void ask_who(struct visit *v, struct entry *entry)
{
	struct buffer body;

	visit_start_body(v, &body);
	entry->session = visit_ask(v, WORD_SESSION, &body);
	visit_start_body(v, &body);
	entry->status = visit_ask(v, WORD_STATUS, &body);
}

static void early_error(struct visit *v, unsigned status, const char *title, const char *text)
{
	bool unknown = v->token[0] != '\0' && !v->signed_in;
	struct early_error *e = unknown ? arena_alloc(v->arena, sizeof(*e)) : NULL;

	if (e == NULL) {
		visit_error(v, status, title, text);
		return;
	}
	*e = (struct early_error){ .status = status, .title = title, .text = text };
	v->page = e;
	ask_who(v, &e->asked);
	visit_then(v, show_early_error);
}

/* ---- changes ---- */

/* ASVS 3.5: a browser names where a form came from; a request that names nothing is refused. */
static bool origin_is_ours(const struct http_head *head)
{
	struct slice source = http_head_field(head, "Origin");

	if (source.data == NULL)
		source = http_head_field(head, "Referer");
	return source.data != NULL && http_head_field_count(head, "Origin") <= 1 &&
	    head->host.data != NULL && url_origin_is_host(source, head->host);
}

static void refuse_change(struct visit *v, const char *why)
{
	log_warning("pages: a change from %s was refused: %s", v->from, why);
	early_error(v, 403, "This was not done", "The request did not come from a form of this site "
	    "that was made for your sign-in. Load the page again and repeat the change.");
}

/* Where no form can be shown again. */
static void refuse_long(struct visit *v)
{
	const char *name = arena_text(v->arena, form_too_long(&v->form)->name);

	early_error(v, 413, "This is too long", refusal_long_text(v->arena, name));
}

static bool token_is_right(struct visit *v)
{
	struct slice sent = form_get(&v->form, "csrf");

	return form_count(&v->form, "csrf") == 1 && v->session.csrf[0] != '\0' &&
	    secret_equal(sent, slice_of(v->session.csrf));
}

/* ---- the way in ---- */

static void enter_page(struct visit *v)
{
	visit_then(v, v->route->show);
	v->route->ask(v);
}

bool guard_read_session(struct visit *v, struct unpack *u)
{
	struct web_session s;

	s.account = unpack_number(u);
	s.name = unpack_text(u, NAME_MAX_OCTETS, v->arena);
	s.csrf = unpack_text(u, NAME_MAX_OCTETS, v->arena);
	s.n_others = unpack_number(u);
	s.signed_in = unpack_number(u);
	if (!unpack_end(u))
		return false;
	v->session = s;
	v->signed_in = true;
	web_request_set_session(v->request, true);
	return true;
}

static bool read_session_answer(struct visit *v, const struct question *q)
{
	struct unpack u;

	return visit_answer_word(q, &u) == WORD_SESSION_IS && guard_read_session(v, &u);
}

static void read_status(struct visit *v, const struct question *q)
{
	struct unpack u;

	if (visit_answer_word(q, &u) != WORD_STATUS_IS)
		return;
	status_unpack(&u, v->arena, &v->status);
	v->has_status = unpack_end(&u);
}

static bool is_no_session(struct visit *v, const struct question *q)
{
	struct refusal refusal;

	return visit_refused(v, q, &refusal) && refusal.code == EX_NOPERM;
}

static void check_session(struct visit *v)
{
	const struct entry *entry = v->page;
	struct unpack u;

	v->page = NULL;
	if (is_no_session(v, entry->session)) {
		send_to_sign_in(v);
		return;
	}
	if (!visit_answered(v, entry->session, WORD_SESSION_IS, &u))
		return;
	if (!guard_read_session(v, &u)) {
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
		return;
	}
	read_status(v, entry->status);
	v->stale = v->route->method == HTTP_POST && !token_is_right(v);
	if (!v->stale && form_too_long(&v->form) == NULL)
		enter_page(v);
	else if (v->route->stale != NULL)
		v->route->stale(v);
	else if (!v->stale)
		refuse_long(v);
	else
		refuse_change(v, "its form has not the token of the session");
}

/* The bar on top of every page shows the mail's health, so it is asked with the session. */
static void ask_session(struct visit *v)
{
	struct entry *entry = arena_alloc(v->arena, sizeof(*entry));

	if (entry == NULL)
		return;
	if (v->token[0] == '\0') {
		send_to_sign_in(v);
		return;
	}
	v->page = entry;
	ask_who(v, entry);
	visit_then(v, check_session);
}

static bool read_form(struct visit *v, struct slice text, struct form *ret_form)
{
	int result = form_parse(text, v->arena, ret_form);

	if (result == 0)
		return true;
	if (result == FORM_TOO_LARGE)
		early_error(v, 413, "This is too long", "The form has more fields, or longer names of "
		    "fields, than any form of this site. Nothing was changed. Open the page again and repeat "
		    "the change.");
	else
		early_error(v, 400, "This cannot be read", "The form holds text that is not UTF-8. Nothing "
		    "was changed. Open the page again and repeat the change.");
	return false;
}

static void enter_route(struct visit *v)
{
	const struct http_head *head = v->request->head;
	bool change = v->route->method == HTTP_POST;

	if (!read_form(v, head->query, &v->query))
		return;
	if (change && !origin_is_ours(head)) {
		refuse_change(v, "its origin is not this site");
		return;
	}
	if (change && !http_media_type_is(http_head_field(head, "Content-Type"),
	    "application/x-www-form-urlencoded")) {
		early_error(v, 415, "This cannot be read",
		    "The request is not a form of this site.");
		return;
	}
	if (change && !read_form(v, v->request->body, &v->form))
		return;
	if (v->route->who != FOR_ANYBODY)
		ask_session(v);
	else if (form_too_long(&v->form) != NULL)
		refuse_long(v);
	else
		enter_page(v);
}

static void answer_asset(struct visit *v, const struct asset *asset)
{
	buffer_clear(&v->lines);
	headers_secure_asset(&v->lines, v->web->ca_signed);
	headers_add_text(&v->lines, "Content-Type", asset->media_type);
	buffer_append(&v->body, asset->data, asset->len);
	visit_answer(v, 200);
}

static void refuse_method(struct visit *v)
{
	struct slice name;
	bool known, reads = route_find(HTTP_GET, v->request->head->path, &name, &known) != NULL;
	bool writes = route_find(HTTP_POST, v->request->head->path, &name, &known) != NULL;

	headers_add_text(&v->lines, "Allow", reads && writes ? "GET, HEAD, POST" :
	    writes ? "POST" : "GET, HEAD");
	early_error(v, 405, "This cannot be opened so", "This address takes what a form sends, or "
	    "the other way round. Go to the page it belongs to.");
}

void guard_enter(struct visit *v)
{
	const struct http_head *head = v->request->head;
	enum http_method method = head->method == HTTP_HEAD ? HTTP_GET : head->method;
	const struct asset *asset = asset_find(head->path);
	bool known = false;

	read_cookie(v);
	v->route = route_find(method, head->path, &v->name, &known);
	if (v->route != NULL)
		enter_route(v);
	else if (asset != NULL && method == HTTP_GET)
		answer_asset(v, asset);
	else if (known || asset != NULL)
		refuse_method(v);
	else
		early_error(v, 404, "There is no page at this address",
		    "Look for a typing error in the address.");
}
