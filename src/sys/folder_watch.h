/*
 * folder_watch.h - a call when files appear complete in one folder (inotify: closed after writing
 * or moved in).
 */
#ifndef TOCSIN_SYS_FOLDER_WATCH_H
#define TOCSIN_SYS_FOLDER_WATCH_H

#include "sys/fault.h"
#include "sys/loop.h"

struct folder_watch {
	struct watch watch;
	void (*fn)(void *arg);
	void *arg;
};

/* fn once for any number of changes: look at the whole folder. Negative with a fault. */
int folder_watch_init(struct folder_watch *w, struct loop *l, const char *path,
	void (*fn)(void *arg), void *arg, struct fault *f) MUST_CHECK;
void folder_watch_release(struct folder_watch *w); /* zeroed struct is fine */

#endif
