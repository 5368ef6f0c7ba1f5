/* grant.c - bodies of requests to a token endpoint; see grant.h. */
#include "oauth2/grant.h"

#include "base/secret.h"
#include "http/url.h"

static void start(struct buffer *out, const char *grant_type)
{
	buffer_append_text(out, "grant_type=");
	url_append_escaped(out, slice_of(grant_type));
}

static void append(struct buffer *out, const char *name, const char *value)
{
	if (buffer_slice(out).len > 0)
		buffer_append_char(out, '&');
	buffer_append_text(out, name);
	buffer_append_char(out, '=');
	url_append_escaped(out, slice_of(value));
}

static void append_client(struct buffer *out, const struct oauth_client *c)
{
	if (c->basic)
		return;
	append(out, "client_id", c->id);
	if (c->assertion[0] != '\0') {
		append(out, "client_assertion_type",
		    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
		append(out, "client_assertion", c->assertion);
	} else if (c->secret[0] != '\0') {
		append(out, "client_secret", c->secret);
	}
}

void oauth_grant_code(struct buffer *out, const struct oauth_client *c, const char *code,
	const char *redirect_uri, const char *verifier)
{
	start(out, "authorization_code");
	append(out, "code", code);
	append(out, "redirect_uri", redirect_uri);
	append(out, "code_verifier", verifier);
	append_client(out, c);
}

void oauth_grant_refresh(struct buffer *out, const struct oauth_client *c,
	const char *refresh_token)
{
	start(out, "refresh_token");
	append(out, "refresh_token", refresh_token);
	append_client(out, c);
}

void oauth_grant_client(struct buffer *out, const struct oauth_client *c, const char *scopes)
{
	start(out, "client_credentials");
	append(out, "scope", scopes);
	append_client(out, c);
}

void oauth_grant_device(struct buffer *out, const struct oauth_client *c, const char *device_code)
{
	start(out, "urn:ietf:params:oauth:grant-type:device_code");
	append(out, "device_code", device_code);
	append_client(out, c);
}

void oauth_grant_jwt(struct buffer *out, const char *assertion)
{
	start(out, "urn:ietf:params:oauth:grant-type:jwt-bearer");
	append(out, "assertion", assertion);
}

void oauth_device_request(struct buffer *out, const struct oauth_client *c, const char *scopes)
{
	append(out, "scope", scopes);
	append_client(out, c);
}

void oauth_revocation(struct buffer *out, const struct oauth_client *c, const char *token)
{
	append(out, "token", token);
	append_client(out, c);
}

void oauth_client_basic(struct buffer *out, const struct oauth_client *c)
{
	struct buffer pair;

	buffer_init_secret(&pair, 32 * 1024);
	url_append_escaped(&pair, slice_of(c->id));
	buffer_append_char(&pair, ':');
	url_append_escaped(&pair, slice_of(c->secret));
	buffer_append_text(out, "Basic ");
	base64_encode(out, buffer_slice(&pair));
	buffer_release(&pair);
}
