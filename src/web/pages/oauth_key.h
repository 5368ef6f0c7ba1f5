/* oauth_key.h - what the page of the private key and its certificate prints. */
#ifndef TOCSIN_WEB_PAGES_OAUTH_KEY_H
#define TOCSIN_WEB_PAGES_OAUTH_KEY_H

#include "sys/tls_certificate.h"
#include "sys/tls_key.h"
#include "web/form_view.h"

struct oauth_key_view {
	const char *csrf;
	struct problems_view problems;
	bool made; /* just now */
	bool has_key;
	bool has_certificate;
	const char *pem;
	const char *subject;
	uint64_t ends;
	bool over;
	char thumbprint[TLS_THUMBPRINT_TEXT], thumbprint_256[TLS_THUMBPRINT_TEXT];
	bool in_use; /* there is a key, and the flow is the application's own */
	bool service; /* the key is a service account's, most likely */
	struct field_view days;
};

#endif
