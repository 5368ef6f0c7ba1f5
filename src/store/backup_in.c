/* backup_in.c - putting the rows of a backup back; see backup.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/audit.h"
#include "store/backup.h"
#include "store/db.h"
#include "store/restored_certificate.h"

enum {
	TEXT_MEMORY = 256 * 1024, /* of one audit entry */
	SIGN_IN_MEMORY = 1024 * 1024, /* the one here, too */
	LIFE_END = 20 * 366 * 24 * 3600, /* s; no life of a token is that long (wire/grant.h) */
};

static const int64_t time_end = INT64_C(253402300800); /* the year 10000 */

/* Binds the values from that column on, by their types. */
static void bind(struct query *q, const struct backup_row *row, size_t first)
{
	const char *types = backup_columns(row->kind);

	for (size_t i = first; i < row->n; i++) {
		const struct backup_value *v = &row->values[i];

		if (v->null)
			query_null(q);
		else if (types[i] == 'i' || types[i] == 'I')
			query_number(q, v->number);
		else if (types[i] == 'b')
			query_bytes(q, v->octets.len > 0 ? v->octets.data : "", v->octets.len);
		else
			query_slice(q, v->octets.len > 0 ? v->octets : SLICE(""));
	}
}

static int run_with(struct query *q, const struct backup_row *row)
{
	bind(q, row, 0);
	return query_run(q);
}

/* ---- history ---- */

/* Keeps its number where that is free, so that the log's order stays. */
static int put_message(struct store_restore *r, const struct backup_row *row)
{
	struct query q;
	int result;

	r->message = r->recipient = 0;
	query_init(&q, r->db, "INSERT OR IGNORE INTO message (id, queue_id, submission, at, submitter,"
		" sender, header_from, subject, message_id, size, header_size, needs_8bitmime,"
		" needs_smtputf8, digest, dsn_notify, dsn_return, dsn_envid, n_open)"
		" SELECT iif(EXISTS (SELECT 1 FROM message WHERE id = ?1), NULL, ?1),"
		" ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0");
	result = run_with(&q, row);
	if (result == STORE_OK && db_changes(r->db) > 0) {
		r->message = db_last_id(r->db);
		r->n_messages++;
	}
	return result;
}

static int put_recipient(struct store_restore *r, const struct backup_row *row)
{
	struct query q;
	int result;

	if (r->message == 0)
		return STORE_OK;
	query_init(&q, r->db, "INSERT INTO recipient (id, address, state, changed, attempts, ambiguous,"
		" message) SELECT iif(EXISTS (SELECT 1 FROM recipient WHERE id = ?1), NULL, ?1),"
		" ?2, ?3, ?4, ?5, ?6, ?7");
	bind(&q, row, 0);
	query_id(&q, r->message);
	result = query_run(&q);
	if (result == STORE_OK)
		r->recipient = db_last_id(r->db);
	return result;
}

/* The counters for monitoring count what this machine did: what their trigger added goes again. */
static int uncount(struct store_restore *r, struct slice class)
{
	struct query q;

	query_init(&q, r->db, "UPDATE delivery_total SET n = n - 1 WHERE class = ?");
	query_slice(&q, class);
	return query_run(&q);
}

static int put_attempt(struct store_restore *r, const struct backup_row *row)
{
	struct query q;
	uint64_t id;
	int result;

	if (r->message == 0)
		return STORE_OK;
	query_init(&q, r->db, "INSERT INTO attempt (id, at, relay, took_ms, class, stage, reason, code,"
		" enhanced, words, recipient)"
		" SELECT iif(EXISTS (SELECT 1 FROM attempt WHERE id = ?1), NULL, ?1),"
		" ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11");
	bind(&q, row, 0);
	query_id(&q, r->recipient);
	result = query_run(&q);
	id = db_last_id(r->db);
	if (result == STORE_OK)
		result = uncount(r, row->values[4].octets);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "UPDATE recipient SET last = ? WHERE id = ?");
	query_id(&q, id);
	query_id(&q, r->recipient);
	return query_run(&q);
}

