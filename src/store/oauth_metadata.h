/*
 * oauth_metadata.h - what the issuer that was looked up last publishes. It must outlive a restart:
 * without it an answer that names another issuer would be taken, a token would not be revoked, and
 * no code for a device could be asked for.
 */
#ifndef TOCSIN_STORE_OAUTH_METADATA_H
#define TOCSIN_STORE_OAUTH_METADATA_H

#include "store/store.h"

struct store_oauth_metadata {
	const char *issuer, *authorization_endpoint, *token_endpoint;
	const char *revocation_endpoint, *device_endpoint; /* or "" */
	bool says_iss; /* its callbacks have iss (RFC 9207) */
};

/* In jobs; in the place of the one before. */
int store_oauth_metadata_save(struct store_db *db, const struct store_oauth_metadata *m)
	MUST_CHECK;

/* STORE_NOT_FOUND when none was looked up. The texts lie in the arena. */
int store_oauth_metadata_load(struct store_db *db, struct arena *a,
	struct store_oauth_metadata *ret_metadata) MUST_CHECK;

#endif
