/* authorization.c - to the provider's sign-in page and back; see authorization.h. */
#include "oauth2/authorization.h"

#include <string.h>

#include "http/url.h"

enum {
	DESCRIPTION_MAX = 300,
};

static void append_parameter(struct buffer *out, const char *name, const char *value)
{
	buffer_append_text(out, name);
	buffer_append_char(out, '=');
	url_append_escaped(out, slice_of(value));
}

static bool is_google(const char *endpoint)
{
	struct url url;

	return url_parse(slice_of(endpoint), &url) == NULL &&
	    slice_is_nocase(url.host, "accounts.google.com");
}

void oauth_authorization_url(struct buffer *out, const struct oauth_authorization *a)
{
	bool google = is_google(a->endpoint);

	buffer_append_text(out, a->endpoint);
	append_parameter(out, strchr(a->endpoint, '?') == NULL ? "?response_type" : "&response_type",
	    "code");
	append_parameter(out, "&client_id", a->client_id);
	append_parameter(out, "&redirect_uri", a->redirect_uri);
	append_parameter(out, "&scope", a->scopes);
	append_parameter(out, "&state", a->state);
	append_parameter(out, "&code_challenge", a->challenge);
	buffer_append_text(out, "&code_challenge_method=S256");
	if (a->login_hint[0] != '\0')
		append_parameter(out, "&login_hint", a->login_hint);
	if (google)
		append_parameter(out, "&access_type", "offline");
	if (google || a->consent)
		append_parameter(out, "&prompt", "consent");
}

/* ---- back ---- */

/* An absent one is NULL. A sentence when it is there and not usable. */
static const char *take(const struct form *query, const char *name, size_t max, struct arena *a,
	const char **ret_value)
{
	struct slice value = form_get(query, name);

	*ret_value = NULL;
	if (form_count(query, name) > 1)
		return arena_printf(a, "The provider's answer has \"%s\" twice.", name);
	if (value.data == NULL)
		return NULL;
	if (value.len > max || !slice_is_printable(value))
		return arena_printf(a, "The provider's answer has a \"%s\" that cannot be one.", name);
	*ret_value = arena_text(a, value);
	return NULL;
}

static const char *description_of(const struct form *query, struct arena *a)
{
	struct slice text = slice_clip(form_get(query, "error_description"), DESCRIPTION_MAX);

	return slice_is_printable(text) ? arena_text(a, text) : "";
}

const char *oauth_callback_read(const struct form *query, struct arena *a,
	struct oauth_callback *ret_callback)
{
	struct oauth_callback c = { .description = description_of(query, a) };
	const char *wrong = take(query, "state", OAUTH_STATE_MAX, a, &c.state);

	if (wrong == NULL)
		wrong = take(query, "code", OAUTH_CODE_MAX, a, &c.code);
	if (wrong == NULL)
		wrong = take(query, "error", OAUTH_STATE_MAX, a, &c.error);
	if (wrong == NULL)
		wrong = take(query, "iss", OAUTH_CODE_MAX, a, &c.issuer);
	if (wrong != NULL)
		return wrong;
	if (c.state == NULL)
		return "The provider's answer has no state, so nobody can tell what it answers.";
	if (c.code == NULL && c.error == NULL)
		return "The provider's answer has neither a code nor an error.";
	if (c.error != NULL)
		c.code = NULL;
	*ret_callback = c;
	return NULL;
}
