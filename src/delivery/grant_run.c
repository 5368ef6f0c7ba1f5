/* grant_run.c - a question to a provider and its answer; see grant_run.h. */
#include "delivery/grant_run.h"

#include <string.h>

#include "base/log.h"
#include "delivery/grant_sign.h"
#include "oauth2/answer.h"
#include "oauth2/assertion.h"
#include "oauth2/grant.h"
#include "oauth2/jwt.h"
#include "oauth2/metadata.h"

enum {
	RUN_MEMORY = 4 * 1024 * 1024,
	FORM_MAX = 128 * 1024,
	BASIC_MAX = 32 * 1024,
};

struct grant_run {
	struct arena *arena; /* wipes; the run lies in it */
	struct http_client *http;
	struct http_call *call;
	struct tls_client *system_trust, *own_trust;
	struct grant grant;
	bool basic; /* the secret is in the header this time */
	bool second; /* discovery: the second place */
	grant_done_fn *done;
	void *arg;
};

void grant_run_free(struct grant_run *g)
{
	if (g == NULL)
		return;
	if (g->call != NULL)
		http_call_free(g->call);
	tls_client_free(g->own_trust);
	arena_free(g->arena);
}

/* ---- the request ---- */

static void append_form(const struct grant_run *g, const char *assertion, struct buffer *form)
{
	const struct grant *q = &g->grant;
	const struct oauth_client client = {
		.id = q->client_id, .secret = q->client_secret, .assertion = assertion,
		.basic = g->basic,
	};

	switch (q->kind) {
	case GRANT_CODE:
		oauth_grant_code(form, &client, q->code, q->redirect_uri, q->verifier);
		break;
	case GRANT_REFRESH:
		oauth_grant_refresh(form, &client, q->refresh_token);
		break;
	case GRANT_CLIENT:
		oauth_grant_client(form, &client, q->scopes);
		break;
	case GRANT_SERVICE:
		oauth_grant_jwt(form, assertion);
		break;
	case GRANT_DEVICE_START:
		oauth_device_request(form, &client, q->scopes);
		break;
	case GRANT_DEVICE_POLL:
		oauth_grant_device(form, &client, q->device_code);
		break;
	case GRANT_REVOKE:
		oauth_revocation(form, &client, q->refresh_token);
		break;
	case GRANT_DISCOVER:
	case GRANT_LOOK:
	case GRANT_KIND_COUNT:
		break;
	}
}

static void on_answer(void *arg, const struct http_answer *answer);

static struct tls_client *trust_of(struct grant_run *g)
{
	return g->own_trust != NULL ? g->own_trust : g->system_trust;
}

static void send_request(struct grant_run *g, const char *url, struct buffer *form)
{
	struct http_request request = {
		.url = url, .form = form != NULL ? buffer_text(form) : NULL, .authorization = "",
		.proxy = g->grant.proxy, .trust = trust_of(g),
		.allow_private = g->grant.allow_private,
	};
	struct oauth_client client = { .id = g->grant.client_id, .secret = g->grant.client_secret };
	struct buffer basic;

	buffer_init_secret(&basic, BASIC_MAX);
	if (g->basic) {
		oauth_client_basic(&basic, &client);
		request.authorization = buffer_text(&basic);
	}
	if (buffer_ok(&basic) && (form == NULL || buffer_ok(form)))
		g->call = http_call_new(g->http, &request, on_answer, g);
	buffer_release(&basic);
}

static void post_form(struct grant_run *g)
{
	struct buffer assertion, form;

	buffer_init_secret(&assertion, OAUTH_ASSERTION_MAX);
	buffer_init_secret(&form, FORM_MAX);
	if (g->grant.private_key[0] == '\0' || grant_sign(&g->grant, &assertion) == 0) {
		append_form(g, buffer_text(&assertion), &form);
		send_request(g, g->grant.endpoint, &form);
	}
	buffer_release(&form);
	buffer_release(&assertion);
}

/* NULL, or why the issuer cannot be asked. */
static const char *get_metadata(struct grant_run *g)
{
	const char *wrong;
	struct buffer url;

	buffer_init(&url, GRANT_URL_MAX);
	wrong = oauth_metadata_url(slice_of(g->grant.endpoint), !g->second, &url);
	if (wrong == NULL)
		send_request(g, buffer_text(&url), NULL);
	buffer_release(&url);
	return wrong;
}

