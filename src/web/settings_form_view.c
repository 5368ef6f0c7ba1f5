/* settings_form_view.c - the table of a form as templates print it; see settings_form.h. */
#include <string.h>

#include "core/time_zone_names.h"
#include "web/settings_form.h"

/* The port that goes with an encryption, as a rule (RFC 8314, RFC 6409, RFC 5321). */
static const struct {
	const char *encryption, *port;
} ports[] = {
	{ "none", "25" },
	{ "tls", "465" },
	{ "starttls", "587" },
};

static const char *port_of(const char *encryption)
{
	for (size_t i = 0; i < COUNT_OF(ports); i++)
		if (strcmp(ports[i].encryption, encryption) == 0)
			return ports[i].port;
	return NULL;
}

static enum field_kind kind_of(const struct setting *row)
{
	if (row->secret)
		return row->type == SETTING_TYPE_KEY ? FIELD_SECRET_AREA : FIELD_SECRET;
	switch (row->type) {
	case SETTING_TYPE_NUMBER:
		return FIELD_SHORT;
	case SETTING_TYPE_TIME:
		return FIELD_TIME;
	case SETTING_TYPE_ZONE:
		return FIELD_SUGGEST;
	case SETTING_TYPE_CHOICE:
		return FIELD_CHOICE;
	case SETTING_TYPE_SWITCH:
		return FIELD_CHECK;
	case SETTING_TYPE_ADDRESS_LIST:
	case SETTING_TYPE_PEM:
	case SETTING_TYPE_KEY:
		return FIELD_AREA;
	case SETTING_TYPE_TEXT:
	case SETTING_TYPE_HOST:
	case SETTING_TYPE_ADDRESS:
	case SETTING_TYPE_URL:
	case SETTING_TYPE_DATE:
	case SETTING_TYPE_PROXY:
		return FIELD_LINE;
	}
	return FIELD_LINE;
}

/* The first choice has the field's own id, so that links to the field find it. */
static void add_choices(struct field_view *f, const struct setting *row, struct arena *a)
{
	struct choice_view *choices;
	size_t n = 0;

	while (row->choices[n].value != NULL)
		n++;
	choices = arena_array(a, n, sizeof(*choices));
	if (choices == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		choices[i] = (struct choice_view){
			.id = i == 0 ? row->key : arena_printf(a, "%s-%s", row->key, row->choices[i].value),
			.value = row->choices[i].value,
			.label = row->choices[i].label,
			.port = row == &settings_table[SETTING_EMAIL_ENCRYPTION] ?
			    port_of(row->choices[i].value) : NULL,
			.checked = strcmp(f->value, row->choices[i].value) == 0,
		};
	f->choices = choices;
	f->n_choices = n;
}

static void add_zones(struct field_view *f, struct arena *a)
{
	const char **options = arena_array(a, n_time_zone_names, sizeof(*options));

	f->options = options;
	for (size_t i = 0; options != NULL && i < n_time_zone_names; i++)
		if (time_zone_names[i].offered)
			options[f->n_options++] = time_zone_names[i].name;
}

static void make_field(struct field_view *f, const struct form_entry *entry,
	const struct form_values *values, const struct problems_view *problems, struct arena *a)
{
	const struct setting *row = &settings_table[entry->id];

	*f = (struct field_view){
		.kind = kind_of(row),
		.name = row->key,
		.label = row->label,
		.help = row->help,
		.error = problems_of(problems, row->key),
		.value = values->shown[entry->id],
		.checked = strcmp(values->shown[entry->id], "yes") == 0,
		.optional = entry->optional,
		.rows = row->type == SETTING_TYPE_PEM || row->type == SETTING_TYPE_KEY ? 5 : 3,
		.autocomplete = row->secret ? "new-password" : "off",
		.is_set = row->secret && values->is_set[entry->id] && values->at[entry->id] > 0,
		.set_at = values->at[entry->id],
		.set_by = values->by[entry->id],
		.was_typed = values->typed[entry->id],
	};
	if (f->kind == FIELD_CHOICE)
		add_choices(f, row, a);
	else if (f->kind == FIELD_SUGGEST)
		add_zones(f, a);
	field_view_finish(f, a);
}

static void make_test_field(struct field_view *f, bool ticked, struct arena *a)
{
	*f = (struct field_view){
		.kind = FIELD_CHECK,
		.name = EMAIL_FORM_TEST,
		.label = "Send a test email when the settings are saved",
		.help = "It goes to every address above, and the page shows each step of its way to the "
		    "relay.",
		.checked = ticked,
	};
	field_view_finish(f, a);
}

static void make_group(struct group_view *g, const struct form_group *group,
	const struct form_values *values, const struct settings_form_state *state, struct arena *a)
{
	*g = (struct group_view){
		.legend = group->legend,
		.note = group->note,
		.when = group->when,
		.presets = group->has_presets ? state->presets : NULL,
		.fill = group->has_fill ? state->fill : NULL,
		.fields = arena_array(a, group->n_entries + 1, sizeof(*g->fields)),
	};
	if (g->fields == NULL)
		return;
	for (size_t i = 0; i < group->n_entries; i++)
		make_field(&g->fields[g->n_fields++], &group->entries[i], values, state->problems,
		    a);
	if (group->has_test)
		make_test_field(&g->fields[g->n_fields++], state->test_too, a);
}

/* What differs from the table's initial value, or is wrong, is not hidden. */
static bool wants_attention(const struct section_view *s, const struct form_values *values)
{
	for (size_t g = 0; g < s->n_groups; g++)
		for (size_t f = 0; f < s->groups[g].n_fields; f++) {
			const struct field_view *field = &s->groups[g].fields[f];
			const struct setting *row = setting_find(slice_of(field->name));

			if (field->wrong || (row != NULL &&
			    strcmp(values->shown[setting_id_of(row)], row->initial) != 0))
				return true;
		}
	return false;
}

static void make_section(struct section_view *s, const struct form_section *section,
	const struct form_values *values, const struct settings_form_state *state, struct arena *a)
{
	*s = (struct section_view){
		.id = section->id,
		.heading = section->heading,
		.intro = section->intro,
		.folded = section->folded,
		.groups = arena_array(a, section->n_groups, sizeof(*s->groups)),
	};
	if (s->groups == NULL)
		return;
	s->n_groups = section->n_groups;
	for (size_t g = 0; g < s->n_groups; g++)
		make_group(&s->groups[g], &section->groups[g], values, state, a);
	s->open = wants_attention(s, values);
}

void settings_form_view(const struct form_values *values, const struct settings_form_state *state,
	struct arena *a, struct sections_view *ret_sections)
{
	const struct settings_form *form = values->form;
	struct section_view *rows = arena_array(a, form->n_sections, sizeof(*rows));

	*ret_sections = (struct sections_view){ .rows = rows };
	if (rows == NULL)
		return;
	ret_sections->n_rows = form->n_sections;
	for (size_t s = 0; s < form->n_sections; s++)
		make_section(&rows[s], &form->sections[s], values, state, a);
}
