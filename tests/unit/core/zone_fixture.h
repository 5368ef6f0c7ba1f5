/*
 * zone_fixture.h - TZif files made in the test, so that no zone of the machine it runs on decides:
 * a rule as POSIX writes it and, before it, changes of one's own.
 */
#ifndef TOCSIN_TESTS_ZONE_FIXTURE_H
#define TOCSIN_TESTS_ZONE_FIXTURE_H

#include "base/buffer.h"
#include "core/time_format.h"
#include "core/time_zone.h"

static inline void put_big_endian(struct buffer *b, uint64_t value, int octets)
{
	for (int i = octets - 1; i >= 0; i--)
		buffer_append_char(b, (char)(value >> (8 * i)));
}

static inline void put_zone_header(struct buffer *b, char version, size_t times, size_t types)
{
	const uint64_t counts[] = { 0, 0, 0, times, types, 4 };

	buffer_append_text(b, "TZif");
	buffer_append_char(b, version);
	for (int i = 0; i < 15; i++)
		buffer_append_char(b, '\0');
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		put_big_endian(b, counts[i], 4);
}

/* Offset number i holds from changes[i - 1] on; the first before all of them. */
static inline void put_zone(struct buffer *b, const int *offsets, const int64_t *changes,
	size_t n_changes, const char *rule)
{
	put_zone_header(b, '2', 0, 1);
	for (int i = 0; i < 6 + 4; i++)
		buffer_append_char(b, '\0');
	put_zone_header(b, '2', n_changes, n_changes + 1);
	for (size_t i = 0; i < n_changes; i++)
		put_big_endian(b, (uint64_t)changes[i], 8);
	for (size_t i = 0; i < n_changes; i++)
		buffer_append_char(b, (char)(i + 1));
	for (size_t i = 0; i <= n_changes; i++) {
		put_big_endian(b, (uint64_t)(int64_t)offsets[i], 4);
		buffer_append_char(b, '\0');
		buffer_append_char(b, '\0');
	}
	buffer_append(b, "LMT\0", 4);
	buffer_appendf(b, "\n%s\n", rule);
}

/* Seconds since 1970 of a date and time on a clock that shows that offset. */
static inline int64_t at_offset(int year, int month, int day, int hour, int minute, int offset)
{
	const struct civil_time t = {
		.year = year, .month = month, .day = day, .hour = hour, .minute = minute,
	};

	return civil_time_seconds(&t, offset);
}

#define UTC_TIME(...) at_offset(__VA_ARGS__, 0)

#endif
