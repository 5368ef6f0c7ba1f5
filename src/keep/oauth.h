/*
 * oauth.h - the sign-in to the relay by OAuth2: keeps its tokens, has them renewed in time
 * (core/token_life.h), and takes part in what people do to sign in. Sender puts the questions to
 * the provider; tokens are on the disk before they are first used.
 */
#ifndef TOCSIN_KEEP_OAUTH_H
#define TOCSIN_KEEP_OAUTH_H

#include "core/ending.h"
#include "core/verdict.h"
#include "keep/keeper.h"

/* After the queue and the alerts. */
int keep_oauth_init(struct keeper *k) MUST_CHECK;
void keep_oauth_stop(struct keeper *k); /* before the store is closed */
void keep_oauth_release(struct keeper *k); /* after it */

/* NULL when there is a token for these settings that a relay may see, or none is needed. */
const char *keep_oauth_obstacle(const struct keeper *k, const struct settings *s);
/* OAuth2 is chosen, and nobody has signed in with these settings. */
bool keep_oauth_is_signed_out(const struct keeper *k);

/* The access token for these settings, or ""; and a number that no other token has. */
const char *keep_oauth_token(const struct keeper *k, const struct settings *s);
uint64_t keep_oauth_token_number(const struct keeper *k);

/*
 * What the relay said of the token. True when a renewal was asked for: then it says nothing about
 * the relay's health yet.
 */
bool keep_oauth_takes(struct keeper *k, const struct verdict *v);

void keep_oauth_settings_changed(struct keeper *k);

/* oauth_restore.c: a sign-in that comes back with a backup */
struct store_oauth_token;
/* The one here is for the same relay and provider, good and newer: it stays. */
bool keep_oauth_outlives(const struct keeper *k, const struct store_oauth_token *other);
bool keep_oauth_is_for(const struct settings *s, const struct store_oauth_token *token);
/* Until it is taken back a new token waits, so that none is written over a restored one. */
void keep_oauth_hold(struct keeper *k, bool hold);
/* The sign-in in the store takes the place of the one in memory. Negative: nothing changed. */
int keep_oauth_reload(struct keeper *k) MUST_CHECK;
void keep_oauth_sender_came(struct keeper *k);

/* Why no mail can be sent with these settings: what is missing in them, or the sign-in; or NULL. */
const char *keep_mail_obstacle(const struct keeper *k, const struct settings *s);

/* What ends of it, near or far; how many (keep/endings.h). */
size_t keep_oauth_endings(const struct keeper *k, struct ending ret_list[ENDING_KIND_COUNT]);

/* Into METRICS_ARE (words.h). */
void keep_oauth_pack_metrics(const struct keeper *k, struct buffer *b);

/* Handlers of words (keeper.c's table). */
void keep_oauth_begin(struct request *r);
void keep_oauth_lead(struct request *r);
void keep_oauth_finish(struct request *r);
void keep_oauth_status(struct request *r);
void keep_oauth_device(struct request *r);
void keep_oauth_disconnect(struct request *r);
void keep_oauth_try(struct request *r);
void keep_oauth_look(struct request *r);
void keep_oauth_discover(struct request *r);
void keep_oauth_key(struct request *r);

#endif
