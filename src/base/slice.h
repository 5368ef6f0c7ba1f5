/*
 * slice.h - a view of bytes owned by somebody else: what every parser takes in.
 * Never NUL-terminated by promise; an absent slice has data NULL and length 0.
 */
#ifndef TOCSIN_BASE_SLICE_H
#define TOCSIN_BASE_SLICE_H

#include "base/base.h"

struct slice {
	const char *data;
	size_t len;
};

#define SLICE(literal) ((struct slice){ .data = "" literal, .len = sizeof(literal) - 1 })

/* printf("%.*s", SLICE_ARGS(s)) for slices known to be short and printable */
#define SLICE_ARGS(s) (int)((s).len), (s).data ? (s).data : ""

struct slice slice_of(const char *text); /* NULL gives an absent slice */
struct slice slice_make(const char *data, size_t len);
struct slice slice_sub(struct slice s, size_t from, size_t len); /* clipped, never out of bounds */

bool slice_equal(struct slice a, struct slice b);
bool slice_equal_nocase(struct slice a, struct slice b); /* ASCII only */
bool slice_is(struct slice a, const char *text);
bool slice_is_nocase(struct slice a, const char *text);
bool slice_starts(struct slice s, const char *prefix);
bool slice_starts_nocase(struct slice s, const char *prefix);
bool slice_ends(struct slice s, const char *suffix);
bool slice_has_char(struct slice s, char c);

/* Index of the first c, or s.len when there is none. */
size_t slice_find_char(struct slice s, char c);

/* Index of the first needle, or s.len when there is none. */
size_t slice_find(struct slice s, struct slice needle);

/* Without the blanks (space, tab, CR, LF) at both ends. */
struct slice slice_trim(struct slice s);

/*
 * Cuts *rest at the first c: the part before is returned, *rest becomes the part after, absent
 * when c was not there. To walk a list: while (rest.data != NULL) word = slice_cut(&rest, ',').
 */
struct slice slice_cut(struct slice *rest, char c);
bool slice_has_word(struct slice list, struct slice word); /* among words parted by one blank */

/* Copies with a NUL behind it; false (and nothing written) when it does not fit or holds a NUL. */
bool slice_copy(struct slice s, char *ret_text, size_t size) MUST_CHECK;

/* ASCII classes, independent of the locale. */
bool char_is_digit(char c);
bool char_is_alpha(char c);
bool char_is_blank(char c); /* space and tab */
bool char_is_control(char c); /* 0-31 and 127 */
char char_lower(char c);

/* True when no octet is a control character (NUL, CR, LF, tab, DEL and the rest). */
bool slice_is_printable(struct slice s);

/* True for well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates). */
bool slice_is_utf8(struct slice s);
/* At most max octets of it, cut between characters of UTF-8. */
struct slice slice_clip(struct slice s, size_t max);
bool slice_is_ascii(struct slice s);

#endif
