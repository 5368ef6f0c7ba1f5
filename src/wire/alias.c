/* alias.c - mail aliases on the wire; see alias.h. */
#include "wire/alias.h"

enum {
	TEXT_MAX = 1000, /* octets; what is longer than a name or an address may be is told later */
	BY_MAX = 1000,
};

void alias_pack(struct buffer *b, const struct alias *alias)
{
	pack_text(b, alias->name);
	pack_number(b, alias->n_targets);
	for (size_t i = 0; i < alias->n_targets; i++)
		pack_text(b, alias->targets[i]);
}

void alias_unpack(struct unpack *u, struct arena *a, struct alias *ret_alias)
{
	const char **targets;
	size_t n;

	ret_alias->name = unpack_text(u, TEXT_MAX, a);
	n = (size_t)unpack_below(u, ALIAS_TARGETS_MAX + 1);
	targets = arena_array(a, n, sizeof(*targets));
	if (targets == NULL) {
		u->failed = true;
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		targets[i] = unpack_text(u, TEXT_MAX, a);
	ret_alias->targets = targets;
	ret_alias->n_targets = n;
}

void alias_row_pack(struct buffer *b, const struct alias_row *row)
{
	alias_pack(b, &row->alias);
	pack_number(b, row->at);
	pack_text(b, row->by);
}

void alias_row_unpack(struct unpack *u, struct arena *a, struct alias_row *ret_row)
{
	alias_unpack(u, a, &ret_row->alias);
	ret_row->at = unpack_number(u);
	ret_row->by = unpack_text(u, BY_MAX, a);
}
