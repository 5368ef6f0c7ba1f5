/* settings.c - checking and reading values of the settings table; see settings.h. */
#include "core/settings.h"

#include <string.h>

#include "base/buffer.h"
#include "base/number.h"
#include "core/address.h"
#include "core/host.h"
#include "core/time_format.h"
#include "core/time_zone_names.h"

void settings_init(struct settings *s)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		s->value[i] = settings_table[i].initial;
}

bool setting_is(const struct settings *s, enum setting_id id, const char *value)
{
	return strcmp(s->value[id], value) == 0;
}

bool settings_need_nobody(const struct settings *s)
{
	return setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "client") ||
		setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "service");
}

bool setting_is_set(const struct settings *s, enum setting_id id)
{
	return s->value[id][0] != '\0';
}

uint64_t setting_number(const struct settings *s, enum setting_id id)
{
	uint64_t value = 0;

	/* what is stored was checked; a value that is not a number any more counts as the lowest */
	if (!number_parse(slice_of(s->value[id]), 0, UINT64_MAX, &value))
		value = settings_table[id].min;
	return value;
}

/* ---- one value, by its type ---- */

static int bad(struct arena *a, const char **ret_error, const char *text)
{
	*ret_error = arena_copy(a, text);
	return SETTING_BAD;
}

static int check_text(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	if (value.len > row->max) {
		*ret_error = arena_printf(a, "is longer than %ju characters.", (uintmax_t)row->max);
		return SETTING_BAD;
	}
	if (!slice_is_printable(value))
		return bad(a, ret_error, "holds a line break or another control character. "
			"Write it on one line.");
	if (!slice_is_utf8(value))
		return bad(a, ret_error, "is not valid UTF-8 text.");
	*ret_value = arena_text(a, value);
	return SETTING_OK;
}

static int check_number(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	uint64_t number;

	if (!number_parse(value, row->min, row->max, &number)) {
		*ret_error = arena_printf(a, "must be a whole number from %ju to %ju.",
			(uintmax_t)row->min, (uintmax_t)row->max);
		return SETTING_BAD;
	}
	*ret_value = arena_printf(a, "%ju", (uintmax_t)number);
	return SETTING_OK;
}

static int check_choice(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	const char *list = "";

	for (const struct setting_choice *c = row->choices; c->value != NULL; c++) {
		if (slice_is_nocase(value, c->value)) {
			*ret_value = c->value;
			return SETTING_OK;
		}
		list = arena_printf(a, "%s%s%s", list, c == row->choices ? "" : ", ", c->value);
	}
	*ret_error = arena_printf(a, "must be one of: %s.", list);
	return SETTING_BAD;
}

static int check_switch(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	bool yes = slice_is_nocase(value, "yes"), no = slice_is_nocase(value, "no") || value.len == 0;

	if (!yes && !no)
		return bad(a, ret_error, "must be yes or no.");
	*ret_value = yes ? "yes" : "no";
	return SETTING_OK;
}

static int check_host(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	struct host host;
	int result = host_name_check(value, &host);

	if (result < 0)
		return result;
	if (result != HOST_OK)
		return bad(a, ret_error, host_error_text(result));
	for (char *c = host.text; *c != '\0'; c++)
		*c = char_lower(*c);
	*ret_value = arena_copy(a, host.text);
	return SETTING_OK;
}

static int check_address(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	struct address address;
	int result = address_parse(value, &address);

	if (result < 0)
		return result;
	if (result != ADDRESS_OK)
		return bad(a, ret_error, address_error_text(result));
	*ret_value = arena_text(a, address.text);
	return SETTING_OK;
}

static int check_address_list(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	struct address_list list;
	struct address_problem problem;
	struct buffer text;
	int result = address_list_parse(value, a, &list, &problem);

	if (result < 0)
		return result;
	if (result > 0)
		return bad(a, ret_error, problem.text);
	buffer_init(&text, ADDRESS_LIST_MAX * (ADDRESS_SIZE + 1));
	for (size_t i = 0; i < list.count; i++) {
		if (i > 0)
			buffer_append_char(&text, ' ');
		buffer_append_slice(&text, list.items[i].text);
	}
	*ret_value = arena_text(a, buffer_slice(&text));
	result = buffer_ok(&text) ? SETTING_OK : -1;
	buffer_release(&text);
	return result;
}

/*
 * https-URL = "https://" host [ ":" port ] [ path ] [ "?" query ]
 * No user, no fragment: what is typed here is where a browser or this node goes.
 */
