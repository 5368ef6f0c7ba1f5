/* settings.c - settings that were set, and who changed them; see settings.h. */
#include "store/settings.h"

#include <string.h>

#include "core/settings_table.h"
#include "store/db.h"

enum {
	PLACE_SIZE = 128,
	VALUE_MAX = 256 * 1024,
	CHANGES_KEPT = 2000, /* versions */
	CHANGES_MAX = 500, /* keys in one answer; there are far fewer */
};

static const char place_of_settings[] = "setting/";

/* The place a value is sealed for: "setting/" and its key. */
static struct slice place_of(const char *key, char place[PLACE_SIZE])
{
	size_t head = sizeof(place_of_settings) - 1;
	size_t len = size_min(strlen(key), PLACE_SIZE - head);

	memcpy(place, place_of_settings, head);
	memcpy(place + head, key, len);
	return slice_make(place, head + len);
}

static int unseal(const struct store_db *db, const char *key, struct slice sealed,
	struct buffer *out)
{
	char place[PLACE_SIZE];
	int result = seal_open(db->seal, place_of(key, place), sealed, out);

	return result == 0 ? STORE_OK : STORE_FAILED;
}

int store_settings_version(struct store_db *db, uint64_t *ret_version)
{
	struct query q;
	int64_t version;
	int result;

	query_init(&q, db, "SELECT max(version) FROM setting_change");
	result = query_value(&q, &version);
	if (result == STORE_OK)
		*ret_version = (uint64_t)version;
	return result;
}

/* ---- loading ---- */

static int load_value(const struct query *q, struct arena *a, struct store_setting *s)
{
	struct buffer plain;
	int result;

	s->secret = !column_is_null(q, 2);
	if (!s->secret) {
		s->value = column_text(q, 1, a);
		return STORE_OK;
	}
	buffer_init_secret(&plain, VALUE_MAX);
	result = unseal(q->db, s->key, column_slice(q, 2), &plain);
	s->value = arena_text(a, buffer_slice(&plain));
	buffer_release(&plain);
	return result;
}

static int load_rows(struct store_db *db, struct arena *a, struct store_settings *s, size_t max)
{
	struct query q;
	int result = STORE_OK, end;

	query_init(&q, db, "SELECT key, value, sealed, at, by, version FROM setting ORDER BY key");
	while (result == STORE_OK && s->n < max && query_row(&q)) {
		struct store_setting *item = &s->items[s->n++];

		item->key = column_text(&q, 0, a);
		item->at = column_number(&q, 3);
		item->by = column_text(&q, 4, a);
		item->version = column_id(&q, 5);
		result = load_value(&q, a, item);
	}
	end = query_end(&q);
	return result != STORE_OK ? result : end;
}

int store_settings_load(struct store_db *db, struct arena *a, struct store_settings *ret_settings)
{
	struct store_settings s = { 0 };
	struct query q;
	int64_t n;
	int result;

	query_init(&q, db, "SELECT count(*) FROM setting");
	result = query_value(&q, &n);
	if (result == STORE_OK)
		result = store_settings_version(db, &s.version);
	if (result != STORE_OK)
		return result;
	s.items = arena_array(a, (size_t)n, sizeof(*s.items));
	if (s.items == NULL)
		return STORE_FAILED;
	result = load_rows(db, a, &s, (size_t)n);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_settings = s;
	return STORE_OK;
}

/* ---- saving ---- */

static int check_conflict(struct store_db *db, const struct store_settings_save *save)
{
	for (size_t i = 0; save->seen != 0 && i < save->n; i++) {
		struct query q;
		int64_t n;
		int result;

		query_init(&q, db, "SELECT count(*) FROM setting_change"
				   " WHERE version > ? AND substr(key, 1, instr(key, '.')) = ?");
		query_id(&q, save->seen);
		query_slice(&q, setting_section(save->values[i].key));
		result = query_value(&q, &n);
		if (result != STORE_OK || n > 0)
			return result != STORE_OK ? result : STORE_CONFLICT;
	}
	return STORE_OK;
}

static int compare_row(const struct query *q, const struct store_setting_value *v, bool *ret_same)
{
	struct buffer plain;
	bool secret = !column_is_null(q, 1);
	int result = STORE_OK;

	if (v->value == NULL || secret != v->secret) {
		*ret_same = false;
		return STORE_OK;
	}
	if (!secret) {
		*ret_same = slice_equal(column_slice(q, 0), slice_of(v->value));
		return STORE_OK;
	}
	buffer_init_secret(&plain, VALUE_MAX);
	/* one that does not open any more is replaced */
	*ret_same = unseal(q->db, v->key, column_slice(q, 1), &plain) == STORE_OK &&
		secret_equal(buffer_slice(&plain), slice_of(v->value));
	buffer_release(&plain);
	return result;
}

