/* oauth_restore.c - a sign-in that comes back with a backup; see oauth.h. */
#include "keep/oauth_private.h"

#include <string.h>

#include "base/log.h"
#include "sys/clock.h"

bool keep_oauth_outlives(const struct keeper *k, const struct store_oauth_token *other)
{
	const struct keep_oauth *o = k->oauth;

	return o != NULL && o->arena != NULL && store_oauth_token_outlives(&o->token, other);
}

bool keep_oauth_is_for(const struct settings *s, const struct store_oauth_token *token)
{
	unsigned char digest[SHA256_SIZE];

	keep_oauth_fingerprint(s, digest);
	return setting_is(s, SETTING_EMAIL_AUTH, "oauth2") &&
		memcmp(digest, token->fingerprint, sizeof(digest)) == 0;
}

void keep_oauth_hold(struct keeper *k, bool hold)
{
	if (k->oauth == NULL)
		return;
	k->oauth->held = hold;
	if (!hold)
		keep_oauth_write_again(k);
}

int keep_oauth_reload(struct keeper *k)
{
	struct keep_oauth *o = k->oauth;
	struct arena *a = arena_new(OAUTH_MEMORY);
	struct store_oauth_token token;

	if (o == NULL || a == NULL ||
		store_oauth_token_load(store_reader(k->store), a, &token) != STORE_OK) {
		arena_free(a);
		return -1;
	}
	keep_oauth_forget_ask(k);
	keep_oauth_drop_unwritten(o);
	keep_oauth_try_end(k);
	arena_free(o->arena);
	arena_free(o->trouble.arena);
	o->arena = a;
	o->token = token;
	o->trouble = (struct oauth_trouble){ .arena = NULL };
	keep_oauth_take_up(k);
	log_info("oauth: the sign-in of a backup is in force, as of its day");
	keep_oauth_tell_token(k, true);
	keep_oauth_pump(k);
	return 0;
}
