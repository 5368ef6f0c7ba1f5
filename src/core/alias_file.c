/* alias_file.c - reads an /etc/aliases; see alias_file.h. */
#include "core/alias_file.h"

#include <string.h>

#include "core/plain_text.h"

struct reading {
	struct arena *arena;
	struct alias_file file;
	unsigned line; /* where the entry in hand begins */
	unsigned *lines; /* where each of the file's items begins */
	bool too_many;
};

static const char *shown(struct reading *r, struct slice s)
{
	char text[100];

	plain_text_copy(s, PLAIN_TEXT_ONE_LINE, text, sizeof(text));
	return arena_copy(r->arena, text);
}

static void tell(struct reading *r, const char *text)
{
	if (r->file.n_problems < ALIAS_FILE_PROBLEMS_MAX)
		r->file.problems[r->file.n_problems] = (struct alias_file_problem){ r->line, text };
	r->file.n_problems++;
}

/* The next piece up to a separator outside of quotes; quotes around the whole go. */
static struct slice next_piece(struct slice *rest, char separator)
{
	struct slice piece;
	bool quoted = false;
	size_t at = 0;

	while (at < rest->len && (quoted || rest->data[at] != separator)) {
		if (rest->data[at] == '\\' && at + 1 < rest->len)
			at++;
		else if (rest->data[at] == '"')
			quoted = !quoted;
		at++;
	}
	piece = slice_trim(slice_sub(*rest, 0, at));
	*rest = at < rest->len ? slice_sub(*rest, at + 1, rest->len) : (struct slice){ 0 };
	if (piece.len >= 2 && piece.data[0] == '"' && slice_find_char(slice_sub(piece, 1, piece.len),
		'"') == piece.len - 2)
		piece = slice_trim(slice_sub(piece, 1, piece.len - 2));
	return piece;
}

/* What we do not do, as the second half of a sentence; NULL for anything else. */
static const char *what_is_not_done(struct slice value)
{
	if (slice_starts(value, "|"))
		return "runs a program, which no mail does here";
	if (slice_starts(value, "/"))
		return "writes to a file, which no mail does here";
	if (slice_starts_nocase(value, ":include:"))
		return "reads its addresses from another file: put them here";
	if (slice_starts(value, ":") || slice_starts_nocase(value, "error:"))
		return "is an instruction to another program";
	return NULL;
}

static void take_value(struct reading *r, struct alias *alias, const char **targets,
	struct slice value)
{
	const char *objection = what_is_not_done(value), *target, *problem;
	int result;

	if (objection == NULL && slice_starts(value, "\\")) {
		value = slice_sub(value, 1, value.len);
		if (slice_is_nocase(value, alias->name))
			objection = "is a mailbox on this machine, which there is none of here";
	}
	if (objection != NULL) {
		tell(r, arena_printf(r->arena, "%s: \"%s\" %s.", alias->name, shown(r, value), objection));
		return;
	}
	result = alias_check_target(value, r->arena, &target, &problem);
	if (result == ALIAS_BAD)
		tell(r, arena_printf(r->arena, "%s: %s", alias->name, problem));
	else if (result == 0 && alias->n_targets == ALIAS_TARGETS_MAX)
		tell(r, arena_printf(r->arena, "%s: there are more than %d targets.", alias->name,
			ALIAS_TARGETS_MAX));
	else if (result == 0)
		targets[alias->n_targets++] = target;
}

static bool is_known(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->file.n; i++)
		if (strcmp(r->file.items[i].name, name) == 0)
			return true;
	return false;
}

