-- Who may sign in, who is signed in, who failed to.

CREATE TABLE account (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	realm TEXT NOT NULL,
	name TEXT NOT NULL COLLATE NOCASE,
	hash TEXT NOT NULL,
	created INTEGER NOT NULL,
	disabled INTEGER NOT NULL DEFAULT 0,
	UNIQUE (realm, name)
) STRICT;

CREATE TABLE setup_link (
	realm TEXT PRIMARY KEY,
	digest BLOB NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	digest BLOB NOT NULL UNIQUE,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	csrf TEXT NOT NULL,
	created INTEGER NOT NULL,
	seen INTEGER NOT NULL,
	address TEXT NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);

-- A failed sign-in. The name is a keyed digest: people type passwords into name fields.
CREATE TABLE failure (
	id INTEGER PRIMARY KEY,
	name BLOB NOT NULL,
	address TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;
CREATE INDEX failure_name ON failure (name, at);
CREATE INDEX failure_address ON failure (address, at);

-- From where somebody signed in to an account.
CREATE TABLE known_address (
	address TEXT NOT NULL,
	name BLOB NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (address, name)
) STRICT, WITHOUT ROWID;
