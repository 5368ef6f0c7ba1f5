-- What a person holds is not due by itself, whatever the code above believes. This stands in one
-- trigger with the tallies of a change, because several would run in an order that is not defined.

DROP TRIGGER recipient_added_to_held;
DROP TRIGGER recipient_moved_in_held;

DROP TRIGGER recipient_added;
CREATE TRIGGER recipient_added AFTER INSERT ON recipient
BEGIN
	UPDATE tally SET n = n + 1 WHERE state = NEW.state;
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id AND NEW.state IN (0, 4)
		AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL;
END;

DROP TRIGGER recipient_moved;
CREATE TRIGGER recipient_moved AFTER UPDATE OF state ON recipient WHEN OLD.state <> NEW.state
BEGIN
	UPDATE tally SET n = n - 1 WHERE state = OLD.state;
	UPDATE tally SET n = n + 1 WHERE state = NEW.state;
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id AND NEW.state IN (0, 4)
		AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL;
END;
