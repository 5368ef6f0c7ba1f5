/*
 * queue.h - the durable queue: messages, their octets, a state per recipient (core/queue_state.h)
 * and what came of each try. It is a history too: a message stays when it is done. Its octets go,
 * but those of a message that failed are kept for as long as there is room (queue_retain.h).
 *
 * A recipient is in exactly one state. Only queue_take() makes one in flight, only
 * queue_verdict(), damage and a person (queue_act.h) make one final, and a final one never changes
 * again, so a recipient whose acceptance is on the disk is never mailed a second time.
 * How due times and classes come about is the keeper's (core/retry.h, core/relay_health.h).
 */
#ifndef TOCSIN_STORE_QUEUE_H
#define TOCSIN_STORE_QUEUE_H

#include "base/buffer.h"
#include "core/dsn.h"
#include "core/queue_state.h"
#include "core/verdict.h"
#include "store/store.h"

enum {
	QUEUE_ID_SIZE = 13, /* twelve of 28 capitals and digits that do not look alike, and a NUL */
	QUEUE_BATCH_MAX = 100, /* recipients of one transaction (RFC 5321 4.5.3.1.8) */
	QUEUE_PART_SIZE = 64 * 1024, /* octets of the content in one row */
	QUEUE_SIZE_MAX = 35 * 1024 * 1024,
	QUEUE_RECIPIENTS_MAX = 5000,
};

/* ---- in ---- */

struct queue_message {
	const char *submission; /* names it among all that ever came; NULL or "" when it has no name */
	int64_t at; /* accepted */
	const char *submitter; /* "uid 0", "tocsin" */
	const char *sender; /* envelope sender, "" for the null sender */
	const char *header_from;
	const char *subject;
	const char *message_id;
	uint64_t header_size;
	bool needs_8bitmime;
	bool needs_smtputf8;
	struct dsn dsn;
	struct slice content; /* canonical; stays as it is until the job is done */
	/*
	 * Addresses with an "@", or bare names of this box ("root"): those go to the contacts, or are
	 * held until there are some. Twice the same counts once.
	 */
	const char *const *recipients;
	size_t n_recipients;
	const char *const *contacts;
	size_t n_contacts;
};

/*
 * In a job. A submission whose name is known is not added again: *ret_queue_id is then that of the
 * first. STORE_FAILED without recipients or past the limits.
 */
int queue_add(struct store_db *db, const struct queue_message *m,
	char ret_queue_id[static QUEUE_ID_SIZE]) MUST_CHECK;

enum {
	QUEUE_EXPAND_MAX = 500,
};

/*
 * In a job, when aliases were set: what is held for that name, or for "name+detail", goes to these
 * addresses. *n grows by what was expanded and is not passed QUEUE_EXPAND_MAX.
 */
int queue_expand_name(struct store_db *db, const char *name, const char *const *addresses,
	size_t n_addresses, int64_t now, uint64_t *n) MUST_CHECK;

/*
 * In a job, when contacts were set: bare names that are held become the contacts, queued. *n
 * grows as above; when it reaches QUEUE_EXPAND_MAX another call is needed. Without contacts none.
 */
int queue_expand_local(struct store_db *db, const char *const *contacts, size_t n_contacts,
	int64_t now, uint64_t *n) MUST_CHECK;

/* ---- out ---- */

struct queue_recipient {
	uint64_t id;
	const char *address;
	unsigned attempts; /* made so far */
	unsigned ambiguous; /* of these, how many dots got no answer */
};

struct queue_envelope {
	uint64_t message;
	const char *queue_id;
	int64_t at;
	const char *sender;
	const char *header_from;
	const char *subject;
	const char *message_id;
	uint64_t size;
	uint64_t header_size;
	bool needs_8bitmime;
	bool needs_smtputf8;
	struct dsn dsn;
	struct queue_recipient *recipients;
	size_t n_recipients;
};

/*
 * In a job: the message that has been due longest, with up to QUEUE_BATCH_MAX of its due
 * recipients, which are in flight from now on. STORE_NOT_FOUND when none is due. A message is with
 * the sender once at a time. The arena is the job's own.
 */
int queue_take(struct store_db *db, int64_t now, struct arena *a,
	struct queue_envelope *ret_envelope) MUST_CHECK;

/* When the next recipient is due; INT64_MAX when none is waiting for a time. */
int queue_next_due(struct store_db *db, int64_t *ret_due) MUST_CHECK;

/* Appends content from offset on, at most a part; nothing at the end. STORE_NOT_FOUND. */
int queue_body(struct store_db *db, uint64_t message, uint64_t offset, struct buffer *out)
	MUST_CHECK;

/*
 * In a job, before the final dot: the message's recipients in flight become dot sent, those that
 * are already stay so. STORE_NOT_FOUND when none is with the sender: the dot must not be sent.
 */
int queue_dot(struct store_db *db, uint64_t message, int64_t now) MUST_CHECK;

/* What came of one recipient, and what it becomes. */
struct queue_verdict {
	uint64_t recipient;
	const struct verdict *verdict;
	enum queue_state state; /* queued, deferred, held, accepted or failed */
	int64_t next_try; /* queued and deferred */
	bool counts; /* it was a try of this recipient, so attempts grows */
	bool ambiguous; /* the dot was sent and no answer came */
};

struct queue_verdicts {
	uint64_t message;
	int64_t at;
	const char *relay; /* "smtp.example.com:587" */
	uint64_t took_ms;
	const struct queue_verdict *items;
	size_t n;
};

/*
 * In a job. Recipients with the sender that are not named go back to queued, untried. It may come
 * again after a restart: a recipient that is final keeps what it has; one that is not with the
 * sender any more takes only a final state, or the news that the relay did answer its dot. Unknown
 * recipients are passed over. When the last recipient is final the octets go, unless one failed.
 */
int queue_verdict(struct store_db *db, const struct queue_verdicts *v) MUST_CHECK;

/* The number of a message. STORE_NOT_FOUND. */
int queue_find(struct store_db *db, const char *queue_id, uint64_t *ret_message) MUST_CHECK;

/* ---- by time, and after an accident; by hand: queue_act.h ---- */

struct queue_recovery {
	uint64_t requeued; /* were in flight */
	uint64_t maybe_delivered; /* were dot sent */
	uint64_t damaged; /* failed: their octets are not whole */
};

/*
 * In a job, at start and when the sender was lost: in flight becomes queued; dot sent becomes
 * deferred until now + RETRY_AMBIGUOUS_FIRST and maybe delivered, or held when that happened
 * RETRY_AMBIGUOUS_MAX times (core/retry.h). Due times further off than an hour and a half come from
 * a clock that was wrong and become now.
 */
int queue_recover(struct store_db *db, int64_t now, struct queue_recovery *ret_recovery) MUST_CHECK;

/* Whether any due time is so far off. */
int queue_is_astray(struct store_db *db, int64_t now, bool *ret_astray) MUST_CHECK;
/* In a job: those that are become now. */
int queue_mend_times(struct store_db *db, int64_t now) MUST_CHECK;

/*
 * In a job, when the settings changed: what is deferred is due now, except where a delivery is in
 * doubt.
 */
int queue_hurry(struct store_db *db, int64_t now) MUST_CHECK;

#endif
