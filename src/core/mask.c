/* mask.c - takes who and where out of a text; see mask.h. */
#include "core/mask.h"

#include <string.h>

#include "core/host.h"
#include "core/preset.h"

enum {
	WORD_LONG = 32, /* octets; no word of a language is that long */
	ID_LONG = 9, /* of letters and digits together */
};

static const char hidden[] = "****";

void mask_init(struct mask *m, struct arena *a)
{
	*m = (struct mask){ .arena = a };
}

/* ---- pseudonyms ---- */

static void put(struct mask *m, struct slice word, enum mask_kind kind, struct buffer *out)
{
	static const char *const names[MASK_KIND_COUNT] = {
		[MASK_USER] = "user", [MASK_HOST] = "host", [MASK_IP] = "ip", [MASK_NAME] = "name",
	};
	size_t i = 0;

	if (word.len == 0)
		return;
	while (i < m->n_words && (m->words[i].kind != kind ||
		!slice_equal_nocase(m->words[i].word, word)))
		i++;
	if (i == m->n_words && i < MASK_WORDS_MAX) {
		m->words[i].word = arena_slice(m->arena, word);
		m->words[i].kind = kind;
		m->words[i].number = ++m->n_of[kind];
		m->n_words++;
	}
	if (i < m->n_words)
		buffer_appendf(out, "%s%u", names[kind], m->words[i].number);
	else
		buffer_append_text(out, hidden);
}

void mask_know(struct mask *m, struct slice word)
{
	struct buffer nowhere;

	word = slice_trim(word);
	if (word.len == 0)
		return;
	buffer_init(&nowhere, 100);
	put(m, word, MASK_NAME, &nowhere);
	buffer_release(&nowhere);
}

static bool is_known(const struct mask *m, struct slice word)
{
	for (size_t i = 0; i < m->n_words; i++)
		if (m->words[i].kind == MASK_NAME && slice_equal_nocase(m->words[i].word, word))
			return true;
	return false;
}

/* ---- words ---- */

static bool is_of_preset(struct slice word)
{
	for (size_t i = 0; i < n_presets; i++)
		if (presets[i].host != NULL && slice_is_nocase(word, presets[i].host))
			return true;
	return false;
}

static bool is_ip(struct slice word)
{
	struct host host;

	return host_name_check(word, &host) == HOST_OK && host.kind != HOST_NAME;
}

/* Labels with dots between them, the last one with a letter: not a code, not a number. */
static bool is_dotted_name(struct slice word)
{
	bool letter = false, dots = false;

	for (size_t i = 0; i < word.len; i++) {
		dots = dots || (word.data[i] == '.' && i > 0 && i + 1 < word.len);
		letter = word.data[i] == '.' ? false : letter || char_is_alpha(word.data[i]) ||
			(unsigned char)word.data[i] >= 0x80;
	}
	return dots && letter;
}

static bool is_id(struct slice word)
{
	bool letter = false, digit = false;

	for (size_t i = 0; i < word.len; i++) {
		letter = letter || char_is_alpha(word.data[i]);
		digit = digit || char_is_digit(word.data[i]);
	}
	return word.len >= WORD_LONG || (word.len >= ID_LONG && letter && digit);
}

static void mask_host(struct mask *m, struct slice word, struct buffer *out)
{
	if (is_of_preset(word))
		buffer_append_slice(out, word);
	else
		put(m, word, is_ip(word) ? MASK_IP : MASK_HOST, out);
}

static void mask_word(struct mask *m, struct slice word, struct buffer *out)
{
	size_t at = slice_find_char(word, '@'), colon = slice_find_char(word, ':');

	if (word.len == 0) {
		return;
	} else if (is_known(m, word)) {
		put(m, word, MASK_NAME, out);
	} else if (at < word.len) {
		put(m, slice_sub(word, 0, at), MASK_USER, out);
		buffer_append_char(out, '@');
		if (at + 1 < word.len)
			mask_host(m, slice_sub(word, at + 1, word.len), out);
	} else if (setting_find(word) != NULL) {
		buffer_append_slice(out, word);
	} else if (is_ip(word)) {
		put(m, word, MASK_IP, out);
	} else if (colon < word.len) { /* "host:587", "14:02:05" */
		mask_word(m, slice_sub(word, 0, colon), out);
		buffer_append_char(out, ':');
		mask_word(m, slice_sub(word, colon + 1, word.len), out);
	} else if (is_dotted_name(word)) {
		mask_host(m, word, out);
	} else if (is_id(word)) {
		buffer_append_text(out, hidden);
	} else {
		buffer_append_slice(out, word);
	}
}

