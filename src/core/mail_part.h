/*
 * mail_part.h - the rows a mail of ours is made of, and their two forms: text (mail_text.c) and
 * HTML (mail_html.c). Texts are UTF-8; control characters but LF and tab, and octets that are no
 * UTF-8, come out as U+FFFD.
 */
#ifndef TOCSIN_CORE_MAIL_PART_H
#define TOCSIN_CORE_MAIL_PART_H

#include "base/buffer.h"

enum mail_part_kind {
	MAIL_PARAGRAPH, /* text; its line ends are kept */
	MAIL_HEADING, /* text */
	MAIL_ITEM, /* text, a line of a list */
	MAIL_ROW, /* label and text, a line of a table */
	MAIL_NOTE, /* text, small print */
};

struct mail_part {
	enum mail_part_kind kind;
	const char *label; /* MAIL_ROW only */
	const char *text;
};

/* Lines of at most 72 columns where words allow, CRLF. */
void mail_text_render(const struct mail_part *parts, size_t n_parts, struct buffer *out);

/* A whole document, everything escaped; readable in light and dark, nothing loaded from outside. */
void mail_html_render(const char *title, const struct mail_part *parts, size_t n_parts,
	struct buffer *out);

/*
 * The next character of a text: UTF-8, or U+FFFD for what may not be shown. CR LF gives one LF.
 * Moves *rest on; rest must not be empty.
 */
struct slice mail_next_character(struct slice *rest);

#endif
