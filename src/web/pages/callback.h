/* callback.h - what a browser brings back from the provider, on its way to the keeper. */
#ifndef TOCSIN_WEB_PAGES_CALLBACK_H
#define TOCSIN_WEB_PAGES_CALLBACK_H

#include "oauth2/authorization.h"
#include "web/pages/sign_in.h"

/* Appends the address of the provider's page, which leads here again. */
void callback_lead_url(struct buffer *out, const struct oauth_begun *b);

/* Tells the keeper. */
struct question *callback_ask(struct visit *v, const struct oauth_callback *callback);

/* "?refused=WORD" of /login/email/sign-in as a sentence; NULL when there is none. */
const char *callback_refusal_text(struct slice word);

/* sign_in.c: the field, empty, with what is wrong about it or NULL. */
void paste_view_make(struct visit *v, const char *error, struct paste_view *ret_paste);

#endif