static int check_url(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	struct slice rest, authority, host;
	uint64_t port;
	size_t colon;

	if (value.len > row->max)
		return bad(a, ret_error, "is too long for an address.");
	if (!slice_is_printable(value) || slice_has_char(value, ' ') || !slice_is_ascii(value))
		return bad(a, ret_error, "holds a space or another character that no address has.");
	if (!slice_starts_nocase(value, "https://"))
		return bad(a, ret_error, "must begin with https://");
	if (slice_has_char(value, '#'))
		return bad(a, ret_error, "must not have a part behind a # sign.");
	rest = slice_sub(value, 8, value.len);
	authority = slice_sub(
		rest, 0, size_min(slice_find_char(rest, '/'), slice_find_char(rest, '?')));
	if (slice_has_char(authority, '@'))
		return bad(a, ret_error, "must not hold a user name before an @ sign.");
	colon = authority.len;
	while (colon > 0 && authority.data[colon - 1] != ':' && authority.data[colon - 1] != ']')
		colon--;
	host = authority;
	if (colon > 0 && authority.data[colon - 1] == ':') {
		host = slice_sub(authority, 0, colon - 1);
		if (!number_parse(slice_sub(authority, colon, authority.len), 1, 65535, &port))
			return bad(a, ret_error, "has no valid port behind the colon (1 to 65535).");
	}
	if (host_name_check(host, NULL) != HOST_OK)
		return bad(a, ret_error, "has no valid host name behind https://");
	if (row == &settings_table[SETTING_SITE_URL])
		while (slice_ends(value, "/"))
			value.len--;
	*ret_value = arena_text(a, value);
	return SETTING_OK;
}

/* time = 1*2DIGIT [ ":" 2DIGIT ] | 4DIGIT, to the minute of a day */
static int check_time(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	size_t colon = slice_find_char(value, ':');
	struct slice hours = slice_sub(value, 0, colon);
	struct slice minutes = slice_sub(value, colon + 1, value.len);
	uint64_t h = 0, m = 0;

	if (colon == value.len && value.len == 4) {
		hours = slice_sub(value, 0, 2);
		minutes = slice_sub(value, 2, 2);
	}
	if (hours.len > 2 || !number_parse(hours, 0, 23, &h) ||
		(colon < value.len || value.len == 4 ?
			minutes.len != 2 || !number_parse(minutes, 0, 59, &m) : false))
		return bad(a, ret_error, "must be a time of day from 00:00 to 23:59, such as 08:00.");
	*ret_value = arena_printf(a, "%02u:%02u", (unsigned)h, (unsigned)m);
	return SETTING_OK;
}

/* date = 4DIGIT "-" 2DIGIT "-" 2DIGIT, one that exists */
static int check_date(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	int64_t first, end;

	if (value.len != sizeof("2026-03-17") - 1 || !time_parse_moment(value, &first, &end))
		return bad(a, ret_error, "must be a day such as 2027-03-31.");
	*ret_value = arena_text(a, value);
	return SETTING_OK;
}

/* proxy = "http://" host ":" port */
static int check_proxy(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	struct slice rest = slice_sub(value, strlen("http://"), value.len);
	size_t colon = rest.len;
	uint64_t port;

	while (slice_ends(rest, "/"))
		rest.len--;
	while (colon > 0 && rest.data[colon - 1] != ':')
		colon--;
	if (value.len > row->max || !slice_starts_nocase(value, "http://") || colon == 0 ||
		!number_parse(slice_sub(rest, colon, rest.len), 1, 65535, &port) ||
		host_name_check(slice_sub(rest, 0, colon - 1), NULL) != HOST_OK)
		return bad(a, ret_error, "must be an address such as http://proxy.example.com:3128, "
			"without a name or password.");
	*ret_value = arena_printf(a, "http://%.*s", SLICE_ARGS(rest));
	return SETTING_OK;
}

static int check_zone(struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	const char *name = time_zone_name_find(value), *near;

	if (name != NULL) {
		*ret_value = name;
		return SETTING_OK;
	}
	near = time_zone_name_nearest(value);
	*ret_error = near != NULL ?
		arena_printf(a, "is no known time zone. Did you mean %s?", near) :
		arena_copy(a, "is no known time zone. Give region and city, such as Europe/Berlin, or UTC.");
	return SETTING_BAD;
}

/* The frame of a PEM file only; sys/tls.h reads the certificates in it. */
static int check_pem(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	if (value.len > row->max) {
		*ret_error = arena_printf(a, "is longer than %ju octets.", (uintmax_t)row->max);
		return SETTING_BAD;
	}
	if (slice_find(value, SLICE("PRIVATE KEY-----")) < value.len)
		return bad(a, ret_error, "holds a private key. Only certificates belong "
			"here; keep the key where it is.");
	if (slice_has_char(value, '\0') ||
		slice_find(value, SLICE("-----BEGIN CERTIFICATE-----")) == value.len ||
		slice_find(value, SLICE("-----END CERTIFICATE-----")) == value.len)
		return bad(a, ret_error, "is not a certificate in PEM form. Paste the whole text from "
			"-----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.");
	*ret_value = arena_text(a, value);
	return SETTING_OK;
}

