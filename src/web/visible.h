/*
 * visible.h - text from outside as a page shows it: control characters and octets that are no UTF-8
 * stand as \xNN, so that nobody is deceived by what a browser leaves out. Escaping for HTML is the
 * template's business.
 */
#ifndef TOCSIN_WEB_VISIBLE_H
#define TOCSIN_WEB_VISIBLE_H

#include "base/arena.h"

/* In the arena; "" without memory, which frame.h answers with an error. */
const char *visible_line(struct arena *a, const char *text);

#endif
