-- What the notices of our own must not forget over a restart.

-- When each kind was last sent; for the daily notice also the local day it was for.
CREATE TABLE notice (
	name TEXT PRIMARY KEY,
	day INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT;

-- The outage under way, or the last one that was not yet told to be over: one row at the most.
CREATE TABLE outage (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	began INTEGER NOT NULL,
	breaks INTEGER NOT NULL,
	class TEXT NOT NULL,
	stage TEXT NOT NULL,
	reason TEXT NOT NULL,
	code INTEGER NOT NULL,
	enhanced TEXT NOT NULL,
	words TEXT NOT NULL
) STRICT;

-- Recipients that failed and that nobody was told of. Our own notices are never among them.
CREATE TABLE untold_failure (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	recipient INTEGER NOT NULL UNIQUE REFERENCES recipient ON DELETE CASCADE
) STRICT;

CREATE TRIGGER recipient_failed AFTER UPDATE OF state ON recipient
WHEN NEW.state = 5 AND OLD.state <> 5 AND
	(SELECT submitter FROM message WHERE id = NEW.message) <> 'tocsin'
BEGIN
	INSERT OR IGNORE INTO untold_failure (recipient) VALUES (NEW.id);
END;
