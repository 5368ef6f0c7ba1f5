/* audit.h - what templates/audit.html prints. */
#ifndef TOCSIN_WEB_PAGES_AUDIT_H
#define TOCSIN_WEB_PAGES_AUDIT_H

#include "web/frame.h"

struct audit_line_view {
	uint64_t at;
	const char *who, *from, *what;
};

struct audit_page_view {
	const char *none; /* said when no line stands here */
	struct audit_line_view *lines;
	size_t n_lines;
	const char *newest_url, *older_url; /* NULL: this is the end */
};

#endif
