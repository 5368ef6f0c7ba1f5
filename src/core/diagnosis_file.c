/*
 * diagnosis_file.c - reads diagnosis.conf line by line; its grammar stands on top of that file. See
 * diagnosis.h.
 */
#include "core/diagnosis.h"

#include "base/buffer.h"
#include "base/number.h"
#include "core/conf_line.h"
#include "core/config_value.h"
#include "core/nearest.h"
#include "core/settings_table.h"

enum {
	VALUE_MAX = 4000, /* octets, of all its lines */
};

enum key {
	KEY_WHEN,
	KEY_MEANING,
	KEY_WHO,
	KEY_STEP,
	KEY_FIELD,
	KEY_FALLBACK,
	KEY_COUNT,
};

static const char *const keys[KEY_COUNT] = {
	[KEY_WHEN] = "when", [KEY_MEANING] = "meaning", [KEY_WHO] = "who", [KEY_STEP] = "step",
	[KEY_FIELD] = "field", [KEY_FALLBACK] = "fallback",
};

static const char *const whos[DIAGNOSIS_WHO_COUNT] = {
	[DIAGNOSIS_YOU] = "you", [DIAGNOSIS_NETWORK] = "network", [DIAGNOSIS_RELAY] = "relay",
	[DIAGNOSIS_ACCOUNT] = "account", [DIAGNOSIS_SENDER] = "sender",
	[DIAGNOSIS_RECIPIENT] = "recipient",
	[DIAGNOSIS_NOBODY] = "nobody",
};

struct reader {
	struct arena *arena;
	size_t line;
	struct diagnosis *rows, *row; /* row: the one that is read, NULL before the first */
	size_t n_rows, row_line, n_steps;
	bool has_who;
	enum key key; /* of the value that is read */
	size_t key_line; /* 0 none */
	struct buffer value;
	const char *error;
};

static bool fail_at(struct reader *r, size_t line, const char *text)
{
	r->error = arena_printf(r->arena, "line %zu: %s", line, text);
	return false;
}

static bool fail(struct reader *r, const char *text)
{
	return fail_at(r, r->key_line != 0 ? r->key_line : r->line, text);
}

static const char *shown(struct reader *r, struct slice s)
{
	return config_shown(s, r->arena);
}

/* ---- conditions ---- */

static bool set_stages(struct reader *r, struct diagnosis_when *w, struct slice names)
{
	static const struct {
		const char *name;
		unsigned stages;
	} groups[] = {
		{ "envelope", AT_ENVELOPE }, { "content", AT_CONTENT }, { "message", AT_MESSAGE },
	};

	while (names.data != NULL) {
		struct slice name = slice_cut(&names, ' ');
		unsigned found = 0;

		for (size_t i = 0; i < COUNT_OF(groups); i++)
			found |= slice_is(name, groups[i].name) ? groups[i].stages : 0;
		for (int stage = 0; stage < STAGE_COUNT; stage++)
			found |= slice_is(name, verdict_stage_name((enum verdict_stage)stage)) ?
				AT(stage) : 0;
		if (found == 0)
			return fail(r, arena_printf(r->arena, "there is no stage \"%s\": the top of the file "
				"lists them", shown(r, name)));
		w->reply.stages |= found;
	}
	return true;
}

static bool set_code(struct reader *r, struct diagnosis_when *w, struct slice value)
{
	struct slice from = slice_cut(&value, '-');
	uint64_t first, last = 0;

	if (!number_parse(from, 200, 599, &first) ||
		(value.data != NULL && !number_parse(value, first, 599, &last)))
		return fail(r, "code wants a reply code or two, such as 535 or 550-554");
	w->reply.code = (unsigned)first;
	w->reply.code_to = (unsigned)last;
	return true;
}

static bool set_reason(struct reader *r, struct diagnosis_when *w, struct slice value)
{
	for (int reason = REASON_REPLY + 1; reason < REASON_COUNT; reason++) {
		if (slice_is(value, verdict_reason_name((enum verdict_reason)reason))) {
			w->reason = (enum verdict_reason)reason;
			return true;
		}
	}
	return fail(r, arena_printf(r->arena, "there is no reason \"%s\": use one of those in the "
		"programs' own copy of this file", shown(r, value)));
}

static bool set_encryption(struct reader *r, struct diagnosis_when *w, struct slice value)
{
	if (slice_is(value, "none"))
		w->encryption = DIAGNOSIS_ENCRYPTION_NONE;
	else if (slice_is(value, "tls"))
		w->encryption = DIAGNOSIS_ENCRYPTION_TLS;
	else if (slice_is(value, "starttls"))
		w->encryption = DIAGNOSIS_ENCRYPTION_STARTTLS;
	else
		return fail(r, "encryption is none, tls or starttls");
	return true;
}

