/* time_zone.c - the bytes of a TZif file: whatever is taken answers for any time. */
#include "fuzz/fuzz.h"

#include "core/daily_notice.h"

enum {
	DAY = 86400,
};

static void require_consistent(const struct time_zone *z, int64_t now)
{
	const struct daily_notice_plan plan = { z, 150 };
	int64_t next = time_zone_next_change(z, now), day = time_zone_local_day(z, now);
	int offset = time_zone_offset(z, now);
	struct daily_notice n;

	REQUIRE(offset >= -TIME_ZONE_OFFSET_MAX && offset <= TIME_ZONE_OFFSET_MAX);
	REQUIRE(next > now);
	REQUIRE(next == INT64_MAX || time_zone_offset(z, next) != time_zone_offset(z, next - 1));
	daily_notice_look(&plan, day - 1, now, &n);
	REQUIRE(n.next > now);
	REQUIRE(!n.due || (n.day >= day - 1 && n.day <= day));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(1024 * 1024);
	struct time_zone z;

	if (a != NULL && time_zone_parse(slice_make((const char *)data, size), a, &z) == 0)
		for (int64_t now = TIME_ZONE_FROM; now < TIME_ZONE_FROM + (int64_t)2000 * DAY;
			now += 17 * DAY + 4321)
			require_consistent(&z, now);
	arena_free(a);
	return 0;
}
