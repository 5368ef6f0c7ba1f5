/*
 * queue_id.h - the relay's own name for a mail, out of the words of its 250: what its operator can
 * look for in the log.
 */
#ifndef TOCSIN_DELIVERY_QUEUE_ID_H
#define TOCSIN_DELIVERY_QUEUE_ID_H

#include "base/slice.h"

enum {
	QUEUE_ID_TEXT_SIZE = 128,
};

/* "" when the words name none that is known. words: a verdict's text, printable, without codes. */
void queue_id_parse(struct slice words, char ret_id[static QUEUE_ID_TEXT_SIZE]);

#endif
