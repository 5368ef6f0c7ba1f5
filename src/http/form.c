/* form.c - form bodies and query strings; see form.h. */
#include "http/form.h"

#include "http/grammar.h"

/*
 * form  = pair *( "&" pair )
 * pair  = name [ "=" value ], an empty pair is skipped
 * octet = "+" (a space) / "%" 2HEXDIG / any other, as it is
 */
static int decode(struct slice raw, struct arena *arena, struct slice *ret_text)
{
	char *text = arena_alloc(arena, raw.len + 1);
	size_t len = 0;

	if (text == NULL)
		return -1;
	while (raw.len > 0) {
		size_t taken = 1;
		char c = raw.data[0];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			if (!http_percent_octet(raw, &c))
				return FORM_MALFORMED;
			taken = 3;
		}
		text[len++] = c;
		raw = slice_sub(raw, taken, raw.len);
	}
	text[len] = '\0';
	*ret_text = slice_make(text, len);
	return slice_is_utf8(*ret_text) ? 0 : FORM_MALFORMED;
}

static int read_name(struct slice raw, struct arena *arena, struct slice *ret_name)
{
	int result = decode(raw, arena, ret_name);

	if (result == 0 && slice_has_char(*ret_name, '\0'))
		return FORM_MALFORMED;
	return result == 0 && ret_name->len > FORM_VALUE_MAX ? FORM_TOO_LARGE : result;
}

/* room: what is left of FORM_VALUES_MAX. */
static int read_pair(struct slice pair, struct arena *arena, size_t *room,
	struct form_field *ret_field)
{
	struct slice rest = pair;
	struct slice name = slice_cut(&rest, '=');
	int result = read_name(name, arena, &ret_field->name);

	if (result == 0)
		result = decode(rest, arena, &ret_field->value);
	if (result != 0)
		return result;
	if (ret_field->value.len > FORM_VALUE_MAX || ret_field->value.len > *room) {
		ret_field->value = SLICE("");
		ret_field->too_long = true;
	}
	*room -= ret_field->value.len;
	return 0;
}

static size_t count_pairs(struct slice text)
{
	size_t count = 0;

	while (text.data != NULL)
		if (slice_cut(&text, '&').len > 0)
			count++;
	return count;
}

int form_parse(struct slice text, struct arena *arena, struct form *ret_form)
{
	size_t count = count_pairs(text), n = 0, room = FORM_VALUES_MAX;
	struct form_field *fields;

	if (text.len > FORM_MAX || count > FORM_FIELDS_MAX)
		return FORM_TOO_LARGE;
	fields = arena_array(arena, count, sizeof(*fields));
	if (fields == NULL)
		return -1;
	while (text.data != NULL) {
		struct slice pair = slice_cut(&text, '&');
		int result = pair.len > 0 ? read_pair(pair, arena, &room, &fields[n++]) : 0;

		if (result != 0)
			return result;
	}
	*ret_form = (struct form){ fields, n };
	return 0;
}

size_t form_count(const struct form *form, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < form->n_fields; i++)
		if (slice_is(form->fields[i].name, name))
			count++;
	return count;
}

const struct form_field *form_too_long(const struct form *form)
{
	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].too_long)
			return &form->fields[i];
	return NULL;
}

struct slice form_get(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->n_fields; i++)
		if (slice_is(form->fields[i].name, name))
			return form->fields[i].value;
	return (struct slice){ 0 };
}

const char *form_text(const struct form *form, const char *name)
{
	struct slice value = form_get(form, name);

	return value.data != NULL && !slice_has_char(value, '\0') ? value.data : "";
}
