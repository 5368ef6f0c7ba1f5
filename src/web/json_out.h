/*
 * json_out.h - JSON out: objects and arrays written into a buffer, commas and escapes put where
 * they belong. Text that is no UTF-8 becomes U+FFFD. name is NULL at the top and inside arrays.
 * Source: RFC 8259.
 */
#ifndef TOCSIN_WEB_JSON_OUT_H
#define TOCSIN_WEB_JSON_OUT_H

#include "base/buffer.h"

struct json_out {
	struct buffer *out;
	bool more; /* a comma comes first */
};

void json_out_init(struct json_out *j, struct buffer *out);

void json_out_object(struct json_out *j, const char *name);
void json_out_object_end(struct json_out *j);
void json_out_array(struct json_out *j, const char *name);
void json_out_array_end(struct json_out *j);

void json_out_text(struct json_out *j, const char *name, const char *text);
void json_out_slice(struct json_out *j, const char *name, struct slice text);
void json_out_number(struct json_out *j, const char *name, uint64_t number);
void json_out_bool(struct json_out *j, const char *name, bool value);
void json_out_null(struct json_out *j, const char *name);
/* "2026-03-17T13:02:05Z", or null for 0. */
void json_out_moment(struct json_out *j, const char *name, uint64_t unix_s);

#endif