static bool set_port(struct reader *r, struct diagnosis_when *w, struct slice value)
{
	uint64_t port;

	if (!number_parse(value, 1, 65535, &port))
		return fail(r, "port is a number from 1 to 65535");
	w->port = (unsigned)port;
	return true;
}

static bool set_aadsts(struct reader *r, struct diagnosis_when *w, struct slice numbers)
{
	uint64_t number;
	size_t n = 0;

	w->token = true;
	while (numbers.data != NULL) {
		if (n == DIAGNOSIS_NUMBERS_MAX ||
			!number_parse(slice_cut(&numbers, ' '), 1, 99999999, &number))
			return fail(r, "aadsts wants up to 16 numbers without \"AADSTS\", a blank between them");
		w->aadsts[n++] = (unsigned)number;
	}
	return true;
}

static bool set_condition(struct reader *r, struct diagnosis_when *w, struct slice name,
	struct slice value)
{
	if (slice_is(name, "reply") || slice_is(name, "token") || slice_is(name, "sign-in")) {
		w->sign_in = w->sign_in || slice_is(name, "sign-in");
		w->token = !slice_is(name, "reply");
		return value.len == 0 ||
			fail(r, "reply, token and sign-in stand alone, without a value");
	}
	if (value.len == 0)
		return fail(r, arena_printf(r->arena, "the condition \"%s\" has no value: write it as name "
			"and value, such as code 535", shown(r, name)));
	if (slice_is(name, "stage"))
		return set_stages(r, w, value);
	if (slice_is(name, "code"))
		return set_code(r, w, value);
	if (slice_is(name, "enhanced"))
		w->reply.enhanced = arena_text(r->arena, value);
	else if (slice_is(name, "words"))
		w->reply.words = arena_text(r->arena, value);
	else if (slice_is(name, "reason"))
		return set_reason(r, w, value);
	else if (slice_is(name, "encryption"))
		return set_encryption(r, w, value);
	else if (slice_is(name, "port"))
		return set_port(r, w, value);
	else if (slice_is(name, "aadsts"))
		return set_aadsts(r, w, value);
	else if (slice_is(name, "error"))
		w->errors = arena_slice(r->arena, value);
	else
		return fail(r, arena_printf(r->arena, "there is no condition \"%s\": the top of the file "
			"lists them", shown(r, name)));
	w->token = w->token || slice_is(name, "error");
	return true;
}

static bool add_when(struct reader *r, struct slice value)
{
	struct diagnosis *d = r->row;
	struct diagnosis_when *w;

	if (d->n_whens == DIAGNOSIS_WHENS_MAX)
		return fail(r, "a row has up to 8 \"when\" lines: make a second row");
	w = &d->whens[d->n_whens++];
	while (value.data != NULL) {
		struct slice condition = slice_trim(slice_cut(&value, ';'));
		struct slice name = slice_cut(&condition, ' ');

		if (!set_condition(r, w, name, slice_trim(condition)))
			return false;
	}
	return true;
}

/* ---- rows ---- */

static bool set_who(struct reader *r, struct slice value)
{
	for (int who = 0; who < DIAGNOSIS_WHO_COUNT; who++) {
		if (slice_is(value, whos[who])) {
			r->row->who = (enum diagnosis_who)who;
			r->has_who = true;
			return true;
		}
	}
	return fail(r, "who is one of you, network, relay, account, sender, recipient and nobody");
}

static bool set_field(struct reader *r, struct slice value)
{
	if (setting_find(value) == NULL)
		return fail(r, arena_printf(r->arena, "there is no setting \"%s\": \"tocsin show\" lists "
			"them", shown(r, value)));
	r->row->field = arena_text(r->arena, value);
	return true;
}

static bool add_step(struct reader *r, struct slice value)
{
	if (r->n_steps == DIAGNOSIS_STEPS_MAX)
		return fail(r, "a row has up to 6 steps: join some of them");
	r->row->cure[r->n_steps++] = arena_text(r->arena, value);
	return true;
}

static bool set_value(struct reader *r, struct slice value)
{
	switch (r->key) {
	case KEY_WHEN:
		return add_when(r, value);
	case KEY_MEANING:
		r->row->meaning = arena_text(r->arena, value);
		return true;
	case KEY_WHO:
		return set_who(r, value);
	case KEY_STEP:
		return add_step(r, value);
	case KEY_FIELD:
		return set_field(r, value);
	case KEY_FALLBACK:
	case KEY_COUNT:
		break;
	}
	r->row->fallback = slice_is(value, "yes");
	return r->row->fallback || slice_is(value, "no") || fail(r, "fallback is yes or no");
}

