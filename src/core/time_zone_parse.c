/*
 * time_zone_parse.c - TZif files; see time_zone.h.
 *
 *   file   = header block header block64 LF rule LF      RFC 8536 3
 *   header = "TZif" version 15(octet) 6(number)          44 octets; numbers of 4, big-endian:
 *            isutcnt isstdcnt leapcnt timecnt typecnt charcnt
 *   block  = times types(1 each) 6(offset4 isdst1 name1) names leap isstd isut
 *
 * The first block, with times of 4 octets, is for readers of version 1 and is passed over.
 *
 *   rule   = name offset [ name [ offset ] "," day [ "/" time ] "," day [ "/" time ] ]
 *   name   = 3*ALPHA | "<" 3*( ALPHA | DIGIT | "+" | "-" ) ">"
 *   offset = [ "+" | "-" ] hours [ ":" minutes [ ":" seconds ] ]     west of UTC is positive
 *   day    = "J" number | number | "M" number "." number "." number
 */
#include "base/number.h"
#include "core/time_zone.h"

enum {
	HEADER_SIZE = 44,
	TYPE_SIZE = 6,
	COUNT_MAX = 2000, /* of anything in a file */
	DEFAULT_TIME = 2 * 3600,
	RULE_HOURS_MAX = 167,
	OFFSET_HOURS_MAX = 24,
};

struct counts {
	uint32_t isut, isstd, leap, time, type, name;
};

static uint64_t big_endian(const char *data, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | (unsigned char)data[i];
	return value;
}

/* ---- the rule ---- */

static bool take_char(struct slice *s, char c)
{
	if (s->len == 0 || s->data[0] != c)
		return false;
	*s = slice_sub(*s, 1, s->len);
	return true;
}

static bool take_number(struct slice *s, uint64_t min, uint64_t max, int *ret)
{
	size_t n = 0;
	uint64_t value;

	while (n < s->len && char_is_digit(s->data[n]))
		n++;
	if (!number_parse(slice_sub(*s, 0, n), min, max, &value))
		return false;
	*s = slice_sub(*s, n, s->len);
	*ret = (int)value;
	return true;
}

static bool take_time(struct slice *s, uint64_t max_hours, int *ret)
{
	bool negative = take_char(s, '-');
	int hours, minutes = 0, seconds = 0, value;

	if (!negative)
		take_char(s, '+');
	if (!take_number(s, 0, max_hours, &hours) ||
		(take_char(s, ':') && (!take_number(s, 0, 59, &minutes) ||
			(take_char(s, ':') && !take_number(s, 0, 59, &seconds)))))
		return false;
	value = hours * 3600 + minutes * 60 + seconds;
	*ret = negative ? -value : value;
	return true;
}

static bool take_name(struct slice *s)
{
	bool quoted = take_char(s, '<');
	size_t n = 0;

	while (n < s->len && (char_is_alpha(s->data[n]) || (quoted && (char_is_digit(s->data[n]) ||
		s->data[n] == '+' || s->data[n] == '-'))))
		n++;
	*s = slice_sub(*s, n, s->len);
	return n >= 3 && (!quoted || take_char(s, '>'));
}

static bool take_offset(struct slice *s, int *ret_east)
{
	int west;

	if (!take_time(s, OFFSET_HOURS_MAX, &west))
		return false;
	*ret_east = -west;
	return true;
}

static bool take_day(struct slice *s, struct time_zone_day *d)
{
	*d = (struct time_zone_day){ .time = DEFAULT_TIME };
	if (!take_char(s, ','))
		return false;
	if (take_char(s, 'M')) {
		d->kind = TIME_ZONE_MONTH_DAY;
		if (!take_number(s, 1, 12, &d->month) || !take_char(s, '.') ||
			!take_number(s, 1, 5, &d->week) || !take_char(s, '.') ||
			!take_number(s, 0, 6, &d->day))
			return false;
	} else if (take_char(s, 'J')) {
		d->kind = TIME_ZONE_JULIAN;
		if (!take_number(s, 1, 365, &d->day))
			return false;
	} else {
		d->kind = TIME_ZONE_DAY_OF_YEAR;
		if (!take_number(s, 0, 365, &d->day))
			return false;
	}
	return !take_char(s, '/') || take_time(s, RULE_HOURS_MAX, &d->time);
}

