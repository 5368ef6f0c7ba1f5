/* diagnosis_input.c - finds the refusal in pasted text; see diagnosis_input.h. */
#include "core/diagnosis_input.h"

#include <string.h>

#include "base/buffer.h"
#include "base/number.h"

static struct slice from(struct slice s, size_t at)
{
	return slice_sub(s, at, s.len);
}

/* ---- token answers ---- */

void diagnosis_read_aadsts(struct slice text, unsigned ret_numbers[DIAGNOSIS_CODES_MAX])
{
	const struct slice mark = SLICE("AADSTS");
	size_t at = 0, n_found = 0;
	uint64_t number;

	memset(ret_numbers, 0, DIAGNOSIS_CODES_MAX * sizeof(*ret_numbers));
	while (n_found < DIAGNOSIS_CODES_MAX &&
		(at += slice_find(from(text, at), mark)) < text.len) {
		struct slice digits = from(text, at + mark.len);
		size_t n = 0;

		while (n < digits.len && n < 8 && char_is_digit(digits.data[n]))
			n++;
		if (number_parse(slice_sub(digits, 0, n), 1, 99999999, &number))
			ret_numbers[n_found++] = (unsigned)number;
		at += mark.len;
	}
}

static bool is_name_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '_' || c == '-' || c == '.';
}

static struct slice name_at(struct slice s)
{
	size_t n = 0;

	while (n < s.len && n < 100 && is_name_char(s.data[n]))
		n++;
	return slice_sub(s, 0, n);
}

/* The value of "error" in JSON; empty when there is none. */
static struct slice json_error(struct slice text)
{
	struct slice rest = from(text, slice_find(text, SLICE("\"error\"")));

	rest = slice_trim(from(rest, strlen("\"error\"")));
	if (!slice_starts(rest, ":"))
		return slice_sub(text, 0, 0);
	rest = slice_trim(from(rest, 1));
	return slice_starts(rest, "\"") ? name_at(from(rest, 1)) : slice_sub(text, 0, 0);
}

/* The parameter "error" of an address. */
static struct slice query_error(struct slice text)
{
	const struct slice mark = SLICE("error=");
	size_t at = 0;

	while ((at += slice_find(from(text, at), mark)) < text.len) {
		if (at == 0 || !is_name_char(text.data[at - 1]))
			return name_at(from(text, at + mark.len));
		at += mark.len;
	}
	return slice_sub(text, 0, 0);
}

/* The name behind "Error 400: " on a page of Google's. */
static struct slice page_error(struct slice text)
{
	const struct slice mark = SLICE("Error ");
	size_t at = 0;
	uint64_t code;

	while ((at += slice_find(from(text, at), mark)) < text.len) {
		struct slice rest = from(text, at + mark.len), name = name_at(from(rest, 5));

		if (number_parse(slice_sub(rest, 0, 3), 400, 599, &code) &&
			slice_starts(from(rest, 3), ": ") && slice_find_char(name, '_') < name.len)
			return name;
		at += mark.len;
	}
	return slice_sub(text, 0, 0);
}

static bool read_token(struct slice text, struct diagnosis_facts *f)
{
	diagnosis_read_aadsts(text, f->aadsts);
	f->error = json_error(text);
	if (f->error.len == 0)
		f->error = query_error(text);
	if (f->error.len == 0)
		f->error = page_error(text);
	f->token = f->aadsts[0] != 0 || f->error.len > 0;
	f->text = text;
	return f->token;
}

/* ---- replies ---- */

/* 0 when s does not begin with a refusal's code. */
static unsigned code_at(struct slice s)
{
	uint64_t code;

	if (!number_parse(slice_sub(s, 0, 3), 400, 599, &code) || !char_is_digit(s.data[0]))
		return 0;
	return s.len == 3 || s.data[3] == ' ' || s.data[3] == '-' ? (unsigned)code : 0;
}

/* Without what programs put before a server's line. */
static struct slice unmarked(struct slice line)
{
	static const char *const marks[] = { "S:", "<<<", "<<", "<-", "<", "server:" };

	line = slice_trim(line);
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (slice_starts_nocase(line, marks[i]))
			return slice_trim(from(line, strlen(marks[i])));
	return line;
}

