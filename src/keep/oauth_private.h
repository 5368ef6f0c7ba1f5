/* oauth_private.h - what the files of the keeper's OAuth2 share. */
#ifndef TOCSIN_KEEP_OAUTH_PRIVATE_H
#define TOCSIN_KEEP_OAUTH_PRIVATE_H

#include "keep/oauth.h"
#include "store/oauth_token.h"
#include "sys/tls_key.h"
#include "wire/oauth_status.h"

enum {
	OAUTH_MEMORY = 512 * 1024, /* of one token, or one attempt */
	OAUTH_STATE_SIZE = 65, /* 32 octets in hexadecimal, and a NUL */
};

/* A text of the provider's that is kept. */
struct oauth_trouble {
	struct arena *arena; /* NULL: none */
	int64_t at; /* wall clock */
	struct grant_error error;
};

/* Somebody signs in: from the first question to the relay's answer. One at a time. */
struct oauth_try {
	enum oauth_attempt state;
	struct arena *arena; /* of all that follows; NULL: none */
	uint64_t number; /* grows with each: an answer for another one is dropped */
	int64_t at, ends; /* wall clock, for people */
	int64_t over; /* boot ms: it is given up */
	const char *by, *from; /* from: the address, or "local" */
	enum who_kind kind; /* whoever began: a session, or a user of this box */
	uint64_t binding; /* the session's number, the token's, or the uid */
	unsigned char fingerprint[SHA256_SIZE]; /* of the settings it began with */
	char state_text[OAUTH_STATE_SIZE]; /* "" when it was used */
	const char *verifier;
	const char *redirect_uri;
	bool loopback; /* the redirect URI is the loopback's */
	bool led; /* a page has led to the provider */
	const char *device_code, *user_code, *uri, *uri_complete;
	int64_t interval; /* ms */
	int64_t poll_at; /* boot ms, INT64_MAX not now */
	bool asking; /* the provider */
	uint64_t run; /* the relay's check */
	struct grant_error error;
	const char *text;
};

/* The arg of an answer for an attempt; one for an attempt that was given up is dropped. */
struct exchange {
	struct keeper *keeper;
	uint64_t number;
};

struct keep_oauth {
	struct token_life life;
	struct timer timer;
	struct store_oauth_token token;
	struct arena *arena; /* the token's; NULL: there is none */
	uint64_t token_number; /* of the token in force; grows with each, over restarts too */
	unsigned char fingerprint[SHA256_SIZE]; /* of the settings in force */
	uint64_t ask; /* the open question for a renewal, 0 none */
	uint64_t number; /* grows when the token is replaced or forgotten by a person */
	struct keeping *unwritten; /* a new token that waits for room on the disk, or for held */
	bool no_room; /* writing it failed, and is tried again and again */
	struct timer again;
	bool held; /* a restore is being written: so is no new token until it is done */
	uint64_t renewals[TOKEN_ANSWER_COUNT]; /* by what came of them, since the keeper started */
	bool unrevoked; /* at the last disconnect the provider did not confirm it */
	bool dry; /* it was told that the token is over and no new one comes */
	struct oauth_trouble trouble; /* the last answer that was none */
	struct oauth_try try;
	int64_t clocks_apart; /* ms, as it was told last (keep_oauth_wall_of()) */
	int64_t certificate_ends; /* of the client's own; 0 none is set */
	char thumbprint[TLS_THUMBPRINT_TEXT]; /* its SHA-1, as providers show it; or "" */
	struct arena *metadata_arena;
	struct grant_metadata metadata; /* found last; good when metadata_arena is there */
};

/* oauth.c */
void keep_oauth_pump(struct keeper *k);
void keep_oauth_fingerprint(const struct settings *s, unsigned char ret_digest[SHA256_SIZE]);
bool keep_oauth_fits(const struct keeper *k, const struct settings *s);
/* The life begins or goes on from what is known of the token, if it is for these settings. */
void keep_oauth_take_up(struct keeper *k);
/* True when nothing will follow the access token in hand, or nothing does for now. */
bool keep_oauth_is_last(const struct token_life *t);
/* The sender gets the new token, and mail that waited for it goes on. */
void keep_oauth_tell_token(struct keeper *k, bool by_person);

