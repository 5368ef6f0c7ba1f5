/* grammar.h - character classes of RFC 9110 and RFC 3986 that several parsers here share. */
#ifndef TOCSIN_HTTP_GRAMMAR_H
#define TOCSIN_HTTP_GRAMMAR_H

#include "base/slice.h"

/* token = 1*tchar (RFC 9110 section 5.6.2) */
bool http_is_token(struct slice s);

/* unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" (RFC 3986 section 2.3) */
bool http_char_is_unreserved(char c);

/* sub-delims = one of ! $ & ' ( ) * + , ; = (RFC 3986 section 2.2) */
bool http_char_is_sub_delim(char c);

/* field-value: visible octets, space, tab and obs-text; no CR, LF, NUL (RFC 9110 section 5.5) */
bool http_is_field_value(struct slice s);

/* The octet of "%XX" at the start of s; false when s does not start with a whole escape. */
bool http_percent_octet(struct slice s, char *ret_octet) MUST_CHECK;

#endif
