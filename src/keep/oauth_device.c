/*
 * oauth_device.c - a sign-in without a way back to this node: a code that somebody enters anywhere,
 * or the client itself or a service account, which need nobody.
 * Sources: RFC 8628 3.3 to 3.5, RFC 6749 4.4.
 */
#include "keep/oauth_private.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "sys/clock.h"

enum {
	MS = 1000,
	SLOWER_MS = 5 * MS, /* RFC 8628 3.5 */
	POLL_AGAIN_MS = 10 * MS, /* after no answer */
};

static void on_polled(void *arg, const struct channel_message *m)
{
	struct exchange *x = arg;
	struct keeper *k = x->keeper;
	bool stale = k->oauth == NULL || x->number != k->oauth->try.number ||
		k->oauth->try.state != OAUTH_ATTEMPT_DEVICE; /* given up meanwhile */
	struct arena *a = stale ? NULL : arena_new(OAUTH_MEMORY);
	struct oauth_try *t = stale ? NULL : &k->oauth->try;
	struct grant_answer g;

	free(x);
	if (stale)
		return;
	t->asking = false;
	if (a == NULL || !keep_oauth_read(m, a, &g))
		g.outcome = GRANT_NO_ANSWER;
	if (g.outcome == GRANT_GRANTED) {
		t->state = OAUTH_ATTEMPT_EXCHANGING;
		keep_oauth_try_granted(k, &g, a);
		a = NULL;
	} else if (g.outcome == GRANT_PENDING || g.outcome == GRANT_SLOW_DOWN) {
		t->interval += g.outcome == GRANT_SLOW_DOWN ? SLOWER_MS : 0;
		t->poll_at = clock_boot_ms() + t->interval;
	} else if (g.outcome == GRANT_NO_ANSWER) {
		t->interval = t->interval < POLL_AGAIN_MS ? POLL_AGAIN_MS : t->interval;
		t->poll_at = clock_boot_ms() + t->interval;
	} else {
		keep_oauth_try_fail(k, &g.error, g.outcome == GRANT_EXPIRED ?
			"Nobody entered the code in time. Ask for a new one." : "");
	}
	arena_free(a);
	keep_oauth_pump(k);
}

void keep_oauth_device_poll(struct keeper *k)
{
	struct oauth_try *t = &k->oauth->try;
	struct grant g = keep_oauth_question(k, GRANT_DEVICE_POLL);

	g.device_code = t->device_code;
	t->poll_at = INT64_MAX;
	if (!keep_oauth_try_ask(k, &g, on_polled))
		t->poll_at = clock_boot_ms() + POLL_AGAIN_MS;
}

static void on_device(void *arg, const struct channel_message *m)
{
	struct exchange *x = arg;
	struct keeper *k = x->keeper;
	bool stale = k->oauth == NULL || x->number != k->oauth->try.number;
	struct oauth_try *t = stale ? NULL : &k->oauth->try;
	struct grant_answer g;

	free(x);
	if (stale)
		return;
	t->asking = false;
	if (!keep_oauth_read(m, t->arena, &g) || g.outcome != GRANT_GRANTED) {
		keep_oauth_try_fail(k, &g.error, "");
	} else {
		t->state = OAUTH_ATTEMPT_DEVICE;
		t->device_code = g.device_code;
		t->user_code = g.user_code;
		t->uri = g.verification_uri;
		t->uri_complete = g.verification_uri_complete;
		t->interval = (int64_t)g.interval * MS;
		t->ends = clock_wall() + (int64_t)g.expires_in;
		t->over = clock_boot_ms() + (int64_t)g.expires_in * MS;
		t->poll_at = clock_boot_ms() + t->interval;
	}
	keep_oauth_pump(k);
}

/* Where codes for devices are asked for: published by the issuer, or beside the token endpoint. */
static const char *device_endpoint(struct keeper *k, struct arena *a)
{
	const struct keep_oauth *o = k->oauth;
	const char *token = k->settings.value[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT];
	struct slice path = slice_of(token);

	if (o->metadata_arena != NULL && strcmp(o->metadata.token_endpoint, token) == 0)
		return keep_oauth_looked_up(k, o->metadata.device_endpoint);
	if (slice_ends(path, "/oauth2/v2.0/token"))
		return arena_printf(a, "%.*s/devicecode", (int)(path.len - strlen("/token")), token);
	return "";
}

static void device_noted(void *arg, int result)
{
	struct request *r = arg;
	struct keeper *k = r->keeper;
	bool alone = settings_need_nobody(&k->settings);
	struct oauth_try *t = result != STORE_OK ? NULL :
		keep_oauth_try_new(r, OAUTH_ATTEMPT_EXCHANGING);
	struct grant g;

	if (t == NULL) {
		keep_refuse_store(r, result != STORE_OK ? result : STORE_BUSY);
		return;
	}
	g = keep_oauth_question(k, alone ? keep_oauth_kind_alone(&k->settings) :
		GRANT_DEVICE_START);
	if (!alone)
		g.endpoint = device_endpoint(k, t->arena);
	if (g.endpoint[0] == '\0')
		keep_oauth_try_fail(k, NULL, "It is not known where this provider gives out codes for devices. Look up its "
			"endpoints by its issuer first.");
	else if (!keep_oauth_try_ask(k, &g, alone ? keep_oauth_try_exchanged : on_device))
		keep_oauth_try_fail(k, NULL, "The sender could not be asked. Try again.");
	keep_done(r, 1);
}

void keep_oauth_device(struct request *r)
{
	static char what[] = "asked the relay's provider for a token";
	const char *wrong;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	wrong = keep_oauth_try_objection(r); /* for once, a code will do instead of the page */
	if (wrong != NULL)
		keep_refuse(r, EX_CONFIG, "", wrong);
	else
		keep_oauth_note(r, what, device_noted);
}
