/*
 * A store with something in every table, left behind by each earlier schema, comes up to the newest
 * with all of it. A migration that adds a table adds a row of it here.
 */
#include "unit/store/queue_fixture.h"

#include <stdio.h>

#include "store/accounts.h"
#include "store/aliases.h"
#include "store/api_tokens.h"
#include "store/audit.h"
#include "store/endings.h"
#include "store/notices.h"
#include "store/oauth_metadata.h"
#include "store/oauth_token.h"
#include "store/restored_certificate.h"
#include "store/schema.h"
#include "store/settings.h"

enum {
	TABLES_MAX = 50,
	SCHEMA_MAX = 100,
};

/* ---- what a program of each schema left behind ---- */

#define CONTENT(word) "X'0d0a" word "0d0a'"
#define OPEN "6f70656e" /* "open" and so on, with a line end before and behind */
#define HELD "68656c64"
#define KEPT "6b657074"
#define DIGEST_OPEN "X'9b1e0d3829bf270905ecd34afc26f797732f2bc0cca74497a0e1d2f257397bae'"
#define DIGEST_HELD "X'21957340034dcf4a3820756c2cf5bd2ebf895053de8e839ca77038e2337a0220'"
#define DIGEST_KEPT "X'ad222133c7bf097a9bdd89f47189651890e90dcbf2c38b1febe8d83e2019aa83'"
#define MESSAGE(id, queue_id, subject, digest) \
	"INSERT INTO message (id, queue_id, submission, at, submitter, sender, header_from," \
	" subject, message_id, size, header_size, needs_8bitmime, needs_smtputf8, digest, n_open)" \
	" VALUES (" id ", '" queue_id "', 's" id "', 1000, 'uid 0', 'root@h.example', 'Root'," \
	" '" subject "', '<" id "@h>', 8, 2, 0, 0, " digest ", 0);"
#define OPENED(id, n, content) \
	"UPDATE message SET n_open = " n " WHERE id = " id ";" \
	"INSERT INTO content VALUES (" id " * 1024, " content ");"
#define RECIPIENT(id, message, address, state, next_try) \
	"INSERT INTO recipient (id, message, address, state, changed, next_try)" \
	" VALUES (" id ", " message ", '" address "', " state ", 1100, " next_try ");"
#define ATTEMPT(id, recipient, class, code) \
	"INSERT INTO attempt VALUES (" id ", " recipient ", 1100, 'relay:25', 42, '" class "', 'rcpt'," \
	" 'reply', " code ", '', 'words');" \
	"UPDATE recipient SET last = " id ", attempts = 1 WHERE id = " recipient ";"

