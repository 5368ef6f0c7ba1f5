/*
 * queue_id.c - finds the relay's name for a mail in its last words; see queue_id.h. Each server
 * says it in its own way, so this is a list of ways, tried from the top:
 *   Postfix, amavis, SendGrid   Ok: queued as ID
 *   Exim                        OK id=ID
 *   Google                      OK  SECONDS ID - gsmtp
 *   Exchange                    <MESSAGE-ID> [InternalId=ID, Hostname=HOST] Queued mail ...
 *   Microsoft 365               OK <MESSAGE-ID> [Hostname=HOST]
 *   sendmail, OpenSMTPD         ID Message accepted for delivery
 *   qmail                       ok SECONDS qp ID
 *   Amazon SES                  Ok ID
 */
#include "delivery/queue_id.h"

#include "base/base.h"

enum {
	LONE_ID_MIN = 16, /* a shorter word behind a lone "Ok" may be any */
};

static bool ends_token(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == ',' || c == ']' || c == ')' || c == ';';
}

/* The word that begins here, without what quotes it. */
static struct slice token(struct slice s)
{
	size_t len = 0;

	while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '<' || s.data[0] == '"'))
		s = slice_sub(s, 1, s.len);
	while (len < s.len && !ends_token(s.data[len]))
		len++;
	while (len > 0 && (s.data[len - 1] == '.' || s.data[len - 1] == '>' ||
	    s.data[len - 1] == '"'))
		len--;
	return slice_sub(s, 0, len);
}

/* What follows the last mark, in any case; absent when there is none. */
static struct slice behind(struct slice words, const char *mark)
{
	size_t len = slice_of(mark).len;

	for (size_t at = words.len; at-- > 0;)
		if (slice_starts_nocase(slice_sub(words, at, words.len), mark))
			return slice_sub(words, at + len, words.len);
	return slice_of(NULL);
}

/* The word before the first mark. */
static struct slice before(struct slice words, const char *mark)
{
	size_t at = slice_find(words, slice_of(mark)), from;

	if (at == words.len)
		return slice_of(NULL);
	from = at;
	while (from > 0 && !ends_token(words.data[from - 1]))
		from--;
	return slice_sub(words, from, at - from);
}

static struct slice lone(struct slice words)
{
	struct slice id;

	if (!slice_starts_nocase(words, "ok "))
		return slice_of(NULL);
	id = slice_trim(slice_sub(words, 3, words.len));
	return id.len >= LONE_ID_MIN && !slice_has_char(id, ' ') ? id : slice_of(NULL);
}

static struct slice find(struct slice words)
{
	static const char *const marks[] = {
		"queued as ", " id=", "[InternalId=", ", InternalId=", "[Hostname=", " qp ",
	};
	struct slice found;

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		found = behind(words, marks[i]);
		if (found.data != NULL)
			return token(found);
	}
	found = before(words, " - gsmtp");
	if (found.len == 0)
		found = before(words, " Message accepted for delivery");
	return found.len > 0 ? found : lone(words);
}

void queue_id_parse(struct slice words, char ret_id[static QUEUE_ID_TEXT_SIZE])
{
	struct slice id = find(words);

	if (!slice_is_printable(id) || !slice_copy(id, ret_id, QUEUE_ID_TEXT_SIZE))
		ret_id[0] = '\0';
}
