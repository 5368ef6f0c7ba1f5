/*
 * post.h - what tocsin-sendmail says to front before the message's bytes; also the head of a file
 * in the drop folder. Front takes the user's id from the socket or the file's owner, never from here.
 *   POST = the fields of struct post in their order; n x text recipient
 */
#ifndef TOCSIN_WIRE_POST_H
#define TOCSIN_WIRE_POST_H

#include "wire/pack.h"

enum {
	POST_RECIPIENTS_MAX = 1000,
};

struct post {
	bool recipients_from_header; /* -t */
	const char *sender; /* -f, or "" */
	const char *full_name; /* -F, or the user's from passwd, or "" */
	const char *login; /* the user's name, or "" */
	const char **recipients; /* the command line's */
	size_t n_recipients;
};

void post_pack(struct buffer *b, const struct post *p);
void post_unpack(struct unpack *u, struct arena *a, struct post *ret_post);

#endif
