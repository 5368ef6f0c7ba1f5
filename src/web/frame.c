/* frame.c - the frame around pages; see frame.h. */
#include "web/frame.h"

#include "http/headers.h"
#include "http/status.h"
#include "web/api/api.h"
#include "web/route.h"
#include "web/templates.h"

/* Only pages that exist stand here. */
static const struct nav_view nav_rows[] = {
	{ .label = "Status", .url = "/login/status" },
	{ .group = "Management", .label = "Email Configuration", .url = "/login/email" },
	{ .label = "Mail aliases", .url = "/login/aliases" },
	{ .label = "Export and import", .url = "/login/backup" },
	{ .label = "Site", .url = "/login/site" },
	{ .group = "Records", .label = "Mail log", .url = "/login/queue" },
	{ .label = "Audit", .url = "/login/audit" },
	{ .group = "Access", .label = "Users", .url = "/login/users" },
	{ .label = "API tokens", .url = "/login/tokens" },
};

struct shape_view frame_mail_shape(enum mail_state state)
{
	static const enum shape_kind kinds[MAIL_STATE_COUNT] = {
		[MAIL_NOT_SET_UP] = SHAPE_OFF,
		[MAIL_UNTRIED] = SHAPE_WAIT,
		[MAIL_WORKS] = SHAPE_GOOD,
		[MAIL_BROKEN] = SHAPE_BAD,
	};

	return (struct shape_view){ .kind = kinds[state] };
}

const char *frame_mail_word(enum mail_state state)
{
	static const char *const words[MAIL_STATE_COUNT] = {
		[MAIL_NOT_SET_UP] = "not set up",
		[MAIL_UNTRIED] = "not tried yet",
		[MAIL_WORKS] = "works",
		[MAIL_BROKEN] = "broken",
	};

	return words[state];
}

/* A page below another (one message of the log) belongs to the same entry. */
static bool is_below(struct slice path, const char *url)
{
	size_t len = slice_of(url).len;

	return slice_starts(path, url) && (path.len == len || path.data[len] == '/');
}

static struct nav_list_view make_nav(struct visit *v)
{
	struct nav_view *rows = arena_array(v->arena, COUNT_OF(nav_rows), sizeof(*rows));

	if (rows == NULL)
		return (struct nav_list_view){ 0 };
	for (size_t i = 0; i < COUNT_OF(nav_rows); i++) {
		rows[i] = nav_rows[i];
		rows[i].current = is_below(v->request->head->path, rows[i].url);
	}
	return (struct nav_list_view){ .rows = rows, .n_rows = COUNT_OF(nav_rows) };
}

/* The status page says all of it in its own words. */
static const struct alarm_view *make_alarm(struct visit *v, bool is_error)
{
	const struct status *s = &v->status;
	struct alarm_view *alarm;

	if (!v->signed_in || !v->has_status || s->mail != MAIL_BROKEN ||
		(!is_error && slice_is(v->request->head->path, "/login/status")))
		return NULL;
	alarm = arena_alloc(v->arena, sizeof(*alarm));
	if (alarm == NULL)
		return NULL;
	alarm->since = s->mail_since;
	alarm->waiting = s->n_waiting;
	alarm->next_try = s->next_probe > s->now ? s->next_probe - s->now : 0;
	trouble_view_make(&s->mail_verdict, 0, v->arena, &alarm->trouble);
	alarm->sign_in = s->mail_verdict.reason == REASON_SIGN_IN;
	alarm->csrf = v->session.csrf;
	alarm->first_step = alarm->trouble.n_steps > 0 ? alarm->trouble.steps[0] : "";
	return alarm;
}

static void fill_ending(struct visit *v, const struct ending *e, struct ending_view *view)
{
	*view = (struct ending_view){
		.sentence = ending_sentence(e, (int64_t)v->status.now, v->arena),
		.until = (uint64_t)e->until,
		.cure = ending_cure(e->kind, v->arena),
		.sign_in = e->kind == ENDING_SIGN_IN || e->kind == ENDING_TESTING ||
			e->kind == ENDING_ACCESS,
		.csrf = v->session.csrf,
	};
}

