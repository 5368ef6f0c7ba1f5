/*
 * unit.h - what every unit test includes: cmocka with the headers it asks for first.
 * A test program is one module's; its tests are named as sentences about that module.
 */
#ifndef TOCSIN_TESTS_UNIT_H
#define TOCSIN_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"

/* A slice equals a text. */
#define assert_slice(s, text) \
	do { \
		struct slice slice_ = (s); \
		assert_int_equal(slice_.len, strlen(text)); \
		assert_memory_equal(slice_.data, text, slice_.len); \
	} while (0)

#endif
