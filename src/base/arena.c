/* arena.c - pools per request; see arena.h. Blocks in a list, handed out from the newest. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum {
	BLOCK_SIZE = 4096,
};

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *blocks;
	size_t limit;
	size_t taken;
	bool failed;
};

struct arena *arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a != NULL)
		a->limit = limit;
	return a;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	while (a->blocks != NULL) {
		struct block *block = a->blocks;

		a->blocks = block->next;
		sodium_memzero(block->data, block->used);
		free(block);
	}
	free(a);
}

static struct block *add_block(struct arena *a, size_t size)
{
	struct block *block;

	size = size_max(size, BLOCK_SIZE);
	block = calloc(1, sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->size = size;
	block->next = a->blocks;
	a->blocks = block;
	return block;
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct block *block = a->blocks;
	void *memory;

	if (a->failed || size > a->limit - a->taken)
		goto fail;
	size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (block == NULL || size > block->size - block->used)
		block = add_block(a, size);
	if (block == NULL)
		goto fail;
	memory = block->data + block->used;
	block->used += size;
	a->taken = size_min(a->taken + size, a->limit);
	return memory;
fail:
	a->failed = true;
	return NULL;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / 2 / size) {
		a->failed = true;
		return NULL;
	}
	return arena_alloc(a, count * size);
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}

const char *arena_text(struct arena *a, struct slice s)
{
	char *text = arena_alloc(a, s.len + 1);

	if (text == NULL)
		return "";
	if (s.len > 0)
		memcpy(text, s.data, s.len);
	return text;
}

const char *arena_copy(struct arena *a, const char *text)
{
	return arena_text(a, slice_of(text));
}

struct slice arena_slice(struct arena *a, struct slice s)
{
	const char *text = arena_text(a, s);

	return a->failed ? (struct slice){ 0 } : slice_make(text, s.len);
}

const char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	char *text = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		text = arena_alloc(a, (size_t)len + 1);
	if (text != NULL)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return text != NULL ? text : "";
}
