/* mail_text.c - rows of a mail as plain text; see mail_part.h. */
#include "core/mail_part.h"

#include <string.h>

enum {
	WIDTH = 72,
	LABEL_MAX = 24, /* a longer label stands on a line of its own */
};

struct slice mail_next_character(struct slice *rest)
{
	struct slice c = SLICE("\xef\xbf\xbd");
	size_t len = 1;

	while (len <= 4 && len <= rest->len && !slice_is_utf8(slice_sub(*rest, 0, len)))
		len++;
	if (len > 4 || len > rest->len) {
		*rest = slice_sub(*rest, 1, rest->len);
		return c;
	}
	if (slice_starts(*rest, "\r\n"))
		*rest = slice_sub(*rest, 1, rest->len);
	if (!char_is_control(rest->data[0]) || rest->data[0] == '\n' || rest->data[0] == '\t')
		c = slice_sub(*rest, 0, len);
	*rest = slice_sub(*rest, len, rest->len);
	return c;
}

/* A text being filled into lines; columns are characters. */
struct filler {
	struct buffer *out;
	size_t indent;
	size_t column;
};

static void put_spaces(struct filler *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buffer_append_char(f->out, ' ');
	f->column += n;
}

static void new_line(struct filler *f)
{
	buffer_append_text(f->out, "\r\n");
	f->column = 0;
}

static bool is_break(struct slice c)
{
	return slice_is(c, " ") || slice_is(c, "\t") || slice_is(c, "\n");
}

/* Appends the characters up to the next blank or line end; gives how many they are. */
static size_t take_word(struct slice *text, struct buffer *word)
{
	size_t n = 0;

	buffer_clear(word);
	while (text->len > 0) {
		struct slice before = *text;
		struct slice c = mail_next_character(text);

		if (is_break(c)) {
			*text = before;
			break;
		}
		buffer_append_slice(word, c);
		n++;
	}
	return n;
}

static void put_word(struct filler *f, const struct buffer *word, size_t n)
{
	if (f->column > f->indent && f->column + 1 + n > WIDTH)
		new_line(f);
	else if (f->column > f->indent)
		put_spaces(f, 1);
	if (f->column < f->indent)
		put_spaces(f, f->indent - f->column);
	buffer_append_slice(f->out, buffer_slice(word));
	f->column += n;
}

/* Words with one space between; line ends of the text stay. Ends with a line end. */
static void fill(struct filler *f, struct slice text)
{
	struct buffer word;

	buffer_init(&word, 4 * text.len + 1);
	while (text.len > 0) {
		size_t n = take_word(&text, &word);

		if (n > 0)
			put_word(f, &word, n);
		if (text.len > 0 && slice_is(mail_next_character(&text), "\n"))
			new_line(f);
	}
	new_line(f);
	f->out->failed = f->out->failed || !buffer_ok(&word);
	buffer_release(&word);
}

static size_t count_characters(const char *text)
{
	struct slice rest = slice_of(text);
	size_t n = 0;

	while (rest.len > 0) {
		mail_next_character(&rest);
		n++;
	}
	return n;
}

/* The widest label of the rows that stand together. */
static size_t label_width(const struct mail_part *parts, size_t n_parts)
{
	size_t width = 0;

	for (size_t i = 0; i < n_parts && parts[i].kind == MAIL_ROW; i++) {
		size_t n = count_characters(parts[i].label);

		width = n <= LABEL_MAX ? size_max(width, n) : width;
	}
	return width;
}

static void put_row(struct filler *f, const struct mail_part *row, size_t width)
{
	struct slice label = slice_of(row->label);

	while (label.len > 0) {
		buffer_append_slice(f->out, mail_next_character(&label));
		f->column++;
	}
	buffer_append_char(f->out, ':');
	f->column++;
	f->indent = width + 2;
	if (f->column > f->indent)
		new_line(f);
	put_spaces(f, f->indent - f->column);
	fill(f, slice_of(row->text));
}

/* Items and rows stand close together and below a heading; all else has an empty line before it. */
static bool is_close(const struct mail_part *before, const struct mail_part *part)
{
	bool in_group = part->kind == MAIL_ITEM || part->kind == MAIL_ROW;

	return (in_group && before->kind == part->kind) || before->kind == MAIL_HEADING;
}

static void put_part(struct filler *f, const struct mail_part *part, size_t width)
{
	switch (part->kind) {
	case MAIL_PARAGRAPH:
	case MAIL_HEADING:
	case MAIL_NOTE:
		fill(f, slice_of(part->text));
		break;
	case MAIL_ITEM:
		buffer_append_text(f->out, "- ");
		f->indent = f->column = 2;
		fill(f, slice_of(part->text));
		break;
	case MAIL_ROW:
		put_row(f, part, width);
		break;
	}
}

void mail_text_render(const struct mail_part *parts, size_t n_parts, struct buffer *out)
{
	size_t width = 0;

	for (size_t i = 0; i < n_parts; i++) {
		struct filler f = { .out = out };

		if (i > 0 && !is_close(&parts[i - 1], &parts[i]))
			new_line(&f);
		if (parts[i].kind == MAIL_ROW && (i == 0 || parts[i - 1].kind != MAIL_ROW))
			width = label_width(parts + i, n_parts - i);
		put_part(&f, &parts[i], width);
	}
}