static int put_deed(struct store_restore *r, const struct backup_row *row)
{
	struct query q;

	if (r->message == 0)
		return STORE_OK;
	query_init(&q, r->db, "INSERT INTO deed (at, who, what, other, n, message)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	bind(&q, row, 0);
	query_id(&q, r->message);
	return query_run(&q);
}

/* ---- the audit log ---- */

/* 1 and STORE_OK when this very entry is in the chain here. */
static int is_own_entry(struct store_restore *r, const struct backup_row *row, int64_t *ret_n)
{
	struct query q;

	query_init(&q, r->db, "SELECT count(*) FROM audit WHERE seq = ? AND chain = ?");
	query_number(&q, row->values[0].number);
	query_bytes(&q, row->values[5].octets.data, row->values[5].octets.len);
	return query_value(&q, ret_n);
}

static int is_there(struct store_restore *r, const struct audit_entry *entry, int64_t *ret_n)
{
	struct query q;

	query_init(&q, r->db, "SELECT count(*) FROM audit WHERE at = ? AND what = ?");
	query_number(&q, entry->at);
	query_slice(&q, slice_sub(slice_of(entry->what), 0, AUDIT_TEXT_MAX));
	return query_value(&q, ret_n);
}

static int append_entry(struct store_restore *r, const struct backup_row *row, struct arena *a)
{
	struct audit_entry entry = {
		.at = row->values[1].number,
		.who = arena_text(a, row->values[2].octets),
		.from = arena_text(a, row->values[3].octets),
		.what = arena_printf(a, "[of %s, entry %" PRId64 "] %s", r->node,
			row->values[0].number, arena_text(a, row->values[4].octets)),
	};
	int64_t n;
	int result = arena_failed(a) ? STORE_FAILED : is_there(r, &entry, &n);

	if (result != STORE_OK || n > 0)
		return result;
	r->n_audit++;
	return audit_append(r->db, &entry);
}

static int put_audit(struct store_restore *r, const struct backup_row *row)
{
	struct arena *a;
	int64_t n;
	int result = is_own_entry(r, row, &n);

	if (result != STORE_OK || n > 0)
		return result;
	a = arena_new(TEXT_MEMORY);
	result = a != NULL ? append_entry(r, row, a) : STORE_FAILED;
	arena_free(a);
	return result;
}

/* ---- the sign-in ---- */

/* Times of a clock, or 0: they are added to and taken from others. */
static bool are_times(const struct store_oauth_token *t)
{
	const int64_t times[] = { t->granted, t->refresh_since, t->refresh_used, t->signed_in,
		t->state_at, t->refresh_ends };

	for (size_t i = 0; i < COUNT_OF(times); i++)
		if (times[i] < 0 || times[i] >= time_end)
			return false;
	return t->life >= 0 && t->life < LIFE_END;
}

bool backup_sign_in(const struct backup_row *row, struct arena *a,
	struct store_oauth_token *ret_token)
{
	const struct backup_value *v = row->values;
	struct store_oauth_token t = {
		.access = arena_text(a, v[1].octets), .refresh = arena_text(a, v[2].octets),
		.granted = v[3].number, .life = v[4].number, .refresh_since = v[5].number,
		.refresh_used = v[6].number, .scopes = arena_text(a, v[7].octets),
		.account = arena_text(a, v[8].octets), .by = arena_text(a, v[9].octets),
		.signed_in = v[10].number, .issuer = arena_text(a, v[11].octets),
		.revocation = arena_text(a, v[12].octets), .basic = v[13].number != 0,
		.state_at = v[15].number, .refresh_ends = v[16].number,
		.refresh_habit = store_oauth_token_habit_of(v[17].number),
		.died_young = v[18].number != 0,
	};

	if (v[0].octets.len != sizeof(t.fingerprint) || v[1].octets.len == 0 || !are_times(&t) ||
		v[1].octets.len > STORE_OAUTH_TOKEN_MAX ||
		v[2].octets.len > STORE_OAUTH_TOKEN_MAX ||
		!store_oauth_token_state_of(v[14].octets, &t.state))
		return false;
	memcpy(t.fingerprint, v[0].octets.data, sizeof(t.fingerprint));
	*ret_token = t;
	return true;
}

static int place_sign_in(struct store_restore *r, const struct backup_row *row, struct arena *a)
{
	struct store_oauth_token here, t;
	int result;

	if (!backup_sign_in(row, a, &t) || arena_failed(a))
		return STORE_FAILED;
	result = store_oauth_token_load(r->db, a, &here);
	if (result == STORE_OK && store_oauth_token_outlives(&here, &t))
		return STORE_OK;
	if (result != STORE_OK && result != STORE_NOT_FOUND)
		return result;
	r->sign_in = true;
	return store_oauth_token_save(r->db, &t);
}

static int put_sign_in(struct store_restore *r, const struct backup_row *row)
{
	struct arena *a = arena_new(SIGN_IN_MEMORY);
	int result = a != NULL ? place_sign_in(r, row, a) : STORE_FAILED;

	arena_free(a);
	return result;
}

static int put_certificate(struct store_restore *r, const struct backup_row *row)
{
	const struct store_certificate c = {
		.chain = row->values[0].octets, .key = row->values[1].octets,
	};

	r->certificate = true;
	return store_restored_certificate_save(r->db, &c);
}

/* ---- all ---- */

int store_restore_begin(struct store_restore *r, struct store_db *db, const char *node)
{
	*r = (struct store_restore){ .db = db, .node = node };
	return db_exec(db, "DELETE FROM session; DELETE FROM account; DELETE FROM api_token;"
		"DELETE FROM alias");
}

int store_restore_row(struct store_restore *r, const struct backup_row *row)
{
	struct query q;

	switch (row->kind) {
	case BACKUP_ACCOUNT:
		query_init(&q, r->db, "INSERT INTO account (realm, name, hash, created, disabled,"
			" signed_in) VALUES (?, ?, ?, ?, ?, ?)");
		return run_with(&q, row);
	case BACKUP_TOKEN:
		query_init(&q, r->db, "INSERT INTO api_token (digest, name, scopes, created, created_by,"
			" expires, used, used_from, revoked, revoked_by)"
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
		return run_with(&q, row);
	case BACKUP_ALIAS:
		query_init(&q, r->db, "INSERT INTO alias (name, targets, at, by) VALUES (?, ?, ?, ?)");
		return run_with(&q, row);
	case BACKUP_NOTICE:
		query_init(&q, r->db, "INSERT INTO notice (name, day, at) VALUES (?, ?, ?)"
			" ON CONFLICT (name) DO UPDATE SET day = excluded.day, at = excluded.at"
			" WHERE excluded.at > notice.at");
		return run_with(&q, row);
	case BACKUP_AUDIT:
		return put_audit(r, row);
	case BACKUP_MESSAGE:
		return put_message(r, row);
	case BACKUP_RECIPIENT:
		return put_recipient(r, row);
	case BACKUP_ATTEMPT:
		return put_attempt(r, row);
	case BACKUP_DEED:
		return put_deed(r, row);
	case BACKUP_SIGN_IN:
		return put_sign_in(r, row);
	case BACKUP_CERTIFICATE:
		return put_certificate(r, row);
	case BACKUP_NONE:
	case BACKUP_HEAD:
	case BACKUP_SETTING:
	case BACKUP_KINDS:
		break;
	}
	return STORE_OK;
}

/* A link to make the first account is of no use, and of harm, once there are some. */
int store_restore_end(struct store_restore *r)
{
	return db_exec(r->db, "DELETE FROM setup_link WHERE EXISTS (SELECT 1 FROM account)");
}
