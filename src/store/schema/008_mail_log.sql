-- What the mail log needs: ways to find mail, what people did with it, mail that is kept.

ALTER TABLE message ADD COLUMN held_by TEXT; -- who holds it until it is released; NULL nobody
-- 1: the octets of mail that failed are kept, so that it can be sent again
ALTER TABLE message ADD COLUMN kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1));

CREATE INDEX message_at ON message (at);
CREATE INDEX message_message_id ON message (message_id);
CREATE INDEX message_kept ON message (at) WHERE kept = 1;

-- What people did with a message: held, released, retried, deleted, resent, copied.
CREATE TABLE deed (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	what TEXT NOT NULL,
	other TEXT NOT NULL, -- queue id: resent as that one, copied from that one; else ''
	n INTEGER NOT NULL -- recipients concerned
) STRICT;
CREATE INDEX deed_message ON deed (message);

-- Octets of content: of open messages, and of messages that are kept.
CREATE TABLE volume (
	kind TEXT PRIMARY KEY,
	octets INTEGER NOT NULL CHECK (octets >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO volume SELECT 'open', coalesce(sum(size), 0) FROM message WHERE n_open > 0;
INSERT INTO volume VALUES ('kept', 0);

CREATE TRIGGER message_opened AFTER UPDATE OF n_open ON message
WHEN (OLD.n_open > 0) <> (NEW.n_open > 0)
BEGIN
	UPDATE volume SET octets = octets + iif(NEW.n_open > 0, NEW.size, -NEW.size)
		WHERE kind = 'open';
END;

CREATE TRIGGER message_kept AFTER UPDATE OF kept ON message WHEN OLD.kept <> NEW.kept
BEGIN
	UPDATE volume SET octets = octets + iif(NEW.kept = 1, NEW.size, -NEW.size)
		WHERE kind = 'kept';
END;

CREATE TRIGGER message_removed AFTER DELETE ON message
BEGIN
	UPDATE volume SET octets = octets - OLD.size
		WHERE (kind = 'open' AND OLD.n_open > 0) OR (kind = 'kept' AND OLD.kept = 1);
END;

-- What a person holds is not due by itself, whatever the code above believes.
CREATE TRIGGER recipient_added_to_held AFTER INSERT ON recipient
WHEN NEW.state IN (0, 4) AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL
BEGIN
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id;
END;

CREATE TRIGGER recipient_moved_in_held AFTER UPDATE OF state ON recipient
WHEN NEW.state IN (0, 4) AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL
BEGIN
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id;
END;
