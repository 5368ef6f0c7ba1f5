/*
 * arena.h - a pool that lives as long as one request or one job, so that error paths need no
 * clean-up. Everything taken from it goes with it. Memory from it is zeroed.
 */
#ifndef TOCSIN_BASE_ARENA_H
#define TOCSIN_BASE_ARENA_H

#include "base/slice.h"

struct arena;

struct arena *arena_new(size_t limit); /* NULL without memory */
void arena_free(struct arena *a); /* wipes what it held; NULL is fine */

/* NULL when the limit or memory is reached; arena_failed() then stays true. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);
bool arena_failed(const struct arena *a);

/* NUL-terminated copies. On failure they give "", never NULL, so that only the end is checked. */
const char *arena_text(struct arena *a, struct slice s);
const char *arena_copy(struct arena *a, const char *text);
const char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
struct slice arena_slice(struct arena *a, struct slice s);

#endif
