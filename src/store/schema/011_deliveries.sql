-- How many tries came to which end, by the names of core/verdict.h: counters for monitoring, which
-- go on growing when old mail leaves the log.

CREATE TABLE delivery_total (
	class TEXT PRIMARY KEY,
	n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_total SELECT class, count(*) FROM attempt GROUP BY class;

CREATE TRIGGER attempt_counted AFTER INSERT ON attempt
BEGIN
	INSERT OR IGNORE INTO delivery_total VALUES (NEW.class, 0);
	UPDATE delivery_total SET n = n + 1 WHERE class = NEW.class;
END;
