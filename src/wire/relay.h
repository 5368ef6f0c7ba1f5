/*
 * relay.h - the relay as the sender needs it: where, how, as whom. Holds secrets: the sender keeps
 * it in an arena, which wipes.
 *   RELAY = the fields of struct relay in their order
 */
#ifndef TOCSIN_WIRE_RELAY_H
#define TOCSIN_WIRE_RELAY_H

#include "wire/pack.h"

enum relay_encryption {
	RELAY_ENCRYPTION_NONE,
	RELAY_ENCRYPTION_TLS,
	RELAY_ENCRYPTION_STARTTLS,
	RELAY_ENCRYPTION_COUNT,
};

enum relay_auth {
	RELAY_AUTH_NONE,
	RELAY_AUTH_PASSWORD,
	RELAY_AUTH_OAUTH2, /* username and token */
	RELAY_AUTH_COUNT,
};

enum {
	RELAY_CONNECTIONS_MAX = 20,
	RELAY_TOKEN_MAX = 16 * 1024,
};

struct relay {
	uint64_t version; /* of the settings it was made from */
	const char *host; /* name, IPv4, or IPv6 without brackets; "" = none set */
	uint16_t port;
	enum relay_encryption encryption;
	enum relay_auth auth;
	const char *username;
	const char *password;
	const char *token; /* OAuth2's access token; "" with any other authentication */
	uint64_t token_number; /* each token has another, for the verdicts about it */
	bool allow_clear_password;
	const char *ca_certificate; /* PEM, or "" for the system's */
	const char *helo_name;
	const char *from_address;
	const char *envelope_sender; /* never "" when from_address is set */
	bool rewrite_from; /* email.rewrite_from already decided */
	const char *node_name; /* HOST in "root on HOST" */
	unsigned max_connections; /* 1 to RELAY_CONNECTIONS_MAX */
};

void relay_pack(struct buffer *b, const struct relay *r);
void relay_unpack(struct unpack *u, struct arena *a, struct relay *ret_relay);

#endif
