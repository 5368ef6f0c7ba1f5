/* answer.c - answers of the API: JSON, and problems as RFC 9457 has them. */
#include <string.h>
#include <sysexits.h>

#include "http/headers.h"
#include "http/status.h"
#include "web/api/api.h"

void api_begin(struct visit *v, struct json_out *j)
{
	buffer_clear(&v->body);
	json_out_init(j, &v->body);
	json_out_object(j, NULL);
}

static void end(struct visit *v, struct json_out *j, unsigned status, const char *media_type)
{
	json_out_object_end(j);
	buffer_append_char(&v->body, '\n');
	headers_add_text(&v->lines, "Content-Type", media_type);
	if (arena_failed(v->arena))
		v->body.failed = true; /* texts that are missing look like empty ones */
	visit_answer(v, status);
}

void api_end(struct visit *v, struct json_out *j, unsigned status)
{
	end(v, j, status, "application/json");
}

void api_end_problem(struct visit *v, struct json_out *j, unsigned status)
{
	end(v, j, status, "application/problem+json");
}

/* ---- problems ---- */

static void put_problem(struct json_out *j, unsigned status, const char *title, const char *detail)
{
	json_out_text(j, "type", "about:blank");
	json_out_text(j, "title", title);
	json_out_number(j, "status", status);
	if (detail[0] != '\0')
		json_out_text(j, "detail", detail);
}

void api_problem(struct visit *v, unsigned status, const char *title, const char *detail)
{
	struct json_out j;

	api_begin(v, &j);
	put_problem(&j, status, title, detail);
	api_end_problem(v, &j, status);
}

void api_write_problem(struct buffer *lines, struct buffer *body, unsigned status)
{
	struct json_out j;

	json_out_init(&j, body);
	json_out_object(&j, NULL);
	put_problem(&j, status, http_status_text(status), status == 413 ? "A message may have 10 MiB "
	    "here, other bodies 512 KiB, and what acts on a message none; hand in larger mail with sendmail, which takes 32 MiB." :
	    http_status_advice(status));
	json_out_object_end(&j);
	headers_add_text(lines, "Content-Type", "application/problem+json");
	if (status == 503)
		headers_add_text(lines, "Retry-After", "5");
}

void api_error(struct api_errors *errors, const char *field, const char *text)
{
	if (errors->n < API_ERRORS_MAX)
		errors->rows[errors->n++] = (struct refusal_row){ .field = field, .text = text };
}

static void put_errors(struct json_out *j, const struct refusal_row *rows, size_t n)
{
	json_out_array(j, "errors");
	for (size_t i = 0; i < n; i++) {
		json_out_object(j, NULL);
		json_out_text(j, "field", rows[i].field);
		json_out_text(j, "detail", rows[i].text);
		json_out_object_end(j);
	}
	json_out_array_end(j);
}

/* The detail alone must make sense to whoever looks at nothing else. */
static void refuse_rows(struct visit *v, unsigned status, const struct refusal_row *rows, size_t n)
{
	const char *detail = rows[0].text;
	struct json_out j;

	if (rows[0].field[0] != '\0') /* "relay_port is no setting", "since: Enter a day" */
		detail = arena_printf(v->arena, "%s%s %s", rows[0].field,
		    rows[0].text[0] >= 'A' && rows[0].text[0] <= 'Z' ? ":" : "", rows[0].text);
	api_begin(v, &j);
	put_problem(&j, status, status == 422 ? "Something in the request is not right" :
	    status == 404 ? "There is no such thing" : "This was not done", detail);
	put_errors(&j, rows, n);
	api_end_problem(v, &j, status);
}

void api_refuse_fields(struct visit *v, unsigned status, const struct api_errors *errors)
{
	refuse_rows(v, status, errors->rows, errors->n);
}

/* "email.relay_port" is the member "relay_port" of what was sent, or of an object within it. */
static const char *member_of(struct visit *v, const char *field, const char *within)
{
	struct slice key = slice_of(field);

	if (within == NULL || !slice_starts(key, "email."))
		return field;
	return arena_printf(v->arena, "%s%s", within, field + strlen("email."));
}

static void name_members(struct visit *v, struct refusal *refusal, const char *within)
{
	for (size_t i = 0; i < refusal->n_rows; i++)
		refusal->rows[i].field = member_of(v, refusal->rows[i].field, within);
}

static bool has_field(const struct api_errors *errors, size_t n, const char *field)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(errors->rows[i].field, field) == 0)
			return true;
	return false;
}

void api_errors_join(struct visit *v, struct api_errors *errors, const struct question *q,
	const char *within)
{
	size_t before = errors->n;
	struct refusal refusal;

	if (!visit_refused(v, q, &refusal) || refusal.code != EX_DATAERR)
		return;
	name_members(v, &refusal, within);
	for (size_t i = 0; i < refusal.n_rows; i++)
		if (!has_field(errors, before, refusal.rows[i].field))
			api_error(errors, refusal.rows[i].field, refusal.rows[i].text);
}

bool api_answered(struct visit *v, const struct question *q, enum word word, const char *within,
	struct unpack *ret_body)
{
	struct refusal refusal;

	if (visit_answer_word(q, ret_body) == word)
		return true;
	if (visit_refused(v, q, &refusal)) {
		name_members(v, &refusal, within);
		refuse_rows(v, visit_status_of(refusal.code), refusal.rows, refusal.n_rows);
		return false;
	}
	headers_add_text(&v->lines, "Retry-After", "5");
	api_problem(v, 503, "This node is restarting a part of itself",
	    "Mail is not lost. Try again in a few seconds.");
	return false;
}

void api_broken(struct visit *v)
{
	api_problem(v, 500, "Something is wrong here", "The log of this node says more.");
}

void api_put_next(struct json_out *j, const char *name, uint64_t place)
{
	if (place > 0)
		json_out_number(j, name, place);
	else
		json_out_null(j, name);
}
