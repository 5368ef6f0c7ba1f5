/* metadata.c - documents that tell a provider's endpoints; see metadata.h. */
#include "oauth2/metadata.h"

#include <string.h>

#include "http/url.h"
#include "json/json_read.h"

enum {
	URL_MAX = 1000,
	TEXT_MAX = 4096,
	KEY_MAX = 16 * 1024,
};

static bool is_https(const char *text)
{
	struct url url;

	return url_parse(slice_of(text), &url) == NULL && url.secure;
}

/* An https address, or "". */
static const char *url_member(const json_t *o, const char *name, struct arena *a)
{
	const char *text = json_read_text(o, name, URL_MAX, a);

	return text != NULL && is_https(text) ? text : "";
}

/* ---- an issuer ---- */

const char *oauth_metadata_url(struct slice issuer, bool first, struct buffer *out)
{
	struct url url;
	struct slice path;
	const char *wrong = url_parse(issuer, &url);

	if (wrong != NULL)
		return wrong;
	if (!url.secure || url.query.data != NULL)
		return "An issuer is an https address without a query.";
	path = url.path;
	while (path.len > 0 && path.data[path.len - 1] == '/')
		path.len--;
	url_append_origin(out, url.host, url.port);
	if (first) { /* OpenID puts it behind the path, RFC 8414 in front of it */
		buffer_append_slice(out, path);
		buffer_append_text(out, "/.well-known/openid-configuration");
	} else {
		buffer_append_text(out, "/.well-known/oauth-authorization-server");
		buffer_append_slice(out, path);
	}
	return NULL;
}

static bool list_has(const json_t *list, const char *word)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *item = json_string_value(json_array_get(list, i));

		if (item != NULL && strcmp(item, word) == 0)
			return true;
	}
	return false;
}

/* A slash at the end is no difference that anybody means. */
static bool same_issuer(struct slice a, struct slice b)
{
	while (a.len > 0 && a.data[a.len - 1] == '/')
		a.len--;
	while (b.len > 0 && b.data[b.len - 1] == '/')
		b.len--;
	return slice_equal(a, b);
}

const char *oauth_metadata_read(struct slice body, struct slice issuer, struct arena *a,
	struct oauth_metadata *ret_metadata)
{
	struct oauth_metadata m = { .issuer = "" };
	const char *problem, *said;
	json_t *o;

	if (body.len > OAUTH_METADATA_MAX)
		return "The issuer's document is longer than 128 KiB.";
	o = json_read(body, a, &problem);
	if (o == NULL)
		return "What the issuer publishes is not the JSON of a provider. Is the address right?";
	said = json_read_text(o, "issuer", URL_MAX, a);
	m.authorization_endpoint = url_member(o, "authorization_endpoint", a);
	m.token_endpoint = url_member(o, "token_endpoint", a);
	m.revocation_endpoint = url_member(o, "revocation_endpoint", a);
	m.device_endpoint = url_member(o, "device_authorization_endpoint", a);
	m.says_iss = json_is_true(json_object_get(o, "authorization_response_iss_parameter_supported"));
	json_decref(o);
	if (said == NULL || !same_issuer(slice_of(said), issuer))
		return "The document names another issuer than the address it came from.";
	if (m.authorization_endpoint[0] == '\0' || m.token_endpoint[0] == '\0')
		return "The document lacks an authorization or a token endpoint with an https address.";
	m.issuer = said;
	*ret_metadata = m;
	return NULL;
}

/* ---- Google's files ---- */

static const char *client_objection(const json_t *o)
{
	if (json_object_get(o, "refresh_token") != NULL)
		return "This is a file of stored credentials, not of a client. Download the JSON of an OAuth "
		       "client ID of type Web application.";
	return "This JSON is neither the file of an OAuth client (it has no \"web\" or \"installed\") nor "
	       "the key of a service account. Download it in the Google Cloud console under Credentials.";
}

static bool is_service_account(const json_t *o)
{
	const char *type = json_string_value(json_object_get(o, "type"));

	return type != NULL && strcmp(type, "service_account") == 0;
}

/* The account's address is the name under which it asks: the client. */
static const char *read_service(const json_t *o, struct arena *a, struct oauth_client_file *f)
{
	const char *address = json_read_text(o, "client_email", TEXT_MAX, a);
	const char *key = json_read_text(o, "private_key", KEY_MAX, a);
	const char *key_id = json_read_text(o, "private_key_id", TEXT_MAX, a);

	f->token_endpoint = url_member(o, "token_uri", a);
	if (address == NULL || address[0] == '\0' || !slice_is_printable(slice_of(address)))
		return "The service account's file has no client_email. Make a new key of type JSON and "
		       "download it.";
	if (key == NULL || slice_find(slice_of(key), SLICE("PRIVATE KEY-----")) == strlen(key))
		return "The service account's file has no private_key in PEM form. Make a new key of type "
		       "JSON (not P12) and download it.";
	if (f->token_endpoint[0] == '\0')
		return "The service account's file has no token_uri with an https address.";
	f->service = true;
	f->client_id = address;
	f->private_key = key;
	f->key_id = key_id != NULL && slice_is_printable(slice_of(key_id)) ? key_id : "";
	return NULL;
}

static const char *read_client(const json_t *client, const char *redirect_uri, struct arena *a,
	struct oauth_client_file *f)
{
	const json_t *redirects = json_object_get(client, "redirect_uris");
	const char *id = json_read_text(client, "client_id", TEXT_MAX, a);
	const char *secret = json_read_text(client, "client_secret", TEXT_MAX, a);

	f->auth_endpoint = url_member(client, "auth_uri", a);
	f->token_endpoint = url_member(client, "token_uri", a);
	if (id == NULL || id[0] == '\0' || !slice_is_printable(slice_of(id)))
		return "The file has no client_id.";
	if (f->auth_endpoint[0] == '\0' || f->token_endpoint[0] == '\0')
		return "The file has no auth_uri or token_uri with an https address.";
	f->client_id = id;
	f->client_secret = secret != NULL && slice_is_printable(slice_of(secret)) ? secret : "";
	f->lists_redirects = json_array_size(redirects) > 0;
	f->has_redirect = list_has(redirects, redirect_uri);
	return NULL;
}

const char *oauth_client_file_read(struct slice text, const char *redirect_uri, struct arena *a,
	struct oauth_client_file *ret_file)
{
	struct oauth_client_file f = { .client_secret = "", .auth_endpoint = "", .private_key = "",
		.key_id = "" };
	const json_t *client;
	const char *problem;
	json_t *o;

	if (text.len > OAUTH_METADATA_MAX)
		return "The file is longer than 128 KiB.";
	o = json_read(text, a, &problem);
	if (o == NULL)
		return problem;
	client = json_object_get(o, "web");
	if (client == NULL) {
		client = json_object_get(o, "installed");
		f.desktop = client != NULL;
	}
	if (json_is_object(client))
		problem = read_client(client, redirect_uri, a, &f);
	else
		problem = is_service_account(o) ? read_service(o, a, &f) : client_objection(o);
	json_decref(o);
	if (problem == NULL)
		*ret_file = f;
	return problem;
}
