/* audit.h - what templates/audit.html prints. */
#ifndef TOCSIN_WEB_PAGES_AUDIT_H
#define TOCSIN_WEB_PAGES_AUDIT_H

#include "web/write.h"

struct audit_row_view {
	uint64_t id;
	uint64_t at;
	const char *who, *from, *what;
};

struct audit_view {
	struct audit_row_view *rows;
	size_t n_rows;
	bool paged; /* not the newest page */
	const char *older; /* address of the next page, or NULL on the last */
};

#endif
