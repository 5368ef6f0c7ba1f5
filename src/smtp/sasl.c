/* sasl.c - mechanisms as a table of steps; see sasl.h. */
#include "smtp/sasl.h"

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

static const struct mechanism mechanisms[SMTP_MECHANISM_COUNT] = {
	[SMTP_MECHANISM_PLAIN] = { .begins = true, .step = plain_step },
	[SMTP_MECHANISM_LOGIN] = { .begins = false, .step = login_step },
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

bool sasl_choose(const struct smtp_capabilities *c, enum smtp_mechanism *ret_mechanism)
{
	for (int m = 0; m < SMTP_MECHANISM_COUNT; m++) {
		if (c->mechanisms[m]) {
			*ret_mechanism = (enum smtp_mechanism)m;
			return true;
		}
	}
	return false;
}
