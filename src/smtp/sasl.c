/* sasl.c - mechanisms as a table of steps; see sasl.h. */
#include "smtp/sasl.h"

#include <stdio.h>

#include "base/arena.h"
#include "core/plain_text.h"
#include "json/json_read.h"

enum {
	DOCUMENT_MEMORY = 16 * 1024,
	STATUS_MAX = 60, /* octets that are shown of it */
	SCOPE_MAX = 200,
};

struct mechanism {
	bool begins; /* has an initial response */
	enum sasl_result (*step)(struct sasl *s, struct slice challenge, struct buffer *response);
};

/*
 *   message = [authzid] NUL authcid NUL passwd          ; RFC 4616 section 2
 * The challenge before it is empty; what a server writes there is no question.
 */
static enum sasl_result plain_step(struct sasl *s, struct slice challenge UNUSED,
	struct buffer *response)
{
	if (s->step > 0)
		return SASL_REFUSED;
	buffer_append_char(response, '\0');
	buffer_append_text(response, s->credentials.username);
	buffer_append_char(response, '\0');
	buffer_append_text(response, s->credentials.password);
	return SASL_OK;
}

/* The first question is for the name, the second for the password, whatever their words. */
static enum sasl_result login_step(struct sasl *s, struct slice challenge UNUSED,
	struct buffer *response)
{
	const struct sasl_credentials *c = &s->credentials;

	if (s->step > 1)
		return SASL_REFUSED;
	buffer_append_text(response, s->step == 0 ? c->username : c->password);
	return SASL_OK;
}

/*
 *   message = "user=" user %x01 "auth=Bearer " token %x01 %x01
 * A second challenge is the document that refuses the token; its answer is empty.
 */
static enum sasl_result xoauth2_step(struct sasl *s, struct slice challenge UNUSED,
	struct buffer *response)
{
	if (s->step > 1)
		return SASL_REFUSED;
	if (s->step == 0) {
		buffer_append_text(response, "user=");
		buffer_append_text(response, s->credentials.username);
		buffer_append_text(response, "\001auth=Bearer ");
		buffer_append_text(response, s->credentials.token);
		buffer_append_text(response, "\001\001");
	}
	return SASL_OK;
}

/* The name in a GS2 header, RFC 5801 section 4: "," and "=" would end it. */
static void append_gs2_name(struct buffer *response, const char *name)
{
	for (; *name != '\0'; name++) {
		if (*name == ',')
			buffer_append_text(response, "=2C");
		else if (*name == '=')
			buffer_append_text(response, "=3D");
		else
			buffer_append_char(response, *name);
	}
}

/*
 *   message = "n,a=" name "," %x01 *( key "=" value %x01 ) %x01      ; RFC 7628 section 3.1
 * The document is answered with a single %x01.
 */
static enum sasl_result oauthbearer_step(struct sasl *s, struct slice challenge UNUSED,
	struct buffer *response)
{
	const struct sasl_credentials *c = &s->credentials;

	if (s->step > 1)
		return SASL_REFUSED;
	if (s->step == 1) {
		buffer_append_char(response, '\001');
		return SASL_OK;
	}
	buffer_append_text(response, "n,a=");
	append_gs2_name(response, c->username);
	buffer_appendf(response, ",\001host=%s\001port=%u\001auth=Bearer ", c->host, c->port);
	buffer_append_text(response, c->token);
	buffer_append_text(response, "\001\001");
	return SASL_OK;
}

static const struct mechanism mechanisms[SMTP_MECHANISM_COUNT] = {
	[SMTP_MECHANISM_PLAIN] = { .begins = true, .step = plain_step },
	[SMTP_MECHANISM_LOGIN] = { .begins = false, .step = login_step },
	[SMTP_MECHANISM_XOAUTH2] = { .begins = true, .step = xoauth2_step },
	[SMTP_MECHANISM_OAUTHBEARER] = { .begins = true, .step = oauthbearer_step },
};

void sasl_init(struct sasl *s, enum smtp_mechanism m, struct sasl_credentials credentials)
{
	*s = (struct sasl){ .mechanism = m, .credentials = credentials };
}

enum sasl_result sasl_initial(struct sasl *s, struct buffer *response)
{
	if (!mechanisms[s->mechanism].begins)
		return SASL_NO_INITIAL;
	return sasl_step(s, slice_of(NULL), response);
}

enum sasl_result sasl_step(struct sasl *s, struct slice challenge, struct buffer *response)
{
	enum sasl_result result = mechanisms[s->mechanism].step(s, challenge, response);

	if (result == SASL_OK)
		s->step++;
	return result;
}

bool sasl_has_token(const struct sasl_credentials *c)
{
	return c->token != NULL && c->token[0] != '\0';
}

bool sasl_can_be_sent(const struct sasl_credentials *c)
{
	struct slice token = slice_of(c->token);

	return !sasl_has_token(c) || (token.len <= SASL_TOKEN_MAX && slice_is_printable(token) &&
	    slice_is_ascii(token) && !slice_has_char(token, ' ') &&
	    slice_is_printable(slice_of(c->username)));
}

bool sasl_choose(const struct smtp_capabilities *c, const struct sasl_credentials *credentials,
	enum smtp_mechanism *ret_mechanism)
{
	static const enum smtp_mechanism orders[][2] = {
		{ SMTP_MECHANISM_PLAIN, SMTP_MECHANISM_LOGIN },
		{ SMTP_MECHANISM_OAUTHBEARER, SMTP_MECHANISM_XOAUTH2 },
		{ SMTP_MECHANISM_XOAUTH2, SMTP_MECHANISM_OAUTHBEARER },
	};
	const enum smtp_mechanism *order = orders[0];

	if (sasl_has_token(credentials))
		order = orders[credentials->xoauth2_first ? 2 : 1];
	for (size_t i = 0; i < COUNT_OF(orders[0]); i++) {
		if (c->mechanisms[order[i]]) {
			*ret_mechanism = order[i];
			return true;
		}
	}
	return false;
}

/* ---- the document that refuses a token ---- */

bool sasl_awaits_document(const struct sasl *s)
{
	return s->step == 1 && (s->mechanism == SMTP_MECHANISM_XOAUTH2 ||
		s->mechanism == SMTP_MECHANISM_OAUTHBEARER);
}

/* Appends to the words, which keep a NUL behind them. */
static void add_words(char *words, const char *label, struct slice value)
{
	size_t len = slice_of(words).len;
	char shown[SCOPE_MAX + 1];

	if (value.len == 0)
		return;
	plain_text_copy(value, PLAIN_TEXT_ONE_LINE, shown, sizeof(shown));
	(void)snprintf(words + len, SASL_REMARK_SIZE - len, "%s%s %s", len > 0 ? ", " : "", label,
	    shown);
}

void sasl_document_words(struct slice document, char ret_words[SASL_REMARK_SIZE])
{
	struct arena *a = arena_new(DOCUMENT_MEMORY);
	const char *problem;
	json_t *object;

	ret_words[0] = '\0';
	if (a == NULL)
		return;
	object = json_read(document, a, &problem);
	if (object != NULL) {
		add_words(ret_words, "status", slice_of(json_read_text(object, "status", STATUS_MAX, a)));
		add_words(ret_words, "scope", slice_of(json_read_text(object, "scope", SCOPE_MAX, a)));
		json_decref(object);
	}
	arena_free(a);
}
