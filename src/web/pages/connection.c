/* connection.c - how the sign-in by OAuth2 stands, for templates; see connection.h. */
#include "web/pages/connection.h"

#include <string.h>

#include "core/diagnosis.h"

struct question *connection_ask(struct visit *v)
{
	struct buffer body;

	visit_start_body(v, &body);
	return visit_ask(v, WORD_OAUTH_STATUS, &body);
}

bool connection_status(struct visit *v, const struct question *q, struct oauth_status *ret_status)
{
	struct oauth_status s;
	struct unpack u;

	if (visit_answer_word(q, &u) != WORD_OAUTH_STATUS_IS)
		return false;
	oauth_status_unpack(&u, v->arena, &s);
	if (!unpack_end(&u))
		return false;
	*ret_status = s;
	return true;
}

/* ---- why there is no token ---- */

const struct trouble_view *connection_trouble(struct visit *v, const struct grant_error *e,
	bool signing_in)
{
	struct diagnosis_facts facts;
	struct trouble_view *t;

	if (e->error[0] == '\0' && e->problem[0] == '\0')
		return NULL;
	t = arena_alloc(v->arena, sizeof(*t));
	if (t == NULL)
		return NULL;
	if (e->error[0] != '\0') {
		facts = grant_error_facts(e, v->arena);
		facts.sign_in = signing_in;
		trouble_view_fill(diagnosis_find(&facts), t);
		t->by_server = true;
		t->code = e->error;
		t->said = e->description;
	} else {
		*t = (struct trouble_view){
			.title = "The provider gave no answer that can be used", .code = "", .said = e->problem,
			.meaning = signing_in ? "No token was given. What this node had before is kept. Begin the "
				"sign-in again when the cause is gone." : "No token was given. What this node "
				"has is kept, and it asks again by itself.",
			.who = "", .field = "", .field_label = "",
		};
	}
	return t;
}

/* ---- the box ---- */

static const char *headline_of(const struct oauth_status *s)
{
	switch (s->state) {
	case TOKEN_NONE:
		if (s->attempt == OAUTH_ATTEMPT_FAILED)
			return "The sign-in did not work";
		return s->alone ? "This node is not signed in yet: mail waits" :
			"Nobody is signed in yet: mail waits";
	case TOKEN_GOOD:
		if (s->relay_refuses)
			return "Connected to the provider, but the relay refuses the token";
		return s->usable ? "Connected" : "Connected; the access token is being renewed";
	case TOKEN_FAILING:
		return s->usable ? "Connected, but the last renewal failed; it is tried again" :
			"The token cannot be renewed for now; it is tried again";
	case TOKEN_REFUSED:
		return s->usable ? "The provider refuses this client: mail stops when the access token ends" :
			"The provider refuses this client: mail waits";
	case TOKEN_SIGN_IN_NEEDED:
		return s->usable ? "Sign-in needed: mail stops when the access token ends" :
			"Sign-in needed: mail waits";
	}
	return "";
}

static void set_kind(struct connection_view *c, const struct oauth_status *s)
{
	static const struct {
		const char *kind;
		enum shape_kind shape;
	} kinds[] = {
		[TOKEN_NONE] = { "wait", SHAPE_OFF },
		[TOKEN_GOOD] = { "good", SHAPE_GOOD },
		[TOKEN_FAILING] = { "wait", SHAPE_WAIT },
		[TOKEN_REFUSED] = { "bad", SHAPE_BAD },
		[TOKEN_SIGN_IN_NEEDED] = { "bad", SHAPE_BAD },
	};

	const bool bad = s->state == TOKEN_GOOD && s->relay_refuses;

	c->kind = bad ? "bad" : kinds[s->state].kind;
	c->shape.kind = bad ? SHAPE_BAD : kinds[s->state].shape;
}

static bool is_under_way(enum oauth_attempt attempt)
{
	return attempt == OAUTH_ATTEMPT_BEGUN || attempt == OAUTH_ATTEMPT_EXCHANGING ||
		attempt == OAUTH_ATTEMPT_DEVICE || attempt == OAUTH_ATTEMPT_CHECKING;
}

/* The keeper's clock, as near as a page needs it. */
static uint64_t now_of(const struct visit *v)
{
	return v->has_status ? v->status.now : 0;
}

/* Of the address that a button's deed led to. */
static const char *note_of(const struct visit *v)
{
	if (form_get(&v->query, "renewing").data != NULL)
		return "A new access token was asked for. Load this page again in a moment: Last renewal "
			"then says when it came.";
	if (form_get(&v->query, "disconnected").data != NULL)
		return "Disconnected. The tokens are forgotten here, and the provider was asked to end them "
			"where it offers that.";
	if (form_get(&v->query, "unrevoked").data != NULL)
		return "Disconnected. " OAUTH_UNREVOKED;
	return "";
}

const struct connection_view *connection_make(struct visit *v, const struct oauth_status *s)
{
	uint64_t now = now_of(v);
	struct connection_view *c = arena_alloc(v->arena, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct connection_view){
		.csrf = v->session.csrf,
		.note = note_of(v),
		.headline = headline_of(s),
		.email = s->email, .account = s->account, .by = s->by,
		.other_account = s->account[0] != '\0' && strcasecmp(s->account, s->email) != 0,
		.connected = s->state != TOKEN_NONE,
		.under_way = is_under_way(s->attempt),
		.signed_in_before = s->signed_in != 0,
		.sign_in_needed = s->state == TOKEN_SIGN_IN_NEEDED,
		.has_refresh = s->has_refresh,
		.signed_in = s->signed_in, .access_ends = s->access_ends,
		.refresh_ends = s->refresh_ends, .renewed = s->renewed,
		.next_renewal = s->next_renewal, .secret_expires = s->secret_expires,
		.refresh_age = now > s->refresh_since && s->refresh_since > 0 ?
			now - s->refresh_since : 0,
		.access_over = s->access_ends > 0 && now >= s->access_ends,
		.alone = s->alone,
		.certificate_ends = s->certificate_ends, .thumbprint = s->thumbprint,
		.certificate_over = s->certificate_ends > 0 && now >= s->certificate_ends,
		.secret_over = s->secret_expires > 0 && now >= s->secret_expires,
		.scopes = s->scopes, .advice = s->advice, .error_at = s->error_at,
		.trouble = s->state == TOKEN_GOOD ? NULL : connection_trouble(v, &s->error, false),
	};
	set_kind(c, s);
	return c;
}

const struct connection_view *connection_read(struct visit *v, const struct question *q)
{
	struct oauth_status s;

	if (q == NULL || !connection_status(v, q, &s) || !s.chosen)
		return NULL;
	return connection_make(v, &s);
}
