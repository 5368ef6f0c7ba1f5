/*
 * words.h - every message that roles say to each other: the only doors between them.
 *
 * words.c holds one table: who may say a word to whom, what answers it, how long it may be. A
 * channel drops its peer at the first word that breaks the table. Bodies are fields of pack.h, in
 * the order given here; "n x (...)" is a number and then that many groups. Text is UTF-8.
 *
 * WHO stands for the fields of wire/who.h: on whose behalf front asks. A tool (tocsin,
 * tocsin-sendmail) speaks to front over the local socket in the same words without WHO; front puts
 * WHO in front and passes them on, so the keeper sees one form.
 *
 * Any request may be answered by WORD_REFUSED instead of its own answer.
 */
#ifndef TOCSIN_WIRE_WORDS_H
#define TOCSIN_WIRE_WORDS_H

#include "base/slice.h"

enum role {
	ROLE_PARENT,
	ROLE_KEEPER,
	ROLE_FRONT,
	ROLE_SENDER,
	ROLE_WATCHER,
	ROLE_TOOL, /* a program at the local socket; not a child of parent */
	ROLE_COUNT,
};

const char *role_name(enum role r); /* "parent", "keeper", ... */

enum word {
	WORD_NONE,

	/* Any answer to a request: (number exit code of sysexits.h, n x (text setting key or field
	 * name or "", text sentence)). */
	WORD_REFUSED,
	WORD_DONE, /* (number count) */

	/* parent and its children */
	WORD_LINK, /* parent: (number role), fd: a fresh channel to that neighbour */
	/* parent: (), fds: certificate chain, and for front and keeper its key; PEM */
	WORD_CERTIFICATE,
	WORD_CERTIFICATE_PUT, /* keeper: (), fds as before: those of a backup are to be served */
	WORD_CERTIFICATE_KEPT, /* (number enum certificate_kept) */
	/*
	 * parent: (), fd: diagnosis.conf (core/diagnosis.h), none when there is no such file; at
	 * start and at each reload
	 */
	WORD_DIAGNOSIS,
	WORD_LOG_LEVEL, /* parent: (number level) */
	WORD_STOP, /* parent: () finish what is in hand and exit */
	WORD_READY, /* to parent: (text guards that are on) */

	/* health */
	WORD_HEALTH, /* front, watcher to keeper: () */
	WORD_HEALTH_IS, /* (bool ok, text line) */
	WORD_PULSE, /* parent to all, keeper to sender and watcher: () */
	WORD_PULSE_IS, /* (number loop lag in ms) */
	WORD_FACT, /* watcher to keeper: (text name, bool good, text detail) */

	/* sign-in; addresses are the browser's */
	/*
	 * (text realm, text name, bytes password, text address, text token of the session it ends)
	 */
	WORD_LOGIN,
	WORD_LOGIN_IS, /* (number enum login_result, text session token, number retry after s) */
	WORD_SESSION, /* (WHO): the session itself */
	/* (number account, text name, text csrf, number others, number signed in at) */
	WORD_SESSION_IS,
	WORD_LOGOUT, /* (WHO) -> DONE */
	WORD_END_OTHERS, /* (WHO) -> DONE: ends all other sessions of this account */
	WORD_SETUP_CHECK, /* (text token) -> DONE or REFUSED */
	WORD_SETUP, /* (text token, text name, bytes password, text address) -> LOGIN_IS */
	WORD_SETUP_LINK, /* (WHO) admin: a new one-time link */
	WORD_SETUP_LINK_IS, /* (text url) */
	/*
	 * (WHO, text realm, text name, bytes password, bytes own password) admin -> DONE; the own
	 * password, here and below, is looked at when a session asks
	 */
	WORD_ACCOUNT_ADD,

	/* accounts that are there; the name is that of one */
	WORD_USER_LIST, /* (WHO, text realm) admin */
	WORD_USERS_ARE, /* (n x USER of wire/user.h) */
	/*
	 * (WHO, text realm, text name, bytes password, bytes own password until now) admin -> DONE
	 */
	WORD_USER_PASSWORD,
	WORD_USER_DISABLE, /* (WHO, text realm, text name, bool disabled) admin -> DONE */
	WORD_USER_REMOVE, /* (WHO, text realm, text name) admin -> DONE */
	WORD_USER_END, /* (WHO, text realm, text name) admin -> DONE: sessions ended */

