/* retention.h - what templates/retention.html prints. */
#ifndef TOCSIN_WEB_PAGES_RETENTION_H
#define TOCSIN_WEB_PAGES_RETENTION_H

#include "web/settings_form.h"

struct retention_view {
	struct problems_view problems;
	bool saved;
	const char *csrf;
	uint64_t version;
	struct sections_view sections;
};

#endif
