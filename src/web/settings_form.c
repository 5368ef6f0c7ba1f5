/* settings_form.c - what is read of a form of settings that was sent; see settings_form.h. */
#include "web/settings_form.h"

#include <string.h>

#include "base/number.h"
#include "sys/tls_certificate.h"
#include "sys/tls_key.h"

enum {
	TEXT_MAX = 128 * 1024,
};

/* ---- what is saved ---- */

static void mark_what_is_on_the_form(struct form_values *values)
{
	const struct settings_form *f = values->form;

	for (size_t s = 0; s < f->n_sections; s++)
		for (size_t g = 0; g < f->sections[s].n_groups; g++)
			for (size_t e = 0; e < f->sections[s].groups[g].n_entries; e++)
				values->on_form[f->sections[s].groups[g].entries[e].id] = true;
}

/* A list is shown as one address a line. */
static const char *one_a_line(const char *list, struct arena *a)
{
	char *text = arena_alloc(a, strlen(list) + 1);

	if (text == NULL)
		return "";
	for (size_t i = 0; list[i] != '\0'; i++)
		text[i] = list[i] == ' ' ? '\n' : list[i];
	return text;
}

static void take_saved(struct form_values *values, enum setting_id id, const char *value,
	struct arena *a)
{
	const struct setting *row = &settings_table[id];

	if (row->secret) {
		values->settings.value[id] = values->is_set[id] ? "is set" : "";
		values->shown[id] = "";
		return;
	}
	values->settings.value[id] = value;
	values->shown[id] = row->type == SETTING_TYPE_ADDRESS_LIST ? one_a_line(value, a) : value;
}

bool settings_form_unpack(const struct settings_form *form, struct unpack *u, struct arena *a,
	struct form_values *ret_values)
{
	struct form_values values = { .form = form, .version = unpack_number(u) };
	uint64_t n = unpack_below(u, 1000);

	settings_init(&values.settings);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		values.shown[i] = values.settings.value[i];
		values.by[i] = "";
	}
	mark_what_is_on_the_form(&values);
	for (uint64_t i = 0; i < n && !u->failed; i++) {
		const struct setting *row = setting_find(unpack_slice(u, TEXT_MAX));
		const char *value = unpack_text(u, TEXT_MAX, a);
		bool is_set = unpack_bool(u);
		uint64_t at = unpack_number(u);
		const char *by = unpack_text(u, TEXT_MAX, a);
		enum setting_id id;

		if (row == NULL)
			continue;
		id = setting_id_of(row);
		values.is_set[id] = is_set;
		values.at[id] = at;
		values.by[id] = by;
		take_saved(&values, id, value, a);
	}
	if (!unpack_end(u))
		return false;
	*ret_values = values;
	return true;
}

/* ---- what was sent ---- */

/* A box that is not ticked is not sent at all. */
static struct slice sent_value(const struct form *form, const struct setting *row)
{
	struct slice value = form_get(form, row->key);

	if (row->type == SETTING_TYPE_SWITCH && value.data == NULL)
		return SLICE("no");
	return value;
}

/* True when this field of the form changes something: an empty secret keeps what is set. */
static bool was_sent(const struct form *form, const struct setting *row)
{
	struct slice value = sent_value(form, row);

	return value.data != NULL && (!row->secret || value.len > 0);
}

static void add_problem(struct problems_view *problems, enum setting_id id, const char *text,
	struct arena *a)
{
	const struct setting *row = &settings_table[id];

	if (problems_of(problems, row->key) == NULL)
		problems_add(problems, row->key, arena_printf(a, "%s %s", row->label, text));
}

/* A NUL would end the text; it shows as what it is: a character that has no place here. */
static const char *as_typed(struct slice value, struct arena *a)
{
	static const char mark[] = "\ufffd";
	char *text = arena_alloc(a, value.len * (sizeof(mark) - 1) + 1), *end = text;

	if (text == NULL)
		return "";
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] != '\0') {
			*end++ = value.data[i];
			continue;
		}
		memcpy(end, mark, sizeof(mark) - 1);
		end += sizeof(mark) - 1;
	}
	return text;
}

