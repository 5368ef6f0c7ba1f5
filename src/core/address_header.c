/*
 * address_header.c - addresses in header fields; see address_header.h. The body is cut into pieces
 * at "," ";" ":" outside of quotes, comments and brackets; each piece is then one mailbox, a group's
 * name, or bad.
 *
 * RFC 5322 3.4 and 4.4:
 *   address-list = [address] *("," [address])
 *   address      = mailbox / phrase ":" [mailbox-list] ";"
 *   mailbox      = addr-spec / [phrase] "<" [route] addr-spec ">"
 *   route        = *( "," / "@" domain ) ":"
 *   addr-spec    = word *("." word) ["@" domain]         without domain: a bare local name
 *   domain       = atom *("." atom) / "[" *dtext "]"
 *   word         = atom / quoted-string, with comments and blanks anywhere between
 */
#include "core/address_header.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * The skip functions give the index behind the item that begins at at, or s.len + 1 when it does
 * not end. Comments nest.
 */
static size_t skip_comment(struct slice s, size_t at)
{
	size_t depth = 0;

	for (; at < s.len; at++) {
		if (s.data[at] == '\\')
			at++;
		else if (s.data[at] == '(')
			depth++;
		else if (s.data[at] == ')' && --depth == 0)
			return at + 1;
	}
	return s.len + 1;
}

/* A quoted string, a literal or an angle address. */
static size_t skip_until(struct slice s, size_t at, char end)
{
	for (at++; at < s.len; at++) {
		if (s.data[at] == '\\')
			at++;
		else if (s.data[at] == end)
			return at + 1;
		else if (end == '>' && s.data[at] == '"')
			at = skip_until(s, at, '"') - 1;
	}
	return s.len + 1;
}

static size_t skip_item(struct slice s, size_t at)
{
	switch (s.data[at]) {
	case '(':
		return skip_comment(s, at);
	case '"':
		return skip_until(s, at, '"');
	case '[':
		return skip_until(s, at, ']');
	case '<':
		return skip_until(s, at, '>');
	default:
		return at + 1;
	}
}

/* Index of the first of the characters that stands outside of all items, or s.len. */
static size_t find_outside(struct slice s, const char *characters)
{
	size_t at = 0;

	while (at < s.len && (s.data[at] == '\0' || strchr(characters, s.data[at]) == NULL))
		at = skip_item(s, at);
	return size_min(at, s.len);
}

/* Text under construction in the arena; it never grows past what it was read from. */
struct piece_text {
	char *data;
	size_t len;
};

static bool text_init(struct piece_text *text, struct arena *arena, size_t size)
{
	*text = (struct piece_text){ .data = arena_alloc(arena, size + 1) };
	return text->data != NULL;
}

static void text_add(struct piece_text *text, char c)
{
	text->data[text->len++] = c;
}

/* Inside names all runs of blanks and controls are one space, and none stands at the start. */
static void text_add_name(struct piece_text *text, char c)
{
	bool after_space = text->len == 0 || text->data[text->len - 1] == ' ';

	if (c != ' ' && !char_is_control(c))
		text_add(text, c);
	else if (!after_space)
		text_add(text, ' ');
}

static struct slice text_slice(const struct piece_text *text)
{
	return slice_trim(slice_make(text->data, text->len));
}

/* The inside of a quoted string or comment (item with its delimiters), backslashes undone. */
static void add_inside(struct piece_text *text, struct slice item)
{
	for (size_t i = 1; i + 1 < item.len; i++) {
		if (item.data[i] == '\\' && i + 2 < item.len)
			i++;
		text_add_name(text, item.data[i]);
	}
}

/* phrase: words of any printable characters, so that "John Q. Public" is taken too. */
static int read_phrase(struct slice s, struct arena *arena, struct slice *ret_name)
{
	struct piece_text text;
	size_t at = 0;

	if (!text_init(&text, arena, s.len))
		return -1;
	while (at < s.len) {
		size_t end = size_min(skip_item(s, at), s.len);

		if (s.data[at] == '"')
			add_inside(&text, slice_sub(s, at, end - at));
		else if (s.data[at] == '(')
			text_add_name(&text, ' ');
		else
			for (; at < end; at++)
				text_add_name(&text, s.data[at]);
		at = end;
	}
	*ret_name = text_slice(&text);
	return 0;
}

/* The text of the last comment of the piece, which old mailers use for the name. */
static int read_comment(struct slice s, struct arena *arena, struct slice *ret_name)
{
	struct slice comment = { 0 };
	struct piece_text text;
	size_t at = 0;

	while (at < s.len) {
		size_t end = skip_item(s, at);

		if (s.data[at] == '(')
			comment = slice_sub(s, at, end - at);
		at = end;
	}
	if (!text_init(&text, arena, comment.len))
		return -1;
	add_inside(&text, comment);
	*ret_name = text_slice(&text);
	return 0;
}

static bool is_special(char c)
{
	return c != '\0' && strchr("()<>[]:;,@\\\"", c) != NULL;
}

/* How far an addr-spec has been read. */
struct spec {
	struct piece_text text;
	size_t at_sign; /* its place in text, or SIZE_MAX */
	const char *local_end; /* in the field's body */
	bool after_word; /* the last token was a word: another one needs a dot between */
	bool bad;
};

static void spec_word(struct spec *spec, struct slice word)
{
	spec->bad = spec->bad || spec->after_word;
	spec->after_word = true;
	for (size_t i = 0; i < word.len; i++)
		if (word.data[i] != '\r' && word.data[i] != '\n')
			text_add(&spec->text, word.data[i]);
	if (spec->at_sign == SIZE_MAX)
		spec->local_end = word.data + word.len;
}

