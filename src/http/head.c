/* head.c - strict reader of request heads; see head.h. */
#include "http/head.h"

#include <string.h>

#include "base/number.h"
#include "http/grammar.h"
#include "http/url.h"

static unsigned refuse(unsigned status, const char *reason, const char **ret_reason)
{
	*ret_reason = reason;
	return status;
}

enum {
	/* room in the request line for method and version, so that a long target is told apart from
	 * a large head while it is still arriving */
	LINE_MAX_EXTRA = 32,
};

/*
 * Lines end in CRLF and nothing else. One empty line before the head is forgiven (RFC 9112
 * section 2.2); the head then starts behind it.
 */
unsigned http_scan(struct http_scan *scan, struct slice text, size_t *ret_len,
	const char **ret_reason)
{
	for (; scan->at < text.len; scan->at++) {
		size_t at = scan->at;
		char c = text.data[at];

		if (at >= HTTP_HEAD_MAX)
			return refuse(431, "head too large", ret_reason);
		if (!scan->has_request_line && at > HTTP_TARGET_MAX + LINE_MAX_EXTRA)
			return refuse(414, "request line too long", ret_reason);
		if (c == '\0')
			return refuse(400, "NUL in the head", ret_reason);
		if (at > 0 && text.data[at - 1] == '\r' && c != '\n')
			return refuse(400, "CR without LF", ret_reason);
		if (c != '\n')
			continue;
		if (at == 0 || text.data[at - 1] != '\r')
			return refuse(400, "LF without CR", ret_reason);
		if (at - scan->line == 1 && scan->has_request_line) {
			*ret_len = at + 1;
			return 0;
		}
		if (at - scan->line == 1 && scan->line > 0)
			return refuse(400, "no request line", ret_reason);
		scan->has_request_line = at - scan->line > 1;
		scan->line = at + 1;
	}
	return HTTP_SCAN_MORE;
}

struct method_row {
	const char *name;
	enum http_method method;
};

static const struct method_row methods[] = {
	{ "GET", HTTP_GET },
	{ "HEAD", HTTP_HEAD },
	{ "POST", HTTP_POST },
	{ "PUT", HTTP_PUT },
	{ "DELETE", HTTP_DELETE },
	{ "OPTIONS", HTTP_OPTIONS },
	{ "PATCH", HTTP_PATCH },
};

static const char *const refused_methods[] = { "TRACE", "CONNECT" };

const char *http_method_name(enum http_method method)
{
	return methods[method].name;
}

static unsigned read_method(struct slice name, enum http_method *ret_method,
	const char **ret_reason)
{
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		if (slice_is(name, methods[i].name)) {
			*ret_method = methods[i].method;
			return 0;
		}
	}
	for (size_t i = 0; i < COUNT_OF(refused_methods); i++)
		if (slice_is(name, refused_methods[i]))
			return refuse(405, "method not served", ret_reason);
	if (!http_is_token(name))
		return refuse(400, "malformed method", ret_reason);
	return refuse(501, "unknown method", ret_reason);
}

/* HTTP-version = "HTTP" "/" DIGIT "." DIGIT */
static unsigned read_version(struct slice version, unsigned *ret_minor, const char **ret_reason)
{
	if (version.len != 8 || !slice_starts(version, "HTTP/") || !char_is_digit(version.data[5]) ||
	    version.data[6] != '.' || !char_is_digit(version.data[7]))
		return refuse(400, "malformed version", ret_reason);
	if (version.data[5] != '1' || version.data[7] > '1')
		return refuse(505, "version not served", ret_reason);
	*ret_minor = version.data[7] == '1' ? 1 : 0;
	return 0;
}

/* query = *( pchar / "/" / "?" ), and what browsers leave unescaped there; never "#" */
static bool query_is_valid(struct slice query)
{
	for (size_t i = 0; i < query.len; i++)
		if (query.data[i] <= ' ' || query.data[i] >= 127 || query.data[i] == '#')
			return false;
	return true;
}

/* origin-form = absolute-path [ "?" query ]; the other forms are for proxies */
static unsigned read_target(struct http_head *head, const char **ret_reason)
{
	struct slice rest = head->target;
	struct slice path = slice_cut(&rest, '?');

	if (head->target.len > HTTP_TARGET_MAX)
		return refuse(414, "target too long", ret_reason);
	if (!slice_starts(path, "/"))
		return refuse(400, "target does not start with /", ret_reason);
	if (!http_path_normalise(path, head->path_text, &head->path))
		return refuse(400, "path is not a plain path", ret_reason);
	if (!query_is_valid(rest))
		return refuse(400, "control, space, # or 8-bit octet in the query", ret_reason);
	head->query = rest;
	return 0;
}

/* request-line = method SP request-target SP HTTP-version */
static unsigned read_request_line(struct http_head *head, struct slice line,
	const char **ret_reason)
{
	struct slice rest = line;
	struct slice method = slice_cut(&rest, ' ');
	unsigned status;

	head->target = slice_cut(&rest, ' ');
	status = read_version(rest, &head->minor, ret_reason);
	if (status == 0)
		status = read_method(method, &head->method, ret_reason);
	if (status == 0)
		status = read_target(head, ret_reason);
	return status;
}