/* By the migration that made the place for it. */
static const char *const rows[SCHEMA_MAX] = {
	[1] = "INSERT INTO meta VALUES ('seal_check', X'01');"
	      "INSERT INTO setting VALUES ('site.name', 'Nordkap', NULL, 1000, 'anna', 1);"
	      "INSERT INTO setting_change VALUES (1, 'site.name', 1000, 'anna', '192.0.2.1');",
	[2] = "INSERT INTO account (id, realm, name, hash, created)"
	      " VALUES (7, 'login', 'anna', '$argon2id$x', 1000);"
	      "INSERT INTO setup_link VALUES ('login', X'02', 2000);"
	      "INSERT INTO session VALUES (3, X'03', 7, 'csrf', 1000, 1001, '192.0.2.1');"
	      "INSERT INTO failure VALUES (4, X'04', '192.0.2.9', 1000);"
	      "INSERT INTO known_address VALUES ('192.0.2.1', X'05', 1000);",
	[4] = MESSAGE("1", "AAAAAAAAAAAA", "open", DIGEST_OPEN)
	      RECIPIENT("1", "1", "queued@e.example", "0", "1200")
	      RECIPIENT("2", "1", "deferred@e.example", "4", "5000")
	      ATTEMPT("1", "2", "transient", "450")
	      OPENED("1", "2", CONTENT(OPEN))
	      MESSAGE("2", "BBBBBBBBBBBB", "done", "X'06'")
	      RECIPIENT("3", "2", "accepted@e.example", "3", "NULL")
	      RECIPIENT("4", "2", "failed@e.example", "5", "NULL")
	      ATTEMPT("2", "3", "accepted", "250")
	      ATTEMPT("3", "4", "recipient", "550")
	      MESSAGE("3", "CCCCCCCCCCCC", "local", DIGEST_OPEN)
	      RECIPIENT("5", "3", "root", "6", "NULL")
	      OPENED("3", "1", CONTENT(OPEN)),
	[5] = "INSERT INTO api_token VALUES (8, X'08', 'monitor', 3, 1000, 'anna', NULL, 1001,"
	      " '192.0.2.1', NULL, NULL);",
	[6] = "INSERT INTO alias VALUES ('root', 'anna@e.example contacts', 1000, 'anna');",
	[7] = "INSERT INTO notice VALUES ('daily', 20000, 1000);"
	      "INSERT INTO outage VALUES (1, 900, 2, 'relay', 'connect', 'refused', 0, '', 'words');"
	      "INSERT INTO untold_failure VALUES (9, 4);",
	[8] = MESSAGE("4", "DDDDDDDDDDDD", "held", DIGEST_HELD)
	      RECIPIENT("6", "4", "held@e.example", "6", "NULL")
	      OPENED("4", "1", CONTENT(HELD))
	      "UPDATE message SET held_by = 'anna' WHERE id = 4;"
	      "INSERT INTO deed VALUES (1, 4, 1000, 'anna', 'held', '', 1);"
	      MESSAGE("5", "EEEEEEEEEEEE", "kept", DIGEST_KEPT)
	      RECIPIENT("7", "5", "failed@e.example", "5", "NULL")
	      "UPDATE message SET kept = 1 WHERE id = 5;"
	      "INSERT INTO content VALUES (5 * 1024, " CONTENT(KEPT) ");",
	[9] = "UPDATE account SET signed_in = 1500;",
	[10] = "UPDATE message SET dsn_notify = 4, dsn_envid = 'job 7' WHERE id = 1;",
	[15] = "INSERT INTO oauth_token (id, fingerprint, access, refresh, previous, granted, life,"
	       " refresh_since, refresh_used, scopes, account, signed_in_by, signed_in, issuer,"
	       " revocation, basic, state, state_at) VALUES (1, zeroblob(32),"
	       " X'', X'', NULL, 1000, 3600, 900, 950, 'smtp',"
	       " 'mailbox@e.example', 'anna', 900, 'https://i.example', '', 1, 'good', 1000);",
	[17] = "UPDATE oauth_token SET refresh_ends = 9000, refresh_habit = 1;"
	       "INSERT INTO ending_told VALUES ('client_secret', 9000, 7, 1000);",
	[18] = "INSERT INTO restored_certificate VALUES (1, 'chain', X'');",
	[19] = "INSERT INTO oauth_metadata VALUES (1, 'https://i.example', 'https://i.example/a',"
	       " 'https://i.example/t', '', '', 1);",
	[20] = "INSERT INTO oauth_lesson VALUES (1, zeroblob(32));",
};

/* Sealed for their places: schema, statement, place, plain text. */
static const struct {
	size_t since;
	const char *sql, *place, *plain;
} secrets[] = {
	{ 1, "INSERT INTO setting VALUES ('email.password', NULL, ?, 1000, 'anna', 1)",
		"setting/email.password", "hunter2" },
	{ 15, "UPDATE oauth_token SET access = ?", "oauth_token/access", "at-1" },
	{ 15, "UPDATE oauth_token SET refresh = ?", "oauth_token/refresh", "rt-1" },
	{ 18, "UPDATE restored_certificate SET key = ?", "restored_certificate/key", "the key" },
};

static void put_secret(size_t i)
{
	struct buffer sealed;
	struct query q;

	buffer_init(&sealed, 1000);
	seal_close(db.seal, slice_of(secrets[i].place), slice_of(secrets[i].plain), &sealed);
	query_init(&q, &db, secrets[i].sql);
	query_bytes(&q, buffer_slice(&sealed).data, buffer_slice(&sealed).len);
	assert_int_equal(query_run(&q), STORE_OK);
	buffer_release(&sealed);
}

/* The chain of the audit log is not written by hand. */
static void fill(size_t version)
{
	const struct audit_entry entry = { .at = 1000, .who = "anna", .from = "local",
		.what = "site.name changed" };

	for (size_t i = 1; i <= version; i++)
		if (rows[i] != NULL && db_exec(&db, rows[i]) != STORE_OK)
			fail_msg("rows of schema %d in schema %d: %s", (int)i, (int)version, db_error(&db));
	for (size_t i = 0; i < COUNT_OF(secrets); i++)
		if (secrets[i].since <= version)
			put_secret(i);
	if (version >= 3)
		assert_int_equal(audit_append(&db, &entry), STORE_OK);
}

