/* oauth_token.c - the sign-in by OAuth2 on the disk; see oauth_token.h. */
#include "store/oauth_token.h"

#include <string.h>

#include "store/db.h"

enum {
	TOKEN_MAX = 32 * 1024,
};

static const char place_access[] = "oauth_token/access";
static const char place_refresh[] = "oauth_token/refresh";

static int unseal(const struct query *q, int column, const char *place, struct arena *a,
	const char **ret_token)
{
	struct buffer plain;
	int result;

	*ret_token = "";
	if (column_is_null(q, column))
		return STORE_OK;
	buffer_init_secret(&plain, TOKEN_MAX);
	result = seal_open(q->db->seal, slice_of(place), column_slice(q, column), &plain);
	if (result == 0)
		*ret_token = arena_text(a, buffer_slice(&plain));
	buffer_release(&plain);
	return result == 0 ? STORE_OK : STORE_FAILED;
}

bool store_oauth_token_state_of(struct slice name, enum token_state *ret_state)
{
	static const enum token_state states[] = {
		TOKEN_GOOD, TOKEN_REFUSED, TOKEN_SIGN_IN_NEEDED,
	};

	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (slice_is(name, token_state_name(states[i]))) {
			*ret_state = states[i];
			return true;
		}
	}
	return false;
}

static enum token_state state_of(struct slice name)
{
	enum token_state state = TOKEN_GOOD;

	return store_oauth_token_state_of(name, &state) ? state : TOKEN_GOOD;
}

enum ending_habit store_oauth_token_habit_of(int64_t number)
{
	return number == ENDING_MOVES || number == ENDING_STAYS ? (enum ending_habit)number :
		ENDING_UNSEEN;
}

static int read_row(const struct query *q, struct arena *a, struct store_oauth_token *t)
{
	struct slice fingerprint = column_slice(q, 0);
	int result = unseal(q, 1, place_access, a, &t->access);

	if (fingerprint.len == sizeof(t->fingerprint))
		memcpy(t->fingerprint, fingerprint.data, sizeof(t->fingerprint));
	if (result == STORE_OK)
		result = unseal(q, 2, place_refresh, a, &t->refresh);
	t->granted = column_number(q, 3);
	t->life = column_number(q, 4);
	t->refresh_since = column_number(q, 5);
	t->refresh_used = column_number(q, 6);
	t->scopes = column_text(q, 7, a);
	t->account = column_text(q, 8, a);
	t->by = column_text(q, 9, a);
	t->signed_in = column_number(q, 10);
	t->issuer = column_text(q, 11, a);
	t->revocation = column_text(q, 12, a);
	t->basic = column_number(q, 13) != 0;
	t->state = state_of(column_slice(q, 14));
	t->state_at = column_number(q, 15);
	t->refresh_ends = column_number(q, 16);
	t->refresh_habit = store_oauth_token_habit_of(column_number(q, 17));
	t->died_young = column_number(q, 18) != 0;
	return result;
}

int store_oauth_token_load(struct store_db *db, struct arena *a,
	struct store_oauth_token *ret_token)
{
	struct store_oauth_token t = { .granted = 0 };
	struct query q;
	int result, end;

