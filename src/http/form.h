/*
 * form.h - application/x-www-form-urlencoded: form bodies and query strings, decoded once.
 * Bounded, so that a lookup may walk all fields. A name that stands twice is visible to whoever
 * asks, since two readers that pick different ones is how parameters are smuggled.
 * Source: WHATWG URL section 5.1; broken escapes and what is not UTF-8 are refused, not repaired.
 */
#ifndef TOCSIN_HTTP_FORM_H
#define TOCSIN_HTTP_FORM_H

#include "base/arena.h"

enum {
	FORM_MAX = 4 * 1024 * 1024, /* octets as sent */
	FORM_FIELDS_MAX = 200,
	FORM_VALUE_MAX = 64 * 1024, /* octets of one name or value, decoded */
	FORM_VALUES_MAX = 200 * 1024, /* of all values together */
};

enum {
	FORM_TOO_LARGE = 1, /* too many octets or fields, or too long a name: answer 413 */
	FORM_MALFORMED = 2, /* broken %XX, not UTF-8, or a NUL in a name: answer 400 */
};

struct form_field {
	struct slice name; /* without NUL */
	/* UTF-8, line ends as sent. May hold a NUL: whoever checks the field says so beside it. */
	struct slice value;
	/* The value is above a limit and left out: whoever reads the form names the field. */
	bool too_long;
};

/* Lives in the arena it was parsed into. A zeroed one is an empty form. */
struct form {
	const struct form_field *fields;
	size_t n_fields;
};

/* 0, FORM_TOO_LARGE, FORM_MALFORMED, or negative without memory (the arena's limit included). */
int form_parse(struct slice text, struct arena *arena, struct form *ret_form) MUST_CHECK;

/* The first value of that name, absent when there is none; an empty field is not absent. */
struct slice form_get(const struct form *form, const char *name);
size_t form_count(const struct form *form, const char *name);
/* The first field that is too long, or NULL. */
const struct form_field *form_too_long(const struct form *form);

/* The first value as a C string, "" when there is none or it holds a NUL. */
const char *form_text(const struct form *form, const char *name);

#endif