	/* settings */
	WORD_SETTINGS_GET, /* (WHO, text section or "") admin */
	/*
	 * (number version, n x (text key, text value, bool set, number at, text by)); a secret's
	 * value is ""
	 */
	WORD_SETTINGS_ARE,
	WORD_SETTINGS_SET, /* (WHO, number version seen or 0, n x (text key, bytes value)) admin */
	/* (WHO, n x (text key, bytes value)) admin: would they be saved? -> DONE or REFUSED */
	WORD_SETTINGS_CHECK,
	WORD_SETTINGS_SAVED, /* (number version, number changed) */
	WORD_SETTINGS_CONFLICT, /* (number version, n x (text key, text by, number at)) */

	/*
	 * keeper to front, now and at each change: (text mail domain, text node name, n x text name
	 * of an alias)
	 */
	WORD_SITE,

	/* test mail: each run has an id; stages are numbered as they are told */
	/*
	 * (WHO, n x (text key, bytes value) unsaved, n x (text recipient) or none = contacts,
	 * bool check, which may be left out: nothing is sent) admin
	 */
	WORD_TEST,
	WORD_TEST_STARTED, /* (number run) */
	/* (WHO, number run, number version seen): answered when the run has a newer version */
	WORD_TEST_SHOW,
	/* (number version, bool done, bool ok, text summary, TRIAL of wire/trial.h) */
	WORD_TEST_IS,

	/*
	 * mail in: tool to front, then front to keeper; one request id holds the parts together,
	 * and the answer comes after the last part (a refusal may come before)
	 */
	WORD_POST, /* tool: POST of wire/post.h -> POSTED */
	WORD_POST_DATA, /* tool: (bytes) */
	WORD_POST_END, /* tool: () */
	WORD_SUBMIT, /* front: (WHO, ENVELOPE of wire/envelope.h) -> POSTED, after the commit */
	WORD_SUBMIT_DATA, /* front: (bytes) canonical octets in order */
	WORD_SUBMIT_END, /* front: () */
	WORD_POSTED, /* (text queue id) */

	/* queue */
	WORD_QUEUE_LIST, /* (WHO, QUERY of wire/queue_view.h) admin */
	/*
	 * (number next, n x QUEUE_ROW of wire/queue_view.h); next 0: nothing is left. An answer may
	 * have few rows or none and yet a next: a search looks at a part of the log at a time.
	 */
	WORD_QUEUE_IS,
	/* (WHO, text queue id, number recipients behind this id, 0 the first) admin */
	WORD_QUEUE_SHOW,
	WORD_MESSAGE_IS, /* MESSAGE of wire/queue_view.h */
	/*
	 * (WHO, text queue id, number first recipient, number last recipient, number next of the
	 * answer before or 0) admin: what happened to these recipients
	 */
	WORD_QUEUE_TRIES,
	WORD_TRIES_ARE, /* TRIES of wire/queue_view.h */
	WORD_QUEUE_RETRY, /* (WHO, text queue id or "" for all) admin -> DONE (recipients) */
	/* (WHO, text queue_action_name(), text queue id or "" for all open mail) admin */
	WORD_QUEUE_ACT,
	WORD_QUEUE_ACTED, /* ACTED of wire/queue_view.h */
	/*
	 * (WHO, text queue id, number which time it is, 0: the next) admin -> POSTED: sends failed
	 * mail again as a new message. A time that it was sent already gives that one's queue id.
	 */
	WORD_QUEUE_RESEND,

	/* mail aliases */
	WORD_ALIAS_LIST, /* (WHO) admin */
	WORD_ALIASES_ARE, /* (n x ALIAS_ROW of wire/alias.h) by name */
	/* (WHO, n x ALIAS of wire/alias.h) admin, all or none -> DONE with how many changed */
	WORD_ALIAS_SET,

