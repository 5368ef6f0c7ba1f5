/*
 * plain_text.h - bytes from outside as text that is safe to show: printable UTF-8, so that no
 * terminal, log or page obeys what a server says. HTML escaping is the page's own business.
 */
#ifndef TOCSIN_CORE_PLAIN_TEXT_H
#define TOCSIN_CORE_PLAIN_TEXT_H

#include "base/slice.h"

enum plain_text_lines {
	PLAIN_TEXT_ONE_LINE, /* an LF is escaped, too */
	PLAIN_TEXT_LINES, /* an LF stays */
};

/*
 * Controls (C0, DEL, C1), marks that turn the order of text round, and octets that are no UTF-8
 * become \xNN. Cuts at a whole character when
 * size is reached; always ends with a NUL (size > 0).
 */
void plain_text_copy(struct slice bytes, enum plain_text_lines lines, char *ret_text, size_t size);

#endif
