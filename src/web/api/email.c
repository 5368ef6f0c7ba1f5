/*
 * email.c - /api/v1/email: Email Configuration as an object whose members are the names of the
 * settings without "email.". Its version is the entity tag: who sends it back with If-Match changes
 * nothing that somebody else has changed meanwhile.
 */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "core/address.h"
#include "core/settings_table.h"
#include "http/headers.h"
#include "web/api/body.h"

enum {
	BY_MAX = 1000,
	KEY_MAX = 200,
	PREFIX = sizeof("email.") - 1,
};

struct email_put {
	struct question *question;
	struct slice values; /* packed */
	bool conditional; /* If-Match was sent with version */
	uint64_t version;
};

/* ---- showing ---- */

static struct question *ask_settings(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, "email");
	return visit_ask(v, WORD_SETTINGS_GET, &body);
}

static void put_list(struct visit *v, struct json_out *j, const char *name, const char *value)
{
	struct address_list list = { 0 };
	struct address_problem problem;

	if (address_list_parse(slice_of(value), v->arena, &list, &problem) != 0)
		list.count = 0;
	json_out_array(j, name);
	for (size_t i = 0; i < list.count; i++)
		json_out_slice(j, NULL, list.items[i].text);
	json_out_array_end(j);
}

struct saved_value {
	const char *key, *value;
	bool set;
	uint64_t at;
	const char *by;
};

static void put_value(struct visit *v, struct json_out *j, const struct setting *row,
	const struct saved_value *s)
{
	const char *name = s->key + PREFIX;
	uint64_t number;

	if (row->secret) {
		json_out_object(j, name);
		json_out_bool(j, "set", s->set);
		json_out_moment(j, "at", s->set ? s->at : 0);
		json_out_text(j, "by", s->set ? s->by : "");
		json_out_object_end(j);
	} else if (row->type == SETTING_TYPE_NUMBER &&
	    number_parse(slice_of(s->value), 0, UINT64_MAX, &number)) {
		json_out_number(j, name, number);
	} else if (row->type == SETTING_TYPE_SWITCH) {
		json_out_bool(j, name, strcmp(s->value, "yes") == 0);
	} else if (row->type == SETTING_TYPE_ADDRESS_LIST) {
		put_list(v, j, name, s->value);
	} else {
		json_out_text(j, name, s->value);
	}
}

static void show_settings(struct visit *v, const struct question *q)
{
	uint64_t version, n;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, q, WORD_SETTINGS_ARE, NULL, &u))
		return;
	api_begin(v, &j);
	version = unpack_number(&u);
	n = unpack_below(&u, SETTING_COUNT + 1);
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		struct saved_value s;
		const struct setting *row;

		s.key = unpack_text(&u, KEY_MAX, v->arena);
		s.value = unpack_text(&u, WIRE_BODY_MAX, v->arena);
		s.set = unpack_bool(&u);
		s.at = unpack_number(&u);
		s.by = unpack_text(&u, BY_MAX, v->arena);
		row = setting_find(slice_of(s.key));
		if (row != NULL)
			put_value(v, &j, row, &s);
	}
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	headers_add_text(&v->lines, "ETag", arena_printf(v->arena, "\"%" PRIu64 "\"", version));
	api_end(v, &j, 200);
}

void api_email_ask(struct visit *v)
{
	v->page = ask_settings(v);
}

void api_email_show(struct visit *v)
{
	show_settings(v, v->page);
}

/* ---- changing ---- */

/* If-Match = "*" / DQUOTE version DQUOTE; false when it is something else. */
static bool read_condition(struct visit *v, struct email_put *put)
{
	struct slice tag = http_head_field(v->request->head, "If-Match");

	if (tag.data == NULL || slice_is(tag, "*"))
		return true;
	put->conditional = true;
	return tag.len > 2 && slice_starts(tag, "\"") && slice_ends(tag, "\"") &&
	    number_parse(slice_sub(tag, 1, tag.len - 2), 0, INT64_MAX, &put->version);
}

