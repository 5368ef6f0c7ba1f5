/* answer.c - what a token endpoint answers; see answer.h. */
#include "oauth2/answer.h"

#include <string.h>

#include "base/number.h"
#include "base/secret.h"
#include "http/url.h"
#include "json/json_read.h"

enum {
	DESCRIPTION_MAX = 300,
	LIFE_MAX = 10 * 366 * 24 * 3600,
	DEVICE_LIFE = 900, /* when it is not said, as most providers give */
	DEVICE_LIFE_MAX = 3600,
	DEVICE_INTERVAL = 5, /* RFC 8628 3.2 */
	DEVICE_INTERVAL_MAX = 60,
	USER_CODE_MAX = 64,
};

/* ---- texts ---- */

/* 1*VSCHAR less what would end a header or a quoted string; RFC 6750 2.1 allows less. */
static bool is_token(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' || *text == '"' || *text == '\\')
			return false;
	return true;
}

/* The member as a token; "" when it is not there, NULL when it is none. */
static const char *token_member(const json_t *o, const char *name, struct arena *a)
{
	const char *text;

	if (json_object_get(o, name) == NULL)
		return "";
	text = json_read_text(o, name, OAUTH_TOKEN_MAX, a);
	return text != NULL && text[0] != '\0' && is_token(text) ? text : NULL;
}

static const char *text_member(const json_t *o, const char *name, size_t max, struct arena *a)
{
	const char *text = json_read_text(o, name, max, a);

	return text != NULL && slice_is_printable(slice_of(text)) ? text : "";
}

/* One line of it, without what moves cursors. */
static const char *line_member(const json_t *o, const char *name, struct arena *a)
{
	const char *text = json_read_text(o, name, OAUTH_ANSWER_MAX, a);
	struct slice line = slice_clip(slice_of(text != NULL ? text : ""), DESCRIPTION_MAX);
	char *shown = arena_alloc(a, line.len + 1);

	if (shown == NULL)
		return "";
	for (size_t i = 0; i < line.len; i++)
		shown[i] = char_is_control(line.data[i]) ? ' ' : line.data[i];
	return shown;
}

/* A number of seconds; some providers write it as a text. 0 when it is none, or not above 0. */
static int64_t seconds_member(const json_t *o, const char *name, int64_t max)
{
	const json_t *member = json_object_get(o, name);
	uint64_t n = 0;
	double real;

	if (json_is_string(member)) {
		struct slice text = slice_make(json_string_value(member),
		    json_string_length(member));

		if (!number_parse(text, 0, UINT64_MAX, &n))
			return 0;
		return n > (uint64_t)max ? max : (int64_t)n;
	}
	if (!json_is_number(member))
		return 0;
	real = json_number_value(member);
	return real >= (double)max ? max : real >= 1 ? (int64_t)real : 0;
}

/* ---- errors ---- */

static const struct {
	const char *error;
	enum oauth_outcome outcome;
} errors[] = {
	{ "invalid_grant", OAUTH_DENIED },
	{ "authorization_pending", OAUTH_PENDING },
	{ "slow_down", OAUTH_SLOW_DOWN },
	{ "expired_token", OAUTH_EXPIRED },
	{ "temporarily_unavailable", OAUTH_NO_ANSWER },
	{ "server_error", OAUTH_NO_ANSWER },
};

/* Any word that is not known is the client's trouble: the list of providers' words is open. */
static enum oauth_outcome outcome_of(unsigned status, const char *error)
{
	for (size_t i = 0; i < COUNT_OF(errors); i++)
		if (strcmp(error, errors[i].error) == 0)
			return errors[i].outcome;
	return status == 429 || status >= 500 ? OAUTH_NO_ANSWER : OAUTH_CLIENT;
}

