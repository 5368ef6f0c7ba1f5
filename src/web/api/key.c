/*
 * key.c - POST /api/v1/email/key: a private key is made on this node, and its certificate is the
 * answer, to be uploaded at the OAuth2 provider.
 */
#include "sys/tls_certificate.h"
#include "sys/tls_key.h"
#include "web/api/body.h"
#include "wire/grant.h"

enum {
	MAKE_WAIT_MS = 30 * 1000, /* a slow machine looks for primes */
	TEXT_MAX = 1000,
};

/* ---- making ---- */

static uint64_t days_of(json_t *object, struct api_errors *errors)
{
	json_t *days = json_object_get(object, "days");

	if (days == NULL)
		return GRANT_KEY_DAYS;
	if (json_is_integer(days) && json_integer_value(days) >= 1 &&
	    json_integer_value(days) <= GRANT_KEY_DAYS_MAX)
		return (uint64_t)json_integer_value(days);
	api_error(errors, "days", "must be a whole number from 1 to 3650.");
	return 0;
}

void api_key_act(struct visit *v)
{
	static const char *const names[] = { "days", NULL };
	struct api_errors errors = { .n = 0 };
	json_t *object = api_read_body(v, false);
	struct buffer body;
	uint64_t days;

	if (object == NULL)
		return;
	api_know_members(v, object, names, &errors);
	days = days_of(object, &errors);
	json_decref(object);
	if (errors.n > 0) {
		api_refuse_fields(v, 422, &errors);
		return;
	}
	visit_start_body(v, &body);
	pack_number(&body, days);
	v->page = visit_ask(v, WORD_OAUTH_KEY, &body);
	visit_wait(v, MAKE_WAIT_MS);
}

/* ---- the answer ---- */

static void put_certificate(struct visit *v, const char *pem)
{
	char text[TLS_THUMBPRINT_TEXT];
	struct tls_certificate c;
	struct tls_thumbprints t;
	struct json_out j;

	if (tls_certificate_read(slice_of(pem), &c, NULL) != 0 ||
	    tls_key_thumbprints(slice_of(pem), &t, NULL) != 0) {
		api_broken(v);
		return;
	}
	api_begin(v, &j);
	json_out_text(&j, "certificate", pem);
	tls_thumbprint_text(t.sha1, sizeof(t.sha1), text);
	json_out_text(&j, "thumbprint_sha1", text);
	tls_thumbprint_text(t.sha256, sizeof(t.sha256), text);
	json_out_text(&j, "thumbprint_sha256", text);
	json_out_moment(&j, "ends", (uint64_t)c.not_after);
	api_end(v, &j, 200);
}

static void show(struct visit *v)
{
	const char *pem;
	struct unpack u;

	if (!api_answered(v, v->page, WORD_SETTINGS_ARE, NULL, &u))
		return;
	unpack_number(&u); /* version */
	unpack_below(&u, 2);
	unpack_text(&u, TEXT_MAX, v->arena); /* the key */
	pem = unpack_text(&u, WIRE_BODY_MAX, v->arena);
	if (u.failed)
		api_broken(v);
	else
		put_certificate(v, pem);
}

void api_key_acted(struct visit *v)
{
	struct buffer body;
	struct unpack u;

	if (!api_answered(v, v->page, WORD_SETTINGS_SAVED, NULL, &u))
		return;
	visit_start_body(v, &body);
	pack_text(&body, "email.oauth_certificate");
	v->page = visit_ask(v, WORD_SETTINGS_GET, &body);
	visit_then(v, show);
}