	/* certificates: when they end, seconds since 1970 */
	WORD_OWN_CERTIFICATE, /* front to keeper, now and at each change: (number until) */
	/* sender to keeper, at each TLS session: (number version of RELAY, number until) */
	WORD_RELAY_CERTIFICATE,

	/* status and audit */
	WORD_STATUS, /* (WHO) */
	WORD_STATUS_IS, /* STATUS of wire/status.h */
	WORD_AUDIT_LIST, /* (WHO, number before id or 0, number limit) admin */
	WORD_AUDIT_IS, /* (n x (number id, number at, text who, text from, text what)) */

	/* tokens of the API; text token = "tocsin_" and 64 hexadecimal digits */
	/* (WHO, text name, number scopes, number expires or 0, bytes own password) admin */
	WORD_TOKEN_CREATE,
	WORD_TOKEN_CREATED, /* (number id, text token): told this once */
	WORD_TOKEN_LIST, /* (WHO) admin */
	WORD_TOKENS_ARE, /* (n x TOKEN of wire/token.h), the newest first */
	WORD_TOKEN_REVOKE, /* (WHO, text name or id) admin -> DONE */
	WORD_BEARER, /* (WHO): who has this token */
	/*
	 * (number enum login_result OK, WRONG or BUSY, number retry after s, number id, text name,
	 * number scopes, text From Address of the site)
	 */
	WORD_BEARER_IS,

	WORD_METRICS, /* (WHO) admin */
	/*
	 * (n x (text state, number recipients), n x (text class of a verdict, number tries of
	 * recipients), n x (text class of a verdict, number tries of the relay),
	 * bool OAuth2 is chosen; if so: bool sign-in needed, number seconds the access token is
	 * good, bool there is a refresh token, number its age in seconds,
	 * n x (text outcome, number renewals))
	 */
	WORD_METRICS_ARE,

	/*
	 * backup and restore, one at a time, for root and the daemon's starter on this machine; the
	 * number is the run's
	 */
	WORD_BACKUP, /* (WHO, bytes passphrase): made whole, to be read in parts */
	/*
	 * (number run, number octets, number messages of the history, number left out, bool with
	 * the sign-in by OAuth2, bool with the certificate of the pages)
	 */
	WORD_BACKUP_MADE,
	WORD_BACKUP_READ, /* (WHO, number run, number offset) */
	WORD_BACKUP_PART, /* (bytes), empty at the end */
	WORD_BACKUP_END, /* (WHO, number run) -> DONE: forgets a backup or a restore */
	WORD_RESTORE, /* (WHO, bytes passphrase) */
	WORD_RESTORE_STARTED, /* (number run) */
	WORD_RESTORE_DATA, /* (WHO, number run, bytes in order) -> DONE with the octets so far */
	WORD_RESTORE_CHECK, /* (WHO, number run): opens all of it, changes nothing */
	/*
	 * (text node, number made at, text program version, number accounts, number tokens, number
	 * aliases, number messages, number audit entries, bool its audit log is whole, n x (text
	 * what else to know), n x (text key, text now, text then, text what gets less safe or ""))
	 */
	WORD_RESTORE_IS,
	WORD_RESTORE_APPLY, /* (WHO, number run): all of it or nothing */
	/* (number messages, number audit entries that came in, n x text what else to know) */
	WORD_RESTORED,

	/* keeper and sender */
	WORD_RELAY, /* keeper: RELAY of wire/relay.h; replaces the one before */
	WORD_NEXT, /* sender: () ready for a message */
	WORD_MAIL, /* keeper, when one is due: MAIL of wire/envelope.h */
	WORD_BODY, /* sender: (number message, number offset) */
	WORD_BODY_IS, /* (bytes), empty at the end */
	WORD_DOT, /* sender: (number message): about to end the data */
	WORD_DOT_MARKED, /* () after the commit */
	WORD_VERDICT, /* sender: DELIVERY of wire/delivery.h */
	WORD_VERDICT_KEPT, /* () after the commit */
	WORD_PROBE, /* keeper: () try the relay alone */
	WORD_PROBE_IS, /* VERDICT of wire/delivery.h */
	/* keeper: (number run, bool check, RELAY, text sender, n x text recipient, message) */
	WORD_TRIAL,
	WORD_TRIAL_STAGE, /* sender: (number run, TRIAL of wire/trial.h so far) */
	WORD_TRIAL_DONE, /* sender: () the answer to WORD_TRIAL */

