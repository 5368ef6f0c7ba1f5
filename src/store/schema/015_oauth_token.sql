-- The sign-in to the relay by OAuth2: one row at the most. Tokens are sealed (store/seal.h).
-- Only a person deletes it; settings that name another client or provider leave it unused.
CREATE TABLE oauth_token (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	fingerprint BLOB NOT NULL, -- of the client, provider and relay it is for
	access BLOB NOT NULL,
	refresh BLOB, -- NULL: none was given
	previous BLOB, -- the refresh token before; kept for a person, never sent
	granted INTEGER NOT NULL,
	life INTEGER NOT NULL, -- seconds, 0 not said
	refresh_since INTEGER NOT NULL, -- when the refresh token came
	refresh_used INTEGER NOT NULL,
	scopes TEXT NOT NULL,
	account TEXT NOT NULL,
	signed_in_by TEXT NOT NULL,
	signed_in INTEGER NOT NULL,
	issuer TEXT NOT NULL,
	revocation TEXT NOT NULL,
	basic INTEGER NOT NULL,
	state TEXT NOT NULL, -- token_state_name()
	state_at INTEGER NOT NULL
) STRICT;