/* ---- the answer ---- */

static void finish(struct grant_run *g, const struct grant_answer *answer)
{
	g->done(g->arg, g, answer);
	grant_run_free(g);
}

static void finish_with_problem(struct grant_run *g, const char *problem, uint64_t retry_after)
{
	struct grant_answer answer = grant_answer_none;

	answer.error.problem = problem;
	answer.retry_after = retry_after;
	finish(g, &answer);
}

static const enum grant_outcome outcomes[] = {
	[OAUTH_GRANTED] = GRANT_GRANTED,
	[OAUTH_DENIED] = GRANT_DENIED,
	[OAUTH_CLIENT] = GRANT_REFUSED,
	[OAUTH_PENDING] = GRANT_PENDING,
	[OAUTH_SLOW_DOWN] = GRANT_SLOW_DOWN,
	[OAUTH_EXPIRED] = GRANT_EXPIRED,
	[OAUTH_NO_ANSWER] = GRANT_NO_ANSWER,
};

/* Whatever proved or could prove something: a provider's words go on to logs and pages. */
static void hide_secrets(const struct grant *q, struct oauth_answer *o)
{
	const char *const secrets[] = {
		q->client_secret, q->refresh_token, q->code, q->verifier, q->device_code,
	};

	for (size_t i = 0; i < COUNT_OF(secrets); i++)
		oauth_answer_hide(o, slice_of(secrets[i]));
}

static struct grant_error error_of(const struct grant_run *g, struct oauth_answer *o)
{
	struct grant_error e = { .problem = o->problem };

	hide_secrets(&g->grant, o);
	e.error = o->error;
	e.suberror = o->suberror;
	e.description = o->description;
	while (e.n_codes < o->n_codes && e.n_codes < GRANT_CODES_MAX) {
		e.codes[e.n_codes] = o->codes[e.n_codes];
		e.n_codes++;
	}
	return e;
}

static void take_token(struct grant_run *g, const struct http_answer *h)
{
	struct grant_answer answer = grant_answer_none;
	struct oauth_answer o;

	oauth_answer_read(h->status, h->body, g->arena, &o);
	answer.outcome = outcomes[o.outcome];
	answer.access_token = o.access_token;
	answer.refresh_token = o.refresh_token;
	answer.expires_in = (uint64_t)o.expires_in;
	answer.refresh_expires_in = (uint64_t)o.refresh_expires_in;
	answer.scopes = o.scopes;
	answer.account = oauth_jwt_account(o.id_token, g->arena);
	if (answer.account[0] == '\0')
		answer.account = oauth_jwt_account(o.access_token, g->arena);
	answer.basic = g->basic;
	answer.error = error_of(g, &o);
	answer.retry_after = (uint64_t)h->retry_after;
	finish(g, &answer);
}

static void take_device(struct grant_run *g, const struct http_answer *h)
{
	struct grant_answer answer = grant_answer_none;
	struct oauth_answer o;
	struct oauth_device d;

	answer.basic = g->basic;
	answer.retry_after = (uint64_t)h->retry_after;
	if (oauth_device_read(h->status, h->body, g->arena, &d, &o)) {
		answer.outcome = GRANT_GRANTED;
		answer.device_code = d.device_code;
		answer.user_code = d.user_code;
		answer.verification_uri = d.verification_uri;
		answer.verification_uri_complete = d.verification_uri_complete;
		answer.expires_in = (uint64_t)d.expires_in;
		answer.interval = (uint64_t)d.interval;
	} else {
		answer.outcome = outcomes[o.outcome];
		answer.error = error_of(g, &o);
	}
	finish(g, &answer);
}

/* RFC 7009 2.2: 200, whatever the token was; the body says nothing. */
static void take_revocation(struct grant_run *g, const struct http_answer *h)
{
	struct grant_answer answer = grant_answer_none;
	struct oauth_answer o;

	if (h->status == 200) {
		answer.outcome = GRANT_GRANTED;
	} else {
		oauth_answer_read(h->status, h->body, g->arena, &o);
		answer.outcome = outcomes[o.outcome];
		answer.error = error_of(g, &o);
	}
	finish(g, &answer);
}

