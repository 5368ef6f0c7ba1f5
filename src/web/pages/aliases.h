/* aliases.h - what templates/aliases.html prints. */
#ifndef TOCSIN_WEB_PAGES_ALIASES_H
#define TOCSIN_WEB_PAGES_ALIASES_H

#include "web/form_view.h"

struct alias_line_view {
	const char *name;
	const char *targets; /* with commas between them */
	uint64_t at;
	const char *by;
};

struct aliases_view {
	struct problems_view problems;
	const char *notice; /* or NULL */
	const char *csrf;
	struct alias_line_view *lines;
	size_t n_lines;
	const char *heading; /* of the form */
	struct field_view name, targets;
};

#endif