static const struct endings_view *make_endings(struct visit *v)
{
	const struct status *s = &v->status;
	struct ending_view *rows = arena_array(v->arena, ENDING_KIND_COUNT, sizeof(*rows));
	struct endings_view *view = arena_alloc(v->arena, sizeof(*view));
	size_t n = 0;

	if (!v->signed_in || !v->has_status || rows == NULL || view == NULL)
		return NULL;
	for (size_t i = 0; i < s->n_endings; i++)
		if (ending_step(s->endings[i].until, (int64_t)s->now) != 0)
			fill_ending(v, &s->endings[i], &rows[n++]);
	*view = (struct endings_view){ rows, n };
	return n > 0 ? view : NULL;
}

static void write_frame(struct visit *v, unsigned status, struct frame_view *f)
{
	struct html h;

	f->is_error = status >= 400;
	f->node_name = v->web->node_name;
	f->user = v->signed_in ? v->session.name : "";
	f->csrf = v->signed_in ? v->session.csrf : "";
	f->role_shape.kind = SHAPE_NODE;
	f->has_mail = v->has_status;
	f->mail_shape = frame_mail_shape(v->status.mail);
	f->mail_word = frame_mail_word(v->status.mail);
	f->disk_full = v->has_status && v->status.disk_full;
	f->disk_shape.kind = SHAPE_BAD;
	f->alarm = make_alarm(v, f->is_error);
	f->endings = make_endings(v);
	f->nav = v->signed_in ? make_nav(v) : (struct nav_list_view){ 0 };
	headers_add_text(&v->lines, "Content-Type", "text/html; charset=utf-8");
	buffer_clear(&v->body);
	html_init(&h, &v->body);
	template_frame(&h, f);
	if (arena_failed(v->arena))
		v->body.failed = true; /* texts that are missing look like empty ones */
	visit_answer(v, status);
}

void frame_page(struct visit *v, unsigned status, const char *title, struct html_part content)
{
	struct frame_view f = { .title = title, .content = content };

	write_frame(v, status, &f);
}

void frame_page_refreshed(struct visit *v, unsigned seconds, const char *title,
	struct html_part content)
{
	struct frame_view f = { .title = title, .content = content, .refresh = seconds };

	write_frame(v, 200, &f);
}

void frame_page_leading(struct visit *v, const char *url, const char *title,
	struct html_part content)
{
	struct frame_view f = { .title = title, .content = content, .lead_to = url };

	write_frame(v, 200, &f);
}

void frame_error(struct visit *v, unsigned status, const char *title, const char *text)
{
	const struct error_view view = { .text = text, .signed_in = v->signed_in };

	frame_page(v, status, title, part_error(&view));
}

void frame_broken(struct visit *v)
{
	frame_error(v, 500, "Something is wrong here", "The log of this node says more.");
}

/* In our words where the machine's are of no use to whoever filled in a form. */
static const char *early_title(unsigned status)
{
	return status == 413 ? "This is too long" : http_status_text(status);
}

static const char *early_text(unsigned status)
{
	return status == 413 ? "What was sent is larger than any form of this site may be. Nothing was "
		"changed. Go back one page, look which field holds so much, and enter less." :
		http_status_advice(status);
}

/* For what the server refuses before a visit begins. */
void web_error_page(void *context, const struct http_head *head, unsigned status,
	struct buffer *lines, struct buffer *body)
{
	const struct web *web = context;
	const struct error_view view = { .text = early_text(status) };
	const struct frame_view f = {
		.title = early_title(status),
		.node_name = web->node_name,
		.csrf = "",
		.user = "",
		.content = part_error(&view),
	};
	struct html h;

	headers_secure(lines, web->ca_signed);
	if (api_is_path(head->path)) {
		api_write_problem(lines, body, status);
		return;
	}
	headers_add_text(lines, "Content-Type", "text/html; charset=utf-8");
	html_init(&h, body);
	template_frame(&h, &f);
}
