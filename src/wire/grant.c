/* grant.c - questions to an OAuth2 provider on the wire; see grant.h. */
#include "wire/grant.h"

#include "core/diagnosis_input.h"

#define NO_ERROR { .error = "", .suberror = "", .description = "", .problem = "" }
#define NO_METADATA \
	{ \
		.issuer = "", .auth_endpoint = "", .token_endpoint = "", \
		.revocation_endpoint = "", .device_endpoint = "", \
	}

const struct grant grant_none = {
	.endpoint = "", .client_id = "", .client_secret = "", .scopes = "",
	.private_key = "", .key_id = "", .certificate = "", .subject = "",
	.code = "", .redirect_uri = "", .verifier = "", .refresh_token = "", .device_code = "",
	.ca_certificate = "", .proxy = "",
};

const struct grant_answer grant_answer_none = {
	.outcome = GRANT_NO_ANSWER,
	.access_token = "", .refresh_token = "", .scopes = "", .account = "",
	.device_code = "", .user_code = "", .verification_uri = "", .verification_uri_complete = "",
	.error = NO_ERROR,
	.metadata = NO_METADATA,
	.claims = { .audience = "", .scopes = "", .roles = "", .account = "" },
};

void grant_pack(struct buffer *b, const struct grant *g)
{
	pack_number(b, g->kind);
	pack_text(b, g->endpoint);
	pack_text(b, g->client_id);
	pack_text(b, g->client_secret);
	pack_text(b, g->private_key);
	pack_text(b, g->key_id);
	pack_text(b, g->certificate);
	pack_text(b, g->subject);
	pack_bool(b, g->basic);
	pack_text(b, g->scopes);
	pack_text(b, g->code);
	pack_text(b, g->redirect_uri);
	pack_text(b, g->verifier);
	pack_text(b, g->refresh_token);
	pack_text(b, g->device_code);
	pack_text(b, g->ca_certificate);
	pack_text(b, g->proxy);
	pack_bool(b, g->allow_private);
}

void grant_unpack(struct unpack *u, struct arena *a, struct grant *ret_grant)
{
	struct grant *g = ret_grant;

	g->kind = (enum grant_kind)unpack_below(u, GRANT_KIND_COUNT);
	g->endpoint = unpack_text(u, GRANT_URL_MAX, a);
	g->client_id = unpack_text(u, GRANT_TEXT_MAX, a);
	g->client_secret = unpack_text(u, GRANT_TEXT_MAX, a);
	g->private_key = unpack_text(u, GRANT_KEY_MAX, a);
	g->key_id = unpack_text(u, GRANT_TEXT_MAX, a);
	g->certificate = unpack_text(u, GRANT_KEY_MAX, a);
	g->subject = unpack_text(u, GRANT_TEXT_MAX, a);
	g->basic = unpack_bool(u);
	g->scopes = unpack_text(u, GRANT_TEXT_MAX, a);
	g->code = unpack_text(u, GRANT_TEXT_MAX, a);
	g->redirect_uri = unpack_text(u, GRANT_URL_MAX, a);
	g->verifier = unpack_text(u, GRANT_TEXT_MAX, a);
	g->refresh_token = unpack_text(u, GRANT_TOKEN_MAX, a);
	g->device_code = unpack_text(u, GRANT_TOKEN_MAX, a);
	g->ca_certificate = unpack_text(u, GRANT_PEM_MAX, a);
	g->proxy = unpack_text(u, GRANT_URL_MAX, a);
	g->allow_private = unpack_bool(u);
}

void grant_error_pack(struct buffer *b, const struct grant_error *e)
{
	pack_text(b, e->error);
	pack_text(b, e->suberror);
	pack_number(b, e->n_codes);
	for (size_t i = 0; i < e->n_codes; i++)
		pack_number(b, e->codes[i]);
	pack_text(b, e->description);
	pack_text(b, e->problem);
}

void grant_error_unpack(struct unpack *u, struct arena *a, struct grant_error *ret_error)
{
	struct grant_error *e = ret_error;

	e->error = unpack_text(u, GRANT_TEXT_MAX, a);
	e->suberror = unpack_text(u, GRANT_TEXT_MAX, a);
	e->n_codes = (size_t)unpack_below(u, GRANT_CODES_MAX + 1);
	for (size_t i = 0; i < e->n_codes; i++)
		e->codes[i] = (unsigned)unpack_below(u, (uint64_t)INT32_MAX + 1);
	e->description = unpack_text(u, GRANT_TEXT_MAX, a);
	e->problem = unpack_text(u, GRANT_TEXT_MAX, a);
}

_Static_assert((int)GRANT_CODES_MAX <= (int)DIAGNOSIS_CODES_MAX, "all numbers have room");

