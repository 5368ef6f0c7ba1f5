/* url.c - addresses of pages; see url.h. */
#include "http/url.h"

#include <arpa/inet.h>

#include "base/number.h"
#include "http/grammar.h"

enum {
	HOST_MAX = 253, /* a DNS name in text, RFC 1035 section 2.3.4 */
	LABEL_MAX = 63,
	URL_MAX = 2048,
};

static bool is_ipv6(struct slice s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	return slice_copy(s, text, sizeof(text)) && inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_ipv4(struct slice s)
{
	char text[INET_ADDRSTRLEN];
	struct in_addr address;

	return slice_copy(s, text, sizeof(text)) && inet_pton(AF_INET, text, &address) == 1;
}

/* label = 1*63( ALPHA / DIGIT / "-" / "_" ), no "-" at its ends */
static bool is_label(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!char_is_alpha(s.data[i]) && !char_is_digit(s.data[i]) && s.data[i] != '-' &&
		    s.data[i] != '_')
			return false;
	return s.len > 0 && s.len <= LABEL_MAX && s.data[0] != '-' && s.data[s.len - 1] != '-';
}

/*
 * name = label *( "." label ) [ "." ]; a name whose last label is a number must be an IPv4
 * address, else 127.1 or 2130706433 would be read as one by some and as a name by others
 */
static bool is_name(struct slice s)
{
	struct slice rest = s, label = { 0 };
	uint64_t number;

	if (s.len == 0 || s.len > HOST_MAX)
		return false;
	if (slice_ends(s, "."))
		rest.len--;
	while (rest.data != NULL) {
		label = slice_cut(&rest, '.');
		if (!is_label(label))
			return false;
	}
	return !number_parse(label, 0, UINT64_MAX, &number) || is_ipv4(s);
}

bool url_authority_parse(struct slice text, struct slice *ret_host, uint16_t *ret_port)
{
	bool bracketed = slice_starts(text, "[");
	size_t host_len = slice_find_char(text, bracketed ? ']' : ':');
	struct slice host = slice_sub(text, bracketed ? 1 : 0, host_len - (bracketed ? 1 : 0));
	struct slice rest = slice_sub(text, host_len + (bracketed ? 1 : 0), text.len);
	uint64_t port = 0;

	if (bracketed ? host_len == text.len || !is_ipv6(host) : !is_name(host))
		return false;
	if (rest.len > 0 && (rest.data[0] != ':' ||
	    !number_parse(slice_sub(rest, 1, rest.len), 1, 65535, &port)))
		return false;
	*ret_host = host;
	*ret_port = (uint16_t)port;
	return true;
}

/* path and query: the characters of RFC 3986, escapes whole */
static bool tail_is_valid(struct slice tail)
{
	char octet;

	for (size_t i = 0; i < tail.len; i++) {
		char c = tail.data[i];

		if (c == '%' ? !http_percent_octet(slice_sub(tail, i, 3), &octet) :
		    !http_char_is_unreserved(c) && !http_char_is_sub_delim(c) &&
		    !slice_has_char(SLICE(":@/?"), c))
			return false;
	}
	return true;
}

/* scheme "://" authority path-abempty [ "?" query ] */
const char *url_parse(struct slice text, struct url *ret_url)
{
	struct url url = { 0 };
	struct slice rest, tail;
	size_t authority_len;

	if (text.len > URL_MAX)
		return "The address is longer than 2048 characters.";
	url.secure = slice_starts_nocase(text, "https://");
	if (!url.secure && !slice_starts_nocase(text, "http://"))
		return "The address must start with https://.";
	rest = slice_sub(text, url.secure ? 8 : 7, text.len);
	if (slice_has_char(rest, '#'))
		return "The address must not hold a fragment (#).";
	authority_len = size_min(slice_find_char(rest, '/'), slice_find_char(rest, '?'));
	tail = slice_sub(rest, authority_len, rest.len);
	rest = slice_sub(rest, 0, authority_len);
	if (slice_has_char(rest, '@'))
		return "The address must not hold a user name (@).";
	if (!url_authority_parse(rest, &url.host, &url.port))
		return "The host must be a name, an IPv4 address or an IPv6 address in brackets, "
		       "and the port a number from 1 to 65535.";
	if (!tail_is_valid(tail))
		return "The path holds a character that must be written as %XX.";
	if (url.port == 0)
		url.port = url.secure ? 443 : 80;
	url.path = slice_cut(&tail, '?');
	url.query = tail;
	*ret_url = url;
	return NULL;
}

const char *url_check_site(struct slice text)
{
	struct url url;
	const char *error = url_parse(text, &url);

	if (error != NULL)
		return error;
	if (!url.secure)
		return "The address must start with https://.";
	if (url.path.len > 1 || url.query.data != NULL)
		return "The address must end after the host and port, without a path.";
	return NULL;
}

void url_append_origin(struct buffer *out, struct slice host, uint16_t port)
{
	bool bracketed = slice_has_char(host, ':');

	buffer_append_text(out, bracketed ? "https://[" : "https://");
	buffer_append_slice(out, host);
	buffer_append_text(out, bracketed ? "]" : "");
	if (port != 443)
		buffer_appendf(out, ":%u", (unsigned)port);
}

void url_append_escaped(struct buffer *out, struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (http_char_is_unreserved(value.data[i]))
			buffer_append_char(out, value.data[i]);
		else
			buffer_appendf(out, "%%%02X", (unsigned)(unsigned char)value.data[i]);
	}
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return a->secure == b->secure && a->port == b->port && slice_equal_nocase(a->host, b->host);
}

bool url_origin_is_host(struct slice source, struct slice host)
{
	struct url from, here = { .secure = true };

	if (url_parse(source, &from) != NULL || !url_authority_parse(host, &here.host, &here.port))
		return false;
	if (here.port == 0)
		here.port = 443;
	return url_same_origin(&from, &here);
}