/* "AADSTS700082: The refresh token has expired ..." says in text what error_codes says in numbers. */
static void read_codes(const json_t *o, struct oauth_answer *answer)
{
	const json_t *list = json_object_get(o, "error_codes");
	struct slice rest = slice_of(answer->description);

	for (size_t i = 0; i < json_array_size(list) && answer->n_codes < OAUTH_CODES_MAX; i++) {
		json_int_t code = json_integer_value(json_array_get(list, i));

		if (code > 0 && code <= INT32_MAX)
			answer->codes[answer->n_codes++] = (unsigned)code;
	}
	if (answer->n_codes > 0)
		return;
	rest = slice_sub(rest, slice_find(rest, SLICE("AADSTS")), rest.len);
	if (rest.len > 0) {
		struct slice digits = slice_sub(rest, strlen("AADSTS"), rest.len);
		size_t n = 0;
		uint64_t code;

		while (n < digits.len && char_is_digit(digits.data[n]))
			n++;
		if (number_parse(slice_sub(digits, 0, n), 1, INT32_MAX, &code))
			answer->codes[answer->n_codes++] = (unsigned)code;
	}
}

static bool repeats(const char *words, struct slice secret)
{
	struct buffer escaped;
	bool found = secret_is_in(slice_of(words), secret);

	if (!found && words[0] != '\0') {
		buffer_init_secret(&escaped, 3 * secret.len + 1);
		url_append_escaped(&escaped, secret);
		found = secret_is_in(slice_of(words), buffer_slice(&escaped));
		buffer_release(&escaped);
	}
	return found;
}

void oauth_answer_hide(struct oauth_answer *answer, struct slice secret)
{
	if (repeats(answer->error, secret))
		answer->error = "(not shown)";
	if (repeats(answer->suberror, secret))
		answer->suberror = "";
	if (repeats(answer->description, secret))
		answer->description = "(The answer repeats a secret and is not shown.)";
}

static void no_answer(struct oauth_answer *answer, const char *problem)
{
	answer->outcome = OAUTH_NO_ANSWER;
	answer->problem = problem;
}

static void read_error(unsigned status, const json_t *o, struct arena *a,
	struct oauth_answer *answer)
{
	answer->error = text_member(o, "error", OAUTH_ERROR_MAX, a);
	if (answer->error[0] == '\0') {
		no_answer(answer, arena_printf(a, "The provider answered with status %u and no error that "
		    "can be read.", status));
		return;
	}
	answer->outcome = outcome_of(status, answer->error);
	answer->description = line_member(o, "error_description", a);
	answer->suberror = text_member(o, "suberror", OAUTH_ERROR_MAX, a);
	if (answer->suberror[0] == '\0')
		answer->suberror = text_member(o, "error_subtype", OAUTH_ERROR_MAX, a);
	read_codes(o, answer);
}

/* ---- tokens ---- */

/* Google's word for it, and Keycloak's. */
static int64_t read_refresh_life(const json_t *o)
{
	int64_t life = seconds_member(o, "refresh_token_expires_in", LIFE_MAX);

	return life != 0 ? life : seconds_member(o, "refresh_expires_in", LIFE_MAX);
}

static void read_token(const json_t *o, struct arena *a, struct oauth_answer *answer)
{
	const char *type = text_member(o, "token_type", OAUTH_ERROR_MAX, a);
	const char *access = token_member(o, "access_token", a);
	const char *refresh = token_member(o, "refresh_token", a);

	if (access == NULL || access[0] == '\0')
		no_answer(answer, "The provider's answer has no access token that can be used.");
	else if (refresh == NULL)
		no_answer(answer, "The provider's answer has a refresh token that cannot be used.");
	else if (!slice_is_nocase(slice_of(type), "Bearer"))
		no_answer(answer, "The provider's token is not of type Bearer.");
	else {
		answer->outcome = OAUTH_GRANTED;
		answer->access_token = access;
		answer->refresh_token = refresh;
		answer->expires_in = seconds_member(o, "expires_in", LIFE_MAX);
		answer->refresh_expires_in = read_refresh_life(o);
		answer->scopes = text_member(o, "scope", OAUTH_TOKEN_MAX, a);
		answer->id_token = text_member(o, "id_token", OAUTH_TOKEN_MAX, a);
	}
}