/* ---- text ---- */

static bool is_word_char(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || (c != '\0' && strchr(".-_@:+%~$*#&", c) != NULL) ||
		(unsigned char)c >= 0x80;
}

/* Octets of "CN = " or the like at the start of text, else 0. */
static size_t attribute_at(struct slice text)
{
	static const char *const names[] = {
		"CN = ", "O = ", "OU = ", "C = ", "ST = ", "L = ", "CN=", "O=", "OU=", "emailAddress = ",
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_starts(text, names[i]))
			return strlen(names[i]);
	return 0;
}

static size_t value_end(struct slice text)
{
	size_t comma = slice_find_char(text, ','), line = slice_find_char(text, '\n');

	return comma < line ? comma : line;
}

static size_t word_end(struct slice text)
{
	size_t n = 0;

	while (n < text.len && is_word_char(text.data[n]))
		n++;
	return n;
}

/* The full stop of a sentence is not the word's. */
static size_t without_stops(struct slice word)
{
	while (word.len > 0 && (word.data[word.len - 1] == '.' || word.data[word.len - 1] == ':'))
		word.len--;
	return word.len;
}

/* Octets up to a blank or a sign that encloses a URL; a sentence's full stop is not its own. */
static size_t url_end(struct slice text)
{
	size_t n = 0;

	while (n < text.len && !char_is_control(text.data[n]) && strchr(" <>\"'()[]", text.data[n]) == NULL)
		n++;
	while (n > 0 && strchr(".,;:!?", text.data[n - 1]) != NULL)
		n--;
	return n;
}

/* What stands behind a URL's host may name anybody: path, query, fragment. */
static size_t hide_path(struct slice text, struct buffer *out)
{
	size_t n = url_end(text);

	buffer_append_slice(out, slice_sub(text, 0, n > 0 ? 1 : 0));
	if (n > 1)
		buffer_append_text(out, hidden);
	return n;
}

static size_t authority_end(struct slice text)
{
	size_t n = 0;

	while (n < text.len && !char_is_control(text.data[n]) && strchr(" <>\"'()/?#", text.data[n]) == NULL)
		n++;
	return n;
}

/* text begins behind a URL's "//": who signs in with which password, then the host. */
static size_t mask_authority(struct mask *m, struct slice text, struct buffer *out)
{
	struct slice host = slice_sub(text, 0, authority_end(text));
	size_t at = host.len, taken;

	while (at > 0 && host.data[at - 1] != '@')
		at--;
	if (at > 0) {
		buffer_append_text(out, hidden);
		buffer_append_char(out, '@');
		host = slice_sub(host, at, host.len);
	}
	if (host.len > 0 && host.data[0] == '[') { /* an IPv6 address: as any text */
		mask_text(m, host, out);
		return at + host.len;
	}
	taken = without_stops(host);
	mask_word(m, slice_sub(host, 0, taken), out);
	return at + taken;
}

static bool is_path_next(struct slice text)
{
	return text.len > 0 && strchr("/?#", text.data[0]) != NULL && text.data[0] != '\0';
}

static size_t mask_url(struct mask *m, struct slice text, struct buffer *out)
{
	size_t n = mask_authority(m, text, out);
	struct slice rest = slice_sub(text, n, text.len);

	return is_path_next(rest) ? n + hide_path(rest, out) : n;
}

static bool is_odd(char c)
{
	return char_is_control(c) && c != '\n';
}

void mask_text(struct mask *m, struct slice text, struct buffer *out)
{
	while (text.len > 0) {
		size_t attribute = attribute_at(text), word = word_end(text), taken;

		if (attribute > 0) {
			buffer_append_slice(out, slice_sub(text, 0, attribute));
			buffer_append_text(out, hidden);
			text = slice_sub(text, attribute, text.len);
			taken = value_end(text);
		} else if (slice_starts(text, "//")) {
			buffer_append_text(out, "//");
			text = slice_sub(text, 2, text.len);
			taken = mask_url(m, text, out);
		} else if (word > 0) {
			struct slice whole = slice_sub(text, 0, word);

			taken = without_stops(whole);
			mask_word(m, slice_sub(text, 0, taken), out);
			buffer_append_slice(out, slice_sub(text, taken, word - taken));
			taken = word;
			text = slice_sub(text, taken, text.len);
			taken = is_dotted_name(whole) && is_path_next(text) ?
				hide_path(text, out) : 0;
		} else {
			taken = 1;
			buffer_append_char(out, is_odd(text.data[0]) ? ' ' : text.data[0]);
		}
		text = slice_sub(text, taken, text.len);
	}
}
