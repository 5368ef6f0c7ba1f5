/*
 * notice_text.h - what the notices say that this node mails by itself: the daily one, "mail works
 * again", and mail that could not be delivered. Subject and rows, to be composed by compose.h.
 * Times are shown in the zone of email.time_zone. Texts lie in the arena or are the caller's.
 */
#ifndef TOCSIN_CORE_NOTICE_TEXT_H
#define TOCSIN_CORE_NOTICE_TEXT_H

#include "core/ending.h"
#include "core/mail_part.h"
#include "core/time_zone.h"
#include "core/verdict.h"

enum {
	NOTICE_PARTS_MAX = 64,
	NOTICE_FAILURES_MAX = 10, /* listed; of the others the number is told */
	NOTICE_CERTIFICATES_MAX = 3 + ENDING_KIND_COUNT,
};

struct notice_text {
	const char *subject;
	struct mail_part parts[NOTICE_PARTS_MAX];
	size_t n_parts;
};

/* Of every notice. */
struct notice_frame {
	const char *site_name;
	const char *node_name;
	const char *page_url; /* the site's address, without a slash at the end */
	const struct time_zone *zone;
	const char *zone_name;
	int64_t now;
};

struct notice_failure {
	int64_t at;
	const char *queue_id;
	const char *address;
	const char *subject;
	const struct verdict *verdict; /* or NULL */
};

struct notice_failures {
	const struct notice_failure *items; /* n, of NOTICE_FAILURES_MAX at the most */
	size_t n;
	uint64_t total;
};

struct notice_certificate {
	const char *label; /* "HTTPS certificate of this node"; other things that end stand here, too */
	int64_t until; /* 0: not known, not told */
};

struct daily_facts {
	const char *relay; /* "smtp.example.com:587" */
	uint64_t accepted, failed; /* in 24 hours */
	uint64_t waiting, held;
	int64_t oldest_waiting; /* 0 none */
	struct notice_certificate certificates[NOTICE_CERTIFICATES_MAX];
	struct notice_failures failures; /* in 24 hours */
	int64_t next; /* when the next notice is due */
};

void notice_text_daily(const struct notice_frame *frame, const struct daily_facts *facts,
	struct arena *a, struct notice_text *ret_text);

struct healed_facts {
	int64_t began, ended;
	uint64_t breaks; /* how often it broke within that time */
	const struct verdict *verdict; /* of the last failure */
	uint64_t waited; /* messages */
};

void notice_text_healed(const struct notice_frame *frame, const struct healed_facts *facts,
	struct arena *a, struct notice_text *ret_text);

void notice_text_failures(const struct notice_frame *frame, const struct notice_failures *failures,
	struct arena *a, struct notice_text *ret_text);

/* What ends soon, n of at least one. */
void notice_text_endings(const struct notice_frame *frame, const struct ending *list, size_t n,
	struct arena *a, struct notice_text *ret_text);

/* Whole days until then, never below 0; and whether it is over. */
int64_t notice_days_left(int64_t until, int64_t now);

/* "2 days 3 hours", "5 minutes", "40 seconds": the two largest units. */
const char *notice_span(int64_t seconds, struct arena *a);

#endif
