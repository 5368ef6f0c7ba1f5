/*
 * metadata.h - documents that tell a provider's endpoints: what it publishes at its issuer, and
 * the files that Google's console gives for a client and for a key of a service account.
 * Sources: RFC 8414 2, 3; OpenID Connect Discovery 1.0; Google's client_secret_*.json and the key
 * files of service accounts.
 */
#ifndef TOCSIN_OAUTH2_METADATA_H
#define TOCSIN_OAUTH2_METADATA_H

#include "base/buffer.h"
#include "base/arena.h"

enum {
	OAUTH_METADATA_MAX = 128 * 1024,
};

/* Of an issuer; what is not there is "". */
struct oauth_metadata {
	const char *issuer;
	const char *authorization_endpoint;
	const char *token_endpoint;
	const char *revocation_endpoint;
	const char *device_endpoint;
	bool says_iss; /* authorization_response_iss_parameter_supported */
};

/*
 * Where an issuer publishes it: first = OpenID's place, which is asked first; else RFC 8414's.
 * NULL and the address appended, or a sentence: no https address.
 */
const char *oauth_metadata_url(struct slice issuer, bool first, struct buffer *out) MUST_CHECK;

/* NULL and *ret_metadata, or a sentence. The issuer in it must be the one asked for. */
const char *oauth_metadata_read(struct slice body, struct slice issuer, struct arena *a,
	struct oauth_metadata *ret_metadata) MUST_CHECK;

struct oauth_client_file {
	const char *client_id, *client_secret, *auth_endpoint, *token_endpoint;
	const char *private_key, *key_id; /* of a service account; client_id is its address then */
	bool service;
	bool desktop; /* of type "installed": its redirects go to the loopback only */
	bool lists_redirects;
	bool has_redirect; /* the redirect URI asked about is among them */
};

/*
 * NULL and *ret_file, or a sentence that says what the file is and which one is wanted. It holds
 * secrets: the arena should wipe.
 */
const char *oauth_client_file_read(struct slice text, const char *redirect_uri, struct arena *a,
	struct oauth_client_file *ret_file) MUST_CHECK;

#endif
