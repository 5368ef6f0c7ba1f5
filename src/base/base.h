/*
 * base.h - the few words every room shares: attributes, sizes, small helpers.
 *
 * Return values in this house: 0 is success; a negative value is a fatal failure (out of memory,
 * a broken invariant, an I/O fault) that travels up unchanged; a positive value is an expected
 * condition named in the header of the function, and its direct caller handles it.
 */
#ifndef TOCSIN_BASE_BASE_H
#define TOCSIN_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRINTF_LIKE(text_at, args_at) __attribute__((format(printf, text_at, args_at)))
#define MUST_CHECK __attribute__((warn_unused_result))
#define UNUSED __attribute__((unused))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define CONTAINER_OF(pointer, type, member) \
	((type *)(void *)((char *)(pointer) - offsetof(type, member)))

static inline size_t size_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static inline size_t size_max(size_t a, size_t b)
{
	return a > b ? a : b;
}

#endif