static void refuse_stale(struct visit *v, struct unpack *changes)
{
	uint64_t version = changes != NULL ? unpack_number(changes) : 0;
	uint64_t n = changes != NULL ? unpack_below(changes, SETTING_COUNT * 2) : 0;
	struct json_out j;

	api_begin(v, &j);
	json_out_text(&j, "type", "about:blank");
	json_out_text(&j, "title", "Somebody else changed the settings");
	json_out_number(&j, "status", 412);
	json_out_text(&j, "detail", "Nothing was changed. GET /api/v1/email, apply your change to what it "
	    "shows, and send it with the new ETag.");
	json_out_array(&j, "changed");
	for (uint64_t i = 0; i < n && !changes->failed; i++) {
		struct slice key = unpack_slice(changes, KEY_MAX);

		json_out_object(&j, NULL);
		json_out_slice(&j, "field", slice_starts(key, "email.") ? slice_sub(key, PREFIX, key.len) : key);
		json_out_text(&j, "by", unpack_text(changes, BY_MAX, v->arena));
		json_out_moment(&j, "at", unpack_number(changes));
		json_out_object_end(&j);
	}
	json_out_array_end(&j);
	if (changes != NULL && version > 0)
		headers_add_text(&v->lines, "ETag", arena_printf(v->arena, "\"%" PRIu64 "\"", version));
	api_end_problem(v, &j, 412);
}

static void show_saved(struct visit *v)
{
	const struct email_put *put = v->page;

	show_settings(v, put->question);
}

void api_email_put_read(struct visit *v)
{
	struct email_put *put = v->page;
	struct unpack u;

	if (visit_answer_word(put->question, &u) == WORD_SETTINGS_CONFLICT) {
		refuse_stale(v, &u);
	} else if (api_answered(v, put->question, WORD_SETTINGS_SAVED, "", &u)) {
		put->question = ask_settings(v);
		visit_then(v, show_saved);
	}
}

static void send_values(struct visit *v)
{
	struct email_put *put = v->page;
	struct buffer body;

	visit_start_body(v, &body);
	pack_number(&body, put->version);
	buffer_append_slice(&body, put->values);
	put->question = visit_ask(v, WORD_SETTINGS_SET, &body);
	visit_then(v, api_email_put_read);
}

/* Version 0 stands for "never saved", and the keeper takes it for "do not compare". */
static void check_never_saved(struct visit *v)
{
	struct email_put *put = v->page;
	struct unpack u;

	if (!api_answered(v, put->question, WORD_SETTINGS_ARE, NULL, &u))
		return;
	if (unpack_number(&u) != 0)
		refuse_stale(v, NULL);
	else
		send_values(v);
}

/* True when all members can be packed; else the request was answered. */
static bool take_body(struct visit *v, struct email_put *put)
{
	struct api_errors errors = { .n = 0 };
	json_t *object = api_read_body(v, true);
	struct buffer values;
	bool fits;

	if (object == NULL)
		return false;
	buffer_init_secret(&values, WIRE_BODY_MAX - 1024);
	api_pack_settings(v, object, "", &values, &errors);
	json_decref(object);
	put->values = arena_slice(v->arena, buffer_slice(&values));
	fits = buffer_ok(&values);
	buffer_release(&values);
	if (!fits)
		api_problem(v, 413, "The values are too long", "All of them together may have 255 KiB.");
	else if (errors.n > 0)
		api_refuse_settings(v, &errors, "", put->values);
	return errors.n == 0 && fits;
}

void api_email_put(struct visit *v)
{
	struct email_put *put = arena_alloc(v->arena, sizeof(*put));

	if (put == NULL)
		return;
	v->page = put;
	if (!read_condition(v, put)) {
		api_problem(v, 400, "If-Match cannot be read", "It is not an ETag of GET /api/v1/email.");
	} else if (!take_body(v, put)) {
		return;
	} else if (put->conditional && put->version == 0) {
		put->question = ask_settings(v);
		visit_then(v, check_never_saved);
	} else {
		send_values(v);
	}
}
