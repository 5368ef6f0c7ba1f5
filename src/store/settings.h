/*
 * settings.h - the values of core/settings_table.h that were set, secrets sealed, with who changed
 * which when. Knows keys and values as text; what they mean and whether they are right is core's.
 */
#ifndef TOCSIN_STORE_SETTINGS_H
#define TOCSIN_STORE_SETTINGS_H

#include "store/store.h"

struct store_setting {
	const char *key;
	const char *value; /* of a secret too, in clear: keep it in an arena, which wipes */
	bool secret;
	int64_t at; /* last changed */
	const char *by; /* "alice", "root (local)" */
	uint64_t version; /* of the save that changed it */
};

struct store_settings {
	struct store_setting *items; /* by key */
	size_t n;
	uint64_t version; /* the newest save, 0 none */
};

/* Negative also when a sealed value does not open. */
int store_settings_load(struct store_db *db, struct arena *a, struct store_settings *ret_settings)
	MUST_CHECK;

/* The newest version alone, 0 when nothing was ever saved. */
int store_settings_version(struct store_db *db, uint64_t *ret_version) MUST_CHECK;

struct store_setting_value {
	const char *key;
	const char *value; /* NULL: not set any more, the table's initial value holds again */
	bool secret;
};

struct store_settings_save {
	uint64_t seen; /* the version the values were made from, 0 = do not ask */
	int64_t at;
	const char *by;
	const char *from; /* address, or "local" */
	const struct store_setting_value *values;
	size_t n;
};

/*
 * In a job. Saves what differs under a new version; when nothing differs nothing is changed and
 * *ret_version is the present one. STORE_CONFLICT when after version "seen" anything was changed in
 * a section (the part of the key before its dot) that this save touches.
 */
int store_settings_save(struct store_db *db, const struct store_settings_save *save,
	uint64_t *ret_version, size_t *ret_n_changed) MUST_CHECK;

struct store_setting_change {
	const char *key;
	uint64_t version;
	int64_t at;
	const char *by;
	const char *from;
};

struct store_setting_changes {
	struct store_setting_change *items; /* newest first, each key once */
	size_t n;
};

/* What was changed after that version. The newest 2000 are kept. */
int store_settings_changes(struct store_db *db, uint64_t after, struct arena *a,
	struct store_setting_changes *ret_changes) MUST_CHECK;

#endif
