/* host.c - names and addresses of machines; see host.h. */
#include "core/host.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_address(int family, struct slice text)
{
	char copy[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	return slice_copy(text, copy, sizeof(copy)) && inet_pton(family, copy, bytes) == 1;
}

/* Things people paste that are more than a host, told before the grammar would only say "no". */
static enum host_error check_shape(struct slice text)
{
	if (text.len == 0)
		return HOST_EMPTY;
	for (size_t i = 0; i < text.len; i++)
		if (char_is_control(text.data[i]))
			return HOST_CONTROL;
	if (!slice_is_utf8(text))
		return HOST_NOT_UTF8;
	if (slice_has_char(text, ' '))
		return HOST_SPACE;
	if (slice_find(text, SLICE("://")) < text.len)
		return HOST_SCHEME;
	if (slice_has_char(text, '@'))
		return HOST_AT;
	return slice_has_char(text, '/') ? HOST_PATH : HOST_OK;
}

/* "[" IPv6 "]" */
static enum host_error check_brackets(struct slice text, struct slice *ret_inside)
{
	size_t end = slice_find_char(text, ']');

	if (end + 1 < text.len)
		return text.data[end + 1] == ':' ? HOST_PORT : HOST_BAD_IPV6;
	if (end == text.len)
		return HOST_BAD_IPV6;
	*ret_inside = slice_sub(text, 1, end - 1);
	return HOST_OK;
}

static enum host_error check_ipv6(struct slice text)
{
	if (slice_has_char(text, '%'))
		return HOST_ZONE;
	return is_address(AF_INET6, text) ? HOST_OK : HOST_BAD_IPV6;
}

static int of_domain_error(int error)
{
	switch ((enum domain_error)error) {
	case DOMAIN_OK:
		return HOST_OK;
	case DOMAIN_EMPTY:
	case DOMAIN_LABEL_EMPTY:
		return HOST_DOT;
	case DOMAIN_LONG:
		return HOST_LONG;
	case DOMAIN_LABEL_LONG:
		return HOST_LABEL_LONG;
	case DOMAIN_LABEL_HYPHEN:
		return HOST_LABEL_HYPHEN;
	case DOMAIN_CHAR:
		return HOST_CHAR;
	case DOMAIN_NOT_IDN:
		return HOST_IDN;
	}
	return HOST_CHAR;
}

/* The converted form is looked at: full-width digits may turn out to be an IPv4 address. */
static int check_name(struct slice text, struct host *ret_host)
{
	char name[DOMAIN_SIZE];
	int error;

	if (text.len > 1 && slice_ends(text, "."))
		text.len--;
	error = domain_to_ascii(text, name);
	if (error != 0)
		return error < 0 ? error : of_domain_error(error);
	ret_host->kind = HOST_NAME;
	if (domain_looks_like_ipv4(slice_of(name))) {
		if (!is_address(AF_INET, slice_of(name)))
			return HOST_BAD_IPV4;
		ret_host->kind = HOST_IPV4;
	}
	memcpy(ret_host->text, name, sizeof(name));
	return HOST_OK;
}

/* A colon is the port's when one stands alone before digits only; else it can only be IPv6. */
static bool has_port(struct slice text)
{
	size_t colon = slice_find_char(text, ':');
	struct slice port = slice_sub(text, colon + 1, text.len);

	if (colon == text.len)
		return false;
	for (size_t i = 0; i < port.len; i++)
		if (!char_is_digit(port.data[i]))
			return false;
	return true;
}

int host_name_check(struct slice text, struct host *ret_host)
{
	enum host_error error = check_shape(text);
	struct host host = { .kind = HOST_IPV6 };
	int result = (int)error;

	if (error != HOST_OK)
		return result;
	if (text.data[0] == '[' || (slice_has_char(text, ':') && !has_port(text))) {
		if (text.data[0] == '[')
			error = check_brackets(text, &text);
		if (error == HOST_OK)
			error = check_ipv6(text);
		if (error == HOST_OK && !slice_copy(text, host.text, sizeof(host.text)))
			error = HOST_BAD_IPV6;
		result = (int)error;
	} else if (has_port(text)) {
		result = HOST_PORT;
	} else {
		result = check_name(text, &host);
	}
	if (result == 0 && ret_host != NULL)
		*ret_host = host;
	return result;
}

/* The next word of a line; empty at its end. */
static struct slice next_word(struct slice *line)
{
	struct slice word;
	size_t len = 0;

	*line = slice_trim(*line);
	while (len < line->len && !char_is_blank(line->data[len]))
		len++;
	word = slice_sub(*line, 0, len);
	*line = slice_sub(*line, len, line->len);
	return word;
}

/* hosts(5): address 1*blank name *( 1*blank name ) [ "#" comment ] */
struct slice host_whole_name(struct slice hosts, struct slice name)
{
	while (hosts.data != NULL && name.len > 0) {
		struct slice line = slice_cut(&hosts, '\n'), first, word;

		line = slice_sub(line, 0, slice_find_char(line, '#'));
		next_word(&line);
		first = word = next_word(&line);
		while (word.len > 0 && !slice_equal_nocase(word, name))
			word = next_word(&line);
		if (word.len > 0 && slice_has_char(first, '.'))
			return first;
	}
	return name;
}

const char *host_error_text(int error)
{
	switch ((enum host_error)error) {
	case HOST_OK:
		return "is fine";
	case HOST_EMPTY:
		return "is empty: enter a name such as mail.example.com, or an IP address";
	case HOST_CONTROL:
		return "contains a control character: type the name again instead of pasting it";
	case HOST_NOT_UTF8:
		return "contains bytes that are no text: type the name again";
	case HOST_SPACE:
		return "contains a space: enter one name or IP address and nothing else";
	case HOST_SCHEME:
		return "contains a scheme such as \"https://\": enter the name alone, as in mail.example.com";
	case HOST_AT:
		return "contains an \"@\", as a mail address does: enter the name of a machine, as in mail.example.com";
	case HOST_PATH:
		return "contains a \"/\": enter the name alone, as in mail.example.com";
	case HOST_PORT:
		return "contains a port: enter the name alone here and the number in the port field";
	case HOST_ZONE:
		return "contains a zone (the part from \"%\"): enter an IPv6 address without one";
	case HOST_BAD_IPV4:
		return "is no valid IPv4 address: four numbers from 0 to 255 with dots, as in 192.0.2.1";
	case HOST_BAD_IPV6:
		return "is no valid IPv6 address: write it as 2001:db8::1 or [2001:db8::1]";
	case HOST_LONG:
		return "is longer than 253 characters, which no host name can be";
	case HOST_DOT:
		return "has a dot too many: no two dots in a row and none at the start";
	case HOST_LABEL_LONG:
		return "has a part between two dots that is longer than 63 characters";
	case HOST_LABEL_HYPHEN:
		return "has a part that begins or ends with a hyphen, which host names may not";
	case HOST_CHAR:
		return "contains a character that host names do not have: letters, digits, hyphens and dots only";
	case HOST_IDN:
		return "contains letters that internationalised host names do not allow";
	}
	return "is no valid host name";
}

bool host_is_loopback(struct slice text)
{
	struct host host;

	if (host_name_check(text, &host) != HOST_OK)
		return false;
	switch (host.kind) {
	case HOST_NAME:
		return slice_is_nocase(slice_of(host.text), "localhost");
	case HOST_IPV4:
		return slice_starts(slice_of(host.text), "127.");
	case HOST_IPV6:
		return slice_is(slice_of(host.text), "::1");
	}
	return false;
}
