/*
 * mask.h - text that is to be posted in public: who and where is taken out, what happened stays.
 *
 *   a@b.example         -> user1@host1      the same address is the same wherever it stands
 *   mx.b.example        -> host2            but for the relays of the presets, which are no secret
 *   192.0.2.1, [::1]    -> ip1
 *   words that are known to name somebody (mask_know) -> name1
 *   "CN = ...", "O = ..." of a certificate            -> CN = ****
 *   long words, and words of letters and digits (ids, keys, server names) -> ****
 *
 * Keys of settings, codes and plain words stay. It rather takes too much than too little.
 */
#ifndef TOCSIN_CORE_MASK_H
#define TOCSIN_CORE_MASK_H

#include "base/arena.h"
#include "base/buffer.h"

enum {
	MASK_WORDS_MAX = 500, /* different ones; those beyond become **** */
};

enum mask_kind {
	MASK_USER,
	MASK_HOST,
	MASK_IP,
	MASK_NAME,
	MASK_KIND_COUNT,
};

struct mask {
	struct arena *arena;
	struct {
		struct slice word;
		enum mask_kind kind;
		unsigned number;
	} words[MASK_WORDS_MAX];
	size_t n_words;
	unsigned n_of[MASK_KIND_COUNT];
};

void mask_init(struct mask *m, struct arena *a);

/* A word that names somebody, though it does not look so: a node's name, a username. */
void mask_know(struct mask *m, struct slice word);

/* Appends the text without control characters; line ends stay. */
void mask_text(struct mask *m, struct slice text, struct buffer *out);

#endif