/* field-line = field-name ":" OWS field-value OWS; no blank before the colon, no folding */
static unsigned read_field(struct http_head *head, struct slice line, const char **ret_reason)
{
	struct slice rest = line;
	struct slice name = slice_cut(&rest, ':');

	if (head->n_fields == HTTP_FIELDS_MAX)
		return refuse(431, "too many fields", ret_reason);
	if (rest.data == NULL)
		return refuse(400, "field without a colon", ret_reason);
	if (!http_is_token(name))
		return refuse(400, "malformed field name", ret_reason);
	if (!http_is_field_value(rest))
		return refuse(400, "control character in a field", ret_reason);
	head->fields[head->n_fields++] = (struct http_field){ name, slice_trim(rest) };
	return 0;
}

size_t http_head_field_count(const struct http_head *head, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < head->n_fields; i++)
		if (slice_is_nocase(head->fields[i].name, name))
			count++;
	return count;
}

struct slice http_head_field(const struct http_head *head, const char *name)
{
	for (size_t i = 0; i < head->n_fields; i++)
		if (slice_is_nocase(head->fields[i].name, name))
			return head->fields[i].value;
	return (struct slice){ 0 };
}

/* Fields whose second copy somebody could believe instead of the first. */
static const char *const single_fields[] = { "Host", "Content-Length", "Content-Type", "Cookie",
	"Authorization", "Origin", "Referer" };

static unsigned check_single_fields(const struct http_head *head, const char **ret_reason)
{
	for (size_t i = 0; i < COUNT_OF(single_fields); i++)
		if (http_head_field_count(head, single_fields[i]) > 1)
			return refuse(400, "a field that may stand once stands twice", ret_reason);
	return 0;
}

bool http_host_is_valid(struct slice host)
{
	struct slice name;
	uint16_t port;

	return url_authority_parse(host, &name, &port);
}

static unsigned read_host(struct http_head *head, const char **ret_reason)
{
	head->host = http_head_field(head, "Host");
	if (head->host.data == NULL)
		return head->minor == 0 ? 0 : refuse(400, "no Host", ret_reason);
	if (!http_host_is_valid(head->host))
		return refuse(400, "malformed Host", ret_reason);
	return 0;
}

/*
 * A body is framed by one Content-Length and nothing else. Chunked bodies are refused as a kind:
 * no browser sends one, and two framings in one request are how requests are smuggled.
 */
static unsigned read_framing(struct http_head *head, const char **ret_reason)
{
	struct slice length = http_head_field(head, "Content-Length");

	head->has_length = length.data != NULL;
	if (http_head_field_count(head, "Transfer-Encoding") > 0)
		return head->has_length || head->minor == 0 ?
			refuse(400, "Transfer-Encoding beside Content-Length or HTTP/1.0", ret_reason) :
			refuse(411, "Transfer-Encoding is not taken", ret_reason);
	if (head->has_length && !number_parse(length, 0, UINT64_MAX, &head->content_length))
		return refuse(400, "malformed Content-Length", ret_reason);
	if (head->content_length > 0 && (head->method == HTTP_GET || head->method == HTTP_HEAD))
		return refuse(400, "GET or HEAD with a body", ret_reason);
	return 0;
}

/* Connection = #token */
static void read_connection(struct http_head *head)
{
	head->keep_alive = head->minor == 1;
	for (size_t i = 0; i < head->n_fields; i++) {
		struct slice rest = head->fields[i].value;

		if (!slice_is_nocase(head->fields[i].name, "Connection"))
			continue;
		while (rest.data != NULL)
			if (slice_is_nocase(slice_trim(slice_cut(&rest, ',')), "close"))
				head->keep_alive = false;
	}
}

/* Expect = #expectation; only 100-continue exists. A client of HTTP/1.0 cannot mean it. */
static unsigned read_expect(struct http_head *head, const char **ret_reason)
{
	for (size_t i = 0; i < head->n_fields; i++) {
		if (!slice_is_nocase(head->fields[i].name, "Expect"))
			continue;
		if (!slice_is_nocase(head->fields[i].value, "100-continue"))
			return refuse(417, "unknown expectation", ret_reason);
		head->expects_continue = head->minor == 1;
	}
	return 0;
}

/* The next line without its CRLF; http_scan() has seen that every line has one. */
static struct slice cut_line(struct slice *rest)
{
	size_t len = slice_find(*rest, SLICE("\r\n"));
	struct slice line = slice_sub(*rest, 0, len);

	*rest = slice_sub(*rest, len + 2, rest->len);
	return line;
}

unsigned http_head_parse(struct http_head *head, struct slice text, const char **ret_reason)
{
	unsigned status;
	struct slice line;

	memset(head, 0, sizeof(*head));
	if (slice_starts(text, "\r\n"))
		text = slice_sub(text, 2, text.len);
	status = read_request_line(head, cut_line(&text), ret_reason);
	for (line = cut_line(&text); status == 0 && line.len > 0; line = cut_line(&text))
		status = read_field(head, line, ret_reason);
	if (status == 0)
		status = check_single_fields(head, ret_reason);
	if (status == 0)
		status = read_host(head, ret_reason);
	if (status == 0)
		status = read_framing(head, ret_reason);
	if (status == 0)
		status = read_expect(head, ret_reason);
	if (status == 0)
		read_connection(head);
	return status;
}

bool http_media_type_is(struct slice content_type, const char *media_type)
{
	return slice_is_nocase(slice_trim(slice_cut(&content_type, ';')), media_type);
}
