/* oauth_fill.c - settings from a provider's JSON file; see oauth_fill.h. */
#include "core/oauth_fill.h"

static void fill(struct oauth_fill *f, enum setting_id id, const char *value)
{
	f->ids[f->n] = id;
	f->values[f->n++] = value;
}

static void fill_client(const struct oauth_fill_source *s, struct slice flow, struct oauth_fill *f)
{
	fill(f, SETTING_EMAIL_OAUTH_CLIENT_ID, s->client_id);
	fill(f, SETTING_EMAIL_OAUTH_CLIENT_SECRET, s->client_secret);
	fill(f, SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, s->auth_endpoint);
	fill(f, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, s->token_endpoint);
	if (slice_is(flow, "service"))
		fill(f, SETTING_EMAIL_OAUTH_FLOW, "code");
}

/* All that it takes but the mailbox and the relay. */
static void fill_service(const struct oauth_fill_source *s, struct oauth_fill *f)
{
	fill(f, SETTING_EMAIL_OAUTH_FLOW, "service");
	fill(f, SETTING_EMAIL_OAUTH_CLIENT_ID, s->client_id);
	fill(f, SETTING_EMAIL_OAUTH_PRIVATE_KEY, s->private_key);
	fill(f, SETTING_EMAIL_OAUTH_KEY_ID, s->key_id);
	fill(f, SETTING_EMAIL_OAUTH_CERTIFICATE, "");
	fill(f, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, s->token_endpoint);
	if (slice_starts_nocase(slice_of(s->token_endpoint), "https://oauth2.googleapis.com/"))
		fill(f, SETTING_EMAIL_OAUTH_SCOPES, "https://mail.google.com/");
}

void oauth_fill_make(const struct oauth_fill_source *s, struct slice flow,
	struct oauth_fill *ret_fill)
{
	*ret_fill = (struct oauth_fill){ .n = 0 };
	if (s->service)
		fill_service(s, ret_fill);
	else
		fill_client(s, flow, ret_fill);
}
