/* nearest.c - the word somebody probably meant; see nearest.h. */
#include "core/nearest.h"

#include <string.h>

/* One row of the table of distances: between the first i letters of one and j of the other word. */
struct row {
	size_t at[NEAREST_WORD_MAX + 1];
};

static void fill_row(struct slice a, struct slice b, size_t i, struct row rows[3])
{
	rows[0].at[0] = i;
	for (size_t j = 1; j <= b.len; j++) {
		bool same = a.data[i - 1] == b.data[j - 1];
		size_t best = rows[1].at[j - 1] + (same ? 0 : 1);

		best = size_min(best, rows[1].at[j] + 1);
		best = size_min(best, rows[0].at[j - 1] + 1);
		if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
		    a.data[i - 2] == b.data[j - 1])
			best = size_min(best, rows[2].at[j - 2] + 1);
		rows[0].at[j] = best;
	}
}

static size_t distance(struct slice a, struct slice b)
{
	struct row rows[3] = { 0 }; /* this row, the one before, the one before that */

	for (size_t j = 0; j <= b.len; j++)
		rows[0].at[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		rows[2] = rows[1];
		rows[1] = rows[0];
		fill_row(a, b, i, rows);
	}
	return rows[0].at[b.len];
}

const char *nearest_word(struct slice word, const char *const *words, size_t n_words)
{
	const char *found = NULL;
	/* a third of the letters may differ: more would suggest anything for everything */
	size_t limit = word.len / 3 + 1;

	if (word.len == 0 || word.len > NEAREST_WORD_MAX)
		return NULL;
	for (size_t i = 0; i < n_words; i++) {
		struct slice candidate = slice_of(words[i]);
		size_t d;

		if (candidate.len > NEAREST_WORD_MAX)
			continue;
		d = distance(word, candidate);
		if (d < limit || (found == NULL && d == limit && d < word.len)) {
			found = words[i];
			limit = d;
		}
	}
	return found;
}
