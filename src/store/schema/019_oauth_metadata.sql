-- What the issuer that was looked up last publishes (RFC 8414): where to sign in, revoke and ask for
-- codes, and how its answers are known. One row at the most.
CREATE TABLE oauth_metadata (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	issuer TEXT NOT NULL,
	authorization_endpoint TEXT NOT NULL,
	token_endpoint TEXT NOT NULL,
	revocation_endpoint TEXT NOT NULL,
	device_endpoint TEXT NOT NULL,
	says_iss INTEGER NOT NULL
) STRICT;
