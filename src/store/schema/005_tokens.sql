-- Tokens of the API. The digest alone is kept (store/token.h); a revoked one stays for a while, so
-- that people see what became of it.

CREATE TABLE api_token (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	digest BLOB NOT NULL UNIQUE,
	name TEXT NOT NULL COLLATE NOCASE,
	scopes INTEGER NOT NULL,
	created INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	expires INTEGER, -- NULL never
	used INTEGER, -- to a few minutes
	used_from TEXT,
	revoked INTEGER,
	revoked_by TEXT
) STRICT;
CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked IS NULL;