static int is_same(struct store_db *db, const struct store_setting_value *v, bool *ret_same)
{
	struct query q;
	int result, end;

	query_init(&q, db, "SELECT value, sealed FROM setting WHERE key = ?");
	query_text(&q, v->key);
	result = query_first(&q);
	if (result == STORE_NOT_FOUND) {
		*ret_same = v->value == NULL;
		return STORE_OK;
	}
	if (result != STORE_OK)
		return result;
	result = compare_row(&q, v, ret_same);
	end = query_end(&q);
	return result != STORE_OK ? result : end;
}

static int remove_row(struct store_db *db, const char *key)
{
	struct query q;

	query_init(&q, db, "DELETE FROM setting WHERE key = ?");
	query_text(&q, key);
	return query_run(&q);
}

static int write_row(struct store_db *db, const struct store_settings_save *save,
	const struct store_setting_value *v, struct slice sealed, uint64_t version)
{
	struct query q;

	query_init(&q, db, "INSERT OR REPLACE INTO setting (key, value, sealed, at, by, version)"
			   " VALUES (?, ?, ?, ?, ?, ?)");
	query_text(&q, v->key);
	query_text(&q, v->secret ? NULL : v->value);
	query_bytes(&q, sealed.data, sealed.len);
	query_number(&q, save->at);
	query_text(&q, save->by);
	query_id(&q, version);
	return query_run(&q);
}

static int write_value(struct store_db *db, const struct store_settings_save *save,
	const struct store_setting_value *v, uint64_t version)
{
	struct buffer sealed;
	char place[PLACE_SIZE];
	int result = STORE_FAILED;

	if (v->value == NULL)
		return remove_row(db, v->key);
	buffer_init(&sealed, VALUE_MAX);
	if (v->secret)
		seal_close(db->seal, place_of(v->key, place), slice_of(v->value), &sealed);
	if (buffer_ok(&sealed))
		result = write_row(db, save, v, buffer_slice(&sealed), version);
	buffer_release(&sealed);
	return result;
}

static int write_change(struct store_db *db, const struct store_settings_save *save,
	const char *key, uint64_t version)
{
	struct query q;

	query_init(&q, db, "INSERT OR IGNORE INTO setting_change (version, key, at, by, address)"
			   " VALUES (?, ?, ?, ?, ?)");
	query_id(&q, version);
	query_text(&q, key);
	query_number(&q, save->at);
	query_text(&q, save->by);
	query_text(&q, save->from);
	return query_run(&q);
}

static int forget_old_changes(struct store_db *db, uint64_t version)
{
	struct query q;

	if (version <= CHANGES_KEPT)
		return STORE_OK;
	query_init(&q, db, "DELETE FROM setting_change WHERE version <= ?");
	query_id(&q, version - CHANGES_KEPT);
	return query_run(&q);
}

static int save_one(struct store_db *db, const struct store_settings_save *save,
	const struct store_setting_value *v, uint64_t version, size_t *n_changed)
{
	bool same;
	int result = is_same(db, v, &same);

	if (result != STORE_OK || same)
		return result;
	result = write_value(db, save, v, version);
	if (result == STORE_OK)
		result = write_change(db, save, v->key, version);
	*n_changed += 1;
	return result;
}

int store_settings_save(struct store_db *db, const struct store_settings_save *save,
	uint64_t *ret_version, size_t *ret_n_changed)
{
	uint64_t version;
	size_t n_changed = 0;
	int result = store_settings_version(db, &version);

	if (result == STORE_OK)
		result = check_conflict(db, save);
	for (size_t i = 0; result == STORE_OK && i < save->n; i++)
		result = save_one(db, save, &save->values[i], version + 1, &n_changed);
	if (result == STORE_OK)
		result = forget_old_changes(db, version + 1);
	if (result != STORE_OK)
		return result;
	*ret_version = n_changed > 0 ? version + 1 : version;
	*ret_n_changed = n_changed;
	return STORE_OK;
}

/* ---- who changed what ---- */

int store_settings_changes(struct store_db *db, uint64_t after, struct arena *a,
	struct store_setting_changes *ret_changes)
{
	struct store_setting_changes c = { 0 };
	struct query q;
	int result;

	c.items = arena_array(a, CHANGES_MAX, sizeof(*c.items));
	if (c.items == NULL)
		return STORE_FAILED;
	query_init(&q, db, "SELECT key, max(version), at, by, address FROM setting_change"
			   " WHERE version > ? GROUP BY key ORDER BY 2 DESC, 1");
	query_id(&q, after);
	while (c.n < CHANGES_MAX && query_row(&q)) {
		struct store_setting_change *item = &c.items[c.n++];

		item->key = column_text(&q, 0, a);
		item->version = column_id(&q, 1);
		item->at = column_number(&q, 2);
		item->by = column_text(&q, 3, a);
		item->from = column_text(&q, 4, a);
	}
	result = query_end(&q);
	if (result != STORE_OK || arena_failed(a))
		return STORE_FAILED;
	*ret_changes = c;
	return STORE_OK;
}
