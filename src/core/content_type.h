/*
 * content_type.h - what a MIME part says it is: its type, its boundary, its encoding.
 * Source: RFC 2045 5.1 and 6.1, RFC 2046 5.1.1.
 */
#ifndef TOCSIN_CORE_CONTENT_TYPE_H
#define TOCSIN_CORE_CONTENT_TYPE_H

#include "base/slice.h"

enum {
	CONTENT_NAME_SIZE = 128, /* a type or subtype with its NUL (RFC 6838 4.2: 127 octets) */
	CONTENT_BOUNDARY_SIZE = 201, /* RFC 2046 says 70; some programs write more */
};

struct content_type {
	char type[CONTENT_NAME_SIZE]; /* lower case */
	char subtype[CONTENT_NAME_SIZE];
	char boundary[CONTENT_BOUNDARY_SIZE]; /* "" when there is none */
};

/* The body of a Content-Type field, folded or not. False when it is not one. */
bool content_type_parse(struct slice body, struct content_type *ret_type) MUST_CHECK;

enum content_encoding {
	CONTENT_IDENTITY, /* 7bit, 8bit, binary, or nothing said */
	CONTENT_QUOTED_PRINTABLE,
	CONTENT_BASE64,
	CONTENT_OTHER,
};

/* The body of a Content-Transfer-Encoding field. */
enum content_encoding content_encoding_parse(struct slice body);

#endif
