/* write.c - values and filters of compiled templates; see write.h. */
#include "web/write.h"

#include <inttypes.h>

#include "core/time_format.h"
#include "http/url.h"

void html_part_write(struct html *h, struct html_part part)
{
	part.write(h, part.view);
}

void html_unsigned(struct html *h, uint64_t number)
{
	buffer_appendf(h->out, "%" PRIu64, number);
}

bool is_given_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

bool is_given_number(uint64_t number)
{
	return number != 0;
}

bool is_given_pointer(const void *pointer)
{
	return pointer != NULL;
}

void write_time(struct html *h, uint64_t unix_s)
{
	char machine[TIME_RFC3339_SIZE], human[TIME_HUMAN_SIZE];
	struct slice date, clock;

	if (unix_s == 0) {
		html_raw(h, "never");
		return;
	}
	time_format_rfc3339((int64_t)unix_s, machine);
	time_format_human((int64_t)unix_s, 0, human);
	clock = slice_of(human);
	date = slice_cut(&clock, ',');
	html_raw(h, "<time datetime=\"");
	html_text(h, machine);
	html_raw(h, "\">");
	html_slice(h, date);
	html_raw(h, ",");
	html_slice(h, slice_sub(clock, 0, sizeof(" hh:mm") - 1));
	html_raw(h, " UTC</time>");
}

void write_span(struct html *h, uint64_t seconds)
{
	static const struct {
		uint64_t below, unit;
		const char *name;
	} rows[] = {
		{ 120, 1, "s" },
		{ 120 * 60, 60, "min" },
		{ 48 * 3600, 3600, "h" },
		{ UINT64_MAX, 86400, "days" },
	};
	size_t i = 0;

	while (i + 1 < COUNT_OF(rows) && seconds >= rows[i].below)
		i++;
	buffer_appendf(h->out, "%" PRIu64 "\u00a0%s", seconds / rows[i].unit, rows[i].name);
}

void write_ms(struct html *h, uint64_t ms)
{
	if (ms < 1000)
		buffer_appendf(h->out, "%" PRIu64 "\u00a0ms", ms);
	else
		buffer_appendf(h->out, "%" PRIu64 ".%" PRIu64 "\u00a0s", ms / 1000, ms % 1000 / 100);
}

void write_size(struct html *h, uint64_t octets)
{
	if (octets < 1000)
		buffer_appendf(h->out, "%" PRIu64 "\u00a0B", octets);
	else if (octets < 1000 * 1000)
		buffer_appendf(h->out, "%" PRIu64 "\u00a0KB", (octets + 500) / 1000);
	else
		buffer_appendf(h->out, "%" PRIu64 ".%" PRIu64 "\u00a0MB", octets / (1000 * 1000),
		    octets / (100 * 1000) % 10);
}

void write_url(struct html *h, const char *url)
{
	bool local = slice_starts(slice_of(url), "/") && !slice_starts(slice_of(url), "//") &&
	    !slice_has_char(slice_of(url), '\\');

	html_text(h, local ? url : "#");
}

void write_https(struct html *h, const char *url)
{
	struct slice text = slice_of(url);
	bool good = slice_starts(text, "https://") && slice_is_ascii(text) &&
	    slice_is_printable(text) && !slice_has_char(text, ' ') && !slice_has_char(text, '\\');

	html_text(h, good ? url : "#");
}

void write_part(struct html *h, const char *text)
{
	url_append_escaped(h->out, slice_of(text));
}
