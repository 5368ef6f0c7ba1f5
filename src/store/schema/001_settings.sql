-- Facts about this file, and the settings.

CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- 'seal_check': a text sealed with the key file
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What was set; a key that is not here has the initial value of core/settings_table.c.
CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value TEXT, -- either this
	sealed BLOB, -- or this, for place 'setting/' || key
	at INTEGER NOT NULL,
	by TEXT NOT NULL,
	version INTEGER NOT NULL,
	CHECK ((value IS NULL) <> (sealed IS NULL))
) STRICT, WITHOUT ROWID;

-- Who changed which key; each save is one version. Values are not kept.
CREATE TABLE setting_change (
	version INTEGER NOT NULL,
	key TEXT NOT NULL,
	at INTEGER NOT NULL,
	by TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (version, key)
) STRICT, WITHOUT ROWID;
