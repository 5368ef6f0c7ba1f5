/* headers.c - field lines of answers; see headers.h. */
#include "http/headers.h"

#include <time.h>

#include "http/grammar.h"

struct header_row {
	const char *name;
	const char *value;
};

static const struct header_row secure_rows[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
	  "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	/* not no-referrer: browsers would send "Origin: null" with our own forms, which are refused */
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
};

void headers_add(struct buffer *lines, const char *name, struct slice value)
{
	if (!http_is_token(slice_of(name)) || !http_is_field_value(value)) {
		lines->failed = true;
		return;
	}
	buffer_append_text(lines, name);
	buffer_append_text(lines, ": ");
	buffer_append_slice(lines, value);
	buffer_append_text(lines, "\r\n");
}

void headers_add_text(struct buffer *lines, const char *name, const char *value)
{
	headers_add(lines, name, slice_of(value));
}

/* With a certificate of our own making HSTS would lock out whoever has to click through once. */
static void add_secure_rows(struct buffer *lines, bool ca_signed, const char *cache)
{
	for (size_t i = 0; i < COUNT_OF(secure_rows); i++)
		headers_add_text(lines, secure_rows[i].name, secure_rows[i].value);
	headers_add_text(lines, "Cache-Control", cache);
	if (ca_signed)
		headers_add_text(lines, "Strict-Transport-Security", "max-age=31536000");
}

void headers_secure(struct buffer *lines, bool ca_signed)
{
	add_secure_rows(lines, ca_signed, "no-store");
}

void headers_secure_asset(struct buffer *lines, bool ca_signed)
{
	add_secure_rows(lines, ca_signed, "public, max-age=31536000, immutable");
}

/* Not strftime's %a and %b: those follow the locale. */
void headers_append_date(struct buffer *out, int64_t unix_s)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)unix_s;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL) {
		out->failed = true;
		return;
	}
	buffer_appendf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
	    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
