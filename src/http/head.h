/*
 * head.h - reads the head of a request: request line and fields. Strict on purpose: what two
 * readers could frame differently is refused. Every refusal is the status to answer with (400,
 * 405, 411, 413, 414, 417, 431, 501, 505) and a reason for the log that quotes nothing.
 * Source: RFC 9112 sections 2 to 6, RFC 9110 sections 5, 7.2, 8.6 and 10.1.1.
 */
#ifndef TOCSIN_HTTP_HEAD_H
#define TOCSIN_HTTP_HEAD_H

#include "http/path.h"

enum {
	HTTP_HEAD_MAX = 16 * 1024, /* octets of a whole head, its empty line included */
	HTTP_TARGET_MAX = 8 * 1024,
	HTTP_FIELDS_MAX = 100,
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS, /* these two are read, so that who answers can say which ones are served */
	HTTP_PATCH,
};

struct http_field {
	struct slice name; /* a token, case as sent */
	struct slice value; /* without blanks at the ends; may hold octets above 127 */
};

/*
 * One request's head. The slices point into the text it was read from, path into path_text: the
 * struct is not copied, and the text outlives it.
 */
struct http_head {
	enum http_method method;
	unsigned minor; /* of HTTP/1.minor: 0 or 1 */
	struct slice target; /* as sent, "/path?query" */
	struct slice path; /* decoded and normalised, see path.h */
	struct slice query; /* as sent, behind "?"; absent without one */
	struct slice host; /* the Host field, "name", "name:port", "[v6]:port"; absent in HTTP/1.0 */
	uint64_t content_length; /* 0 when not given */
	bool has_length;
	bool keep_alive; /* the client would send more on this connection */
	bool expects_continue; /* Expect: 100-continue */
	size_t n_fields;
	struct http_field fields[HTTP_FIELDS_MAX];
	char path_text[HTTP_PATH_MAX];
};

/* Finds the end of a head in bytes that arrive piecemeal; zero it before a new head. */
struct http_scan {
	size_t at; /* octets looked at */
	size_t line; /* where the current line starts */
	bool has_request_line; /* it is complete */
};

enum {
	HTTP_SCAN_MORE = 1, /* no end yet */
};

/*
 * Looks at text[scan->at..]; text is the same head, longer each time. 0: *ret_len octets are one
 * head. HTTP_SCAN_MORE: feed more. Else the status of a refusal that no later byte can heal
 * (a bare LF or CR, a NUL, a limit), reported at the same octet however the bytes were cut.
 */
unsigned http_scan(struct http_scan *scan, struct slice text, size_t *ret_len,
	const char **ret_reason) MUST_CHECK;

/* Reads one head as http_scan() cut it. 0, or the status of the refusal and its reason. */
unsigned http_head_parse(struct http_head *head, struct slice text, const char **ret_reason)
	MUST_CHECK;

/* The first field of that name (case ignored), absent when there is none. */
struct slice http_head_field(const struct http_head *head, const char *name);
size_t http_head_field_count(const struct http_head *head, const char *name);

const char *http_method_name(enum http_method method);

/* True when a Content-Type's media type is this one, whatever its parameters. */
bool http_media_type_is(struct slice content_type, const char *media_type);

/* Host = uri-host [ ":" port ], of names, IPv4 and [IPv6]; RFC 9110 section 7.2 */
bool http_host_is_valid(struct slice host);

#endif
