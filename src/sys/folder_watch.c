/* folder_watch.c - inotify on one folder; see folder_watch.h. */
#include "sys/folder_watch.h"

#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Empties the queue: what changed does not matter, the whole folder is looked at. */
static void on_change(void *arg, unsigned events UNUSED)
{
	struct folder_watch *w = arg;
	char waste[4096] __attribute__((aligned(8)));
	bool any = false;

	while (read(w->watch.fd, waste, sizeof(waste)) > 0)
		any = true;
	if (any)
		w->fn(w->arg);
}

int folder_watch_init(struct folder_watch *w, struct loop *l, const char *path,
	void (*fn)(void *arg), void *arg, struct fault *f)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	*w = (struct folder_watch){ .fn = fn, .arg = arg };
	watch_init(&w->watch, l, fd, on_change, w);
	if (fd >= 0 &&
	    inotify_add_watch(fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) >= 0 &&
	    watch_set(&w->watch, WATCH_READ) == 0)
		return 0;
	fault_set_errno(f, errno, "the folder %.200s cannot be watched", path);
	folder_watch_release(w);
	return -1;
}

void folder_watch_release(struct folder_watch *w)
{
	int fd = w->watch.fd;

	if (w->fn == NULL)
		return;
	watch_release(&w->watch);
	if (fd >= 0)
		close(fd);
	*w = (struct folder_watch){ .watch.fd = -1 };
}
