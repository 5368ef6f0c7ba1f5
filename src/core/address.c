/* address.c - envelope addresses and typed lists of them; see address.h. */
#include "core/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/domain.h"
#include "core/plain_text.h"

enum {
	WORD_SHOWN = 60, /* octets of a bad address that an error repeats */
};

static bool is_atext(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || (unsigned char)c >= 128 ||
		(c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* Controls of ASCII, and U+0080 to U+009F, which are controls too. */
static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (char_is_control(text.data[i]))
			return true;
		if (text.data[i] == '\xc2' && i + 1 < text.len &&
		    (unsigned char)text.data[i + 1] < 0xa0)
			return true;
	}
	return false;
}

static enum address_error check_octets(struct slice text)
{
	if (text.len == 0)
		return ADDRESS_EMPTY;
	if (has_control(text))
		return ADDRESS_CONTROL;
	return slice_is_utf8(text) ? ADDRESS_OK : ADDRESS_NOT_UTF8;
}

/*
 * RFC 5321 4.1.2, RFC 6531 3.3:
 *   Quoted-string = DQUOTE *(qtext / "\" %d32-126) DQUOTE    qtext: not DQUOTE, "\", controls
 */
static enum address_error scan_quoted(struct slice text, size_t *ret_len)
{
	for (size_t i = 1; i < text.len; i++) {
		if (text.data[i] == '"') {
			*ret_len = i + 1;
			return ADDRESS_OK;
		}
		if (text.data[i] == '\\')
			i++;
	}
	return ADDRESS_QUOTE_OPEN;
}

/*
 *   Dot-string = Atom *("." Atom)     Atom = 1*atext     atext: RFC 5322 3.2.3 and UTF-8
 */
static enum address_error check_dot_string(struct slice local)
{
	struct slice rest = local;

	for (size_t i = 0; i < local.len; i++)
		if (local.data[i] != '.' && !is_atext(local.data[i]))
			return ADDRESS_LOCAL_CHAR;
	while (rest.data != NULL)
		if (slice_cut(&rest, '.').len == 0)
			return ADDRESS_LOCAL_DOT;
	return ADDRESS_OK;
}

/* Cuts text into local part and domain; the domain is not looked at yet. */
static enum address_error split_quoted(struct slice text, struct address *a)
{
	size_t len = 0;
	enum address_error error = scan_quoted(text, &len);

	if (error != ADDRESS_OK)
		return error;
	if (len == text.len)
		return ADDRESS_NO_DOMAIN;
	if (text.data[len] != '@')
		return ADDRESS_QUOTE_REST;
	a->local = slice_sub(text, 0, len);
	a->domain = slice_sub(text, len + 1, text.len);
	return ADDRESS_OK;
}

static enum address_error split_plain(struct slice text, struct address *a)
{
	size_t at = slice_find_char(text, '@');

	if (slice_has_char(text, '<') || slice_has_char(text, '>'))
		return ADDRESS_ANGLE;
	if (slice_has_char(text, ' '))
		return ADDRESS_SPACE;
	if (at == text.len)
		return ADDRESS_NO_DOMAIN;
	if (at == 0)
		return ADDRESS_NO_LOCAL;
	a->local = slice_sub(text, 0, at);
	a->domain = slice_sub(text, at + 1, text.len);
	return check_dot_string(a->local);
}

/* address-literal = "[" ( IPv4 / "IPv6:" IPv6 ) "]" */
static enum address_error check_literal(struct slice domain, enum address_domain *ret_kind)
{
	struct slice inside = slice_sub(domain, 1, domain.len);
	bool is_ipv6 = slice_starts_nocase(inside, "IPv6:");
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (!slice_ends(inside, "]"))
		return ADDRESS_LITERAL;
	inside.len--;
	if (is_ipv6)
		inside = slice_sub(inside, 5, inside.len);
	if (!slice_copy(inside, text, sizeof(text)) ||
	    inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text, bytes) != 1)
		return ADDRESS_LITERAL;
	*ret_kind = is_ipv6 ? ADDRESS_DOMAIN_IPV6 : ADDRESS_DOMAIN_IPV4;
	return ADDRESS_OK;
}

static int of_domain_error(int error)
{
	switch ((enum domain_error)error) {
	case DOMAIN_OK:
		return ADDRESS_OK;
	case DOMAIN_EMPTY:
		return ADDRESS_NO_DOMAIN;
	case DOMAIN_LONG:
		return ADDRESS_DOMAIN_LONG;
	case DOMAIN_LABEL_EMPTY:
		return ADDRESS_DOMAIN_DOT;
	case DOMAIN_LABEL_LONG:
		return ADDRESS_LABEL_LONG;
	case DOMAIN_LABEL_HYPHEN:
		return ADDRESS_LABEL_HYPHEN;
	case DOMAIN_CHAR:
		return ADDRESS_DOMAIN_CHAR;
	case DOMAIN_NOT_IDN:
		return ADDRESS_DOMAIN_IDN;
	}
	return ADDRESS_DOMAIN_CHAR;
}

