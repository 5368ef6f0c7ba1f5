/* notice_rule.c - when notices are worth it; see notice_rule.h. */
#include "core/notice_rule.h"

bool notice_outage_is_told(int64_t seconds)
{
	return seconds >= NOTICE_OUTAGE_MIN;
}

int64_t notice_failures_due(int64_t first, int64_t last_sent, int64_t now)
{
	int64_t gathered = first <= now ? first + NOTICE_FAILURES_GATHER : now;
	bool was_sent = last_sent != 0 && last_sent <= now;
	int64_t allowed = was_sent ? last_sent + NOTICE_FAILURES_EVERY : 0;

	return gathered > allowed ? gathered : allowed;
}
