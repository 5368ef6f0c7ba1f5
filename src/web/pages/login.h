/* login.h - what templates/login.html and templates/setup.html print. */
#ifndef TOCSIN_WEB_PAGES_LOGIN_H
#define TOCSIN_WEB_PAGES_LOGIN_H

#include "web/form_view.h"

struct login_view {
	struct problems_view problems;
	bool signed_out; /* just now, by the button */
	bool page_wanted; /* somebody was sent here from a page */
	const char *next; /* where to go then */
	struct field_view name, password;
};

struct setup_view {
	struct problems_view problems;
	const char *token;
	struct field_view name, password, repeat;
};

struct dead_link_view {
	const char *text; /* the keeper's words */
};

#endif
