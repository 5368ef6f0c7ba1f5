-- Entries that came in from a backup are looked for, so that none comes in twice.
CREATE INDEX audit_at ON audit (at);