/* One line's words without the codes, put behind those before it. */
static void add_words(struct diagnosis_facts *f, struct slice words, struct buffer *out)
{
	struct enhanced_status enhanced;
	struct slice rest;

	if (enhanced_status_parse(words, &enhanced, &rest) && enhanced.class == f->code / 100) {
		if (f->enhanced.class == 0)
			f->enhanced = enhanced;
		words = rest;
	}
	if (out->len > 0)
		buffer_append_char(out, '\n');
	buffer_append_slice(out, words);
}

/* The first reply that begins a line, all lines of it. */
static bool read_lines(struct slice text, struct diagnosis_facts *f, struct buffer *words)
{
	while (text.data != NULL) {
		struct slice line = unmarked(slice_cut(&text, '\n'));
		unsigned code = code_at(line);

		if (f->code == 0)
			f->code = code;
		else if (code != f->code)
			break;
		if (f->code != 0)
			add_words(f, slice_trim(from(line, 4)), words);
	}
	return f->code != 0;
}

/* A reply in the middle of a line, as in a log. */
static bool read_inside(struct slice text, struct diagnosis_facts *f, struct buffer *words)
{
	struct slice best = { 0 };
	int best_rank = 0;

	for (size_t at = 1; at + 4 < text.len; at++) {
		struct slice here = from(text, at), rest;
		struct enhanced_status enhanced;
		unsigned code = code_at(here);
		int rank = 1;

		if (code == 0 || (text.data[at - 1] != ' ' && text.data[at - 1] != '('))
			continue;
		rank += enhanced_status_parse(from(here, 4), &enhanced, &rest) &&
			enhanced.class == code / 100;
		rank += 2 * (at >= 6 && slice_ends(slice_sub(text, 0, at), "said: "));
		if (rank > best_rank) {
			best = here;
			best_rank = rank;
		}
	}
	if (best_rank == 0)
		return false;
	f->code = code_at(best);
	best = slice_sub(best, 0, slice_find_char(best, '\n'));
	add_words(f, slice_trim(from(best, 4)), words);
	return true;
}

static enum verdict_stage stage_by_words(struct slice text)
{
	static const struct {
		const char *words;
		enum verdict_stage stage;
	} hints[] = {
		{ "RCPT TO", STAGE_RCPT }, { "(RCPT)", STAGE_RCPT }, { "MAIL FROM", STAGE_MAIL },
		{ "end of DATA", STAGE_DOT }, { "DATA command", STAGE_DATA }, { "(EHLO)", STAGE_EHLO },
		{ "EHLO command", STAGE_EHLO }, { "HELO command", STAGE_EHLO }, { "AUTH ", STAGE_AUTH },
	};

	for (size_t i = 0; i < COUNT_OF(hints); i++)
		if (reply_has_words(text, hints[i].words))
			return hints[i].stage;
	return STAGE_COUNT;
}

static enum verdict_stage stage_by_code(const struct diagnosis_facts *f)
{
	switch (f->code) {
	case 534: case 535: case 538:
		return STAGE_AUTH;
	case 454:
		return reply_has_words(f->text, "TLS") ? STAGE_STARTTLS : STAGE_AUTH;
	case 432:
		return f->enhanced.subject == 7 ? STAGE_AUTH : STAGE_DOT;
	case 500: case 501: case 502: case 503: case 504:
		return reply_has_words(f->text, "authenticat") ? STAGE_AUTH : STAGE_IDLE;
	case 530:
		return STAGE_MAIL;
	case 450: case 550: case 551: case 553:
		return STAGE_RCPT;
	case 552: case 554:
		return STAGE_DOT;
	default:
		return STAGE_IDLE;
	}
}

bool diagnosis_read(struct slice text, struct arena *a, struct diagnosis_facts *ret_facts)
{
	struct diagnosis_facts f = { 0 };
	struct buffer words;
	bool found;

	text = slice_sub(text, 0, DIAGNOSIS_INPUT_MAX);
	if (text.len == 0)
		return false;
	buffer_init(&words, DIAGNOSIS_INPUT_MAX);
	found = read_token(text, &f) || read_lines(text, &f, &words) ||
		read_inside(text, &f, &words);
	if (found && !f.token) {
		f.text = arena_slice(a, buffer_slice(&words));
		f.stage = stage_by_words(text);
		if (f.stage == STAGE_COUNT)
			f.stage = stage_by_code(&f);
	}
	buffer_release(&words);
	if (found)
		*ret_facts = f;
	return found;
}
