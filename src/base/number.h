/* number.h - decimal numbers from outside: digits only, no sign, no blanks, range checked. */
#ifndef TOCSIN_BASE_NUMBER_H
#define TOCSIN_BASE_NUMBER_H

#include "base/slice.h"

/* True and *ret_value when s is one or more digits and min <= value <= max. */
bool number_parse(struct slice s, uint64_t min, uint64_t max, uint64_t *ret_value) MUST_CHECK;

#endif
