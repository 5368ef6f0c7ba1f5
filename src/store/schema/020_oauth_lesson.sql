-- A sign-in that a person ended had taught that the one after it may end by itself after seven days
-- (core/ending.h), for the client, provider and relay of this digest. One row at the most.
CREATE TABLE oauth_lesson (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	fingerprint BLOB NOT NULL
) STRICT;
