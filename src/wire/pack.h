/*
 * pack.h - typed fields one after the other: what the body of every message between roles is.
 *
 *   body   = *field
 *   field  = number / bytes
 *   number = %x01 8OCTET             ; big endian
 *   bytes  = %x02 4OCTET *OCTET      ; length first
 *
 * A reader asks for the fields in order; the first that is missing, of another type or past its
 * limit marks the reader failed, everything after gives 0 or "", and unpack_end() says so. A body
 * must end exactly where its last field does.
 */
#ifndef TOCSIN_WIRE_PACK_H
#define TOCSIN_WIRE_PACK_H

#include "base/arena.h"
#include "base/buffer.h"

void pack_number(struct buffer *b, uint64_t value);
void pack_bool(struct buffer *b, bool value);
void pack_slice(struct buffer *b, struct slice s);
void pack_text(struct buffer *b, const char *text); /* NULL packs "" */

struct unpack {
	struct slice rest;
	bool failed;
};

void unpack_init(struct unpack *u, struct slice body);
uint64_t unpack_number(struct unpack *u);
uint64_t unpack_below(struct unpack *u, uint64_t limit); /* fails unless value < limit */
bool unpack_bool(struct unpack *u);
struct slice unpack_slice(struct unpack *u, size_t max); /* points into the body */

/* NUL-terminated in the arena; fails on a NUL inside. Never NULL. */
const char *unpack_text(struct unpack *u, size_t max, struct arena *a);

/* True when nothing failed and nothing is left. */
bool unpack_end(struct unpack *u) MUST_CHECK;

#endif
