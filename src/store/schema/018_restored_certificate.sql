-- A certificate of the pages and its key (sealed, store/seal.h) that came in with a backup and is not
-- in force yet: they are files of parent's, written behind the commit. One row at the most.
CREATE TABLE restored_certificate (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	chain TEXT NOT NULL,
	key BLOB NOT NULL
) STRICT;
