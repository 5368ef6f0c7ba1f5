/* queue_in.c - a message into the queue, and bare names to the contacts; see queue.h. */
#include <string.h>

#include <sodium.h>

#include "store/queue_rows.h"

enum {
	DIGEST_SIZE = 32,
	ID_TRIES = 4,
};

/* ---- the message and its octets ---- */

/* Without vowels, and without what looks alike. */
static void make_queue_id(char ret_id[static QUEUE_ID_SIZE])
{
	static const char alphabet[] = "BCDFGHJKLMNPQRSTVWXZ23456789";

	for (size_t i = 0; i < QUEUE_ID_SIZE - 1; i++)
		ret_id[i] = alphabet[random_below(sizeof(alphabet) - 1)];
	ret_id[QUEUE_ID_SIZE - 1] = '\0';
}

static bool has_name(const struct queue_message *m)
{
	return m->submission != NULL && m->submission[0] != '\0';
}

/* STORE_NOT_FOUND when the submission is new. */
static int find_submission(struct store_db *db, const struct queue_message *m,
	char ret_queue_id[static QUEUE_ID_SIZE])
{
	struct query q;
	bool fits;
	int result;

	if (!has_name(m))
		return STORE_NOT_FOUND;
	query_init(&q, db, "SELECT queue_id FROM message WHERE submission = ?");
	query_text(&q, m->submission);
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	fits = slice_copy(column_slice(&q, 0), ret_queue_id, QUEUE_ID_SIZE);
	result = query_end(&q);
	return result == STORE_OK && !fits ? STORE_FAILED : result;
}

static int insert_message(struct store_db *db, const struct queue_message *m, const char *queue_id)
{
	unsigned char digest[DIGEST_SIZE];
	struct query q;

	crypto_generichash(digest, sizeof(digest), (const unsigned char *)m->content.data,
		m->content.len, NULL, 0);
	query_init(&q, db, "INSERT INTO message (queue_id, submission, at, submitter, sender, header_from,"
			   " subject, message_id, size, header_size, needs_8bitmime, needs_smtputf8, digest,"
			   " dsn_notify, dsn_return, dsn_envid, n_open)"
			   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)");
	query_text(&q, queue_id);
	query_text(&q, has_name(m) ? m->submission : NULL);
	query_number(&q, m->at);
	query_text(&q, m->submitter);
	query_text(&q, m->sender);
	query_text(&q, m->header_from);
	query_text(&q, m->subject);
	query_text(&q, m->message_id);
	query_id(&q, m->content.len);
	query_id(&q, m->header_size);
	query_number(&q, m->needs_8bitmime);
	query_number(&q, m->needs_smtputf8);
	query_bytes(&q, digest, sizeof(digest));
	query_number(&q, m->dsn.notify);
	query_number(&q, m->dsn.ret);
	query_text(&q, m->dsn.envid != NULL ? m->dsn.envid : "");
	return query_run(&q);
}

static int insert_content(struct store_db *db, uint64_t message, struct slice content)
{
	int result = STORE_OK;
	uint64_t part = 0;

	for (size_t at = 0; result == STORE_OK && at < content.len; at += QUEUE_PART_SIZE) {
		struct slice octets = slice_sub(content, at, QUEUE_PART_SIZE);
		struct query q;

		query_init(&q, db, "INSERT INTO content (id, octets) VALUES (?, ?)");
		query_id(&q, message * QUEUE_PARTS_MAX + part++);
		query_bytes(&q, octets.data, octets.len);
		result = query_run(&q);
	}
	return result;
}

/* ---- recipients ---- */

static int insert_recipient(struct store_db *db, uint64_t message, const char *address,
	enum queue_state state, int64_t now)
{
	struct query q;

	query_init(&q, db, "INSERT INTO recipient (message, address, state, changed, next_try)"
			   " VALUES (?, ?, ?, ?, ?) ON CONFLICT (message, address) DO NOTHING");
	query_id(&q, message);
	query_text(&q, address);
	query_number(&q, state);
	query_number(&q, now);
	if (state == QUEUE_QUEUED)
		query_number(&q, now);
	else
		query_null(&q);
	return query_run(&q);
}

static int insert_contacts(struct store_db *db, uint64_t message, const char *const *contacts,
	size_t n_contacts, int64_t now)
{
	int result = STORE_OK;

	for (size_t i = 0; result == STORE_OK && i < n_contacts; i++)
		result = insert_recipient(db, message, contacts[i], QUEUE_QUEUED, now);
	return result;
}

