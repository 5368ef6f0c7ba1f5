/*
 * html.h - writes HTML on a buffer: text from anywhere goes through html_text() and comes out
 * escaped; markup is only ever a literal of our own source. Compiled templates call nothing else.
 * Source: HTML Living Standard, 13.1.2 (attribute values always stand in double quotes).
 */
#ifndef TOCSIN_HTTP_HTML_H
#define TOCSIN_HTTP_HTML_H

#include "base/buffer.h"

struct html {
	struct buffer *out; /* borrowed; ask buffer_ok(out) once at the end of the page */
};

void html_init(struct html *h, struct buffer *out);

/*
 * Text for an element's content or a double-quoted attribute value: & < > " ' become references;
 * what is not UTF-8, and controls other than tab and line ends, become U+FFFD. NULL writes nothing.
 */
void html_text(struct html *h, const char *text);
void html_slice(struct html *h, struct slice text);

void html_number(struct html *h, int64_t number);

/* Markup: compiles with a string literal only, so that no value can be printed raw. */
#define html_raw(h, literal) html_markup(h, SLICE(literal))

/* What html_raw() expands to, and for HTML that this writer made before; nothing else. */
void html_markup(struct html *h, struct slice markup);

#endif
