/*
 * oauth_key.c - the private key that proves this node at the provider, and its certificate: made
 * here, so that no key travels, and what is known of the certificate that is set.
 */
#include "keep/oauth_private.h"

#include <sysexits.h>

#include "keep/handlers.h"
#include "keep/settings.h"
#include "keep/signin.h"
#include "sys/tls_certificate.h"
#include "sys/tls_key.h"

/* ---- a new one ---- */

struct key_pair {
	struct job job;
	struct request *request;
	unsigned days;
	struct buffer certificate, key;
	bool made;
};

static void save(struct request *r, struct slice key, struct slice certificate)
{
	struct keep_values *v = arena_alloc(r->arena, sizeof(*v));
	const struct keeper *k = r->keeper;

	if (v == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	*v = (struct keep_values){ .settings = k->settings };
	if (keep_values_take(k, v, SLICE("email.oauth_private_key"), key, r->arena) != 0 ||
		keep_values_take(k, v, SLICE("email.oauth_certificate"), certificate, r->arena) != 0 ||
		keep_values_take(k, v, SLICE("email.oauth_key_id"), SLICE(""), r->arena) != 0)
		keep_refuse_store(r, STORE_BUSY);
	else if (v->problems.n > 0)
		keep_refuse_problems(r, &v->problems);
	else
		keep_values_save(r, v, 0);
}

static void run_make(struct job *job)
{
	struct key_pair *p = CONTAINER_OF(job, struct key_pair, job);
	const char *name = p->request->keeper->config->node_name;

	p->made = tls_self_signed_client(slice_of(name), p->days, &p->certificate, &p->key) == 0;
}

static void made(struct job *job)
{
	struct key_pair *p = CONTAINER_OF(job, struct key_pair, job);
	struct request *r = p->request;
	struct buffer certificate = p->certificate, key = p->key; /* p ends with the request */

	if (job->displaced || !p->made)
		keep_refuse(r, EX_TEMPFAIL, "", "The key could not be made. Try again in a moment.");
	else
		save(r, buffer_slice(&key), buffer_slice(&certificate));
	buffer_release(&certificate);
	buffer_release(&key);
}

static void make(struct request *r, unsigned days)
{
	struct key_pair *p = arena_alloc(r->arena, sizeof(*p));

	if (p == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	*p = (struct key_pair){
		.job = { .run = run_make, .done = made, .known = true }, .request = r, .days = days,
	};
	buffer_init(&p->certificate, TLS_KEY_MAX);
	buffer_init_secret(&p->key, TLS_KEY_MAX);
	if (keep_hash(r->keeper, &p->job) != 0)
		keep_refuse(r, EX_TEMPFAIL, "", "Too much is under way. Try again in a moment.");
}

void keep_oauth_key(struct request *r)
{
	uint64_t days = unpack_number(&r->body);

	if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else if (days > GRANT_KEY_DAYS_MAX)
		keep_refuse(r, EX_DATAERR, "days", arena_printf(r->arena, "must be a whole number from 1 "
			"to %d.", GRANT_KEY_DAYS_MAX));
	else if (days == 0)
		save(r, SLICE(""), SLICE(""));
	else
		make(r, (unsigned)days);
}

/* ---- the one that is set ---- */

void keep_oauth_look_at_certificate(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	struct slice pem = slice_of(k->settings.value[SETTING_EMAIL_OAUTH_CERTIFICATE]);
	struct tls_certificate certificate;
	struct tls_thumbprints t;

	o->certificate_ends = 0;
	o->thumbprint[0] = '\0';
	if (pem.len == 0 || tls_certificate_read(pem, &certificate, NULL) != 0 ||
		tls_key_thumbprints(pem, &t, NULL) != 0)
		return;
	o->certificate_ends = certificate.not_after;
	tls_thumbprint_text(t.sha1, sizeof(t.sha1), o->thumbprint);
}