static int insert_recipients(struct store_db *db, uint64_t message, const struct queue_message *m)
{
	int result = STORE_OK;

	for (size_t i = 0; result == STORE_OK && i < m->n_recipients; i++) {
		const char *address = m->recipients[i];

		if (strchr(address, '@') != NULL)
			result = insert_recipient(db, message, address, QUEUE_QUEUED, m->at);
		else if (m->n_contacts > 0)
			result = insert_contacts(db, message, m->contacts, m->n_contacts, m->at);
		else
			result = insert_recipient(db, message, address, QUEUE_HELD, m->at);
	}
	return result;
}

int queue_add(struct store_db *db, const struct queue_message *m,
	char ret_queue_id[static QUEUE_ID_SIZE])
{
	char queue_id[QUEUE_ID_SIZE];
	uint64_t message;
	int result;

	if (m->content.len == 0 || m->content.len > QUEUE_SIZE_MAX || m->n_recipients == 0 ||
		m->n_recipients > QUEUE_RECIPIENTS_MAX)
		return STORE_FAILED;
	result = find_submission(db, m, queue_id);
	if (result == STORE_OK)
		memcpy(ret_queue_id, queue_id, sizeof(queue_id));
	if (result != STORE_NOT_FOUND)
		return result;
	result = STORE_EXISTS;
	for (int i = 0; result == STORE_EXISTS && i < ID_TRIES; i++) {
		make_queue_id(queue_id);
		result = insert_message(db, m, queue_id);
	}
	if (result != STORE_OK)
		return result;
	message = db_last_id(db);
	result = insert_content(db, message, m->content);
	if (result == STORE_OK)
		result = insert_recipients(db, message, m);
	if (result == STORE_OK)
		result = queue_refresh(db, message);
	if (result == STORE_OK)
		memcpy(ret_queue_id, queue_id, sizeof(queue_id));
	return result;
}

/* ---- names that were held ---- */

struct held {
	uint64_t recipient, message;
};

static int read_held(struct query *q, struct held *ret_held)
{
	int result = query_first(q);

	if (result != STORE_OK)
		return result;
	*ret_held = (struct held){ .recipient = column_id(q, 0), .message = column_id(q, 1) };
	return query_end(q);
}

/* name: NULL for any. STORE_NOT_FOUND when none is left. */
static int find_held(struct store_db *db, const char *name, struct held *ret_held)
{
	struct query q;

	if (name == NULL) {
		query_init(&q, db, "SELECT id, message FROM recipient INDEXED BY recipient_local"
				   " WHERE state = 6 AND instr(address, '@') = 0 LIMIT 1");
	} else {
		query_init(&q, db, "SELECT id, message FROM recipient INDEXED BY recipient_local"
				   " WHERE state = 6 AND instr(address, '@') = 0 AND (lower(address) = ?1"
				   " OR lower(substr(address, 1, length(?1) + 1)) = ?1 || '+') LIMIT 1");
		query_text(&q, name);
	}
	return read_held(&q, ret_held);
}

static int delete_recipient(struct store_db *db, uint64_t recipient)
{
	struct query q;

	query_init(&q, db, "DELETE FROM recipient WHERE id = ?");
	query_id(&q, recipient);
	return query_run(&q);
}

static int expand_one(struct store_db *db, const struct held *held, const char *const *addresses,
	size_t n_addresses, int64_t now)
{
	int result = insert_contacts(db, held->message, addresses, n_addresses, now);

	if (result == STORE_OK)
		result = delete_recipient(db, held->recipient);
	return result == STORE_OK ? queue_refresh(db, held->message) : result;
}

int queue_expand_name(struct store_db *db, const char *name, const char *const *addresses,
	size_t n_addresses, int64_t now, uint64_t *n)
{
	int result = STORE_OK;

	while (n_addresses > 0 && *n < QUEUE_EXPAND_MAX && result == STORE_OK) {
		struct held held;

		result = find_held(db, name, &held);
		if (result == STORE_OK)
			result = expand_one(db, &held, addresses, n_addresses, now);
		if (result == STORE_OK)
			*n += 1;
	}
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}

int queue_expand_local(struct store_db *db, const char *const *contacts, size_t n_contacts,
	int64_t now, uint64_t *n)
{
	return queue_expand_name(db, NULL, contacts, n_contacts, now, n);
}
