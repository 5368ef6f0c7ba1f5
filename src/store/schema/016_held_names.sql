-- Names of this box that are held until an alias or the contacts say where they go, so that these
-- are found among mail that people hold, however much that is.

CREATE INDEX recipient_local ON recipient (message) WHERE state = 6 AND instr(address, '@') = 0;
