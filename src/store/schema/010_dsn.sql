-- What the submitter asked of delivery status notifications (core/dsn.h), by its numbers.

ALTER TABLE message ADD COLUMN dsn_notify INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN dsn_return INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN dsn_envid TEXT NOT NULL DEFAULT '';
