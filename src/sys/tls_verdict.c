/* tls_verdict.c - from OpenSSL's error numbers to our errors and words for people. */
#include <openssl/err.h>
#include <stdio.h>

#include "sys/tls_private.h"

static enum tls_error error_of_certificate(int x509_error)
{
	switch (x509_error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return TLS_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return TLS_NOT_YET_VALID;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return TLS_WRONG_NAME;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return TLS_SELF_SIGNED;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_UNTRUSTED:
		return TLS_UNKNOWN_ISSUER;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return TLS_TOO_WEAK;
	case X509_V_ERR_CERT_REVOKED:
		return TLS_REVOKED;
	default:
		return TLS_BAD_CERTIFICATE;
	}
}

/* c is the certificate at fault, who says whose it is. */
static void certificate_text(struct tls_peer_info *info, const char *who,
	const struct tls_certificate *c, const char *host, int x509_error)
{
	char day[16];
	char *text = info->text;
	const size_t size = sizeof(info->text);

	switch (info->error) {
	case TLS_EXPIRED:
		tls_date_text(c->not_after, day);
		snprintf(text, size, "%s expired on %s", who, day);
		break;
	case TLS_NOT_YET_VALID:
		tls_date_text(c->not_before, day);
		snprintf(text, size, "%s is good only from %s on, or the clock here is wrong", who,
		    day);
		break;
	case TLS_WRONG_NAME:
		snprintf(text, size, "the certificate is not for %.80s but for %.120s", host,
		    c->names[0] != '\0' ? c->names : "no name at all");
		break;
	case TLS_SELF_SIGNED:
		snprintf(text, size,
		    "the certificate is signed by itself, not by a trusted authority");
		break;
	case TLS_UNKNOWN_ISSUER:
		snprintf(text, size,
		    "the certificate is signed by %.150s, which is not trusted here",
		    info->certificate.issuer);
		break;
	case TLS_TOO_WEAK:
		snprintf(text, size, "%s has a key or a signature that is too weak", who);
		break;
	case TLS_REVOKED:
		snprintf(text, size, "%s was revoked", who);
		break;
	default:
		snprintf(text, size, "%s is not acceptable: %.150s", who,
		    X509_verify_cert_error_string(x509_error));
		break;
	}
}

void tls_verdict_certificate(X509_STORE_CTX *verified, const char *host,
	struct tls_peer_info *info)
{
	const X509 *at_fault = X509_STORE_CTX_get_current_cert(verified);
	int error = X509_STORE_CTX_get_error(verified);
	struct tls_certificate c = info->certificate;
	bool is_peers = X509_STORE_CTX_get_error_depth(verified) == 0 || at_fault == NULL;

	if (!is_peers)
		tls_describe(at_fault, &c);
	info->error = error_of_certificate(error);
	certificate_text(info,
	    is_peers ? "the certificate" : "a certificate above the server's own", &c, host, error);
}

static enum tls_error error_of_handshake(int reason)
{
	switch (reason) {
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_HTTP_REQUEST:
	case SSL_R_HTTPS_PROXY_REQUEST:
	case SSL_R_PACKET_LENGTH_TOO_LONG:
	case SSL_R_RECORD_LENGTH_MISMATCH:
		return TLS_NOT_TLS;
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_NO_PROTOCOLS_AVAILABLE:
	case SSL_R_UNKNOWN_PROTOCOL:
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
		return TLS_PROTOCOL_VERSION;
	case SSL_R_DH_KEY_TOO_SMALL:
	case SSL_R_EE_KEY_TOO_SMALL:
	case SSL_R_CA_KEY_TOO_SMALL:
	case SSL_R_CA_MD_TOO_WEAK:
		return TLS_TOO_WEAK;
	case SSL_R_EXCESSIVE_MESSAGE_SIZE:
		return TLS_BAD_CERTIFICATE;
	default:
		return reason >= SSL_AD_REASON_OFFSET ? TLS_REFUSED : TLS_HANDSHAKE;
	}
}

void tls_verdict_handshake(unsigned long openssl_error, struct tls_peer_info *info)
{
	const char *words = ERR_reason_error_string(openssl_error);
	const size_t size = sizeof(info->text);

	if (words == NULL)
		words = "no reason known";
	info->error = error_of_handshake(ERR_GET_REASON(openssl_error));
	switch (info->error) {
	case TLS_NOT_TLS:
		snprintf(info->text, size, "what answers there does not speak TLS on this port");
		break;
	case TLS_PROTOCOL_VERSION:
		snprintf(info->text, size, "the other side offers nothing newer than TLS 1.1");
		break;
	case TLS_TOO_WEAK:
		snprintf(info->text, size, "the other side uses keys that are too weak");
		break;
	case TLS_REFUSED:
		if (ERR_GET_REASON(openssl_error) == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)
			words = "it has no version or cipher in common with us";
		snprintf(info->text, size, "the other side refused the TLS connection: %.150s",
		    words);
		break;
	default:
		snprintf(info->text, size, "the TLS connection failed: %.150s", words);
		break;
	}
}
