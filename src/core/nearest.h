/*
 * nearest.h - the word somebody probably meant: for unknown keys, commands and options.
 * The measure is the number of letters left out, put in, exchanged or swapped with their neighbour.
 */
#ifndef TOCSIN_CORE_NEAREST_H
#define TOCSIN_CORE_NEAREST_H

#include "base/slice.h"

enum {
	NEAREST_WORD_MAX = 40, /* octets; longer words are nobody's neighbour */
};

/* The nearest word of the list, or NULL when none is so near that it may have been meant. */
const char *nearest_word(struct slice word, const char *const *words, size_t n_words);

#endif
