/*
 * conf_line.h - what the files that people edit by hand have in common: lines of plain UTF-8 text,
 * bounded, without control characters.
 */
#ifndef TOCSIN_CORE_CONF_LINE_H
#define TOCSIN_CORE_CONF_LINE_H

#include "base/slice.h"

enum {
	CONF_LINE_MAX = 1000, /* octets, without the line end */
};

/* NULL when the line may stand in such a file, else what is wrong with it and the cure. */
const char *conf_line_fault(struct slice line);

#endif
