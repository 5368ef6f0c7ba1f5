/*
 * alias.h - mail aliases on the wire.
 *   ALIAS = (text name, n x text target)                      ; to set one; no targets removes it
 *   ALIAS_ROW = (ALIAS, number at, text by)                   ; one that is set
 */
#ifndef TOCSIN_WIRE_ALIAS_H
#define TOCSIN_WIRE_ALIAS_H

#include "core/alias.h"
#include "wire/pack.h"

struct alias_row {
	struct alias alias;
	uint64_t at;
	const char *by;
};

void alias_pack(struct buffer *b, const struct alias *alias);
/* The texts as they came; alias_check_name() and _target() know whether they are right. */
void alias_unpack(struct unpack *u, struct arena *a, struct alias *ret_alias);

void alias_row_pack(struct buffer *b, const struct alias_row *row);
void alias_row_unpack(struct unpack *u, struct arena *a, struct alias_row *ret_row);

#endif