static void spec_at_sign(struct spec *spec)
{
	spec->bad = spec->bad || spec->at_sign != SIZE_MAX || spec->text.len == 0;
	spec->at_sign = spec->text.len;
	spec->after_word = false;
	text_add(&spec->text, '@');
}

static void spec_dot(struct spec *spec, const char *end)
{
	spec->after_word = false;
	text_add(&spec->text, '.');
	if (spec->at_sign == SIZE_MAX)
		spec->local_end = end;
}

/* One token at at; returns the index behind it. */
static size_t spec_token(struct spec *spec, struct slice s, size_t at)
{
	size_t end = skip_item(s, at);
	bool in_domain = spec->at_sign != SIZE_MAX;

	spec->bad = spec->bad || end > s.len;
	switch (s.data[at]) {
	case '(':
		break;
	case '"':
		spec->bad = spec->bad || in_domain;
		spec_word(spec, slice_sub(s, at, end - at));
		break;
	case '[':
		spec->bad = spec->bad || !in_domain;
		spec_word(spec, slice_sub(s, at, end - at));
		break;
	case '@':
		spec_at_sign(spec);
		break;
	case '.':
		spec_dot(spec, s.data + end);
		break;
	default:
		spec->bad = spec->bad || is_special(s.data[at]);
		while (end < s.len && !is_space(s.data[end]) && !is_special(s.data[end]) &&
		       s.data[end] != '.')
			end++;
		spec_word(spec, slice_sub(s, at, end - at));
		break;
	}
	return end;
}

/* route = *( "," / "@" domain ) ":"  before the address, of no use for forty years */
static struct slice without_route(struct slice s)
{
	size_t colon;

	s = slice_trim(s);
	if (s.len == 0 || (s.data[0] != '@' && s.data[0] != ','))
		return s;
	colon = find_outside(s, ":");
	return slice_sub(s, colon + 1, s.len);
}

/* Fills the address of *m; *ret_found stays false when s is no addr-spec. */
static int read_spec(struct slice s, const char *body, struct arena *arena, struct mailbox *m,
	bool *ret_found)
{
	struct spec spec = { .at_sign = SIZE_MAX };
	size_t at = 0;

	if (!text_init(&spec.text, arena, s.len))
		return -1;
	while (at < s.len)
		at = is_space(s.data[at]) ? at + 1 : spec_token(&spec, s, at);
	if (spec.bad || spec.text.len == 0 || spec.at_sign == spec.text.len - 1)
		return 0;
	m->address = slice_make(spec.text.data, spec.text.len);
	m->local = slice_sub(m->address, 0, spec.at_sign);
	if (spec.at_sign != SIZE_MAX)
		m->domain = slice_sub(m->address, spec.at_sign + 1, spec.text.len);
	m->local_end = (size_t)(spec.local_end - body);
	*ret_found = true;
	return 0;
}

/* Only blanks and comments: no address, and no fault either ("a@b, , c@d"). */
static bool is_empty(struct slice piece)
{
	for (size_t at = 0; at < piece.len; at = skip_item(piece, at))
		if (!is_space(piece.data[at]) && piece.data[at] != '(')
			return false;
	return true;
}

/* A piece without "<" is an addr-spec whose name stands in a comment, if anywhere. */
static int read_mailbox(struct slice piece, const char *body, struct arena *arena,
	struct mailbox *m, bool *ret_found)
{
	size_t open = find_outside(piece, "<");
	size_t close = open < piece.len ? skip_item(piece, open) : 0;
	struct slice spec = piece;

	if (open < piece.len) {
		if (close > piece.len || !is_empty(slice_sub(piece, close, piece.len)))
			return 0; /* nothing stands behind ">": guessing would mail a stranger */
		spec = without_route(slice_sub(piece, open + 1, close - open - 2));
		if (read_phrase(slice_sub(piece, 0, open), arena, &m->name) < 0)
			return -1;
	}
	if (m->name.len == 0 && read_comment(piece, arena, &m->name) < 0)
		return -1;
	return read_spec(spec, body, arena, m, ret_found);
}

static void note_bad(struct mailbox_list *list, struct slice piece)
{
	if (list->n_bad++ == 0)
		list->bad = slice_trim(piece);
}

static int add_piece(struct mailbox_list *list, struct slice piece, const char *body,
	struct arena *arena)
{
	struct mailbox m = { 0 };
	bool found = false;

	if (is_empty(piece))
		return 0;
	if (list->count == MAILBOX_LIST_MAX)
		return MAILBOX_TOO_MANY;
	if (read_mailbox(piece, body, arena, &m, &found) < 0)
		return -1;
	if (found)
		list->items[list->count++] = m;
	else
		note_bad(list, piece);
	return 0;
}

/* Room for every piece there can be. */
static size_t count_pieces(struct slice body)
{
	size_t n = 1;

	for (size_t i = 0; i < body.len; i++)
		n += body.data[i] == ',' || body.data[i] == ';' ? 1 : 0;
	return size_min(n, MAILBOX_LIST_MAX);
}

int address_header_parse(struct slice body, struct arena *arena, struct mailbox_list *ret_list)
{
	struct mailbox_list list = { 0 };
	size_t at = 0;

	list.items = arena_array(arena, count_pieces(body), sizeof(*list.items));
	if (list.items == NULL)
		return -1;
	while (at < body.len) {
		struct slice rest = slice_sub(body, at, body.len);
		size_t end = find_outside(rest, ",;:");
		bool is_group_name = end < rest.len && rest.data[end] == ':';
		int error;

		rest = slice_sub(rest, 0, end);
		error = is_group_name ? 0 : add_piece(&list, rest, body.data, arena);
		if (error != 0)
			return error;
		at += end + 1;
	}
	*ret_list = list;
	return 0;
}