/* A private key pasted in the wrong place is a secret too: it is refused and not sent back. */
static bool is_secret(const struct setting *row, struct slice value)
{
	return row->secret || slice_find(value, SLICE("PRIVATE KEY-----")) < value.len;
}

/* Whether what stands between the frames of PEM can be read. */
static int check_pem(const struct setting *row, struct slice pem, struct fault *f)
{
	if (row->type == SETTING_TYPE_KEY)
		return tls_key_check(pem, f);
	return row->type == SETTING_TYPE_PEM ? tls_pem_check(pem, f) : 0;
}

static int take_sent(struct form_values *values, enum setting_id id, struct slice value,
	struct arena *a, struct problems_view *problems)
{
	const struct setting *row = &settings_table[id];
	const char *normal = NULL, *error = NULL;
	struct fault fault;
	int result = setting_check(id, value, a, &normal, &error);

	if (result < 0)
		return result;
	values->typed[id] = row->secret;
	values->shown[id] = is_secret(row, value) ? "" : as_typed(value, a);
	if (result == SETTING_OK && normal[0] != '\0' &&
	    check_pem(row, slice_of(normal), &fault) != 0)
		error = arena_copy(a, fault.text);
	if (error != NULL)
		add_problem(problems, id, error, a);
	values->settings.value[id] = error == NULL ? normal : as_typed(value, a);
	return 0;
}

int settings_form_take(struct form_values *values, const struct form *form, struct arena *a,
	struct problems_view *problems)
{
	struct setting_errors together = { .n = 0 };

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *row = &settings_table[i];

		if (values->on_form[i] && form_count(form, row->key) > 1)
			add_problem(problems, (enum setting_id)i, "was sent twice.", a);
		if (!values->on_form[i] || !was_sent(form, row))
			continue;
		if (take_sent(values, (enum setting_id)i, sent_value(form, row), a, problems) != 0)
			return -1;
	}
	settings_check_together(&values->settings, &together);
	for (size_t i = 0; i < together.n; i++)
		if (values->on_form[together.list[i].id])
			add_problem(problems, together.list[i].id, together.list[i].text, a);
	return arena_failed(a) ? -1 : 0;
}

void settings_form_refused(const char *field, const char *text, struct arena *a,
	struct problems_view *problems)
{
	const struct setting *row = setting_find(slice_of(field));

	if (row != NULL && problems_of(problems, row->key) != NULL)
		return; /* told already */
	problems_add(problems, row != NULL ? row->key : "",
	    row != NULL ? arena_printf(a, "%s %s", row->label, text) : text);
}

bool settings_form_version(const struct form *form, struct problems_view *problems,
	uint64_t *ret_version)
{
	if (number_parse(form_get(form, "version"), 0, UINT64_MAX, ret_version))
		return true;
	problems_add(problems, "", "The form came without its version. Check it and press the button "
	    "again.");
	return false;
}

void settings_form_lay(struct form_values *values, enum setting_id id, const char *value)
{
	values->settings.value[id] = values->shown[id] = value;
}

uint64_t settings_form_count_changes(const struct form_values *a, const struct form_values *b)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SETTING_COUNT; i++)
		n += b->typed[i] || strcmp(a->settings.value[i], b->settings.value[i]) != 0;
	return n;
}

void settings_form_sort(const struct settings_form *form, struct problems_view *problems)
{
	const char *names[SETTING_COUNT];
	size_t n = 0;

	for (size_t s = 0; s < form->n_sections; s++)
		for (size_t g = 0; g < form->sections[s].n_groups; g++) {
			const struct form_group *group = &form->sections[s].groups[g];

			for (size_t e = 0; e < group->n_entries; e++)
				names[n++] = settings_table[group->entries[e].id].key;
		}
	problems_sort(problems, names, n);
}

void settings_form_pack(const struct settings_form *form, const struct form *sent,
	struct buffer *body)
{
	struct form_values values = { .form = form };
	uint64_t n = 0;

	mark_what_is_on_the_form(&values);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		n += values.on_form[i] && was_sent(sent, &settings_table[i]);
	pack_number(body, n);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (!values.on_form[i] || !was_sent(sent, &settings_table[i]))
			continue;
		pack_text(body, settings_table[i].key);
		pack_slice(body, sent_value(sent, &settings_table[i]));
	}
}
