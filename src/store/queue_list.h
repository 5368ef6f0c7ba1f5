/*
 * queue_list.h - the queue as lists, pages and the status show it. Reads only.
 */
#ifndef TOCSIN_STORE_QUEUE_LIST_H
#define TOCSIN_STORE_QUEUE_LIST_H

#include "store/queue.h"

struct queue_item {
	uint64_t id; /* for paging */
	const char *queue_id;
	int64_t at;
	const char *submitter;
	const char *sender;
	const char *header_from;
	const char *subject;
	const char *message_id;
	uint64_t size;
	uint64_t n_recipients;
	uint64_t n_open;
	enum queue_state state; /* worst open, or worst final */
	int64_t next_try; /* the earliest, 0 when none is due by time */
	const char *reason; /* last words about the recipient whose state is shown, or "" */
};

struct queue_items {
	struct queue_item *items; /* newest first */
	size_t n;
	uint64_t total; /* in this list, on all pages */
};

enum queue_filter {
	QUEUE_LIST_OPEN, /* messages with a recipient that is not final */
	QUEUE_LIST_ALL,
	QUEUE_LIST_STATE, /* messages with a recipient in that state */
};

/* Messages with id < before (0 = from the newest), at most limit. */
int queue_list(struct store_db *db, enum queue_filter filter, enum queue_state state,
	uint64_t before, size_t limit, struct arena *a, struct queue_items *ret_items) MUST_CHECK;

struct queue_detail {
	uint64_t id;
	const char *address;
	enum queue_state state;
	unsigned attempts;
	int64_t next_try; /* 0 none */
	bool maybe_delivered; /* a dot was sent and no answer came */
	int64_t at; /* of the last change */
	const char *relay; /* of the last try, "" none */
	uint64_t took_ms;
	bool tried; /* verdict says something */
	struct verdict *verdict; /* of the last try; REASON_REPLY texts are the server's */
};

struct queue_details {
	struct queue_item item;
	struct queue_detail *recipients;
	size_t n;
};

/* STORE_NOT_FOUND. */
int queue_show(struct store_db *db, const char *queue_id, struct arena *a,
	struct queue_details *ret_details) MUST_CHECK;

struct queue_attempt {
	int64_t at;
	const char *relay;
	uint64_t took_ms;
	struct verdict *verdict;
};

struct queue_attempts {
	struct queue_attempt *items; /* oldest first */
	size_t n;
};

/* The newest 200 tries of one recipient. */
int queue_attempts(struct store_db *db, uint64_t recipient, struct arena *a,
	struct queue_attempts *ret_attempts) MUST_CHECK;

struct queue_counts {
	uint64_t messages;
	uint64_t recipients[QUEUE_STATE_COUNT];
	int64_t oldest_open; /* when it was accepted, 0 none */
	uint64_t accepted_since, failed_since; /* recipients that became so after that time */
	int64_t last_accepted; /* 0 never */
};

int queue_counts(struct store_db *db, int64_t since, struct queue_counts *ret_counts) MUST_CHECK;

#endif
