/* backup.c - reading everything that a backup holds from one moment of the store; see backup.h. */
#include "store/backup.h"

#include "store/db.h"
#include "store/settings.h"

enum {
	SETTINGS_MEMORY = 4 * 1024 * 1024,
	SIGN_IN_MEMORY = 512 * 1024,
};

static const char *const columns[BACKUP_KINDS] = {
	[BACKUP_HEAD] = "ttit",
	[BACKUP_SETTING] = "ttit",
	[BACKUP_ACCOUNT] = "tttiii",
	[BACKUP_TOKEN] = "btiitIITIT",
	[BACKUP_ALIAS] = "ttit",
	[BACKUP_NOTICE] = "tii",
	[BACKUP_AUDIT] = "iitttb",
	[BACKUP_MESSAGE] = "itTitttttiiiibiit",
	[BACKUP_RECIPIENT] = "itiiii",
	[BACKUP_ATTEMPT] = "iititttitt",
	[BACKUP_DEED] = "ittti",
	[BACKUP_SIGN_IN] = "bttiiiitttittitiiii",
	[BACKUP_CERTIFICATE] = "tt",
};

struct reading {
	struct store_db *db;
	int (*take)(void *arg, const struct backup_row *row);
	void *arg;
};

const char *backup_columns(enum backup_kind kind)
{
	return columns[kind];
}

static int take_row(struct reading *r, enum backup_kind kind, const struct query *q)
{
	struct backup_row row = { .kind = kind };

	for (const char *type = columns[kind]; *type != '\0'; type++) {
		int column = (int)row.n;
		struct backup_value *value = &row.values[row.n++];

		value->null = column_is_null(q, column);
		if (*type == 'i' || *type == 'I')
			value->number = column_number(q, column);
		else
			value->octets = column_slice(q, column);
	}
	return r->take(r->arg, &row);
}

/* Ends the query; each takes what stands below a row, too, with the row's number. */
static int take_rows(struct reading *r, enum backup_kind kind, struct query *q,
	int (*below)(struct reading *r, uint64_t id))
{
	int result = STORE_OK, end;

	while (result == STORE_OK && query_row(q)) {
		uint64_t id = column_id(q, 0);

		result = take_row(r, kind, q);
		if (result == STORE_OK && below != NULL)
			result = below(r, id);
	}
	end = query_end(q);
	return result != STORE_OK ? result : end;
}

/* ---- history ---- */

static int read_attempts(struct reading *r, uint64_t recipient)
{
	struct query q;

	query_init(&q, r->db, "SELECT id, at, relay, took_ms, class, stage, reason, code, enhanced,"
		" words FROM attempt WHERE recipient = ? ORDER BY id");
	query_id(&q, recipient);
	return take_rows(r, BACKUP_ATTEMPT, &q, NULL);
}

static int read_below_message(struct reading *r, uint64_t message)
{
	struct query q;
	int result;

	query_init(&q, r->db, "SELECT id, address, state, changed, attempts, ambiguous"
		" FROM recipient WHERE message = ? ORDER BY id");
	query_id(&q, message);
	result = take_rows(r, BACKUP_RECIPIENT, &q, read_attempts);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT at, who, what, other, n FROM deed WHERE message = ?"
		" ORDER BY id");
	query_id(&q, message);
	return take_rows(r, BACKUP_DEED, &q, NULL);
}

static int read_history(struct reading *r, uint64_t *ret_left_out)
{
	struct query q;
	int64_t first, left_out;
	int result;

	query_init(&q, r->db, "SELECT id FROM message WHERE n_open = 0 ORDER BY id DESC"
		" LIMIT 1 OFFSET ?");
	query_number(&q, BACKUP_MESSAGES_MAX - 1);
	result = query_value(&q, &first);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT count(*) FROM message WHERE n_open = 0 AND id < ?");
	query_number(&q, first);
	result = query_value(&q, &left_out);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT id, queue_id, submission, at, submitter, sender, header_from,"
		" subject, message_id, size, header_size, needs_8bitmime, needs_smtputf8, digest,"
		" dsn_notify, dsn_return, dsn_envid FROM message WHERE n_open = 0 AND id >= ?"
		" ORDER BY id");
	query_number(&q, first);
	*ret_left_out = (uint64_t)left_out;
	return take_rows(r, BACKUP_MESSAGE, &q, read_below_message);
}

