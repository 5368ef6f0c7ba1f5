/*
 * who.h - on whose behalf front asks the keeper: the first fields of every such request.
 *   WHO = (number enum who_kind, text session or API token, number uid, bool in tocsin-admin,
 *          text address or program)
 */
#ifndef TOCSIN_WIRE_WHO_H
#define TOCSIN_WIRE_WHO_H

#include "wire/pack.h"

enum {
	WHO_TOKEN_MAX = 128, /* octets */
	WHO_FROM_MAX = 128,
};

enum who_kind {
	WHO_NOBODY, /* no session: only what needs none */
	WHO_SESSION, /* a browser with a session cookie */
	WHO_LOCAL, /* a program on this box, known by SO_PEERCRED */
	WHO_BEARER, /* a program with a token of the API */
	WHO_COUNT,
};

struct who {
	enum who_kind kind;
	const char *token; /* WHO_SESSION: the cookie's value; WHO_BEARER: the token */
	uint64_t uid; /* WHO_LOCAL; WHO_BEARER: number of the token, of use to front only */
	bool in_admin_group; /* WHO_LOCAL: member of tocsin-admin */
	const char *from; /* the browser's address, or "local" */
};

void who_pack(struct buffer *b, const struct who *w);
void who_unpack(struct unpack *u, struct arena *a, struct who *ret_who);

#endif
