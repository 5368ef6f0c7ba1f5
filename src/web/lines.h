/*
 * lines.h - the lines of a table on a page, from an answer of the keeper that ends with them:
 * n x what one line is made of.
 */
#ifndef TOCSIN_WEB_LINES_H
#define TOCSIN_WEB_LINES_H

#include "web/visit.h"

/* Unpacks what one line is made of and fills it; what it fills when u has failed is not used. */
typedef void line_read_fn(struct visit *v, struct unpack *u, void *line, void *arg);

/*
 * The lines, of size octets each, in the visit's arena; arg goes to read. NULL when they are more
 * than max, the answer is malformed, or memory is short.
 */
void *lines_read(struct visit *v, struct unpack *u, size_t max, size_t size, line_read_fn *read,
	void *arg, size_t *ret_n);

#endif