/* One entry, its lines joined. */
static void take_entry(struct reading *r, struct slice entry)
{
	struct slice rest = entry, name = next_piece(&rest, ':');
	struct alias alias = { 0 };
	const char *problem, **targets;
	size_t problems = r->file.n_problems;

	if (rest.data == NULL) {
		tell(r, arena_printf(r->arena, "\"%s\" is no entry: it has no colon.", shown(r, entry)));
		return;
	}
	if (alias_check_name(name, r->arena, &alias.name, &problem) != 0) {
		tell(r, problem);
		return;
	}
	if (is_known(r, alias.name)) {
		tell(r, arena_printf(r->arena, "%s stands here a second time.", alias.name));
		return;
	}
	targets = arena_array(r->arena, ALIAS_TARGETS_MAX, sizeof(*targets));
	while (targets != NULL && rest.data != NULL) {
		struct slice value = next_piece(&rest, ',');

		if (value.len > 0)
			take_value(r, &alias, targets, value);
	}
	alias.targets = targets;
	if (alias.n_targets == 0 && r->file.n_problems == problems)
		tell(r, arena_printf(r->arena, "%s leads nowhere.", alias.name));
	else if (alias.n_targets > 0 && r->file.n == ALIAS_MAX)
		r->too_many = true;
	else if (alias.n_targets > 0) {
		r->lines[r->file.n] = r->line;
		r->file.items[r->file.n++] = alias;
	}
}

static bool is_continuation(struct slice line)
{
	return line.len > 0 && char_is_blank(line.data[0]);
}

static bool is_comment(struct slice line)
{
	struct slice s = slice_trim(line);

	return s.len == 0 || s.data[0] == '#';
}

/* Walks the lines: an entry ends where the next line is none that goes on. */
static void take_lines(struct reading *r, struct slice text, struct buffer *entry)
{
	struct slice rest = text;
	unsigned number = 0;

	while (rest.data != NULL && !r->too_many) {
		struct slice line = slice_cut(&rest, '\n');

		number++;
		if (is_comment(line))
			continue;
		if (is_continuation(line) && entry->len > 0) {
			buffer_append_char(entry, ' ');
			buffer_append_slice(entry, slice_trim(line));
			continue;
		}
		if (entry->len > 0)
			take_entry(r, buffer_slice(entry));
		buffer_clear(entry);
		buffer_append_slice(entry, slice_trim(line));
		r->line = number;
	}
	if (entry->len > 0 && !r->too_many)
		take_entry(r, buffer_slice(entry));
}

/* What goes round in a circle is left out, entry by entry: the rest can be taken without it. */
static int leave_out_circles(struct reading *r)
{
	struct alias_list list = { r->file.items, r->file.n };
	const char *problem;
	size_t n = 0;
	int result = alias_check_list(&list, r->arena, &problem);

	if (result <= 0)
		return result;
	for (size_t i = 0; i < r->file.n; i++) {
		r->file.items[n] = r->file.items[i];
		list.n = n + 1;
		r->line = r->lines[i];
		result = alias_check_list(&list, r->arena, &problem);
		if (result < 0)
			return result;
		if (result > 0)
			tell(r, problem);
		else
			n++;
	}
	r->file.n = n;
	return 0;
}

int alias_file_parse(struct slice text, struct arena *a, struct alias_file *ret_file)
{
	struct reading r = { .arena = a };
	struct buffer entry;
	bool ok;

	if (text.len > ALIAS_FILE_MAX)
		return ALIAS_FILE_TOO_LARGE;
	r.file.items = arena_array(a, ALIAS_MAX, sizeof(*r.file.items));
	r.file.problems = arena_array(a, ALIAS_FILE_PROBLEMS_MAX, sizeof(*r.file.problems));
	r.lines = arena_array(a, ALIAS_MAX, sizeof(*r.lines));
	if (r.file.items == NULL || r.file.problems == NULL || r.lines == NULL)
		return -1;
	buffer_init(&entry, 2 * (size_t)ALIAS_FILE_MAX);
	take_lines(&r, text, &entry);
	ok = buffer_ok(&entry);
	buffer_release(&entry);
	if (!ok || arena_failed(a))
		return -1;
	if (r.too_many)
		return ALIAS_FILE_TOO_LARGE;
	if (leave_out_circles(&r) != 0)
		return -1;
	*ret_file = r.file;
	return 0;
}