static int check_domain(struct address *a)
{
	char name[DOMAIN_SIZE];
	int error;

	if (a->domain.len == 0)
		return ADDRESS_NO_DOMAIN;
	if (a->domain.data[0] == '[')
		return (int)check_literal(a->domain, &a->domain_kind);
	if (slice_has_char(a->domain, '@'))
		return ADDRESS_TWO_AT;
	if (a->domain.len > ADDRESS_DOMAIN_MAX)
		return ADDRESS_DOMAIN_LONG;
	error = domain_to_ascii(a->domain, name);
	if (error != 0)
		return error < 0 ? error : of_domain_error(error);
	if (domain_looks_like_ipv4(slice_of(name)))
		return ADDRESS_BARE_IP;
	return a->local.len + 1 + strlen(name) > ADDRESS_MAX ? ADDRESS_LONG : ADDRESS_OK;
}

int address_parse(struct slice text, struct address *ret_address)
{
	struct address a = { .text = text, .domain_kind = ADDRESS_DOMAIN_NAME };
	enum address_error error = check_octets(text);
	int result;

	if (error == ADDRESS_OK && text.data[0] == '"')
		error = split_quoted(text, &a);
	else if (error == ADDRESS_OK)
		error = split_plain(text, &a);
	if (error == ADDRESS_OK && a.local.len > ADDRESS_LOCAL_MAX)
		error = ADDRESS_LOCAL_LONG;
	if (error != ADDRESS_OK)
		return (int)error;
	result = check_domain(&a);
	if (result == 0)
		*ret_address = a;
	return result;
}

int address_to_ascii_domain(const struct address *a, char ret_text[static ADDRESS_SIZE])
{
	char name[DOMAIN_SIZE];
	struct slice domain = a->domain;

	if (a->domain_kind == ADDRESS_DOMAIN_NAME) {
		if (domain_to_ascii(a->domain, name) != 0)
			return -1;
		for (char *c = name; *c != '\0'; c++)
			*c = char_lower(*c);
		domain = slice_of(name);
	}
	if (a->local.len + 1 + domain.len > ADDRESS_MAX)
		return -1;
	memcpy(ret_text, a->local.data, a->local.len);
	ret_text[a->local.len] = '@';
	memcpy(ret_text + a->local.len + 1, domain.data, domain.len);
	ret_text[a->local.len + 1 + domain.len] = '\0';
	return 0;
}

bool address_needs_smtputf8(const struct address *a)
{
	return !slice_is_ascii(a->local);
}

bool address_equal(const struct address *a, const struct address *b)
{
	char a_name[DOMAIN_SIZE], b_name[DOMAIN_SIZE];

	if (!slice_equal(a->local, b->local))
		return false;
	if (slice_equal_nocase(a->domain, b->domain))
		return true;
	return domain_to_ascii(a->domain, a_name) == 0 && domain_to_ascii(b->domain, b_name) == 0 &&
		slice_equal_nocase(slice_of(a_name), slice_of(b_name));
}

static bool is_separator(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';';
}

/*
 * list = *separator [ word *(1*separator word) ] *separator
 * A word that begins with a quote goes on to its closing quote, separators and all.
 * Gives the next word and moves *at behind it; false at the end.
 */
static bool next_word(struct slice text, size_t *at, struct slice *ret_word)
{
	size_t start = *at, len = 0;

	while (start < text.len && is_separator(text.data[start]))
		start++;
	if (start == text.len)
		return false;
	if (text.data[start] == '"' &&
	    scan_quoted(slice_sub(text, start, text.len), &len) != ADDRESS_OK)
		len = text.len - start;
	while (start + len < text.len && !is_separator(text.data[start + len]))
		len++;
	*ret_word = slice_sub(text, start, len);
	*at = start + len;
	return true;
}

static void describe(struct address_problem *problem, struct arena *arena)
{
	const char *more = "";

	if (problem->error == ADDRESS_TOO_MANY) {
		problem->text = arena_printf(arena, "There are %zu addresses, and %d is the limit: "
			"remove some, or enter a distribution list's address.", problem->n_bad,
			ADDRESS_LIST_MAX);
		return;
	}
	if (problem->n_bad > 0)
		more = arena_printf(arena, " (%zu more %s not valid either)", problem->n_bad,
			problem->n_bad == 1 ? "address is" : "addresses are");
	problem->text = arena_printf(arena, "\"%s\" %s%s.", problem->word,
		address_error_text(problem->error), more);
}

static void note_bad(struct address_problem *problem, int error, struct slice word,
	struct arena *arena)
{
	char shown[WORD_SHOWN + 1];

	if (problem->error != ADDRESS_OK) {
		problem->n_bad++;
		return;
	}
	plain_text_copy(word, PLAIN_TEXT_ONE_LINE, shown, sizeof(shown));
	problem->error = error;
	problem->word = arena_copy(arena, shown);
}