	/* the sign-in to the relay by OAuth2 */
	/*
	 * (WHO, bool loopback) admin: a sign-in begins, in place of the one before; loopback: the
	 * redirect URI is the loopback's, whose final address a person pastes
	 */
	WORD_OAUTH_BEGIN,
	WORD_OAUTH_BEGUN, /* OAUTH_BEGUN of wire/oauth_status.h */
	WORD_OAUTH_LEAD, /* (WHO) admin -> OAUTH_BEGUN: what the asker began and what waits */
	/*
	 * (WHO, text state, text code or "", text error, text description, text iss or "") admin ->
	 * DONE when the state is good; how it goes on is told by the status. A refusal's field says
	 * why: "state" (unknown, used or too old), "asker" (another session), "settings" (changed
	 * meanwhile), "iss" (another provider)
	 */
	WORD_OAUTH_FINISH,
	WORD_OAUTH_STATUS, /* (WHO) admin */
	WORD_OAUTH_STATUS_IS, /* OAUTH_STATUS of wire/oauth_status.h */
	WORD_OAUTH_DEVICE, /* (WHO) admin -> DONE: a code for a device is asked for */
	WORD_OAUTH_DISCONNECT, /* (WHO) admin -> DONE: forgotten; 0: but not known to be revoked */
	WORD_OAUTH_TRY, /* (WHO) admin -> DONE: what fails is tried now */
	/* (WHO, text issuer, 0, or 1 and the texts CA certificate and proxy to use instead of the
	 * saved ones) admin: what an issuer publishes */
	WORD_OAUTH_DISCOVER,
	WORD_OAUTH_DISCOVERED, /* GRANT_METADATA of wire/grant.h */
	/*
	 * (WHO, number days) admin -> SETTINGS_SAVED: a new private key and a certificate of it,
	 * good for so many days, take the place of those that are set; 0 forgets those
	 */
	WORD_OAUTH_KEY,
	WORD_OAUTH_LOOK, /* (WHO) admin: is the token endpoint there, and what does the token say */
	/*
	 * (text why the endpoint is not there or "", number ms it took, bool there is an access token,
	 * TOKEN_CLAIMS of wire/grant.h, text what does not fit in it or "")
	 */
	WORD_OAUTH_LOOKED,
	WORD_GRANT, /* keeper: GRANT of wire/grant.h */
	WORD_GRANT_IS, /* sender: GRANT_ANSWER of wire/grant.h */

	WORD_COUNT,
};

enum login_result {
	LOGIN_OK,
	LOGIN_WRONG, /* name or password; never says which */
	LOGIN_BUSY, /* too many at once or too many failures: retry after */
	LOGIN_LINK_DEAD, /* set-up: the link was used, replaced or is older than 24 h */
};

enum certificate_kept {
	CERTIFICATE_IN_FORCE,
	CERTIFICATE_NOT_OURS, /* tocsin.conf names one: nothing was changed */
	CERTIFICATE_FAILED, /* it could not be written: parent's log says why */
	CERTIFICATE_KEPT_COUNT,
};

enum {
	WIRE_BODY_MAX = 256 * 1024, /* octets of one message's body */
	WIRE_CHUNK_MAX = 64 * 1024, /* octets of mail in one DATA or BODY_IS */
};

const char *word_name(enum word w);

/* True when from may say w to to. */
bool word_allowed(enum word w, enum role from, enum role to);

/* How many descriptors come with a word at the most; most words have none. */
size_t word_descriptors(enum word w);

/* True for words that only ever answer. */
bool word_is_answer(enum word w);

/* True when answer may answer request: its own answer, or a refusal. */
bool word_answers(enum word answer, enum word request);

#endif