	query_init(&q, db, "SELECT fingerprint, access, refresh, granted, life, refresh_since, refresh_used, scopes,"
			   " account, signed_in_by, signed_in, issuer, revocation, basic, state, state_at,"
			   " refresh_ends, refresh_habit, died_young FROM oauth_token");
	result = query_first(&q);
	if (result != STORE_OK)
		return result;
	result = read_row(&q, a, &t);
	end = query_end(&q);
	if (result != STORE_OK || end != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_token = t;
	return STORE_OK;
}

static void bind_sealed(struct query *q, const char *place, const char *token,
	struct buffer *sealed)
{
	if (token[0] == '\0') {
		query_null(q);
		return;
	}
	seal_close(q->db->seal, slice_of(place), slice_of(token), sealed);
	query_bytes(q, buffer_slice(sealed).data, buffer_slice(sealed).len);
}

/* The stored refresh token when it is another than the new one, else the one kept before. */
static int move_aside(struct store_db *db, const struct store_oauth_token *token)
{
	struct arena *a = arena_new(256 * 1024);
	struct store_oauth_token old;
	struct query q;
	int result = a != NULL ? store_oauth_token_load(db, a, &old) : STORE_FAILED;

	if (result == STORE_OK && old.refresh[0] != '\0' &&
		strcmp(old.refresh, token->refresh) != 0) {
		query_init(&q, db, "UPDATE oauth_token SET previous = refresh");
		result = query_run(&q);
	}
	arena_free(a);
	return result == STORE_NOT_FOUND ? STORE_OK : result;
}

static int end_lesson(struct store_db *db)
{
	struct query q;

	query_init(&q, db, "DELETE FROM oauth_lesson");
	return query_run(&q);
}

int store_oauth_token_save(struct store_db *db, const struct store_oauth_token *t)
{
	struct buffer access, refresh;
	struct query q;
	int result = move_aside(db, t);

	if (result == STORE_OK)
		result = end_lesson(db);
	if (result != STORE_OK)
		return result;
	buffer_init(&access, TOKEN_MAX);
	buffer_init(&refresh, TOKEN_MAX);
	query_init(&q, db, "INSERT INTO oauth_token (id, fingerprint, access, refresh, granted, life,"
			   " refresh_since, refresh_used, scopes, account, signed_in_by, signed_in, issuer,"
			   " revocation, basic, state, state_at, refresh_ends, refresh_habit, died_young)"
			   " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
			   " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint,"
			   " access = excluded.access, refresh = excluded.refresh,"
			   " granted = excluded.granted, life = excluded.life,"
			   " refresh_since = excluded.refresh_since, refresh_used = excluded.refresh_used,"
			   " scopes = excluded.scopes, account = excluded.account,"
			   " signed_in_by = excluded.signed_in_by, signed_in = excluded.signed_in,"
			   " issuer = excluded.issuer, revocation = excluded.revocation,"
			   " basic = excluded.basic, state = excluded.state, state_at = excluded.state_at,"
			   " refresh_ends = excluded.refresh_ends,"
			   " refresh_habit = excluded.refresh_habit,"
			   " died_young = excluded.died_young");
	query_bytes(&q, t->fingerprint, sizeof(t->fingerprint));
	bind_sealed(&q, place_access, t->access, &access);
	bind_sealed(&q, place_refresh, t->refresh, &refresh);
	query_number(&q, t->granted);
	query_number(&q, t->life);
	query_number(&q, t->refresh_since);
	query_number(&q, t->refresh_used);
	query_text(&q, t->scopes);
	query_text(&q, t->account);
	query_text(&q, t->by);
	query_number(&q, t->signed_in);
	query_text(&q, t->issuer);
	query_text(&q, t->revocation);
	query_number(&q, t->basic);
	query_text(&q, token_state_name(t->state));
	query_number(&q, t->state_at);
	query_number(&q, t->refresh_ends);
	query_number(&q, t->refresh_habit);
	query_number(&q, t->died_young);
	result = query_run(&q);
	if (!buffer_ok(&access) || !buffer_ok(&refresh))
		result = STORE_FAILED;
	buffer_release(&access);
	buffer_release(&refresh);
	return result;
}

int store_oauth_token_state(struct store_db *db, enum token_state state, int64_t at)
{
	struct query q;

	query_init(&q, db, "UPDATE oauth_token SET state = ?, state_at = ?");
	query_text(&q, token_state_name(state));
	query_number(&q, at);
	return query_run(&q);
}

static int keep_lesson(struct store_db *db)
{
	struct query q;

	query_init(&q, db, "INSERT INTO oauth_lesson (id, fingerprint)"
			   " SELECT 1, fingerprint FROM oauth_token");
	return query_run(&q);
}

int store_oauth_token_forget(struct store_db *db, bool died_young)
{
	struct query q;
	int result = end_lesson(db);

	if (result == STORE_OK && died_young)
		result = keep_lesson(db);
	if (result != STORE_OK)
		return result;
	query_init(&q, db, "DELETE FROM oauth_token");
	return query_run(&q);
}

int store_oauth_token_lesson(struct store_db *db, const unsigned char fingerprint[SHA256_SIZE],
	bool *ret_died_young)
{
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM oauth_lesson WHERE fingerprint = ?");
	query_bytes(&q, fingerprint, SHA256_SIZE);
	result = query_value(&q, &n);
	if (result == STORE_OK)
		*ret_died_young = n > 0;
	return result;
}

bool store_oauth_token_outlives(const struct store_oauth_token *token,
	const struct store_oauth_token *other)
{
	return token->state == TOKEN_GOOD && token->granted >= other->granted &&
		memcmp(token->fingerprint, other->fingerprint, sizeof(token->fingerprint)) == 0;
}