static const struct oauth_answer empty = {
	.outcome = OAUTH_NO_ANSWER,
	.access_token = "", .refresh_token = "", .scopes = "", .id_token = "",
	.error = "", .suberror = "", .description = "", .problem = "",
};

/* The object of the body, or NULL with the problem told: error texts never repeat the body. */
static json_t *read_body(unsigned status, struct slice body, struct arena *a,
	struct oauth_answer *answer)
{
	const char *problem;
	json_t *o;

	*answer = empty;
	if (body.len > OAUTH_ANSWER_MAX) {
		no_answer(answer, "The provider's answer is longer than 128 KiB.");
		return NULL;
	}
	o = json_read(body, a, &problem);
	if (o == NULL && (status == 429 || status >= 500))
		no_answer(answer, arena_printf(a, "The provider, or a proxy on the way, answered with status "
		    "%u: %s.", status, status == 429 ? "it is asked too often" : "it cannot answer now"));
	else if (o == NULL)
		no_answer(answer, arena_printf(a, "The provider answered with status %u and something that "
		    "is not the JSON of a token endpoint. Is the address right, and is there a proxy or "
		    "a sign-in page of the network between?", status));
	return o;
}

void oauth_answer_read(unsigned status, struct slice body, struct arena *a,
	struct oauth_answer *ret_answer)
{
	struct oauth_answer answer;
	json_t *o = read_body(status, body, a, &answer);

	if (o != NULL && status == 200 && json_object_get(o, "error") == NULL)
		read_token(o, a, &answer);
	else if (o != NULL)
		read_error(status, o, a, &answer);
	json_decref(o);
	*ret_answer = answer;
}

/* ---- devices ---- */

static bool is_https(const char *text)
{
	struct url url;

	return url_parse(slice_of(text), &url) == NULL && url.secure;
}

static bool read_device(const json_t *o, struct arena *a, struct oauth_device *ret_device)
{
	struct oauth_device d = {
		.device_code = token_member(o, "device_code", a),
		.user_code = text_member(o, "user_code", USER_CODE_MAX, a),
		.verification_uri = text_member(o, "verification_uri", 2000, a),
		.verification_uri_complete = text_member(o, "verification_uri_complete", 2000, a),
		.expires_in = seconds_member(o, "expires_in", DEVICE_LIFE_MAX),
		.interval = seconds_member(o, "interval", DEVICE_INTERVAL_MAX),
	};

	if (d.verification_uri[0] == '\0') /* Google's word for it */
		d.verification_uri = text_member(o, "verification_url", 2000, a);
	if (d.device_code == NULL || d.device_code[0] == '\0' || d.user_code[0] == '\0' ||
	    !is_https(d.verification_uri))
		return false;
	if (!is_https(d.verification_uri_complete))
		d.verification_uri_complete = "";
	if (d.expires_in == 0)
		d.expires_in = DEVICE_LIFE;
	if (d.interval == 0)
		d.interval = DEVICE_INTERVAL;
	*ret_device = d;
	return true;
}

bool oauth_device_read(unsigned status, struct slice body, struct arena *a,
	struct oauth_device *ret_device, struct oauth_answer *ret_answer)
{
	struct oauth_answer answer;
	json_t *o = read_body(status, body, a, &answer);
	bool good = false;

	if (o != NULL && status == 200) {
		good = read_device(o, a, ret_device);
		if (!good)
			no_answer(&answer, "The provider's answer has no code for a device that can be used.");
	} else if (o != NULL) {
		read_error(status, o, a, &answer);
	}
	json_decref(o);
	*ret_answer = answer;
	return good;
}
