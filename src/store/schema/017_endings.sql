-- What ends when: the refresh token's end as the provider named it, whether it moves when the token
-- is used (enum ending_habit), and whether the sign-in before died a week old.
ALTER TABLE oauth_token ADD COLUMN refresh_ends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE oauth_token ADD COLUMN refresh_habit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE oauth_token ADD COLUMN died_young INTEGER NOT NULL DEFAULT 0;

-- The last warning of each kind (struct ending_words: name).
CREATE TABLE ending_told (
	what TEXT NOT NULL PRIMARY KEY,
	until INTEGER NOT NULL, -- the end that was told
	step INTEGER NOT NULL, -- days before it
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