/* ---- all of it as text ---- */

/* For each table of that moment a query of all it holds, in the columns it has. */
static size_t list_tables(const char *queries[TABLES_MAX])
{
	struct query q;
	size_t n = 0;

	query_init(&q, &db,
		"SELECT 'SELECT ''' || m.name || ' '' || coalesce(group_concat(row, char(10)), '''') FROM"
		" (SELECT ' || group_concat('quote(' || c.name || ')', ' || char(32) || ')"
		" || ' AS row FROM ' || m.name || ' ORDER BY row)'"
		" FROM sqlite_schema m, pragma_table_info(m.name) c"
		" WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name ORDER BY m.name");
	while (query_row(&q)) {
		assert_true(n < TABLES_MAX);
		queries[n++] = column_text(&q, 0, arena);
	}
	assert_int_equal(query_end(&q), STORE_OK);
	return n;
}

static const char *text_of(const char *query)
{
	struct query q;
	const char *text;

	query_init(&q, &db, query);
	assert_int_equal(query_first(&q), STORE_OK);
	text = column_text(&q, 0, arena);
	assert_int_equal(query_end(&q), STORE_OK);
	return text;
}

/* ---- what it means to the program of today ---- */

static void check_settings(void)
{
	struct store_settings s;

	assert_int_equal(store_settings_load(&db, arena, &s), STORE_OK);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.version, 1);
	assert_string_equal(s.items[0].key, "email.password");
	assert_string_equal(s.items[0].value, "hunter2");
	assert_true(s.items[0].secret);
	assert_string_equal(s.items[1].value, "Nordkap");
}

static void check_account(void)
{
	struct store_account account;

	assert_int_equal(store_account_find(&db, "login", "ANNA", arena, &account), STORE_OK);
	assert_string_equal(account.hash, "$argon2id$x");
	assert_false(account.disabled);
}

static void check_audit(void)
{
	uint64_t n, bad;

	assert_int_equal(audit_verify(&db, &n, &bad), 0);
	assert_int_equal(n, 1);
}

/* Both that wait are due now, and each address has its history. */
static void check_queue(void)
{
	uint64_t totals[VERDICT_CLASS_COUNT];
	struct queue_envelope e;

	check_laws(&db);
	assert_int_equal(queue_delivery_totals(&db, totals), STORE_OK);
	assert_int_equal(totals[VERDICT_ACCEPTED], 1);
	assert_int_equal(totals[VERDICT_TRANSIENT], 1);
	assert_int_equal(totals[VERDICT_RECIPIENT], 1);
	assert_int_equal(show("BBBBBBBBBBBB").recipients[0].state, QUEUE_ACCEPTED);
	assert_int_equal(show("BBBBBBBBBBBB").recipients[1].verdict->code, 550);
	assert_int_equal(state_of("CCCCCCCCCCCC"), QUEUE_HELD);
	e = take(6000);
	assert_string_equal(e.queue_id, "AAAAAAAAAAAA");
	assert_int_equal(e.n_recipients, 2);
	assert_string_equal(e.recipients[1].address, "deferred@e.example");
	assert_int_equal(e.recipients[1].attempts, 1);
}

static void check_token(void)
{
	struct store_api_tokens tokens;

	assert_int_equal(store_api_token_list(&db, 10, arena, &tokens), STORE_OK);
	assert_int_equal(tokens.n, 1);
	assert_string_equal(tokens.items[0].name, "monitor");
	assert_int_equal(tokens.items[0].scopes, 3);
}

static void check_aliases(void)
{
	struct store_aliases aliases;

	assert_int_equal(store_aliases_load(&db, arena, &aliases), STORE_OK);
	assert_int_equal(aliases.list.n, 1);
	assert_string_equal(aliases.list.items[0].name, "root");
	assert_int_equal(aliases.list.items[0].n_targets, 2);
}

static void check_notices(void)
{
	struct notice_mark mark;
	struct failures failures;
	struct outage outage;

	assert_int_equal(notice_last(&db, "daily", &mark), STORE_OK);
	assert_int_equal(mark.day, 20000);
	assert_int_equal(outage_load(&db, &outage), STORE_OK);
	assert_int_equal(outage.verdict.reason, REASON_REFUSED);
	assert_int_equal(failures_untold(&db, 10, arena, &failures), STORE_OK);
	assert_int_equal(failures.n, 1);
	assert_string_equal(failures.items[0].address, "failed@e.example");
}