/* The frame of a key only; sys/tls_key.h reads the key in it. */
static int check_key(const struct setting *row, struct slice value, struct arena *a,
	const char **ret_value, const char **ret_error)
{
	value = slice_trim(value);
	if (value.len > row->max) {
		*ret_error = arena_printf(a, "is longer than %ju octets.", (uintmax_t)row->max);
		return SETTING_BAD;
	}
	if (slice_find(value, SLICE("ENCRYPTED")) < value.len)
		return bad(a, ret_error, "is locked with a password. Take the password off a copy of it "
			"first: openssl pkey -in LOCKED -out OPEN");
	if (slice_has_char(value, '\0') ||
		slice_find(value, SLICE("PRIVATE KEY-----")) == value.len ||
		slice_find(value, SLICE("-----END ")) == value.len)
		return bad(a, ret_error, "is not a private key in PEM form. Paste the whole text from "
			"-----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.");
	*ret_value = arena_text(a, value);
	return SETTING_OK;
}

int setting_check(enum setting_id id, struct slice value, struct arena *a, const char **ret_value,
	const char **ret_error)
{
	const struct setting *row = &settings_table[id];

	/* a secret may begin or end with blanks */
	if (!row->secret)
		value = slice_trim(value);
	if (value.len == 0 && row->type != SETTING_TYPE_NUMBER &&
		row->type != SETTING_TYPE_CHOICE && row->type != SETTING_TYPE_SWITCH &&
		row->type != SETTING_TYPE_TIME && row->type != SETTING_TYPE_ZONE) {
		*ret_value = "";
		return SETTING_OK;
	}
	switch (row->type) {
	case SETTING_TYPE_TEXT:
		return check_text(row, value, a, ret_value, ret_error);
	case SETTING_TYPE_NUMBER:
		return check_number(row, value, a, ret_value, ret_error);
	case SETTING_TYPE_CHOICE:
		return check_choice(row, value, a, ret_value, ret_error);
	case SETTING_TYPE_SWITCH:
		return check_switch(value, a, ret_value, ret_error);
	case SETTING_TYPE_HOST:
		return check_host(value, a, ret_value, ret_error);
	case SETTING_TYPE_ADDRESS:
		return check_address(value, a, ret_value, ret_error);
	case SETTING_TYPE_ADDRESS_LIST:
		return check_address_list(value, a, ret_value, ret_error);
	case SETTING_TYPE_URL:
		return check_url(row, value, a, ret_value, ret_error);
	case SETTING_TYPE_TIME:
		return check_time(value, a, ret_value, ret_error);
	case SETTING_TYPE_DATE:
		return check_date(value, a, ret_value, ret_error);
	case SETTING_TYPE_PROXY:
		return check_proxy(row, value, a, ret_value, ret_error);
	case SETTING_TYPE_ZONE:
		return check_zone(value, a, ret_value, ret_error);
	case SETTING_TYPE_PEM:
		return check_pem(row, value, a, ret_value, ret_error);
	case SETTING_TYPE_KEY:
		return check_key(row, value, a, ret_value, ret_error);
	}
	return SETTING_BAD;
}

/* ---- values together ---- */

static void add_error(struct setting_errors *errors, enum setting_id id, const char *text,
	bool incomplete)
{
	if (errors->n < COUNT_OF(errors->list))
		errors->list[errors->n++] = (struct setting_error){
			.id = id, .text = text, .incomplete = incomplete,
		};
}

static void need(const struct settings *s, struct setting_errors *errors, enum setting_id id,
	const char *text)
{
	if (!setting_is_set(s, id))
		add_error(errors, id, text, true);
}

static void check_password(const struct settings *s, struct setting_errors *errors)
{
	need(s, errors, SETTING_EMAIL_USERNAME, "is needed to sign in with user name and password.");
	need(s, errors, SETTING_EMAIL_PASSWORD, "is needed to sign in with user name and password.");
	if (setting_is(s, SETTING_EMAIL_ENCRYPTION, "none") &&
		setting_is(s, SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, "no") &&
		!host_is_loopback(slice_of(s->value[SETTING_EMAIL_RELAY_HOST])))
		add_error(errors, SETTING_EMAIL_ENCRYPTION, "is None, so the password would travel in "
			"clear text. Choose TLS or STARTTLS, or tick \"Send the password unencrypted to this "
			"relay\".", false);
}

