-- key 7d606ce2ec00c2b296be39d74a0d1958d7d7f8d856dc6305acc008b387262e3f
-- token tocsin_295bb72670d819a962d32d032837e81cff19de908aca85309f08a1a2c23b82a0
-- time 2026-11-30 08:39:29
BEGIN TRANSACTION;
CREATE TABLE account (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	realm TEXT NOT NULL,
	name TEXT NOT NULL COLLATE NOCASE,
	hash TEXT NOT NULL,
	created INTEGER NOT NULL,
	disabled INTEGER NOT NULL DEFAULT 0, signed_in INTEGER NOT NULL DEFAULT 0,
	UNIQUE (realm, name)
) STRICT;
INSERT INTO "account" VALUES(1,'login','anna','$argon2id$v=19$m=65536,t=3,p=1$RdN/ekWnLkgy66MlY1mWKg$+JTpn3IVvdpLlJZoNuOjm4qYoqjHjMKoPi4uufazfYg',1796027964,0,0);
CREATE TABLE alias (
	name TEXT PRIMARY KEY, -- in lower case
	targets TEXT NOT NULL, -- with a blank between them
	at INTEGER NOT NULL,
	by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "alias" VALUES('root','anna@example.test',1796027964,'root (local)');
CREATE TABLE api_token (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	digest BLOB NOT NULL UNIQUE,
	name TEXT NOT NULL COLLATE NOCASE,
	scopes INTEGER NOT NULL,
	created INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	expires INTEGER, -- NULL never
	used INTEGER, -- to a few minutes
	used_from TEXT,
	revoked INTEGER,
	revoked_by TEXT
) STRICT;
INSERT INTO "api_token" VALUES(1,X'21549275DAC84E02A2F8619536995E503B4685368DE6ECC85851C36EC499961E','monitor',3,1796027964,'root (local)',NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "attempt" VALUES(1,1,1796027966,'localhost:{port}',1470,'accepted','dot','reply',250,'2.0.0','Ok: queued as 62588A9C461');
INSERT INTO "attempt" VALUES(2,2,1796027967,'localhost:{port}',61,'recipient','rcpt','reply',550,'5.1.1','<reject@example.test>: Recipient address rejected: No such user here');
INSERT INTO "attempt" VALUES(3,3,1796027967,'localhost:{port}',89,'transient','rcpt','reply',451,'4.3.0','<tempfail@example.test>: Recipient address rejected: Temporary failure, try again');
CREATE TABLE audit (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	address TEXT NOT NULL,
	what TEXT NOT NULL,
	chain BLOB NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1796027958,'tocsin','local','a set-up link was made',X'1E10A66A7AB1BC055FA830F2E6F2BE8A291D8B2BD433E40BE435B37EED56C201');
INSERT INTO "audit" VALUES(2,1796027959,'root (local)','local','settings changed: site.host_name email.from_address email.relay_host email.relay_port email.auth email.username email.password email.admin_contacts email.ca_certificate',X'FAFB3229F197D5D2926CED85138D6AA05512DC8A21E9D45DA01C8A8C919D0079');
INSERT INTO "audit" VALUES(3,1796027959,'root (local)','local','settings changed: site.name',X'7A2F2E93E8432567F7C91B52DC6883D79CFC86517980173D7D9955A622ECD043');
INSERT INTO "audit" VALUES(4,1796027964,'root (local)','local','account made: anna',X'D7C279A61F814A141A9182140B3717CED5EA5E3F73483D08DAE6CCE595F76D2D');
INSERT INTO "audit" VALUES(5,1796027964,'root (local)','local','token made: monitor (read,send)',X'3D83D2724941CF5575BE0C5366675FC3E548C52A457632BB773C4E857DBD4051');
INSERT INTO "audit" VALUES(6,1796027964,'root (local)','local','alias root set: anna@example.test',X'F86D18D5A8D24B3035A543CABA021B358B021307461C59F75D2132EB115BDB47');
CREATE TABLE content (
	id INTEGER PRIMARY KEY, -- message * 1024 + number of the part
	octets BLOB NOT NULL
) STRICT;
INSERT INTO "content" VALUES(3072,X'5375626A6563743A20707574206F66660D0A46726F6D3A20726F6F74203C726F6F74406E6F64652E6578616D706C653E0D0A446174653A204D6F6E2C203330204E6F7620323032362030383A33393A3237202B303030300D0A4D6573736167652D49443A203C32303236313133303038333932372E3162376136336264396539396539613361356537393934343165356132626531406E6F64652E6578616D706C653E0D0A546F3A20756E646973636C6F7365642D726563697069656E74733A3B0D0A0D0A780D0A');
INSERT INTO "content" VALUES(4096,X'5375626A6563743A2077616974730D0A46726F6D3A20726F6F74203C726F6F74406E6F64652E6578616D706C653E0D0A446174653A204D6F6E2C203330204E6F7620323032362030383A33393A3238202B303030300D0A4D6573736167652D49443A203C32303236313133303038333932382E6233333762656137333539333731666334623463646466346237613436643633406E6F64652E6578616D706C653E0D0A546F3A20756E646973636C6F7365642D726563697069656E74733A3B0D0A0D0A780D0A');
CREATE TABLE deed (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	what TEXT NOT NULL,
	other TEXT NOT NULL, -- queue id: resent as that one, copied from that one; else ''
	n INTEGER NOT NULL -- recipients concerned
) STRICT;
CREATE TABLE failure (
	id INTEGER PRIMARY KEY,
	name BLOB NOT NULL,
	address TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;
CREATE TABLE known_address (
	address TEXT NOT NULL,
	name BLOB NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (address, name)
) STRICT, WITHOUT ROWID;
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
, held_by TEXT, kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1))) STRICT;
INSERT INTO "message" VALUES(1,'3N6PF76FMKFW','0-db4050c79e286a1f0919868235c523cc',1796027964,'root (local)','root@node.example','root <root@node.example>','arrived','<20261130083924.db4050c79e286a1f0919868235c523cc@node.example>',200,197,0,0,X'E92F79F5A647AFF623D6EDA135F22258D57A9B27C5CF51F75FC5A093A46693F3',0,NULL,0);
INSERT INTO "message" VALUES(2,'ZP4JXZSSSFTF','0-bb1a038c400266ab230aa5a43719dc88',1796027967,'root (local)','root@node.example','root <root@node.example>','refused','<20261130083927.bb1a038c400266ab230aa5a43719dc88@node.example>',200,197,0,0,X'9AA9B612E76F38B4DDFBEAAB95EBC110F8BA7EC5F05A7AAF748D46C8965FD8F7',0,NULL,0);
INSERT INTO "message" VALUES(3,'9F5WZGRDKZBN','0-1b7a63bd9e99e9a3a5e799441e5a2be1',1796027967,'root (local)','root@node.example','root <root@node.example>','put off','<20261130083927.1b7a63bd9e99e9a3a5e799441e5a2be1@node.example>',200,197,0,0,X'B71ADD4957F62CC0B0515A3C30DDA15849E9A06030EDA5685C7605772C93E74C',1,NULL,0);
INSERT INTO "message" VALUES(4,'CLDC7J2J5D5F','0-b337bea7359371fc4b4cddf4b7a46d63',1796027968,'root (local)','root@node.example','root <root@node.example>','waits','<20261130083928.b337bea7359371fc4b4cddf4b7a46d63@node.example>',198,195,0,0,X'CF27D0CF8344BA2098693A093504EBC185D11D6AF81371FBB2C50D0DE9A497E5',1,NULL,0);
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- 'seal_check': a text sealed with the key file
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('seal_check',X'01664EF5DBF26AF9947A5FA4922D866FE31A4191BF1F69ED336B75481A19C5A6E354253C831593B1A211FF054A2DB1');
CREATE TABLE notice (
	name TEXT PRIMARY KEY,
	day INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT;
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
INSERT INTO "outage" VALUES(1,1796027968,1,'relay','connect','refused',0,'','127.0.0.1:{port}: connection refused');
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
INSERT INTO "recipient" VALUES(1,1,'anna@example.test',3,1796027966,NULL,1,0,1);
INSERT INTO "recipient" VALUES(2,2,'reject@example.test',5,1796027967,NULL,1,0,2);
INSERT INTO "recipient" VALUES(3,3,'tempfail@example.test',4,1796027967,1796028026,1,0,3);
INSERT INTO "recipient" VALUES(4,4,'anna@example.test',0,1796027968,1796027968,0,0,NULL);
CREATE TABLE session (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	digest BLOB NOT NULL UNIQUE,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	csrf TEXT NOT NULL,
	created INTEGER NOT NULL,
	seen INTEGER NOT NULL,
	address TEXT NOT NULL
) STRICT;
CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value TEXT, -- either this
	sealed BLOB, -- or this, for place 'setting/' || key
	at INTEGER NOT NULL,
	by TEXT NOT NULL,
	version INTEGER NOT NULL,
	CHECK ((value IS NULL) <> (sealed IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO "setting" VALUES('email.admin_contacts','admin@example.test',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.auth','password',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.ca_certificate','{authority}',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.from_address','tocsin@example.test',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.password',NULL,X'01BB881410E9B1A044238835993C1CA01ED194EA57B3A90329BC96EFFFCCD7DE1FE2C507B91FA2934E19F45E5B9003896C11A88D1D97',1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.relay_host','localhost',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.relay_port','{port}',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('email.username','tocsin',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('site.host_name','node.example',NULL,1796027959,'root (local)',1);
INSERT INTO "setting" VALUES('site.name','Nordkap',NULL,1796027959,'root (local)',2);
CREATE TABLE setting_change (
	version INTEGER NOT NULL,
	key TEXT NOT NULL,
	at INTEGER NOT NULL,
	by TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (version, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "setting_change" VALUES(1,'email.admin_contacts',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.auth',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.ca_certificate',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.from_address',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.password',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.relay_host',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.relay_port',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.username',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'site.host_name',1796027959,'root (local)','local');
INSERT INTO "setting_change" VALUES(2,'site.name',1796027959,'root (local)','local');
CREATE TABLE setup_link (
	realm TEXT PRIMARY KEY,
	digest BLOB NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "setup_link" VALUES('login',X'E7A7128872B70C78240C0DCA2AD0E045457A6FF7E65ED920801F18F48A2FF2A2',0);
CREATE TABLE tally (
	state INTEGER PRIMARY KEY,
	n INTEGER NOT NULL CHECK (n >= 0)
) STRICT;
INSERT INTO "tally" VALUES(0,1);
INSERT INTO "tally" VALUES(1,0);
INSERT INTO "tally" VALUES(2,0);
INSERT INTO "tally" VALUES(3,1);
INSERT INTO "tally" VALUES(4,1);
INSERT INTO "tally" VALUES(5,1);
INSERT INTO "tally" VALUES(6,0);
CREATE TABLE untold_failure (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	recipient INTEGER NOT NULL UNIQUE REFERENCES recipient ON DELETE CASCADE
) STRICT;
INSERT INTO "untold_failure" VALUES(1,2);
CREATE TABLE volume (
	kind TEXT PRIMARY KEY,
	octets INTEGER NOT NULL CHECK (octets >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "volume" VALUES('kept',0);
INSERT INTO "volume" VALUES('open',398);
CREATE INDEX session_account ON session (account);
CREATE INDEX failure_name ON failure (name, at);
CREATE INDEX failure_address ON failure (address, at);
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN
	SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN
	SELECT RAISE(ABORT, 'the audit is append-only');
END;
CREATE INDEX message_open ON message (id) WHERE n_open > 0;
CREATE INDEX recipient_state ON recipient (state, message);
CREATE INDEX recipient_due ON recipient (next_try, id) WHERE state IN (0, 4);
CREATE INDEX recipient_out ON recipient (message) WHERE state IN (1, 2);
CREATE INDEX recipient_final ON recipient (state, changed) WHERE state IN (3, 5);
CREATE INDEX attempt_recipient ON attempt (recipient);
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
CREATE TRIGGER recipient_stays_final BEFORE UPDATE OF state ON recipient
WHEN OLD.state IN (3, 5) AND NEW.state <> OLD.state
BEGIN
	SELECT RAISE(ABORT, 'a final verdict does not change');
END;
CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked IS NULL;
CREATE TRIGGER recipient_failed AFTER UPDATE OF state ON recipient
WHEN NEW.state = 5 AND OLD.state <> 5 AND
	(SELECT submitter FROM message WHERE id = NEW.message) <> 'tocsin'
BEGIN
	INSERT OR IGNORE INTO untold_failure (recipient) VALUES (NEW.id);
END;
CREATE INDEX message_at ON message (at);
CREATE INDEX message_message_id ON message (message_id);
CREATE INDEX message_kept ON message (at) WHERE kept = 1;
CREATE INDEX deed_message ON deed (message);
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('untold_failure',1);
INSERT INTO "sqlite_sequence" VALUES('account',1);
INSERT INTO "sqlite_sequence" VALUES('api_token',1);
INSERT INTO "sqlite_sequence" VALUES('message',4);
INSERT INTO "sqlite_sequence" VALUES('recipient',4);
INSERT INTO "sqlite_sequence" VALUES('attempt',3);
COMMIT;
PRAGMA application_id = 1416586099;
PRAGMA user_version = 9;
