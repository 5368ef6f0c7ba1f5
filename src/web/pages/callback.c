/*
 * callback.c - /login/smtp-verification: the redirect URI. It answers once: the keeper is told what
 * came, and the browser is led to a clean address, so that no code stays in its address line and
 * loading the page again sends nothing again.
 */
#include "web/pages/callback.h"

#include "web/pages/pages.h"

void callback_lead_url(struct buffer *out, const struct oauth_begun *b)
{
	const struct oauth_authorization a = {
		.endpoint = b->endpoint, .client_id = b->client_id, .redirect_uri = b->redirect_uri,
		.scopes = b->scopes, .state = b->state, .challenge = b->challenge,
		.login_hint = b->login_hint, .consent = b->consent,
	};

	oauth_authorization_url(out, &a);
}

struct question *callback_ask(struct visit *v, const struct oauth_callback *callback)
{
	struct buffer body;

	visit_start_body(v, &body);
	pack_text(&body, callback->state);
	pack_text(&body, callback->code != NULL ? callback->code : "");
	pack_text(&body, callback->code != NULL ? "" : callback->error);
	pack_text(&body, callback->description != NULL ? callback->description : "");
	pack_text(&body, callback->issuer != NULL ? callback->issuer : "");
	return visit_ask(v, WORD_OAUTH_FINISH, &body);
}

/* ---- why it was not taken, in a word that may stand in an address ---- */

/* The words are the fields of the keeper's refusals (WORD_OAUTH_FINISH); "form" is ours. */
static const struct refusal_word {
	const char *word, *text;
} refusal_words[] = {
	{ "refused", "What came back from the provider was not taken. Press Verify again." },
	{ "form", "What came back from the provider cannot be read: something is missing, stands "
		"twice, or holds characters that have no place there. Press Verify again." },
	{ "state", "This answer belongs to no sign-in that is under way here: it was used already, is "
		"older than 10 minutes, another sign-in was begun since, the settings were changed, or this "
		"node was started again. Press Verify again and finish it in one go." },
	{ "asker", "This sign-in was begun by somebody else, or in another session of yours. Finish it "
		"in the window where it was begun, or press Verify again here." },
	{ "settings", "The settings were changed since this sign-in began, so its answer was not used. "
		"Press Verify again." },
	{ "iss", "The answer came from another provider than the one this sign-in was begun with, so it "
		"was not used. Check the two endpoints, then press Verify again. If it comes back, somebody "
		"may be trying to lead you astray: tell the provider." },
};

static const struct refusal_word *word_of(const char *field)
{
	for (size_t i = 0; i < COUNT_OF(refusal_words); i++)
		if (slice_is(slice_of(field), refusal_words[i].word))
			return &refusal_words[i];
	return &refusal_words[0];
}

const char *callback_refusal_text(struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(refusal_words); i++)
		if (slice_is(word, refusal_words[i].word))
			return refusal_words[i].text;
	return NULL;
}

static void lead_on(struct visit *v, const struct refusal_word *refused)
{
	visit_redirect(v, refused == NULL ? "/login/email/sign-in" :
		arena_printf(v->arena, "/login/email/sign-in?refused=%s", refused->word));
}

/* ---- the address ---- */

/* HEAD would use the code up and show nothing. */
void page_callback_ask(struct visit *v)
{
	struct oauth_callback callback;

	if (v->request->head->method != HTTP_GET)
		visit_error(v, 405, "This cannot be opened so", "A browser is led here after a sign-in at "
			"the provider.");
	else if (oauth_callback_read(&v->query, v->arena, &callback) != NULL)
		lead_on(v, word_of("form"));
	else
		v->page = callback_ask(v, &callback);
}

void page_callback_show(struct visit *v)
{
	struct refusal refusal;

	if (visit_refused(v, v->page, &refusal))
		lead_on(v, word_of(refusal.rows[0].field));
	else if (visit_answered(v, v->page, WORD_DONE, NULL))
		lead_on(v, NULL);
}

/* Whoever has no session cannot be the one who began; the code is not kept for later. */
void page_callback_lost(struct visit *v)
{
	visit_error(v, 403, "You are signed out here", "The provider led back to this node, but this "
		"browser is not signed in to it, so nothing was done. Sign in, open Email Configuration and "
		"press Verify OAuth2 Provider again.");
}
