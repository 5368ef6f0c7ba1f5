/*
 * tls.h - what the TLS parts share: what went wrong, in our own words, and what is known of a
 * peer. TLS 1.2 and later, no renegotiation, no compression, chains of at most 100 KiB.
 */
#ifndef TOCSIN_SYS_TLS_H
#define TOCSIN_SYS_TLS_H

#include "base/slice.h"

enum tls_error {
	TLS_OK,
	TLS_EXPIRED,
	TLS_NOT_YET_VALID, /* or this machine's clock is wrong */
	TLS_WRONG_NAME, /* RFC 9525: the name is not among the subjectAltNames */
	TLS_UNKNOWN_ISSUER,
	TLS_SELF_SIGNED,
	TLS_TOO_WEAK, /* key or signature below 112 bits (RSA 1024, SHA-1), or small parameters */
	TLS_REVOKED,
	TLS_BAD_CERTIFICATE, /* any other reason: purpose, chain, encoding */
	TLS_PROTOCOL_VERSION, /* nothing in common at TLS 1.2 or later */
	TLS_NOT_TLS, /* the peer answered in clear: wrong port or wrong encryption setting */
	TLS_REFUSED, /* the peer sent an alert */
	TLS_CLOSED, /* the peer hung up during the handshake */
	TLS_HANDSHAKE, /* anything else */
};

struct tls_certificate {
	char subject[256];
	char issuer[256];
	char names[512]; /* names and addresses it is for, separated by ", " */
	int64_t not_before, not_after; /* seconds since the epoch */
	int days_left; /* whole days until not_after; negative when expired */
	char fingerprint[96]; /* SHA-256, AB:CD:... */
	bool ca_signed; /* issuer and subject differ */
};

struct tls_peer_info {
	enum tls_error error;
	char text[256]; /* the error for people, "" when TLS_OK */
	char version[16]; /* "TLSv1.3", "" before they agreed */
	char cipher[64];
	bool has_certificate; /* certificate is what the peer presented, trusted or not */
	struct tls_certificate certificate;
};

/*
 * Once, before the roles are forked: what OpenSSL looks up for its first connection then lies in
 * memory once, and not once in each of them. Failing is told by the first context of a role.
 */
void tls_prepare(void);

const char *tls_error_word(enum tls_error error); /* "wrong_name": for tables and the log */

#endif
