-- Each index that a change of state touches is a page more to write for every mail. What is with
-- the sender is found by recipient_state (state, message) as well. The tallies change in one step.

DROP INDEX recipient_out;

DROP TRIGGER recipient_moved;
CREATE TRIGGER recipient_moved AFTER UPDATE OF state ON recipient WHEN OLD.state <> NEW.state
BEGIN
	UPDATE tally SET n = n + iif(state = NEW.state, 1, -1) WHERE state IN (OLD.state, NEW.state);
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id AND NEW.state IN (0, 4)
		AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL;
END;
