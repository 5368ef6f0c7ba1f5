/* status.h - what templates/status.html prints. */
#ifndef TOCSIN_WEB_PAGES_STATUS_H
#define TOCSIN_WEB_PAGES_STATUS_H

#include "web/frame.h"
#include "web/trouble.h"

struct status_view {
	const struct status *status;
	struct shape_view mail_shape;
	const char *headline; /* "Mail works" */
	const char *headline_kind; /* "good", "bad", "wait" */
	uint64_t probe_age; /* seconds, when a probe was made */
	uint64_t next_try; /* seconds from now, 0 = none is planned */
	struct shape_view probe_shape, sender_shape, watcher_shape, disk_shape;
	uint64_t disk_free; /* MiB */
	const char *probe_word;
	const struct trouble_view *trouble; /* why mail is broken, or NULL */
};

#endif
