/*
 * oauth_discover.c - what an issuer publishes: looked up when a person asks, and durable before it
 * counts, so that it is known after a restart, too.
 */
#include "keep/oauth_private.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "keep/handlers.h"
#include "store/oauth_metadata.h"

/* ---- kept ---- */

static struct store_oauth_metadata to_store(const struct grant_metadata *m)
{
	return (struct store_oauth_metadata){
		.issuer = m->issuer, .authorization_endpoint = m->auth_endpoint,
		.token_endpoint = m->token_endpoint, .revocation_endpoint = m->revocation_endpoint,
		.device_endpoint = m->device_endpoint, .says_iss = m->says_iss,
	};
}

static struct grant_metadata from_store(const struct store_oauth_metadata *m)
{
	return (struct grant_metadata){
		.issuer = m->issuer, .auth_endpoint = m->authorization_endpoint,
		.token_endpoint = m->token_endpoint, .revocation_endpoint = m->revocation_endpoint,
		.device_endpoint = m->device_endpoint, .says_iss = m->says_iss,
	};
}

int keep_oauth_discover_init(struct keeper *k)
{
	struct arena *a = arena_new(OAUTH_MEMORY);
	struct store_oauth_metadata m;
	int result = a == NULL ? STORE_FAILED :
		store_oauth_metadata_load(store_reader(k->store), a, &m);

	if (result == STORE_OK) {
		k->oauth->metadata = from_store(&m);
		k->oauth->metadata_arena = a;
	} else {
		arena_free(a);
	}
	return result == STORE_OK || result == STORE_NOT_FOUND ? 0 : -1;
}

/* host:port of "https://host:port/..." */
static struct slice authority_of(const char *address)
{
	struct slice rest = slice_of(address);

	rest = slice_sub(rest, strlen("https://"), rest.len);
	return slice_sub(rest, 0, slice_find_char(rest, '/'));
}

static bool is_beside(const char *address, const char *token_endpoint)
{
	return slice_equal_nocase(authority_of(address), authority_of(token_endpoint));
}

/*
 * Anybody may publish that another's token endpoint is their own, and what stands beside it would
 * get the client's secret and the tokens: so it has to be of that host, or said by it.
 */
const char *keep_oauth_looked_up(const struct keeper *k, const char *endpoint)
{
	const struct grant_metadata *m = &k->oauth->metadata;
	const char *token = k->settings.value[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT];

	return is_beside(endpoint, token) || is_beside(m->issuer, token) ? endpoint : "";
}

/* ---- looked up ---- */

struct discovery {
	struct keeper *keeper;
	struct request *request;
	struct arena *arena; /* of what was found */
	struct grant_metadata metadata;
};

static int run_save(struct store_db *db, void *arg)
{
	const struct request *r = arg;
	const struct discovery *d = r->data;
	const struct store_oauth_metadata m = to_store(&d->metadata);

	return store_oauth_metadata_save(db, &m);
}

static void saved(void *arg, int result)
{
	struct request *r = arg;
	struct discovery *d = r->data;
	struct keep_oauth *o = d->keeper->oauth;
	struct buffer body;

	if (result == STORE_OK) {
		buffer_init(&body, WIRE_BODY_MAX);
		grant_metadata_pack(&body, &d->metadata);
		keep_reply(r, WORD_OAUTH_DISCOVERED, &body);
		buffer_release(&body);
	} else {
		keep_refuse_store(r, result);
	}
	if (result == STORE_OK && o != NULL) {
		arena_free(o->metadata_arena);
		o->metadata_arena = d->arena;
		o->metadata = d->metadata;
	} else {
		arena_free(d->arena);
	}
	free(d);
}

static void on_discovered(void *arg, const struct channel_message *m)
{
	struct discovery *d = arg;
	struct request *r = d->request;
	struct grant_answer g;

	d->arena = arena_new(OAUTH_MEMORY);
	if (d->arena == NULL || !keep_oauth_read(m, d->arena, &g) || g.outcome != GRANT_GRANTED) {
		keep_refuse(r, EX_UNAVAILABLE, "issuer", d->arena == NULL ?
			"There was not enough memory." : g.error.problem);
		arena_free(d->arena);
		free(d);
		return;
	}
	d->metadata = g.metadata;
	r->data = d;
	r->job = (struct store_job){ .run = run_save, .done = saved, .arg = r };
	store_write(d->keeper->store, &r->job);
}

/* The way to the provider as a form has it; it cannot be saved before the endpoints are known. */
static int read_way(struct request *r, struct grant *g)
{
	const struct {
		enum setting_id id;
		const char **place;
	} way[] = {
		{ SETTING_EMAIL_OAUTH_CA_CERTIFICATE, &g->ca_certificate },
		{ SETTING_EMAIL_OAUTH_PROXY, &g->proxy },
	};
	const char *error;

	if (unpack_number(&r->body) == 0)
		return 0;
	for (size_t i = 0; i < COUNT_OF(way); i++) {
		struct slice text = slice_of(unpack_text(&r->body, WIRE_BODY_MAX, r->arena));

		if (setting_check(way[i].id, text, r->arena, way[i].place, &error) != SETTING_OK)
			return -1;
	}
	return 0;
}

/* What people paste is often the address that an issuer publishes at: the issuer stands in it. */
static const char *issuer_of(const char *typed, struct arena *a)
{
	static const char *const places[] = { "/.well-known/openid-configuration",
		"/.well-known/oauth-authorization-server" };
	struct slice s = slice_of(typed);

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct slice place = slice_of(places[i]);

		if (s.len > place.len &&
			slice_equal(slice_sub(s, s.len - place.len, place.len), place))
			return arena_printf(a, "%.*s", (int)(s.len - place.len), typed);
	}
	return typed;
}

/* NULL, or why nobody is asked at such an address. */
static const char *issuer_objection(const char *issuer)
{
	struct slice authority;

	if (!slice_starts_nocase(slice_of(issuer), "https://"))
		return "must begin with https://";
	authority = authority_of(issuer);
	if (slice_find_char(authority, '@') < authority.len)
		return "must not hold a name or a password: leave out what stands before the @";
	return NULL;
}

void keep_oauth_discover(struct request *r)
{
	struct keeper *k = r->keeper;
	struct grant g = keep_oauth_question(k, GRANT_DISCOVER);
	struct discovery *d = calloc(1, sizeof(*d));
	const char *wrong;

	g.client_id = g.client_secret = "";
	g.endpoint = unpack_text(&r->body, GRANT_URL_MAX, r->arena);
	if (read_way(r, &g) != 0 || !unpack_end(&r->body) || d == NULL) {
		free(d);
		keep_refuse_malformed(r);
		return;
	}
	g.endpoint = issuer_of(g.endpoint, r->arena);
	wrong = g.endpoint == NULL ? "is too long" : issuer_objection(g.endpoint);
	if (wrong != NULL) {
		free(d);
		keep_refuse(r, EX_DATAERR, "issuer", wrong);
		return;
	}
	*d = (struct discovery){ .keeper = k, .request = r };
	if (keep_oauth_ask(k, &g, on_discovered, d) == 0) {
		free(d);
		keep_refuse(r, EX_TEMPFAIL, "", "The sender is starting. Try again in a moment.");
	}
}
