/* certificates.c - until when certificates are good; see certificates.h. */
#include "keep/certificates.h"

#include <stdio.h>
#include <string.h>

#include "sys/tls_certificate.h"

static void relay_name(const struct keeper *k, char *ret_name, size_t size)
{
	snprintf(ret_name, size, "%s:%s", k->settings.value[SETTING_EMAIL_RELAY_HOST],
		k->settings.value[SETTING_EMAIL_RELAY_PORT]);
}

void keep_own_certificate(struct request *r)
{
	uint64_t until = unpack_number(&r->body);

	if (unpack_end(&r->body))
		r->keeper->certificates.https_until = (int64_t)until;
	keep_drop(r);
}

void keep_relay_certificate(struct request *r)
{
	struct keep_certificates *c = &r->keeper->certificates;
	uint64_t version = unpack_number(&r->body), until = unpack_number(&r->body);

	/* seen with settings that were replaced meanwhile, it may be another relay's */
	if (unpack_end(&r->body) && version == r->keeper->settings_version) {
		c->relay_until = (int64_t)until;
		relay_name(r->keeper, c->relay, sizeof(c->relay));
	}
	keep_drop(r);
}

int64_t keep_certificates_relay(const struct keeper *k)
{
	char name[KEEP_RELAY_NAME_SIZE];

	relay_name(k, name, sizeof(name));
	return strcmp(name, k->certificates.relay) == 0 ? k->certificates.relay_until : 0;
}

int64_t keep_certificates_ca(const struct keeper *k)
{
	const char *pem = k->settings.value[SETTING_EMAIL_CA_CERTIFICATE];
	struct tls_certificate certificate;
	struct fault fault;

	if (pem[0] == '\0' || tls_certificate_read(slice_of(pem), &certificate, &fault) != 0)
		return 0;
	return certificate.not_after;
}
