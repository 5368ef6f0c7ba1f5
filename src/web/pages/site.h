/* site.h - what templates/site.html prints. */
#ifndef TOCSIN_WEB_PAGES_SITE_H
#define TOCSIN_WEB_PAGES_SITE_H

#include "web/frame.h"
#include "web/pages/settings.h"

struct site_view {
	struct settings_notes_view notes;
	const char *csrf;
	uint64_t version;
	const char *redirect_uri; /* as it follows from what is saved */
	struct sections_view sections;
};

#endif
