/* retention.h - what templates/retention.html prints. */
#ifndef TOCSIN_WEB_PAGES_RETENTION_H
#define TOCSIN_WEB_PAGES_RETENTION_H

#include "web/pages/settings.h"

struct retention_view {
	struct settings_notes_view notes;
	const char *csrf;
	uint64_t version;
	struct sections_view sections;
};

#endif