static bool parse_rule(struct slice s, struct time_zone *z)
{
	if (s.len == 0)
		return true; /* nothing is said about what comes after the last change */
	if (!take_name(&s) || !take_offset(&s, &z->standard))
		return false;
	z->has_rule = true;
	if (s.len == 0)
		return true;
	z->has_daylight = true;
	if (!take_name(&s))
		return false;
	z->daylight = z->standard + 3600;
	if (s.len > 0 && s.data[0] != ',' && !take_offset(&s, &z->daylight))
		return false;
	return take_day(&s, &z->start) && take_day(&s, &z->end) && s.len == 0;
}

/* ---- blocks ---- */

static bool read_header(struct slice s, struct counts *c)
{
	const char *at;

	if (s.len < HEADER_SIZE || !slice_starts(s, "TZif") || s.data[4] < '2')
		return false;
	at = s.data + 20;
	c->isut = (uint32_t)big_endian(at, 4);
	c->isstd = (uint32_t)big_endian(at + 4, 4);
	c->leap = (uint32_t)big_endian(at + 8, 4);
	c->time = (uint32_t)big_endian(at + 12, 4);
	c->type = (uint32_t)big_endian(at + 16, 4);
	c->name = (uint32_t)big_endian(at + 20, 4);
	return c->isut <= COUNT_MAX && c->isstd <= COUNT_MAX && c->leap <= COUNT_MAX &&
		c->time <= COUNT_MAX && c->type <= COUNT_MAX && c->name <= COUNT_MAX;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
	return c->time * (time_size + 1) + c->type * TYPE_SIZE + c->name +
		c->leap * (time_size + 4) + c->isstd + c->isut;
}

static bool read_offset(const char *types, const struct counts *c, size_t type, int *ret)
{
	int32_t offset;

	if (type >= c->type)
		return false;
	offset = (int32_t)(uint32_t)big_endian(types + type * TYPE_SIZE, 4);
	if (offset < -TIME_ZONE_OFFSET_MAX || offset > TIME_ZONE_OFFSET_MAX)
		return false;
	*ret = offset;
	return true;
}

static size_t count_kept(const char *block, const struct counts *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->time; i++)
		n += (int64_t)big_endian(block + i * 8, 8) >= TIME_ZONE_FROM;
	return n;
}

/* What was before TIME_ZONE_FROM leaves only the offset that it ended with. */
static int read_changes(const char *block, const struct counts *c, struct arena *a,
	struct time_zone *z)
{
	const char *kinds = block + (size_t)c->time * 8, *types = kinds + c->time;
	size_t n = count_kept(block, c);
	struct time_zone_change *changes = arena_array(a, n + 1, sizeof(*changes));
	int64_t before = INT64_MIN;

	if (changes == NULL)
		return -1;
	z->changes = changes;
	if (!read_offset(types, c, 0, &z->first))
		return TIME_ZONE_BAD;
	for (size_t i = 0; i < c->time; i++) {
		int64_t at = (int64_t)big_endian(block + i * 8, 8);
		int offset;

		if ((i > 0 && at <= before) ||
			!read_offset(types, c, (unsigned char)kinds[i], &offset))
			return TIME_ZONE_BAD;
		before = at;
		if (at < TIME_ZONE_FROM)
			z->first = offset;
		else
			changes[z->n++] = (struct time_zone_change){ .at = at, .offset = offset };
	}
	return 0;
}

int time_zone_parse(struct slice file, struct arena *a, struct time_zone *ret_zone)
{
	struct time_zone z = { 0 };
	struct counts c;
	int result;

	if (file.len > TIME_ZONE_FILE_MAX || !read_header(file, &c))
		return TIME_ZONE_BAD;
	file = slice_sub(file, HEADER_SIZE + block_size(&c, 4), file.len);
	if (!read_header(file, &c) || c.type == 0 || c.leap != 0)
		return TIME_ZONE_BAD;
	file = slice_sub(file, HEADER_SIZE, file.len);
	if (file.len < block_size(&c, 8))
		return TIME_ZONE_BAD;
	result = read_changes(file.data, &c, a, &z);
	if (result != 0)
		return result;
	file = slice_sub(file, block_size(&c, 8), file.len);
	if (!take_char(&file, '\n') || slice_find_char(file, '\n') == file.len ||
		!parse_rule(slice_sub(file, 0, slice_find_char(file, '\n')), &z))
		return TIME_ZONE_BAD;
	*ret_zone = z;
	return 0;
}
