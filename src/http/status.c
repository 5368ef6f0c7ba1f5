/* status.c - status codes and their words; see status.h. */
#include "http/status.h"

struct status_row {
	unsigned status;
	const char *text;
	const char *advice;
};

static const struct status_row rows[] = {
	{ 200, "OK", "" },
	{ 201, "Created", "" },
	{ 202, "Accepted", "" },
	{ 204, "No Content", "" },
	{ 303, "See Other", "" },
	{ 304, "Not Modified", "" },
	{ 400, "Bad Request", "The request is not well-formed." },
	{ 401, "Unauthorized", "Sign in first." },
	{ 403, "Forbidden", "This is not allowed for your account." },
	{ 404, "Not Found", "There is no page at this address." },
	{ 405, "Method Not Allowed", "This address does not take this method." },
	{ 408, "Request Timeout", "The request took too long to arrive." },
	{ 409, "Conflict", "Somebody else changed this in the meantime." },
	{ 411, "Length Required", "Send the request with a Content-Length, not in chunks." },
	{ 412, "Precondition Failed", "Somebody else changed this in the meantime." },
	{ 413, "Content Too Large", "The request body is larger than this address takes." },
	{ 414, "URI Too Long", "The address is longer than 8 KiB." },
	{ 415, "Unsupported Media Type", "This address does not take this kind of content." },
	{ 417, "Expectation Failed", "Only Expect: 100-continue is understood." },
	{ 422, "Unprocessable Content", "Some fields need another value." },
	{ 429, "Too Many Requests", "Wait a little, then try again." },
	{ 431, "Request Header Fields Too Large", "The header is larger than 16 KiB or 100 fields." },
	{ 500, "Internal Server Error", "The log of the server says more." },
	{ 501, "Not Implemented", "This method is not known here." },
	{ 503, "Service Unavailable", "Try again in a moment." },
	{ 505, "HTTP Version Not Supported", "This server speaks HTTP/1.1 and HTTP/1.0." },
};

static const struct status_row class_rows[] = {
	{ 100, "Continue", "" },
	{ 200, "OK", "" },
	{ 300, "See Other", "" },
	{ 400, "Bad Request", "" },
	{ 500, "Internal Server Error", "" },
};

static const struct status_row *find(unsigned status)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].status == status)
			return &rows[i];
	for (size_t i = 0; i < COUNT_OF(class_rows); i++)
		if (class_rows[i].status == status / 100 * 100)
			return &class_rows[i];
	return &class_rows[COUNT_OF(class_rows) - 1];
}

const char *http_status_text(unsigned status)
{
	return find(status)->text;
}

const char *http_status_advice(unsigned status)
{
	return find(status)->advice;
}

bool http_status_has_body(unsigned status)
{
	return status >= 200 && status != 204 && status != 304;
}
