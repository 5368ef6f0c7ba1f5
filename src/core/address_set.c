/* address_set.c - addresses, each once; see address_set.h. A hash table with open addressing. */
#include "core/address_set.h"

#include <string.h>

enum {
	SLOTS_MIN = 32,
};

/* The local part with its "@", or the whole of a bare name: "@" may stand in a quoted local part. */
static size_t exact_length(struct slice s)
{
	size_t at = s.len;

	while (at > 0 && s.data[at - 1] != '@')
		at--;
	return at > 0 ? at : s.len;
}

static bool is_same(struct slice a, struct slice b)
{
	size_t exact = exact_length(a);

	return a.len == b.len && slice_equal(slice_sub(a, 0, exact), slice_sub(b, 0, exact)) &&
		slice_equal_nocase(slice_sub(a, exact, a.len), slice_sub(b, exact, b.len));
}

/* FNV-1a, without regard to case: what differs by the case of its local part shares a hash. */
static uint32_t hash_of(struct slice s)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)char_lower(s.data[i])) * 16777619U;
	return hash;
}

/* The slot where it is, or the free one where it belongs. */
static uint32_t *find_slot(const struct address_set *s, struct slice address)
{
	size_t i = hash_of(address) & (s->n_slots - 1);

	while (s->slots[i] != 0 && !is_same(s->items[s->slots[i] - 1], address))
		i = (i + 1) & (s->n_slots - 1);
	return &s->slots[i];
}

/* Room for twice as many. */
static int grow(struct address_set *s)
{
	struct address_set grown = *s;

	grown.n_slots = size_max(SLOTS_MIN, 2 * s->n_slots);
	grown.items = arena_array(s->arena, grown.n_slots / 2, sizeof(*grown.items));
	grown.slots = arena_array(s->arena, grown.n_slots, sizeof(*grown.slots));
	if (grown.items == NULL || grown.slots == NULL)
		return -1;
	if (s->n > 0)
		memcpy(grown.items, s->items, s->n * sizeof(*s->items));
	for (size_t i = 0; i < s->n; i++)
		*find_slot(&grown, s->items[i]) = (uint32_t)i + 1;
	*s = grown;
	return 0;
}

void address_set_init(struct address_set *s, struct arena *a, size_t max)
{
	*s = (struct address_set){ .arena = a, .max = max };
}

int address_set_add(struct address_set *s, struct slice address)
{
	uint32_t *slot;

	if (s->n == s->n_slots / 2 && grow(s) != 0)
		return -1;
	slot = find_slot(s, address);
	if (*slot != 0)
		return ADDRESS_SET_KNOWN;
	if (s->n == s->max)
		return ADDRESS_SET_FULL;
	s->items[s->n++] = address;
	*slot = (uint32_t)s->n;
	return 0;
}
