/* settings_text.c - settings as a file; see settings_text.h. */
#include "core/settings_text.h"

static const char set_mark[] = "(set)";

void settings_text_write(struct buffer *out, enum setting_id id, const char *value, bool is_set)
{
	if (settings_table[id].secret)
		value = is_set ? set_mark : "";
	buffer_appendf(out, "%s = %s\n", settings_table[id].key, value);
}

/* ---- reading ---- */

struct reading {
	struct settings_text *text;
	struct arena *arena;
	size_t line;
	int last; /* the setting whose value further lines may belong to, or -1 */
	bool secret; /* what went before is a secret, and so are the lines that follow */
};

static void add_problem(struct reading *r, const char *words, struct slice about)
{
	char shown[60];
	size_t n = 0;

	for (size_t i = 0; i < about.len && n + 1 < sizeof(shown); i++)
		shown[n++] = about.data[i] > ' ' && about.data[i] < 0x7f ? about.data[i] : '?';
	shown[n] = '\0';
	if (r->text->n_problems++ < SETTINGS_TEXT_PROBLEMS_MAX)
		r->text->problems[r->text->n_problems - 1] =
			arena_printf(r->arena, "Line %zu: %s%s%s", r->line, shown, n > 0 ? " " : "",
				words);
}

static void take_value(struct reading *r, struct slice key, struct slice value)
{
	const struct setting *row = setting_find(key);
	enum setting_id id;

	r->last = -1;
	r->secret = row != NULL && row->secret;
	if (row == NULL) {
		add_problem(r, "is no setting.", key);
		return;
	}
	id = setting_id_of(row);
	if (row->secret) {
		if (value.len > 0 && !slice_is(value, set_mark))
			add_problem(r, "is a secret and is not taken from a file: set it on its own page.",
				key);
		return;
	}
	if (r->text->given[id]) {
		add_problem(r, "stands here twice.", key);
		return;
	}
	r->text->given[id] = true;
	r->text->value[id] = value;
	r->last = row->type == SETTING_TYPE_PEM ? (int)id : -1;
}

/* The value of certificates goes on to the end of this line. */
static void go_on(struct reading *r, struct slice line)
{
	struct slice *value = &r->text->value[r->last];

	value->len = (size_t)(line.data + line.len - value->data);
}

/* Lines of certificates have no dot, so none of them looks like a setting. */
static bool is_setting(struct slice line, struct slice *ret_key, struct slice *ret_value)
{
	struct slice rest = line;
	struct slice key = slice_trim(slice_cut(&rest, '='));

	if (rest.data == NULL || !slice_has_char(key, '.') || slice_has_char(key, ' '))
		return false;
	*ret_key = key;
	*ret_value = slice_trim(rest);
	return true;
}

static void take_line(struct reading *r, struct slice line)
{
	struct slice key, value, trimmed = slice_trim(line);

	if (trimmed.len == 0 || trimmed.data[0] == '#')
		return;
	if (is_setting(trimmed, &key, &value))
		take_value(r, key, value);
	else if (r->last >= 0)
		go_on(r, trimmed);
	else if (!r->secret)
		add_problem(r, "is not KEY = VALUE.", slice_sub(trimmed, 0, 40));
}

int settings_text_read(struct slice text, struct arena *a, struct settings_text *ret_text)
{
	struct reading r = { .text = ret_text, .arena = a, .last = -1 };
	struct slice rest = text;

	*ret_text = (struct settings_text){ 0 };
	while (rest.data != NULL) {
		r.line++;
		take_line(&r, slice_cut(&rest, '\n'));
	}
	return arena_failed(a) ? -1 : 0;
}

void settings_text_blank(struct slice text, struct buffer *out)
{
	bool secret = false;

	while (text.data != NULL) {
		struct slice line = slice_cut(&text, '\n'), key, value;
		const struct setting *row;

		if (is_setting(slice_trim(line), &key, &value)) {
			row = setting_find(key);
			secret = row != NULL && row->secret && !slice_is(value, set_mark);
			if (secret)
				line = slice_sub(line, 0, slice_find_char(line, '=') + 1);
		} else if (secret) {
			continue; /* it goes on */
		}
		buffer_append_slice(out, line);
		if (text.data != NULL)
			buffer_append_char(out, '\n');
	}
}
