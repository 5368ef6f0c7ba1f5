/*
 * tokens.c - /login/tokens: the tokens of the API: a list, a form that makes one and shows it this
 * once in its own answer, and a button that revokes.
 */
#include "web/pages/tokens.h"

#include "base/number.h"
#include "web/lines.h"
#include "web/pages/own_password.h"
#include "web/pages/pages.h"
#include "web/refusal.h"
#include "web/templates.h"
#include "web/visible.h"
#include "wire/token.h"
#include "wire/who.h"

struct tokens_page {
	struct question *list;
	struct question *done;
	struct problems_view problems;
	const char *made, *made_name;
	unsigned status;
};

/* ---- the page ---- */

static void show(struct visit *v);

/* The list is asked for when all else is done, so that it shows what was made. */
static void ask_list(struct visit *v)
{
	struct tokens_page *page = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	page->list = visit_ask(v, WORD_TOKEN_LIST, &body);
	visit_then(v, show);
}

static bool open_page(struct visit *v)
{
	struct tokens_page *page = arena_alloc(v->arena, sizeof(*page));

	if (page == NULL)
		return false;
	page->status = 200;
	problems_init(&page->problems, v->arena);
	v->page = page;
	return true;
}

static const char *scopes_of(struct visit *v, uint64_t scopes)
{
	char text[TOKEN_SCOPES_SIZE];
	struct slice rest = slice_of(token_scopes_text(scopes, text));
	const char *shown = arena_text(v->arena, slice_cut(&rest, ','));

	while (rest.data != NULL)
		shown = arena_printf(v->arena, "%s, %s", shown,
		    arena_text(v->arena, slice_cut(&rest, ',')));
	return shown;
}

static struct token_line_view line_of(struct visit *v, const struct token_view *t)
{
	bool expired = t->expires != 0 && v->has_status && t->expires <= v->status.now;

	return (struct token_line_view){
		.id = t->id,
		.name = visible_line(v->arena, t->name),
		.scopes = scopes_of(v, t->scopes),
		.state = t->revoked != 0 ? "revoked" : expired ? "expired" : "good",
		.created = t->created,
		.created_by = visible_line(v->arena, t->created_by),
		.used = t->used,
		.used_from = visible_line(v->arena, t->used_from),
		.until = t->revoked != 0 ? t->revoked : t->expires,
		.good = t->revoked == 0 && !expired,
		.can_revoke = t->revoked == 0,
	};
}

static void read_line(struct visit *v, struct unpack *u, void *line, void *arg UNUSED)
{
	struct token_view t;

	token_view_unpack(u, v->arena, &t);
	if (!u->failed)
		*(struct token_line_view *)line = line_of(v, &t);
}

static struct field_view scope_field(struct visit *v, const char *name, const char *label,
	const char *help)
{
	return (struct field_view){
		.kind = FIELD_CHECK, .name = name, .label = label, .help = help,
		.checked = form_get(&v->form, name).data != NULL,
	};
}

static void set_fields(struct visit *v, struct tokens_view *view)
{
	const struct tokens_page *page = v->page;
	struct field_view *fields[] = {
		&view->name, &view->read, &view->send, &view->admin, &view->expires,
	};
	bool keep = page->made == NULL; /* what was typed, until it has led to a token */

	view->name = (struct field_view){
		.name = "name", .label = "Name", .value = keep ? form_text(&v->form, "name") : "",
		.help = "The program that will use it. Letters, digits, dots, underscores, hyphens.",
	};
	view->read = scope_field(v, "read", "Read", "See the status, the settings without secrets, the "
	    "mail log and the metrics.");
	view->send = scope_field(v, "send", "Send", "Hand in mail.");
	view->admin = scope_field(v, "admin", "Admin", "Change settings, send test mails, act on the "
	    "queue, see the audit log, and all that Read may.");
	view->expires = (struct field_view){
		.name = "expires", .label = "Last day", .optional = true,
		.value = keep ? form_text(&v->form, "expires") : "",
		.help = "Such as 2027-12-31, in UTC. Without one the token is good until it is revoked.",
	};
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		fields[i]->error = problems_of(&page->problems, fields[i]->name);
		if (!keep)
			fields[i]->checked = false;
		field_view_finish(fields[i], v->arena);
	}
	view->current = own_password_field(v, &page->problems);
}

