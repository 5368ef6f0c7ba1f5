/*
 * fixture.h - a keeper with a real store in a folder of its own, and the other ends of its
 * channels in the test's hands: front and sender. Everything runs on one loop.
 */
#ifndef TOCSIN_TESTS_KEEP_FIXTURE_H
#define TOCSIN_TESTS_KEEP_FIXTURE_H

#include "unit/unit.h"

#include "core/config.h"
#include "keep/keeper.h"
#include "wire/delivery.h"
#include "wire/envelope.h"
#include "wire/relay.h"

enum {
	SEEN_MAX = 200,
};

/* What the keeper said that is no answer. */
struct seen {
	enum word word;
	uint64_t id;
	struct buffer body;
};

struct end {
	struct channel *channel; /* NULL when cut */
	struct seen seen[SEEN_MAX]; /* the oldest first */
	size_t n_seen;
	bool closed; /* by the keeper */
};

struct answer {
	bool here;
	enum word word; /* WORD_NONE: the channel closed first */
	struct buffer body;
	uint64_t id; /* of the request */
	struct answer *next; /* the fixture's: frees the bodies at the end */
};

extern char folder[64];
extern struct keeper keeper;
extern struct loop *loop;
extern struct arena *arena;
extern struct end front, sender;

int setup_keeper(void **state); /* a new store, nobody linked */
int teardown_keeper(void **state);
void start_keeper(void); /* on the folder as it is */
void stop_keeper(void); /* in good order */

void link_end(struct end *e, enum role role); /* ROLE_FRONT or ROLE_SENDER */
void cut_end(struct end *e);

/* ---- asking and waiting; whatever takes longer than a minute fails the test ---- */

struct answer *ask_later(struct end *e, enum word word, const struct buffer *body);
void wait_for(struct answer *a);
struct answer *ask(struct end *e, enum word word, const struct buffer *body);
/* The answer must be that word; the reader stands at its first field. */
struct unpack expect(const struct answer *a, enum word word);
/* It must be a refusal with that exit code: its first sentence. */
const char *expect_refused(const struct answer *a, int exit_code);
/* It must be a refusal of fields, each with a text: their names, each with a blank behind it. */
const char *refused_fields(const struct answer *a);

void turn(int64_t ms); /* the loop runs for so long */
void wait_until_written(void); /* all jobs of the store are done */
struct seen *wait_seen(struct end *e, enum word word); /* the newest; waits for one */
size_t count_seen(const struct end *e, enum word word);
void forget_seen(struct end *e);

/* ---- bodies; each begins a new one, good until the next of its kind ---- */

struct buffer *empty_body(void);
struct buffer *body_as_root(void); /* WHO: uid 0 */
struct buffer *body_as_user(uint64_t uid);
struct buffer *body_as_session(const char *token);

/* ---- whole steps ---- */

/* Saves settings as root: key, value, ..., NULL. */
void set(const char *key, ...);
void set_up_mail(void); /* a relay, a From Address, the contact "boss@example.com" */

void add_account(const char *name, const char *password); /* for the site */
enum login_result sign_in_as(const char *name, const char *password, const char **ret_session);

/* An envelope for so many octets from cron; recipients end with NULL. */
struct envelope envelope_for(uint64_t size, const char *const *recipients);
/* Hands it in as uid 1000; parts end with NULL. The answer may still be on its way. */
struct answer *submit_parts(const struct envelope *e, const char *const *parts);
struct answer *submit_later(const char *content, const char *const *recipients);
const char *submit(const char *content, const char *recipient); /* its queue id */

struct answer *next_later(void); /* the sender is ready */
struct envelope mail_of(struct answer *a); /* waits for MAIL */
struct envelope take_mail(void);
/* The same verdict for the connection and each recipient; waits until it is kept. */
void deliver_verdict(const struct envelope *e, enum verdict_class class);
void probe_is(enum verdict_class class); /* answers the open PROBE */

#endif
