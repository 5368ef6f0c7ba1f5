-- To whom mail for names of this machine goes (core/alias.h); any other name's goes to the contacts.

CREATE TABLE alias (
	name TEXT PRIMARY KEY, -- in lower case
	targets TEXT NOT NULL, -- with a blank between them
	at INTEGER NOT NULL,
	by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