/* An error that came by way of a browser has its numbers in its words alone. */
struct diagnosis_facts grant_error_facts(const struct grant_error *e, struct arena *a)
{
	struct diagnosis_facts f = {
		.token = true, .error = slice_of(e->error),
		.text = slice_of(arena_printf(a, "%s %s", e->suberror, e->description)),
	};

	if (e->n_codes == 0)
		diagnosis_read_aadsts(f.text, f.aadsts);
	for (size_t i = 0; i < e->n_codes; i++)
		f.aadsts[i] = e->codes[i];
	return f;
}

void grant_metadata_pack(struct buffer *b, const struct grant_metadata *m)
{
	pack_text(b, m->issuer);
	pack_text(b, m->auth_endpoint);
	pack_text(b, m->token_endpoint);
	pack_text(b, m->revocation_endpoint);
	pack_text(b, m->device_endpoint);
	pack_bool(b, m->says_iss);
}

void grant_metadata_unpack(struct unpack *u, struct arena *a, struct grant_metadata *ret_metadata)
{
	struct grant_metadata *m = ret_metadata;

	m->issuer = unpack_text(u, GRANT_URL_MAX, a);
	m->auth_endpoint = unpack_text(u, GRANT_URL_MAX, a);
	m->token_endpoint = unpack_text(u, GRANT_URL_MAX, a);
	m->revocation_endpoint = unpack_text(u, GRANT_URL_MAX, a);
	m->device_endpoint = unpack_text(u, GRANT_URL_MAX, a);
	m->says_iss = unpack_bool(u);
}

void token_claims_pack(struct buffer *b, const struct token_claims *c)
{
	pack_bool(b, c->readable);
	pack_text(b, c->audience);
	pack_text(b, c->scopes);
	pack_text(b, c->roles);
	pack_text(b, c->account);
	pack_number(b, (uint64_t)c->ends);
}

void token_claims_unpack(struct unpack *u, struct arena *a, struct token_claims *ret_claims)
{
	struct token_claims *c = ret_claims;

	c->readable = unpack_bool(u);
	c->audience = unpack_text(u, GRANT_TEXT_MAX, a);
	c->scopes = unpack_text(u, GRANT_TEXT_MAX, a);
	c->roles = unpack_text(u, GRANT_TEXT_MAX, a);
	c->account = unpack_text(u, GRANT_TEXT_MAX, a);
	c->ends = (int64_t)unpack_number(u);
}

void grant_answer_pack(struct buffer *b, const struct grant_answer *g)
{
	pack_number(b, g->outcome);
	pack_text(b, g->access_token);
	pack_text(b, g->refresh_token);
	pack_number(b, g->expires_in);
	pack_number(b, g->refresh_expires_in);
	pack_text(b, g->scopes);
	pack_text(b, g->account);
	pack_bool(b, g->basic);
	grant_error_pack(b, &g->error);
	pack_number(b, g->retry_after);
	pack_text(b, g->device_code);
	pack_text(b, g->user_code);
	pack_text(b, g->verification_uri);
	pack_text(b, g->verification_uri_complete);
	pack_number(b, g->interval);
	grant_metadata_pack(b, &g->metadata);
	token_claims_pack(b, &g->claims);
}

void grant_answer_unpack(struct unpack *u, struct arena *a, struct grant_answer *ret_answer)
{
	struct grant_answer *g = ret_answer;

	g->outcome = (enum grant_outcome)unpack_below(u, GRANT_OUTCOME_COUNT);
	g->access_token = unpack_text(u, GRANT_TOKEN_MAX, a);
	g->refresh_token = unpack_text(u, GRANT_TOKEN_MAX, a);
	g->expires_in = unpack_below(u, GRANT_SECONDS_MAX);
	g->refresh_expires_in = unpack_below(u, GRANT_SECONDS_MAX);
	g->scopes = unpack_text(u, GRANT_TOKEN_MAX, a);
	g->account = unpack_text(u, GRANT_TEXT_MAX, a);
	g->basic = unpack_bool(u);
	grant_error_unpack(u, a, &g->error);
	g->retry_after = unpack_below(u, GRANT_SECONDS_MAX);
	g->device_code = unpack_text(u, GRANT_TOKEN_MAX, a);
	g->user_code = unpack_text(u, GRANT_TEXT_MAX, a);
	g->verification_uri = unpack_text(u, GRANT_URL_MAX, a);
	g->verification_uri_complete = unpack_text(u, GRANT_URL_MAX, a);
	g->interval = unpack_below(u, GRANT_SECONDS_MAX);
	grant_metadata_unpack(u, a, &g->metadata);
	token_claims_unpack(u, a, &g->claims);
}