/* oauth_end.c */
/*
 * Seconds since 1970 of a time of the boot clock; the same each time as long as nobody sets the
 * wall clock, though the two clocks are never read at once.
 */
int64_t keep_oauth_wall_of(const struct keeper *k, int64_t boot_ms);
int64_t keep_oauth_secret_end(const struct keeper *k); /* by the date entered, 0 none */
int64_t keep_oauth_refresh_end(const struct keeper *k); /* without use; 0 not known */
bool keep_oauth_is_testing(const struct keeper *k); /* it ended as Google's do in testing */
bool keep_oauth_died_young(const struct keeper *k); /* which a new sign-in is to remember */
/* t is new, its granted is set: what is known of its refresh token's end. life: s, 0 not said. */
void keep_oauth_note_end(const struct store_oauth_token *old, uint64_t life, bool another,
	struct store_oauth_token *t);

/* oauth_renew.c */
/* The one way by which an answer to a renewal is told to the life. */
void keep_oauth_answered(struct keep_oauth *o, enum token_answer answer, int64_t life_s,
	int64_t wait_ms);
void keep_oauth_renew(struct keeper *k); /* TOKEN_EVENT_RENEW */
void keep_oauth_forget_ask(struct keeper *k); /* what is under way is dropped when it comes */
void keep_oauth_write_again(void *arg);
void keep_oauth_drop_unwritten(struct keep_oauth *o);
/* A question with what the settings say; the texts are the settings'. */
struct grant keep_oauth_question(const struct keeper *k, enum grant_kind kind);
/* The client proves itself by its key and not by its secret. */
bool keep_oauth_key_proves(const struct settings *s);
/* By which grant a token is had without a person. */
enum grant_kind keep_oauth_kind_alone(const struct settings *s);
/* 0 when nobody can be asked. */
uint64_t keep_oauth_ask(struct keeper *k, const struct grant *g, channel_answer_fn *answer,
	void *arg);
/* False: it was no answer; then *ret_answer says that it passes. */
bool keep_oauth_read(const struct channel_message *m, struct arena *a,
	struct grant_answer *ret_answer);
/* Makes it durable, then puts it in force; takes the arena in which it lies. */
void keep_oauth_keep(struct keeper *k, struct arena *a, const struct store_oauth_token *token,
	bool signed_in);
/* In force at once; done(r, result of the store) follows. */
void keep_oauth_forget_token(struct request *r, void (*done)(void *arg, int result));
void keep_oauth_tell_trouble(struct keeper *k, const struct grant_error *e);
struct grant_error keep_oauth_copy_error(const struct grant_error *e, struct arena *a);

/* oauth_try.c */
struct oauth_try *keep_oauth_try_new(struct request *r, enum oauth_attempt state);
void keep_oauth_try_fail(struct keeper *k, const struct grant_error *e, const char *text);
/* NULL, or why nobody can sign in with these settings. */
const char *keep_oauth_try_objection(const struct request *r);
void keep_oauth_note(struct request *r, char *what, void (*done)(void *arg, int result));
/* Asks for the attempt; the answer's arg is a struct exchange. False: nobody can be asked. */
bool keep_oauth_try_ask(struct keeper *k, const struct grant *g, channel_answer_fn *answer);
/* The first scope of the settings that was not granted; absent when all were. */
struct slice keep_oauth_missing_scope(const struct keeper *k, const char *granted);
void keep_oauth_try_granted(struct keeper *k, const struct grant_answer *g, struct arena *a);
void keep_oauth_try_exchanged(void *arg, const struct channel_message *m);
void keep_oauth_try_expire(struct keeper *k, int64_t now);
int64_t keep_oauth_try_deadline(const struct keeper *k);
void keep_oauth_try_end(struct keeper *k); /* forgets all of it */
void keep_oauth_try_kept(struct keeper *k); /* the token it brought is in force */

/* oauth_discover.c */
/* What was looked up before the start; -1 it cannot be read. */
int keep_oauth_discover_init(struct keeper *k);
/* An endpoint of what was looked up, or "" when it is not this provider's, or nobody knows. */
const char *keep_oauth_looked_up(const struct keeper *k, const char *endpoint);

/* oauth_key.c */
void keep_oauth_look_at_certificate(struct keeper *k); /* the settings are others */

/* oauth_device.c */
void keep_oauth_device_poll(struct keeper *k);

#endif
