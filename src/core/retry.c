/* retry.c - schedules of the queue and of the probes; see retry.h. */
#include "core/retry.h"

enum {
	MINUTE = 60,
};

static const int message_minutes[] = { 1, 2, 5, 10, 20, 30, 60 };
static const int account_minutes[] = { 10, 30, 60 };
static const int ambiguous_minutes[] = { RETRY_AMBIGUOUS_FIRST / MINUTE, 60 };
static const int probe_seconds[] = { 1, 2, 5, 10, 30, 60 };

/* The step-th value, the last one for all that follow. */
static int64_t step_of(const int *steps, size_t count, unsigned step)
{
	return steps[size_min(step, count - 1)];
}

/* Between 80 % and 120 %, so that what failed together does not come back together. */
static int64_t with_jitter(int64_t seconds, uint32_t random)
{
	return seconds * 8 / 10 + seconds * 4 / 10 * (int64_t)random / UINT32_MAX;
}

/* Without jitter, in minutes. */
static int64_t plain_delay(enum verdict_class class, unsigned step)
{
	switch (class) {
	case VERDICT_TRANSIENT:
	case VERDICT_LOCAL:
		return step_of(message_minutes, COUNT_OF(message_minutes), step);
	case VERDICT_ACCOUNT:
		return step_of(account_minutes, COUNT_OF(account_minutes), step);
	case VERDICT_AMBIGUOUS:
		return step_of(ambiguous_minutes, COUNT_OF(ambiguous_minutes), step);
	case VERDICT_ACCEPTED:
	case VERDICT_RELAY:
	case VERDICT_CREDENTIAL:
	case VERDICT_RECIPIENT:
	case VERDICT_MESSAGE:
	case VERDICT_CLASS_COUNT:
		break;
	}
	return 0;
}

int64_t retry_delay(enum verdict_class class, unsigned attempts, uint32_t random)
{
	return with_jitter(plain_delay(class, attempts > 0 ? attempts - 1 : 0) * MINUTE, random);
}

bool retry_is_over(int64_t accepted_at, unsigned attempts, int64_t now)
{
	return now - accepted_at >= RETRY_GIVE_UP && attempts >= RETRY_TRIES_MIN;
}

int64_t retry_probe_delay(unsigned probes)
{
	return step_of(probe_seconds, COUNT_OF(probe_seconds), probes);
}
