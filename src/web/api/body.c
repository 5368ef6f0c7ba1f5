/* body.c - bodies of JSON; see body.h. */
#include "web/api/body.h"

#include <string.h>

#include "core/nearest.h"
#include "core/settings_table.h"

#define PREFIX "email."

enum {
	LIST_TEXT_MAX = 128 * 1024,
};

static struct slice slice_of_json(struct visit *v, json_t *text)
{
	return arena_slice(v->arena, slice_make(json_string_value(text), json_string_length(text)));
}

json_t *api_read_body(struct visit *v, bool needed)
{
	const char *problem = "";
	json_t *body = v->request->body.len > 0 || needed ?
	    json_read(v->request->body, v->arena, &problem) : json_object();

	if (body == NULL)
		api_problem(v, 400, "The body cannot be read", problem);
	return body;
}

void api_know_members(struct visit *v, json_t *object, const char *const *names,
	struct api_errors *errors)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		size_t i = 0;

		while (names[i] != NULL && strcmp(names[i], name) != 0)
			i++;
		if (names[i] == NULL)
			api_error(errors, arena_text(v->arena, slice_clip(slice_of(name), 100)),
			    "is not known here: leave it out.");
	}
}

struct slice api_text_of(struct visit *v, json_t *object, const char *name,
	struct api_errors *errors)
{
	json_t *value = json_object_get(object, name);

	if (value == NULL || json_is_null(value))
		return (struct slice){ 0 };
	if (!json_is_string(value)) {
		api_error(errors, name, "must be a text.");
		return (struct slice){ 0 };
	}
	return slice_of_json(v, value);
}

struct api_texts api_texts_of(struct visit *v, json_t *object, const char *name,
	struct api_errors *errors)
{
	json_t *value = json_object_get(object, name), *item;
	struct api_texts texts = { .is_list = json_is_array(value) };
	size_t i;

	if (value == NULL || json_is_null(value))
		return texts;
	texts.items = arena_array(v->arena, json_array_size(value) + 1, sizeof(*texts.items));
	if (texts.items == NULL)
		return texts;
	if (json_is_string(value))
		texts.items[texts.n++] = slice_of_json(v, value);
	else if (!texts.is_list)
		api_error(errors, name, "must be a text or a list of texts.");
	json_array_foreach(value, i, item) {
		if (json_is_string(item))
			texts.items[texts.n++] = slice_of_json(v, item);
		else
			api_error(errors, arena_printf(v->arena, "%s[%zu]", name, i), "must be a text.");
	}
	return texts;
}

/* ---- settings ---- */

/* "a@example.com b@example.com", as the table's check reads it; false when it is no list of texts. */
static bool join(struct visit *v, json_t *list, struct slice *ret_value)
{
	struct buffer text;
	json_t *item;
	size_t i;
	bool ok = true;

	buffer_init(&text, LIST_TEXT_MAX);
	json_array_foreach(list, i, item) {
		ok = ok && json_is_string(item);
		if (!json_is_string(item))
			continue;
		buffer_append_text(&text, text.len > 0 ? "\n" : "");
		buffer_append(&text, json_string_value(item), json_string_length(item));
	}
	ok = ok && buffer_ok(&text);
	*ret_value = arena_slice(v->arena, buffer_slice(&text));
	buffer_release(&text);
	return ok;
}

/* What may stand for a value besides a text, and null for the value it had at first. */
static const char *value_of(struct visit *v, const struct setting *row, json_t *value,
	struct slice *ret_value)
{
	if (json_is_null(value))
		*ret_value = slice_of(row->initial);
	else if (json_is_string(value))
		*ret_value = slice_of_json(v, value);
	else if (row->type == SETTING_TYPE_NUMBER && json_is_integer(value))
		*ret_value = slice_of(arena_printf(v->arena, "%lld", (long long)json_integer_value(value)));
	else if (row->type == SETTING_TYPE_SWITCH && json_is_boolean(value))
		*ret_value = slice_of(json_is_true(value) ? "yes" : "no");
	else if (row->type != SETTING_TYPE_ADDRESS_LIST || !json_is_array(value) ||
	    !join(v, value, ret_value))
		return row->type == SETTING_TYPE_NUMBER ? "must be a number." :
		    row->type == SETTING_TYPE_SWITCH ? "must be true or false." :
		    row->type == SETTING_TYPE_ADDRESS_LIST ? "must be a list of addresses." :
		    "must be a text.";
	return NULL;
}

/* { "set": true, ... }, as it is shown: it stays as it is. */
static bool is_shown_secret(const struct setting *row, json_t *value)
{
	return row->secret && json_is_object(value) && json_is_boolean(json_object_get(value, "set"));
}

static const char *unknown_member(struct visit *v, struct slice name)
{
	const char *names[SETTING_COUNT], *near;
	size_t n = 0;

	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (slice_starts(slice_of(settings_table[i].key), PREFIX))
			names[n++] = settings_table[i].key + strlen(PREFIX);
	near = nearest_word(name, names, n);
	return near != NULL ?
	    arena_printf(v->arena, "is no setting of Email Configuration; did you mean %s?", near) :
	    "is no setting of Email Configuration: leave it out. GET /api/v1/email shows all.";
}

static uint64_t pack_members(struct visit *v, json_t *object, const char *within,
	struct buffer *out, struct api_errors *errors)
{
	const char *name;
	json_t *value;
	uint64_t n = 0;

	json_object_foreach(object, name, value) {
		struct slice shown = slice_clip(slice_of(name), 100), text = { 0 };
		const char *field = arena_printf(v->arena, "%s%s", within, arena_text(v->arena, shown));
		const char *key = arena_printf(v->arena, PREFIX "%s", arena_text(v->arena, shown));
		const struct setting *row = setting_find(slice_of(key));
		const char *problem = NULL;

		if (row != NULL && is_shown_secret(row, value))
			continue;
		if (row == NULL)
			problem = unknown_member(v, shown);
		else
			problem = value_of(v, row, value, &text);
		if (problem != NULL) {
			api_error(errors, field, problem);
			continue;
		}
		pack_text(out, key);
		pack_slice(out, text);
		n++;
	}
	return n;
}

void api_pack_settings(struct visit *v, json_t *object, const char *within, struct buffer *out,
	struct api_errors *errors)
{
	struct buffer members;
	uint64_t n;

	buffer_init_secret(&members, WIRE_BODY_MAX);
	n = pack_members(v, object, within, &members, errors);
	pack_number(out, n);
	buffer_append_slice(out, buffer_slice(&members));
	if (!buffer_ok(&members))
		out->failed = true;
	buffer_release(&members);
}

/* ---- settings that cannot be used ---- */

/* A request with errors, while the keeper looks at the rest of it. */
struct bad_settings {
	struct api_errors errors;
	const char *within;
	struct question *question;
};

static void refuse_bad(struct visit *v)
{
	struct bad_settings *bad = v->page;

	api_errors_join(v, &bad->errors, bad->question, bad->within);
	api_refuse_fields(v, 422, &bad->errors);
}

void api_refuse_settings(struct visit *v, const struct api_errors *errors, const char *within,
	struct slice values)
{
	struct bad_settings *bad = arena_alloc(v->arena, sizeof(*bad));
	struct buffer body;

	if (bad == NULL)
		return;
	*bad = (struct bad_settings){ .errors = *errors, .within = within };
	v->page = bad;
	visit_start_body(v, &body);
	buffer_append_slice(&body, values);
	bad->question = visit_ask(v, WORD_SETTINGS_CHECK, &body);
	visit_then(v, refuse_bad);
}
