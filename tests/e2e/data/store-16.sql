-- key 7ec04e3590314e5244aa5722e69c81a458ea0ec6bdcff4809d2c565f9d858e7f
-- token tocsin_1fb2b93645e89dd7c572daf724d8c43fe7e710206db5fed3d99fbd635bffc35f
-- time 2026-11-30 08:46:57
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
INSERT INTO "account" VALUES(1,'login','anna','$argon2id$v=19$m=65536,t=3,p=1$idw/4nifqw2yEImm3oNFCA$RMPuI6oJkLuBuKHz0P9icKGRMHbFOzwjMfFakJ3Wu3s',1796028412,0,0);
CREATE TABLE alias (
	name TEXT PRIMARY KEY, -- in lower case
	targets TEXT NOT NULL, -- with a blank between them
	at INTEGER NOT NULL,
	by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "alias" VALUES('root','anna@example.test',1796028412,'root (local)');
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
INSERT INTO "api_token" VALUES(1,X'689673C3305B4DDB99C52BF291127262E465196CA8051009746B955372A2C87A','monitor',3,1796028412,'root (local)',NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "attempt" VALUES(1,1,1796028416,'localhost:{port}',3381,'accepted','dot','reply',250,'2.0.0','Ok: queued as E27E4A96402');
INSERT INTO "attempt" VALUES(2,2,1796028416,'localhost:{port}',91,'recipient','rcpt','reply',550,'5.1.1','<reject@example.test>: Recipient address rejected: No such user here');
INSERT INTO "attempt" VALUES(3,3,1796028416,'localhost:{port}',16,'transient','rcpt','reply',451,'4.3.0','<tempfail@example.test>: Recipient address rejected: Temporary failure, try again');
CREATE TABLE audit (
	seq INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	address TEXT NOT NULL,
	what TEXT NOT NULL,
	chain BLOB NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1796028409,'tocsin','local','a set-up link was made',X'4B5ACF4D123214530CDDD63BB0322E5CCDAEB22B7D5D09FFE32528E787B9E42E');
INSERT INTO "audit" VALUES(2,1796028410,'root (local)','local','settings changed: site.host_name email.from_address email.relay_host email.relay_port email.auth email.username email.password email.admin_contacts email.ca_certificate',X'7A255E2970FC54C6491899292CE00B4E988F63D13712E593C4679B18FCA02F3E');
INSERT INTO "audit" VALUES(3,1796028410,'root (local)','local','settings changed: site.name',X'5A156B488C0CC145AD33F4FF40B16CFEE46A9BCA7D7117A89A9D3D0AD27AF2B8');
INSERT INTO "audit" VALUES(4,1796028412,'root (local)','local','account made: anna',X'CED630E51CE6EC510881394058ECE791360A4B9E7EBE473A318167F5D2715278');
INSERT INTO "audit" VALUES(5,1796028412,'root (local)','local','token made: monitor (read,send)',X'A38B9155088F60E1773D1AB06153A2C15EA21C8A6C78428E0BE222F560FD163C');
INSERT INTO "audit" VALUES(6,1796028412,'root (local)','local','alias root set: anna@example.test',X'39ACF478EEF2856A966735CE3C7A0F261822D8E4FA2C73784DBB19EFB5F5BFE5');
INSERT INTO "audit" VALUES(7,1796028417,'root (local)','local','hold: ZXZJBV9PDX64',X'E71672E130E807599D0C535883311A9362B7BEA6220884FC3B36CA33F2D8D930');
CREATE TABLE content (
	id INTEGER PRIMARY KEY, -- message * 1024 + number of the part
	octets BLOB NOT NULL
) STRICT;
INSERT INTO "content" VALUES(2048,X'5375626A6563743A20726566757365640D0A46726F6D3A20726F6F74203C726F6F74406E6F64652E6578616D706C653E0D0A446174653A204D6F6E2C203330204E6F7620323032362030383A34363A3536202B303030300D0A4D6573736167652D49443A203C32303236313133303038343635362E6262643662326632383333633261316362613832386533633830336264313931406E6F64652E6578616D706C653E0D0A546F3A20756E646973636C6F7365642D726563697069656E74733A3B0D0A0D0A780D0A');
INSERT INTO "content" VALUES(3072,X'5375626A6563743A20707574206F66660D0A46726F6D3A20726F6F74203C726F6F74406E6F64652E6578616D706C653E0D0A446174653A204D6F6E2C203330204E6F7620323032362030383A34363A3536202B303030300D0A4D6573736167652D49443A203C32303236313133303038343635362E6636646130646537653066303164636236393764373033646135316233636433406E6F64652E6578616D706C653E0D0A546F3A20756E646973636C6F7365642D726563697069656E74733A3B0D0A0D0A780D0A');
INSERT INTO "content" VALUES(4096,X'5375626A6563743A2077616974730D0A46726F6D3A20726F6F74203C726F6F74406E6F64652E6578616D706C653E0D0A446174653A204D6F6E2C203330204E6F7620323032362030383A34363A3537202B303030300D0A4D6573736167652D49443A203C32303236313133303038343635372E6232373833313838356436363930653664626436356635666461376237313361406E6F64652E6578616D706C653E0D0A546F3A20756E646973636C6F7365642D726563697069656E74733A3B0D0A0D0A780D0A');
CREATE TABLE deed (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	message INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
	at INTEGER NOT NULL,
	who TEXT NOT NULL,
	what TEXT NOT NULL,
	other TEXT NOT NULL, -- queue id: resent as that one, copied from that one; else ''
	n INTEGER NOT NULL -- recipients concerned
) STRICT;
INSERT INTO "deed" VALUES(1,3,1796028417,'root (local)','hold','',1);
CREATE TABLE delivery_total (
	class TEXT PRIMARY KEY,
	n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "delivery_total" VALUES('accepted',1);
INSERT INTO "delivery_total" VALUES('recipient',1);
INSERT INTO "delivery_total" VALUES('transient',1);
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
, held_by TEXT, kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1)), dsn_notify INTEGER NOT NULL DEFAULT 0, dsn_return INTEGER NOT NULL DEFAULT 0, dsn_envid TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "message" VALUES(1,'JK72Z4SBWJKT','0-ec4a01fb13ac177dc95f883ff3973c40',1796028412,'root (local)','root@node.example','root <root@node.example>','arrived','<20261130084652.ec4a01fb13ac177dc95f883ff3973c40@node.example>',200,197,0,0,X'23CC11A0C4CF896C9D249E477959B6A8571E58AD00FADDEF7CEE53940D1D604B',0,NULL,0,0,0,'');
INSERT INTO "message" VALUES(2,'787G2875CDRR','0-bbd6b2f2833c2a1cba828e3c803bd191',1796028416,'root (local)','root@node.example','root <root@node.example>','refused','<20261130084656.bbd6b2f2833c2a1cba828e3c803bd191@node.example>',200,197,0,0,X'0F6863723BF836B9CD0A53814CF99502C0A8971A652F4567756E6DDA0A289424',0,NULL,1,0,0,'');
INSERT INTO "message" VALUES(3,'ZXZJBV9PDX64','0-f6da0de7e0f01dcb697d703da51b3cd3',1796028416,'root (local)','root@node.example','root <root@node.example>','put off','<20261130084656.f6da0de7e0f01dcb697d703da51b3cd3@node.example>',200,197,0,0,X'1CBCCD1641AB949CDA327D68AF532567819CC986AB1F0648047DBF7E9B2E6C26',1,'root (local)',0,0,0,'');
INSERT INTO "message" VALUES(4,'RHRZ6T7R56ZD','0-b27831885d6690e6dbd65f5fda7b713a',1796028417,'root (local)','root@node.example','root <root@node.example>','waits','<20261130084657.b27831885d6690e6dbd65f5fda7b713a@node.example>',198,195,0,0,X'631C85C2D3C1F597281CE0ED0C2A44D02DD6398A75C1E548147E1A4AC1B1367D',1,NULL,0,0,0,'');
CREATE TABLE meta (
	name TEXT PRIMARY KEY, -- 'seal_check': a text sealed with the key file
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('seal_check',X'01952B302C27D8E5A229386CB9935860227936D7AAF8EA5A973FB718C31A29D851BE569F18D6F95B88432CA00C38DD');
CREATE TABLE notice (
	name TEXT PRIMARY KEY,
	day INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT;
CREATE TABLE oauth_token (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	fingerprint BLOB NOT NULL, -- of the client, provider and relay it is for
	access BLOB NOT NULL,
	refresh BLOB, -- NULL: none was given
	previous BLOB, -- the refresh token before; kept for a person, never sent
	granted INTEGER NOT NULL,
	life INTEGER NOT NULL, -- seconds, 0 not said
	refresh_since INTEGER NOT NULL, -- when the refresh token came
	refresh_used INTEGER NOT NULL,
	scopes TEXT NOT NULL,
	account TEXT NOT NULL,
	signed_in_by TEXT NOT NULL,
	signed_in INTEGER NOT NULL,
	issuer TEXT NOT NULL,
	revocation TEXT NOT NULL,
	basic INTEGER NOT NULL,
	state TEXT NOT NULL, -- token_state_name()
	state_at INTEGER NOT NULL
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
INSERT INTO "outage" VALUES(1,1796028417,1,'relay','connect','refused',0,'','127.0.0.1:{port}: connection refused');
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
INSERT INTO "recipient" VALUES(1,1,'anna@example.test',3,1796028416,NULL,1,0,1);
INSERT INTO "recipient" VALUES(2,2,'reject@example.test',5,1796028416,NULL,1,0,2);
INSERT INTO "recipient" VALUES(3,3,'tempfail@example.test',6,1796028417,NULL,1,0,3);
INSERT INTO "recipient" VALUES(4,4,'anna@example.test',0,1796028417,1796028417,0,0,NULL);
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
INSERT INTO "setting" VALUES('email.admin_contacts','admin@example.test',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.auth','password',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.ca_certificate','{authority}',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.from_address','tocsin@example.test',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.password',NULL,X'010019A5DAEE168645D74646425270FC70AE4386B33EBEB4EF5BB8FB9CFDA0D6B52747023D33836267A1793EC4D9020D441F5AE2D102',1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.relay_host','localhost',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.relay_port','{port}',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('email.username','tocsin',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('site.host_name','node.example',NULL,1796028410,'root (local)',1);
INSERT INTO "setting" VALUES('site.name','Nordkap',NULL,1796028410,'root (local)',2);
CREATE TABLE setting_change (
	version INTEGER NOT NULL,
	key TEXT NOT NULL,
	at INTEGER NOT NULL,
	by TEXT NOT NULL,
	address TEXT NOT NULL,
	PRIMARY KEY (version, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "setting_change" VALUES(1,'email.admin_contacts',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.auth',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.ca_certificate',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.from_address',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.password',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.relay_host',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.relay_port',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'email.username',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(1,'site.host_name',1796028410,'root (local)','local');
INSERT INTO "setting_change" VALUES(2,'site.name',1796028410,'root (local)','local');
CREATE TABLE setup_link (
	realm TEXT PRIMARY KEY,
	digest BLOB NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "setup_link" VALUES('login',X'6289E59FBA22CBD47AD69A720F169DFB435C753EAC40EFBDEE870BA3C82AAC55',0);
CREATE TABLE tally (
	state INTEGER PRIMARY KEY,
	n INTEGER NOT NULL CHECK (n >= 0)
) STRICT;
INSERT INTO "tally" VALUES(0,1);
INSERT INTO "tally" VALUES(1,0);
INSERT INTO "tally" VALUES(2,0);
INSERT INTO "tally" VALUES(3,1);
INSERT INTO "tally" VALUES(4,0);
INSERT INTO "tally" VALUES(5,1);
INSERT INTO "tally" VALUES(6,1);
CREATE TABLE untold_failure (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	recipient INTEGER NOT NULL UNIQUE REFERENCES recipient ON DELETE CASCADE
) STRICT;
INSERT INTO "untold_failure" VALUES(1,2);
CREATE TABLE volume (
	kind TEXT PRIMARY KEY,
	octets INTEGER NOT NULL CHECK (octets >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "volume" VALUES('kept',200);
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
CREATE INDEX recipient_final ON recipient (state, changed) WHERE state IN (3, 5);
CREATE INDEX attempt_recipient ON attempt (recipient);
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
CREATE TRIGGER attempt_counted AFTER INSERT ON attempt
BEGIN
	INSERT OR IGNORE INTO delivery_total VALUES (NEW.class, 0);
	UPDATE delivery_total SET n = n + 1 WHERE class = NEW.class;
END;
CREATE TRIGGER recipient_added AFTER INSERT ON recipient
BEGIN
	UPDATE tally SET n = n + 1 WHERE state = NEW.state;
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id AND NEW.state IN (0, 4)
		AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL;
END;
CREATE INDEX audit_at ON audit (at);
CREATE TRIGGER recipient_moved AFTER UPDATE OF state ON recipient WHEN OLD.state <> NEW.state
BEGIN
	UPDATE tally SET n = n + iif(state = NEW.state, 1, -1) WHERE state IN (OLD.state, NEW.state);
	UPDATE recipient SET state = 6, next_try = NULL WHERE id = NEW.id AND NEW.state IN (0, 4)
		AND (SELECT held_by FROM message WHERE id = NEW.message) IS NOT NULL;
END;
CREATE INDEX recipient_local ON recipient (message) WHERE state = 6 AND instr(address, '@') = 0;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('untold_failure',1);
INSERT INTO "sqlite_sequence" VALUES('account',1);
INSERT INTO "sqlite_sequence" VALUES('api_token',1);
INSERT INTO "sqlite_sequence" VALUES('message',4);
INSERT INTO "sqlite_sequence" VALUES('recipient',4);
INSERT INTO "sqlite_sequence" VALUES('attempt',3);
INSERT INTO "sqlite_sequence" VALUES('deed',1);
COMMIT;
PRAGMA application_id = 1416586099;
PRAGMA user_version = 16;
