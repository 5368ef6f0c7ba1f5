-- When somebody last signed in to an account, for the list of users.
ALTER TABLE account ADD COLUMN signed_in INTEGER NOT NULL DEFAULT 0; -- 0 never
