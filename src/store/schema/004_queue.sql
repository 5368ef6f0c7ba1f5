-- The queue and its history. States are the numbers of core/queue_state.h:
-- 0 queued, 1 in flight, 2 dot sent, 3 accepted, 4 deferred, 5 failed, 6 held.

CREATE TABLE message (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	queue_id TEXT NOT NULL UNIQUE,
	submission TEXT UNIQUE, -- the name its submitter gave it, so that it comes in once
	at INTEGER NOT NULL,
	submitter TEXT NOT NULL,
	sender TEXT NOT NULL,
	header_from TEXT NOT NULL,
	subject TEXT NOT NULL,
	message_id TEXT NOT NULL,
	size INTEGER NOT NULL,
	header_size INTEGER NOT NULL,
	needs_8bitmime INTEGER NOT NULL,
	needs_smtputf8 INTEGER NOT NULL,
	digest BLOB NOT NULL, -- BLAKE2b-256 of the content
	n_open INTEGER NOT NULL -- recipients that are not final
) STRICT;
CREATE INDEX message_open ON message (id) WHERE n_open > 0;

-- The octets, while a recipient is open.
CREATE TABLE content (
	id INTEGER PRIMARY KEY, -- message * 1024 + number of the part
	octets BLOB NOT NULL
) STRICT;

CREATE TABLE recipient (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
	address TEXT NOT NULL, -- without "@": a name of this box, held until there are contacts
	state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 6),
	changed INTEGER NOT NULL,
	next_try INTEGER, -- exactly while queued or deferred
	attempts INTEGER NOT NULL DEFAULT 0,
	ambiguous INTEGER NOT NULL DEFAULT 0, -- tries whose dot got no answer
	last INTEGER, -- the newest row of attempt
	UNIQUE (message, address),
	CHECK ((next_try IS NOT NULL) = (state IN (0, 4)))
) STRICT;
CREATE INDEX recipient_state ON recipient (state, message);
CREATE INDEX recipient_due ON recipient (next_try, id) WHERE state IN (0, 4);
CREATE INDEX recipient_out ON recipient (message) WHERE state IN (1, 2);
CREATE INDEX recipient_final ON recipient (state, changed) WHERE state IN (3, 5);

-- What came of each try, by the names of core/verdict.h.
CREATE TABLE attempt (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	recipient INTEGER NOT NULL REFERENCES recipient ON DELETE CASCADE,
	at INTEGER NOT NULL,
	relay TEXT NOT NULL,
	took_ms INTEGER NOT NULL,
	class TEXT NOT NULL,
	stage TEXT NOT NULL,
	reason TEXT NOT NULL,
	code INTEGER NOT NULL,
	enhanced TEXT NOT NULL,
	words TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_recipient ON attempt (recipient);

-- How many recipients are in each state, so that counting needs no walk.
CREATE TABLE tally (
	state INTEGER PRIMARY KEY,
	n INTEGER NOT NULL CHECK (n >= 0)
) STRICT;
INSERT INTO tally VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0);

CREATE TRIGGER recipient_added AFTER INSERT ON recipient
BEGIN
	UPDATE tally SET n = n + 1 WHERE state = NEW.state;
END;

CREATE TRIGGER recipient_moved AFTER UPDATE OF state ON recipient WHEN OLD.state <> NEW.state
BEGIN
	UPDATE tally SET n = n - 1 WHERE state = OLD.state;
	UPDATE tally SET n = n + 1 WHERE state = NEW.state;
END;

CREATE TRIGGER recipient_removed AFTER DELETE ON recipient
BEGIN
	UPDATE tally SET n = n - 1 WHERE state = OLD.state;
END;

-- What is final stays so, whatever the code above believes.
CREATE TRIGGER recipient_stays_final BEFORE UPDATE OF state ON recipient
WHEN OLD.state IN (3, 5) AND NEW.state <> OLD.state
BEGIN
	SELECT RAISE(ABORT, 'a final verdict does not change');
END;
