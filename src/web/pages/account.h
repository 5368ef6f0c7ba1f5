/* account.h - what templates/account.html prints. */
#ifndef TOCSIN_WEB_PAGES_ACCOUNT_H
#define TOCSIN_WEB_PAGES_ACCOUNT_H

#include "web/write.h"

struct account_view {
	const char *name;
	const char *from;
	const char *password_url; /* where the password is changed */
	const char *csrf;
	uint64_t signed_in;
	uint64_t n_others;
	bool ended; /* the others were ended just now */
};

#endif
