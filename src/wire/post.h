/*
 * post.h - what tocsin-sendmail says to front before the message's bytes; also the head of a file
 * in the drop folder. Front takes the user's id from the socket or the file's owner, never from
 * here.
 *   POST = the fields of struct post in their order; n x text recipient; DSN
 *   DROP = number POST_DROP_VERSION; POST; bytes message     ; a whole file of the drop folder
 * Of version 1, which an older program may have left behind, a POST has no DSN.
 *
 * A submission has an id of its own, made up by the program that submits. When the connection is
 * lost before the answer, the message may be in the queue or not; the program then gives it again,
 * through the drop folder, under the same id, and the keeper answers a second one with the queue
 * id of the first. Where even that memory is gone, Message-ID and Date, made from id and time, stay
 * the same.
 */
#ifndef TOCSIN_WIRE_POST_H
#define TOCSIN_WIRE_POST_H

#include "wire/dsn.h"

enum {
	POST_RECIPIENTS_MAX = 5000, /* as many as one submission may have */
	POST_TEXT_MAX = 8000, /* octets of a sender, a name, a recipient or list of recipients */
	POST_SUBMISSION_OCTETS = 16, /* random, written as twice as many hexadecimal digits */
	POST_MESSAGE_MAX = 32 * 1024 * 1024, /* octets of a message as the program gave it */
	POST_DROP_VERSION = 2,
	POST_DROP_MAX = POST_MESSAGE_MAX + 1024 * 1024, /* octets of a file in the drop folder */
};

struct post {
	const char *submission; /* the id: hexadecimal digits in lower case */
	uint64_t at; /* when it was given first, seconds since 1970: the same Date each time */
	bool recipients_from_header; /* -t */
	const char *sender; /* -f, "" when not given, "<>" for the null sender */
	const char *full_name; /* -F, or the user's from passwd, or "" */
	const char *login; /* the user's name, or "" */
	const char **recipients; /* the command line's */
	size_t n_recipients;
	struct dsn dsn;
};

void post_pack(struct buffer *b, const struct post *p);
void post_unpack(struct unpack *u, struct arena *a, struct post *ret_post);

void post_drop_pack(struct buffer *b, const struct post *p, struct slice message);
/* *ret_message points into what is unpacked. */
void post_drop_unpack(struct unpack *u, struct arena *a, struct post *ret_post,
	struct slice *ret_message);

#endif
