/* user.h - what the list of accounts and the page of one account share; in users.c. */
#ifndef TOCSIN_WEB_PAGES_USER_H
#define TOCSIN_WEB_PAGES_USER_H

#include "web/pages/users.h"
#include "web/visit.h"
#include "wire/user.h"

/* path?name=NAME, the name escaped. */
const char *user_url(struct visit *v, const char *path, const char *name);

struct user_line_view user_line(struct visit *v, const struct user_view *u);

/* Asks for the accounts: WORD_USERS_ARE. */
struct question *user_ask_list(struct visit *v);

#endif