/* The value that was read is whole. */
static bool end_value(struct reader *r)
{
	bool good;

	if (r->key_line == 0)
		return true;
	if (!buffer_ok(&r->value))
		return fail(r, "the value is longer than 4000 octets: say it shorter");
	good = r->value.len > 0 ? set_value(r, buffer_slice(&r->value)) :
		fail(r, arena_printf(r->arena, "%s has no value", keys[r->key]));
	r->key_line = 0;
	buffer_clear(&r->value);
	return good;
}

static bool end_row(struct reader *r)
{
	const struct diagnosis *d = r->row;

	if (!end_value(r))
		return false;
	if (d == NULL)
		return true;
	if (d->n_whens == 0)
		return fail_at(r, r->row_line, "the row has no \"when\": say what it fits");
	if (d->meaning == NULL || !r->has_who || r->n_steps == 0)
		return fail_at(r, r->row_line, "the row wants a meaning, a who and at least one step");
	return true;
}

/* ---- lines ---- */

static bool begin_row(struct reader *r, struct slice line)
{
	struct slice title = slice_trim(slice_sub(line, 1, line.len - 2));

	if (!end_row(r))
		return false;
	if (!slice_ends(line, "]") || title.len == 0)
		return fail(r, "a row begins with its title in brackets, such as [The password is wrong]");
	if (r->n_rows == DIAGNOSIS_ROWS_MAX)
		return fail(r, "there are more than 500 rows: remove those that are not needed");
	r->row = &r->rows[r->n_rows++];
	r->row->title = arena_text(r->arena, title);
	r->row->whens = arena_array(r->arena, DIAGNOSIS_WHENS_MAX, sizeof(*r->row->whens));
	r->row_line = r->line;
	r->n_steps = 0;
	r->has_who = false;
	return r->row->whens != NULL;
}

static bool begin_value(struct reader *r, struct slice line)
{
	struct slice rest = line, key = slice_trim(slice_cut(&rest, '='));
	const char *near;
	int i = 0;

	if (!end_value(r))
		return false;
	if (rest.data == NULL)
		return fail(r, arena_printf(r->arena, "\"%s\" has no \"=\": write it as key = value, or begin "
			"the line with a blank if it goes on from the one above", shown(r, line)));
	while (i < KEY_COUNT && !slice_is(key, keys[i]))
		i++;
	if (i == KEY_COUNT) {
		near = nearest_word(key, keys, KEY_COUNT);
		return fail(r, arena_printf(r->arena, "there is no key \"%s\"%s%s: the top of the file lists "
			"them", shown(r, key), near != NULL ? ", did you mean " : "", near != NULL ? near : ""));
	}
	if (r->row == NULL)
		return fail(r, "stands before the first row: begin a row with its title in brackets");
	r->key = (enum key)i;
	r->key_line = r->line;
	buffer_append_slice(&r->value, slice_trim(rest));
	return true;
}

static bool read_line(struct reader *r, struct slice line)
{
	const char *why = conf_line_fault(line);
	struct slice text = slice_trim(line);

	if (why != NULL)
		return fail_at(r, r->line, why);
	if (text.len == 0 || text.data[0] == '#')
		return end_value(r);
	if (char_is_blank(line.data[0])) {
		if (r->key_line == 0)
			return fail(r, "begins with a blank, but there is no value to go on from");
		buffer_append_char(&r->value, ' ');
		buffer_append_slice(&r->value, text);
		return true;
	}
	return text.data[0] == '[' ? begin_row(r, text) : begin_value(r, text);
}

static size_t count_rows(struct slice text)
{
	size_t n = 0;

	while (text.data != NULL)
		n += slice_starts(slice_cut(&text, '\n'), "[");
	return n < DIAGNOSIS_ROWS_MAX ? n : DIAGNOSIS_ROWS_MAX;
}

static bool read_all(struct reader *r, struct slice text)
{
	if (text.len > DIAGNOSIS_SIZE_MAX)
		return fail_at(r, 1, "the file is larger than 256 KiB: remove rows that are not needed");
	r->rows = arena_array(r->arena, count_rows(text) + 1, sizeof(*r->rows));
	while (r->rows != NULL && text.data != NULL) {
		r->line++;
		if (!read_line(r, slice_cut(&text, '\n')))
			return false;
	}
	return end_row(r);
}

int diagnosis_parse(struct slice text, struct arena *a, struct diagnosis_table *ret_table,
	const char **ret_error)
{
	struct reader r = { .arena = a };
	bool good;

	buffer_init(&r.value, VALUE_MAX);
	good = read_all(&r, text);
	buffer_release(&r.value);
	if (arena_failed(a))
		return -1;
	if (!good) {
		*ret_error = r.error;
		return DIAGNOSIS_BAD;
	}
	*ret_table = (struct diagnosis_table){ .rows = r.rows, .n_rows = r.n_rows };
	return 0;
}
