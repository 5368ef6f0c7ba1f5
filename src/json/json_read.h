/*
 * json_read.h - JSON in: one object as a program sends it, strictly. Duplicate names, a NUL in a
 * text, more than JSON_DEPTH_MAX levels or JSON_VALUES_MAX values are refused, so that a body costs
 * a small multiple of its octets. Source: RFC 8259, RFC 7493 (I-JSON); parsed by jansson.
 */
#ifndef TOCSIN_JSON_JSON_READ_H
#define TOCSIN_JSON_JSON_READ_H

#include <jansson.h>

#include "base/arena.h"

enum {
	JSON_DEPTH_MAX = 8,
	JSON_VALUES_MAX = 5000,
};

/* The object, which is the caller's to json_decref(); NULL with *ret_problem, a sentence. */
json_t *json_read(struct slice text, struct arena *a, const char **ret_problem);

/*
 * A member that is a text: a copy in the arena. NULL when it is not there, is something else, or is
 * longer than max octets.
 */
const char *json_read_text(const json_t *object, const char *name, size_t max, struct arena *a);

#endif
