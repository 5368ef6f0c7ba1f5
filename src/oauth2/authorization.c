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

static bool is_at(const char *endpoint, const char *host)
{
	struct url url;

	return url_parse(slice_of(endpoint), &url) == NULL && slice_is_nocase(url.host, host);
}

static bool is_microsoft(const char *endpoint)
{
	return is_at(endpoint, "login.microsoftonline.com") ||
	    is_at(endpoint, "login.microsoftonline.us") ||
	    is_at(endpoint, "login.partner.microsoftonline.cn");
}

/*
 * Without consent asked for, offline_access is passed over in silence (OpenID Connect Core 11), and
 * no refresh token comes. Microsoft gives one all the same, and its consent page may be closed to
 * whoever signs in.
 */
static bool needs_consent(const struct oauth_authorization *a)
{
	return a->consent || is_at(a->endpoint, "accounts.google.com") ||
	    (slice_has_word(slice_of(a->scopes), SLICE("offline_access")) && !is_microsoft(a->endpoint));
}

void oauth_authorization_url(struct buffer *out, const struct oauth_authorization *a)
{
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
	if (is_at(a->endpoint, "accounts.google.com"))
		append_parameter(out, "&access_type", "offline");
	if (needs_consent(a))
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

const char *oauth_callback_read_address(struct slice address, struct arena *a,
	struct oauth_callback *ret_callback)
{
	struct slice rest = slice_trim(address);
	struct form form;

	rest = slice_cut(&rest, '#');
	(void)slice_cut(&rest, '?');
	if (rest.len == 0)
		return "Paste the whole address that the browser ended at, with \"?\" and what follows it.";
	if (form_parse(rest, a, &form) != 0)
		return "This address cannot be read: copy it once more, from its beginning to its end.";
	return oauth_callback_read(&form, a, ret_callback);
}