/* ---- the rest ---- */

static struct backup_value text_value(const char *text)
{
	return (struct backup_value){ .octets = slice_of(text) };
}

/* Secrets leave the seal of this machine's key here: another has another key. */
static int read_settings(struct reading *r)
{
	struct arena *a = arena_new(SETTINGS_MEMORY);
	struct store_settings settings;
	int result = a != NULL ? store_settings_load(r->db, a, &settings) : STORE_FAILED;

	for (size_t i = 0; result == STORE_OK && i < settings.n; i++) {
		const struct store_setting *s = &settings.items[i];
		struct backup_row row = { .kind = BACKUP_SETTING, .n = 4, .values = {
			text_value(s->key), text_value(s->value), { .number = s->at },
			text_value(s->by),
		} };

		result = r->take(r->arg, &row);
	}
	arena_free(a);
	return result;
}

/* The same for the tokens; the refresh token before is a person's here, and dead. */
static int read_sign_in(struct reading *r)
{
	struct arena *a = arena_new(SIGN_IN_MEMORY);
	struct store_oauth_token t;
	int result = a != NULL ? store_oauth_token_load(r->db, a, &t) : STORE_FAILED;

	if (result == STORE_OK) {
		struct backup_row row = { .kind = BACKUP_SIGN_IN, .n = 19, .values = {
			{ .octets = slice_make((char *)t.fingerprint, sizeof(t.fingerprint)) },
			text_value(t.access), text_value(t.refresh), { .number = t.granted },
			{ .number = t.life }, { .number = t.refresh_since },
			{ .number = t.refresh_used }, text_value(t.scopes),
			text_value(t.account), text_value(t.by), { .number = t.signed_in },
			text_value(t.issuer), text_value(t.revocation), { .number = t.basic },
			text_value(token_state_name(t.state)), { .number = t.state_at },
			{ .number = t.refresh_ends }, { .number = t.refresh_habit },
			{ .number = t.died_young },
		} };

		result = r->take(r->arg, &row);
	}
	arena_free(a);
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}

static int read_tables(struct reading *r)
{
	struct query q;
	int result;

	query_init(&q, r->db, "SELECT realm, name, hash, created, disabled, signed_in FROM account"
		" ORDER BY id");
	result = take_rows(r, BACKUP_ACCOUNT, &q, NULL);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT digest, name, scopes, created, created_by, expires, used,"
		" used_from, revoked, revoked_by FROM api_token ORDER BY id");
	result = take_rows(r, BACKUP_TOKEN, &q, NULL);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT name, targets, at, by FROM alias ORDER BY name");
	result = take_rows(r, BACKUP_ALIAS, &q, NULL);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT name, day, at FROM notice ORDER BY name");
	result = take_rows(r, BACKUP_NOTICE, &q, NULL);
	if (result != STORE_OK)
		return result;
	query_init(&q, r->db, "SELECT seq, at, who, address, what, chain FROM audit ORDER BY seq");
	return take_rows(r, BACKUP_AUDIT, &q, NULL);
}

int store_backup_read(struct store_db *db, int (*take)(void *arg, const struct backup_row *row),
	void *arg, uint64_t *ret_left_out)
{
	struct reading r = { .db = db, .take = take, .arg = arg };
	int result = db_exec(db, "BEGIN"), end;

	if (result != STORE_OK)
		return result;
	result = read_settings(&r);
	if (result == STORE_OK)
		result = read_sign_in(&r);
	if (result == STORE_OK)
		result = read_tables(&r);
	if (result == STORE_OK)
		result = read_history(&r, ret_left_out);
	end = db_exec(db, "ROLLBACK");
	return result != STORE_OK ? result : end;
}