static void take_metadata(struct grant_run *g, const struct http_answer *h)
{
	struct grant_answer answer = grant_answer_none;
	struct oauth_metadata m;
	const char *wrong = h->status == 200 ?
	    oauth_metadata_read(h->body, slice_of(g->grant.endpoint), g->arena, &m) :
	    arena_printf(g->arena, "The issuer answered with status %u where its endpoints should be "
		"published.", h->status);

	if (wrong != NULL && !g->second) {
		g->second = true;
		wrong = get_metadata(g);
		if (g->call != NULL)
			return;
	}
	if (wrong != NULL) {
		finish_with_problem(g, wrong, 0);
		return;
	}
	answer.outcome = GRANT_GRANTED;
	answer.metadata = (struct grant_metadata){
		.issuer = m.issuer, .auth_endpoint = m.authorization_endpoint,
		.token_endpoint = m.token_endpoint, .revocation_endpoint = m.revocation_endpoint,
		.device_endpoint = m.device_endpoint, .says_iss = m.says_iss,
	};
	finish(g, &answer);
}

/* Any answer will do: a token endpoint that is asked by GET says at most that this is not done. */
static void take_look(struct grant_run *g)
{
	struct grant_answer answer = grant_answer_none;
	struct oauth_jwt jwt;

	answer.outcome = GRANT_GRANTED;
	answer.claims.readable = oauth_jwt_read(g->grant.refresh_token, g->arena, &jwt);
	answer.claims.audience = jwt.audience;
	answer.claims.scopes = jwt.scopes;
	answer.claims.roles = jwt.roles;
	answer.claims.account = jwt.account;
	answer.claims.ends = jwt.ends;
	finish(g, &answer);
}

/* Some providers take the secret in the header alone; they say so by 401 (RFC 6749 5.2). */
static bool tries_basic(struct grant_run *g, const struct http_answer *h)
{
	struct oauth_answer o;

	if (g->basic || g->grant.client_secret[0] == '\0' || h->status != 401)
		return false;
	oauth_answer_read(h->status, h->body, g->arena, &o);
	if (strcmp(o.error, "invalid_client") != 0)
		return false;
	g->basic = true;
	post_form(g);
	if (g->call == NULL)
		g->basic = false;
	return g->call != NULL;
}

static void on_answer(void *arg, const struct http_answer *h)
{
	struct grant_run *g = arg;

	g->call = NULL; /* frees itself */
	if (h->fault != HTTP_OK)
		finish_with_problem(g, arena_copy(g->arena, h->text), 0);
	else if (g->grant.kind == GRANT_DISCOVER)
		take_metadata(g, h);
	else if (g->grant.kind == GRANT_LOOK)
		take_look(g);
	else if (tries_basic(g, h))
		return;
	else if (g->grant.kind == GRANT_DEVICE_START)
		take_device(g, h);
	else if (g->grant.kind == GRANT_REVOKE)
		take_revocation(g, h);
	else
		take_token(g, h);
}

/* ---- life ---- */

static bool begin(struct grant_run *g)
{
	struct fault fault;

	if (g->grant.ca_certificate[0] != '\0' &&
	    tls_client_new_pem(slice_of(g->grant.ca_certificate), &g->own_trust, &fault) != 0) {
		log_error("the OAuth provider's CA certificate cannot be used: %s", fault.text);
		return false;
	}
	if (trust_of(g) == NULL) {
		log_error("the OAuth provider cannot be asked: this machine has no authorities to trust");
		return false;
	}
	g->basic = g->grant.basic && g->grant.client_secret[0] != '\0';
	if (g->grant.kind == GRANT_DISCOVER)
		return get_metadata(g) == NULL && g->call != NULL;
	if (g->grant.kind == GRANT_LOOK)
		send_request(g, g->grant.endpoint, NULL);
	else
		post_form(g);
	return g->call != NULL;
}

struct grant_run *grant_run_new(struct http_client *http, struct tls_client *system_trust,
	struct slice packed, grant_done_fn *done, void *arg)
{
	struct arena *a = arena_new(RUN_MEMORY);
	struct grant_run *g = a != NULL ? arena_alloc(a, sizeof(*g)) : NULL;
	struct unpack u;

	if (g == NULL) {
		arena_free(a);
		return NULL;
	}
	*g = (struct grant_run){
		.arena = a, .http = http, .system_trust = system_trust, .done = done, .arg = arg,
	};
	unpack_init(&u, packed);
	grant_unpack(&u, a, &g->grant);
	if (unpack_end(&u) && !arena_failed(a) && begin(g))
		return g;
	grant_run_free(g);
	return NULL;
}
