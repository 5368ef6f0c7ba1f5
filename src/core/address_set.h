/*
 * address_set.h - the addresses that one message goes to, each once, in the order they came. Local
 * parts are equal as they are, domains without regard to case (RFC 5321 2.4); a bare name is equal
 * as it is.
 */
#ifndef TOCSIN_CORE_ADDRESS_SET_H
#define TOCSIN_CORE_ADDRESS_SET_H

#include <stdint.h>

#include "base/arena.h"

struct address_set {
	struct slice *items; /* views of what was added */
	size_t n;

	/* address_set.c's own */
	struct arena *arena;
	size_t max;
	uint32_t *slots; /* by the address's hash: the item's number from 1 on, 0 is free */
	size_t n_slots; /* a power of two, at least twice the items */
};

enum {
	ADDRESS_SET_KNOWN = 1, /* it is there already */
	ADDRESS_SET_FULL, /* as many as there may be are there, and it is none of them */
};

/* Lists in the arena, of up to max addresses. */
void address_set_init(struct address_set *s, struct arena *a, size_t max);

/* 0, ADDRESS_SET_KNOWN, ADDRESS_SET_FULL, or negative without memory. */
int address_set_add(struct address_set *s, struct slice address) MUST_CHECK;

#endif