static void show(struct visit *v)
{
	const struct tokens_page *page = v->page;
	struct tokens_view view = {
		.problems = page->problems,
		.made = page->made,
		.made_name = page->made_name,
		.csrf = v->session.csrf,
	};
	struct unpack u;

	if (!visit_answered(v, page->list, WORD_TOKENS_ARE, &u))
		return;
	if (form_get(&v->query, "revoked").data != NULL)
		view.revoked = "The token is revoked: no program can use it any more.";
	set_fields(v, &view);
	view.lines = lines_read(v, &u, TOKENS_MAX, sizeof(*view.lines), read_line, NULL,
		&view.n_lines);
	if (view.lines == NULL)
		frame_broken(v);
	else
		frame_page(v, page->status, "API tokens", part_tokens(&view));
}

void page_tokens_ask(struct visit *v)
{
	if (open_page(v))
		ask_list(v);
}

/* ---- making one ---- */

static uint64_t sent_scopes(const struct form *form)
{
	uint64_t scopes = 0;

	if (form_get(form, "read").data != NULL)
		scopes |= TOKEN_SCOPE_READ;
	if (form_get(form, "send").data != NULL)
		scopes |= TOKEN_SCOPE_SEND;
	if (form_get(form, "admin").data != NULL)
		scopes |= TOKEN_SCOPE_ADMIN;
	return scopes;
}

/* A day that cannot be read is sent as one long over: the keeper tells what else is wrong. */
static uint64_t sent_expiry(struct visit *v)
{
	struct tokens_page *page = v->page;
	struct slice date = slice_trim(form_get(&v->form, "expires"));
	uint64_t expires = 0;

	if (date.len == 0 || token_expiry_parse(date, &expires))
		return expires;
	problems_add(&page->problems, "expires", "The last day is no date: write it as 2027-12-31.");
	return 1;
}

static void show_again(struct visit *v, unsigned status)
{
	static const char *const order[] = { "name", "read", "expires", "current" };
	struct tokens_page *page = v->page;

	problems_sort(&page->problems, order, COUNT_OF(order));
	page->status = status;
	ask_list(v);
}

void page_tokens_stale(struct visit *v)
{
	if (!open_page(v))
		return;
	show_again(v, refusal_again(v, &((struct tokens_page *)v->page)->problems));
}

static void made(struct visit *v)
{
	struct tokens_page *page = v->page;
	struct unpack u;

	if (refusal_take(v, page->done, &page->problems)) {
		show_again(v, 422);
		return;
	}
	if (!visit_answered(v, page->done, WORD_TOKEN_CREATED, &u))
		return;
	unpack_number(&u); /* id */
	page->made = unpack_text(&u, WHO_TOKEN_MAX, v->arena);
	page->made_name = arena_text(v->arena, slice_trim(form_get(&v->form, "name")));
	if (unpack_end(&u))
		ask_list(v);
	else
		frame_broken(v);
}

void page_token_act(struct visit *v)
{
	struct tokens_page *page;
	struct buffer body;

	if (!open_page(v))
		return;
	page = v->page;
	visit_start_body(v, &body);
	pack_slice(&body, slice_trim(slice_of(form_text(&v->form, "name"))));
	pack_number(&body, sent_scopes(&v->form));
	pack_number(&body, sent_expiry(v));
	own_password_pack(v, &body);
	page->done = visit_ask(v, WORD_TOKEN_CREATE, &body);
	visit_then(v, made);
}

/* ---- revoking ---- */

void page_token_revoke_act(struct visit *v)
{
	struct buffer body;
	uint64_t id;

	if (!number_parse(form_get(&v->form, "token"), 1, INT64_MAX, &id)) {
		visit_error(v, 404, "There is no such token", "Load the page of the tokens again.");
		return;
	}
	visit_start_body(v, &body);
	pack_slice(&body, form_get(&v->form, "token"));
	v->page = visit_ask(v, WORD_TOKEN_REVOKE, &body);
}

void page_token_revoked(struct visit *v)
{
	if (visit_answered(v, v->page, WORD_DONE, NULL))
		visit_redirect(v, "/login/tokens?revoked");
}
