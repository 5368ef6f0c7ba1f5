/* users.h - what templates/users.html and templates/user.html print. */
#ifndef TOCSIN_WEB_PAGES_USERS_H
#define TOCSIN_WEB_PAGES_USERS_H

#include "web/form_view.h"

struct user_line_view {
	const char *name;
	uint64_t created;
	uint64_t signed_in; /* 0 never */
	uint64_t n_sessions;
	bool disabled;
	bool own; /* the account that looks at the page */
	const char *url;
};

struct users_view {
	struct problems_view problems;
	const char *notice; /* a sentence about what was done, or NULL */
	const char *csrf;
	struct field_view name, password; /* of a new account */
	struct field_view current; /* of who makes it */
	struct user_line_view *lines;
	size_t n_lines;
};

/* One account: everything that can be done with it. */
struct user_page_view {
	struct problems_view problems;
	const char *notice;
	const char *csrf;
	struct user_line_view user;
	struct field_view password;
	struct field_view current; /* of who changes it */
};

#endif