static bool list_has(const struct address_list *list, const struct address *a)
{
	for (size_t i = 0; i < list->count; i++)
		if (address_equal(&list->items[i], a))
			return true;
	return false;
}

/* Fills a list that has room for ADDRESS_LIST_MAX; *ret_total counts the others too. */
static int fill_list(struct slice text, struct arena *arena, struct address_list *list,
	size_t *ret_total, struct address_problem *problem)
{
	struct slice word;
	size_t at = 0, total = 0;

	while (next_word(text, &at, &word)) {
		struct address a;
		int error = address_parse(word, &a);

		if (error < 0)
			return error;
		if (error > 0) {
			note_bad(problem, error, word, arena);
		} else if (!list_has(list, &a)) {
			if (list->count < ADDRESS_LIST_MAX)
				list->items[list->count++] = a;
			total++;
		}
	}
	*ret_total = total;
	return 0;
}

int address_list_parse(struct slice text, struct arena *arena, struct address_list *ret_list,
	struct address_problem *ret_problem)
{
	struct address_problem problem = { .word = "" };
	struct address_list list = { 0 };
	size_t total = 0;
	int error;

	list.items = arena_array(arena, ADDRESS_LIST_MAX, sizeof(*list.items));
	text = arena_slice(arena, text);
	if (arena_failed(arena))
		return -1;
	error = fill_list(text, arena, &list, &total, &problem);
	if (error < 0)
		return error;
	/* "Anna <anna@example.com>": the brackets are the cause, whatever word failed first */
	if (problem.error == ADDRESS_NO_DOMAIN && slice_has_char(text, '<'))
		problem.error = ADDRESS_ANGLE;
	if (problem.error == ADDRESS_OK && total > ADDRESS_LIST_MAX)
		problem = (struct address_problem){ .error = ADDRESS_TOO_MANY, .word = "", .n_bad = total };
	if (problem.error != ADDRESS_OK)
		describe(&problem, arena);
	if (arena_failed(arena))
		return -1;
	if (problem.error != ADDRESS_OK) {
		*ret_problem = problem;
		return 1;
	}
	*ret_list = list;
	return 0;
}

const char *address_error_text(int error)
{
	switch ((enum address_error)error) {
	case ADDRESS_OK:
		return "is fine";
	case ADDRESS_EMPTY:
		return "is empty: write an address such as name@example.com";
	case ADDRESS_CONTROL:
		return "contains a control character: type it again instead of pasting it";
	case ADDRESS_NOT_UTF8:
		return "contains bytes that are no text: type it again";
	case ADDRESS_LONG:
		return "is longer than 254 characters, which no address can be";
	case ADDRESS_ANGLE:
		return "has a name or angle brackets around it: write the address alone, as in name@example.com";
	case ADDRESS_SPACE:
		return "contains a space: write one address without spaces";
	case ADDRESS_NO_DOMAIN:
		return "has no domain: write it as name@example.com";
	case ADDRESS_NO_LOCAL:
		return "has nothing before the \"@\": write it as name@example.com";
	case ADDRESS_TWO_AT:
		return "has more than one \"@\": write it as name@example.com";
	case ADDRESS_LOCAL_LONG:
		return "has more than 64 characters before the \"@\"";
	case ADDRESS_LOCAL_DOT:
		return "has a dot too many before the \"@\": none at either end and no two in a row";
	case ADDRESS_LOCAL_CHAR:
		return "has a character before the \"@\" that must stand in quotes, as in \"a,b\"@example.com";
	case ADDRESS_QUOTE_OPEN:
		return "has an opening quote without a closing one";
	case ADDRESS_QUOTE_REST:
		return "has something between the closing quote and the \"@\"";
	case ADDRESS_DOMAIN_LONG:
		return "has a domain longer than 253 characters, which no domain can be";
	case ADDRESS_DOMAIN_DOT:
		return "has a dot too many after the \"@\": none at either end and no two in a row";
	case ADDRESS_LABEL_LONG:
		return "has more than 63 characters between two dots of its domain";
	case ADDRESS_LABEL_HYPHEN:
		return "has a part of its domain that begins or ends with a hyphen";
	case ADDRESS_DOMAIN_CHAR:
		return "has a character in its domain that domains do not have: letters, digits, hyphens "
			"and dots only";
	case ADDRESS_DOMAIN_IDN:
		return "has letters in its domain that internationalised domains do not allow";
	case ADDRESS_LITERAL:
		return "has no valid IP address in its brackets: write name@[192.0.2.1] or "
			"name@[IPv6:2001:db8::1]";
	case ADDRESS_BARE_IP:
		return "ends in a number, as an IP address does: write an IP address in brackets, as in "
			"name@[192.0.2.1]";
	case ADDRESS_TOO_MANY:
		return "is one address more than the limit of 200";
	}
	return "is no valid address";
}
