/* backup.h - what templates/backup.html and templates/import.html print. */
#ifndef TOCSIN_WEB_PAGES_BACKUP_H
#define TOCSIN_WEB_PAGES_BACKUP_H

#include "web/form_view.h"

struct backup_view {
	struct problems_view problems;
	const char *notice; /* or NULL */
	const char *csrf;
	struct field_view text;
};

struct import_line_view {
	const char *label, *key;
	const char *now, *then;
	const char *lower; /* what gets less safe, or NULL */
};

/* A setting that somebody else saved meanwhile. */
struct import_change_view {
	const char *label, *key;
	const char *by;
	uint64_t at;
};

struct import_view {
	struct problems_view problems;
	struct import_change_view *changes;
	size_t n_changes;
	const char *csrf;
	uint64_t version; /* of the settings that are compared with */
	const char *text; /* what is applied */
	struct import_line_view *lines;
	size_t n_lines;
	bool asks_password;
	struct field_view password;
};

#endif