static void check_held_and_kept(void)
{
	assert_string_equal(show("DDDDDDDDDDDD").item.held_by, "anna");
	assert_int_equal(state_of("DDDDDDDDDDDD"), QUEUE_HELD);
	assert_true(show("EEEEEEEEEEEE").item.has_content);
}

static void check_sign_in(void)
{
	struct store_oauth_token token;

	assert_int_equal(store_oauth_token_load(&db, arena, &token), STORE_OK);
	assert_string_equal(token.access, "at-1");
	assert_string_equal(token.refresh, "rt-1");
	assert_string_equal(token.account, "mailbox@e.example");
	assert_int_equal(token.state, TOKEN_GOOD);
}

static void check_endings(void)
{
	struct ending_mark told[ENDING_KIND_COUNT];

	assert_int_equal(endings_load(&db, told), STORE_OK);
	assert_int_equal(told[ENDING_SECRET].until, 9000);
}

static void check_certificate(void)
{
	struct store_certificate certificate;

	assert_int_equal(store_restored_certificate_load(&db, arena, &certificate), STORE_OK);
	assert_slice(certificate.chain, "chain");
	assert_slice(certificate.key, "the key");
}

static void check_metadata(void)
{
	struct store_oauth_metadata metadata;

	assert_int_equal(store_oauth_metadata_load(&db, arena, &metadata), STORE_OK);
	assert_string_equal(metadata.token_endpoint, "https://i.example/t");
	assert_true(metadata.says_iss);
}

static void check_lesson(void)
{
	static const unsigned char fingerprint[SHA256_SIZE] = { 0 };
	bool died_young;

	assert_int_equal(store_oauth_token_lesson(&db, fingerprint, &died_young), STORE_OK);
	assert_true(died_young);
}

static void (*const checks[SCHEMA_MAX])(void) = {
	[1] = check_settings,
	[2] = check_account,
	[3] = check_audit,
	[4] = check_queue,
	[5] = check_token,
	[6] = check_aliases,
	[7] = check_notices,
	[8] = check_held_and_kept,
	[15] = check_sign_in,
	[17] = check_endings,
	[18] = check_certificate,
	[19] = check_metadata,
	[20] = check_lesson,
};

/* ---- the tests ---- */

static struct seal seal = { .key = { 1, 2, 3 } };

static void open_at(size_t version)
{
	char name[32];

	snprintf(name, sizeof(name), "from%zu.db", version);
	assert_int_equal(db_open(&db, path_of(name), DB_WRITE, NULL), 0);
	assert_int_equal(db_exec(&db, "PRAGMA synchronous = off"), 0);
	db.seal = &seal;
	assert_int_equal(schema_migrate(&db, 0, version, NULL), 0);
	fill(version);
}

static void upgrade_from(size_t version)
{
	const char *queries[TABLES_MAX], *before[TABLES_MAX];
	struct fault f = { "" };
	size_t n, found;

	open_at(version);
	n = list_tables(queries);
	for (size_t i = 0; i < n; i++)
		before[i] = text_of(queries[i]);
	if (schema_migrate(&db, version, schema_version, &f) != 0 ||
		schema_check(&db, &found, &f) != 0)
		fail_msg("from schema %d: %s", (int)version, f.text);
	assert_int_equal(found, schema_version);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(text_of(queries[i]), before[i]);
	for (size_t i = 1; i <= version; i++)
		if (checks[i] != NULL)
			checks[i]();
	db_release(&db);
}

static void every_schema_is_brought_up_with_what_is_in_it(void **state UNUSED)
{
	assert_true(schema_version < SCHEMA_MAX);
	for (size_t version = 1; version <= schema_version; version++)
		upgrade_from(version);
}

static void no_table_is_left_out_here(void **state UNUSED)
{
	const char *queries[TABLES_MAX], *text;
	size_t n;

	open_at(schema_version);
	n = list_tables(queries);
	assert_true(n > 20);
	for (size_t i = 0; i < n; i++) {
		text = text_of(queries[i]);
		if (text[strlen(text) - 1] == ' ')
			fail_msg("the rows of this test have none of table %s", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(every_schema_is_brought_up_with_what_is_in_it),
		T(no_table_is_left_out_here),
#undef T
	};

	return cmocka_run_group_tests_name("store/upgrade", tests, NULL, NULL);
}
