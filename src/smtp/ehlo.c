/* ehlo.c - the capabilities in an answer to EHLO; see ehlo.h. */
#include "smtp/ehlo.h"

#include <string.h>

#include "base/number.h"
#include "core/plain_text.h"

static const char *const mechanism_names[SMTP_MECHANISM_COUNT] = {
	[SMTP_MECHANISM_PLAIN] = "PLAIN",
	[SMTP_MECHANISM_LOGIN] = "LOGIN",
	[SMTP_MECHANISM_XOAUTH2] = "XOAUTH2",
	[SMTP_MECHANISM_OAUTHBEARER] = "OAUTHBEARER",
};

const char *smtp_mechanism_name(enum smtp_mechanism m)
{
	return mechanism_names[m];
}

/* The next word of a line; blanks between words may be several. */
static bool next_word(struct slice *rest, struct slice *ret_word)
{
	*rest = slice_trim(*rest);
	if (rest->len == 0)
		return false;
	*ret_word = slice_cut(rest, ' ');
	return true;
}

static void note_mechanism_text(struct smtp_capabilities *c, struct slice word)
{
	size_t len = strlen(c->mechanisms_text);

	if (len > 0 && len + 1 < sizeof(c->mechanisms_text))
		c->mechanisms_text[len++] = ' ';
	plain_text_copy(word, PLAIN_TEXT_ONE_LINE, c->mechanisms_text + len,
	    sizeof(c->mechanisms_text) - len);
}

static void read_mechanisms(struct smtp_capabilities *c, struct slice words)
{
	struct slice word;

	while (next_word(&words, &word)) {
		c->auth = true;
		note_mechanism_text(c, word);
		for (size_t i = 0; i < SMTP_MECHANISM_COUNT; i++)
			if (slice_is_nocase(word, mechanism_names[i]))
				c->mechanisms[i] = true;
	}
}

static void read_size(struct smtp_capabilities *c, struct slice parameter)
{
	uint64_t size;

	c->size_offered = true;
	if (number_parse(slice_trim(parameter), 0, UINT64_MAX, &size))
		c->size = size;
}

static void read_line(struct smtp_capabilities *c, struct slice line)
{
	struct slice keyword;

	if (!next_word(&line, &keyword))
		return;
	if (slice_starts_nocase(keyword, "AUTH=")) {
		read_mechanisms(c, slice_sub(keyword, strlen("AUTH="), keyword.len));
		read_mechanisms(c, line);
	} else if (slice_is_nocase(keyword, "AUTH")) {
		read_mechanisms(c, line);
	} else if (slice_is_nocase(keyword, "SIZE")) {
		read_size(c, line);
	} else if (slice_is_nocase(keyword, "PIPELINING")) {
		c->pipelining = true;
	} else if (slice_is_nocase(keyword, "8BITMIME")) {
		c->eight_bit_mime = true;
	} else if (slice_is_nocase(keyword, "SMTPUTF8")) {
		c->smtputf8 = true;
	} else if (slice_is_nocase(keyword, "STARTTLS")) {
		c->starttls = true;
	} else if (slice_is_nocase(keyword, "DSN")) {
		c->dsn = true;
	} else if (slice_is_nocase(keyword, "ENHANCEDSTATUSCODES")) {
		c->enhanced_status_codes = true;
	}
}

void smtp_capabilities_read(const struct smtp_reply *r, struct smtp_capabilities *ret_capabilities)
{
	struct smtp_capabilities c = { .esmtp = true };
	struct slice line;
	size_t at = 0, n = 0;

	while (smtp_reply_next_line(r, &at, &line))
		if (n++ > 0)
			read_line(&c, line);
	*ret_capabilities = c;
}