/* Where no person signs in, a key or a secret says who asks. */
static void check_client_proof(const struct settings *s, struct setting_errors *errors)
{
	if (setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "service"))
		need(s, errors, SETTING_EMAIL_OAUTH_PRIVATE_KEY, "is needed for a service account: paste "
			"the JSON file of its key under OAuth2, or the key itself.");
	if (setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "client") &&
		!setting_is_set(s, SETTING_EMAIL_OAUTH_PRIVATE_KEY))
		need(s, errors, SETTING_EMAIL_OAUTH_CLIENT_SECRET, "is needed when the application itself "
			"signs in, or else a private key.");
	if (setting_is_set(s, SETTING_EMAIL_OAUTH_CERTIFICATE))
		need(s, errors, SETTING_EMAIL_OAUTH_PRIVATE_KEY, "is needed for the certificate that is "
			"set, or the certificate must go.");
}

static void check_oauth(const struct settings *s, struct setting_errors *errors)
{
	static const char needed[] = "is needed for OAuth2.";

	need(s, errors, SETTING_EMAIL_OAUTH_EMAIL, needed);
	need(s, errors, SETTING_EMAIL_OAUTH_CLIENT_ID, needed);
	need(s, errors, SETTING_EMAIL_OAUTH_SCOPES, needed);
	if (setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "code"))
		need(s, errors, SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, needed);
	need(s, errors, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, needed);
	check_client_proof(s, errors);
	if (setting_is(s, SETTING_EMAIL_ENCRYPTION, "none"))
		add_error(errors, SETTING_EMAIL_ENCRYPTION, "is None, so the sign-in would travel in "
			"clear text. Choose TLS or STARTTLS.", false);
}

void settings_check_together(const struct settings *s, struct setting_errors *errors)
{
	if (setting_is_set(s, SETTING_EMAIL_RELAY_HOST))
		need(s, errors, SETTING_EMAIL_FROM_ADDRESS,
			"is needed: the relay must know from whom this node's mail comes.");
	if (setting_is(s, SETTING_EMAIL_AUTH, "password"))
		check_password(s, errors);
	else if (setting_is(s, SETTING_EMAIL_AUTH, "oauth2"))
		check_oauth(s, errors);
	if (!setting_is(s, SETTING_EMAIL_AUTH, "none"))
		need(s, errors, SETTING_EMAIL_RELAY_HOST,
			"is needed: there is no server to sign in to.");
	if (setting_is(s, SETTING_EMAIL_DAILY_NOTICE, "yes"))
		need(s, errors, SETTING_EMAIL_ADMIN_CONTACTS,
			"is needed: nobody would get the daily communication notice.");
}

/* ---- what follows from them ---- */

/* Whether somebody has signed in is not for the settings to say. */
static const char *obstacle_of_oauth(const struct settings *s)
{
	struct setting_errors errors = { .n = 0 };

	check_oauth(s, &errors);
	return errors.n > 0 ? "OAuth2 is chosen and its values are not complete." : NULL;
}

const char *settings_mail_obstacle(const struct settings *s)
{
	if (!setting_is_set(s, SETTING_EMAIL_RELAY_HOST))
		return "No SMTP relay server is set.";
	if (!setting_is_set(s, SETTING_EMAIL_FROM_ADDRESS))
		return "No From Address is set.";
	if (setting_is(s, SETTING_EMAIL_AUTH, "password") &&
		(!setting_is_set(s, SETTING_EMAIL_USERNAME) ||
			!setting_is_set(s, SETTING_EMAIL_PASSWORD)))
		return "No user name or no password is set for the relay.";
	if (setting_is(s, SETTING_EMAIL_AUTH, "oauth2"))
		return obstacle_of_oauth(s);
	return NULL;
}

const char *settings_mail_domain(const struct settings *s, const char *node_name)
{
	if (setting_is_set(s, SETTING_SITE_HOST_NAME))
		return s->value[SETTING_SITE_HOST_NAME];
	return node_name;
}

const char *settings_site_url(const struct settings *s, const char *node_name, uint16_t https_port,
	struct arena *a)
{
	const char *host = settings_mail_domain(s, node_name);
	const char *open = strchr(host, ':') != NULL ? "[" : "", *end = open[0] != '\0' ? "]" : "";

	if (setting_is_set(s, SETTING_SITE_URL))
		return s->value[SETTING_SITE_URL];
	if (https_port == 443)
		return arena_printf(a, "https://%s%s%s", open, host, end);
	return arena_printf(a, "https://%s%s%s:%u", open, host, end, (unsigned)https_port);
}
