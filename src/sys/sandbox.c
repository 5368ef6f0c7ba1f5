/* sandbox.c - the guards in their order; see sandbox.h. */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buffer.h"
#include "sys/landlock.h"
#include "sys/process.h"
#include "sys/syscall_filter.h"

enum {
	PATHS_MAX = 32,
};

const struct sandbox_path *sandbox_resolver_paths(size_t *ret_n)
{
	/* /etc as a whole: resolv.conf and its kind are replaced by rename, so a rule for the file
	 * itself would soon mean a file that is gone */
	static const struct sandbox_path paths[] = {
		{ "/etc", SANDBOX_READ },
		{ "/usr/lib", SANDBOX_READ },
		{ "/lib", SANDBOX_READ },
		{ "/usr/share/zoneinfo", SANDBOX_READ },
		{ "/run/systemd/resolve", SANDBOX_READ },
		{ "/run/resolvconf", SANDBOX_READ },
		{ "/run/NetworkManager", SANDBOX_READ },
		{ "/run/nscd", SANDBOX_READ },
	};

	*ret_n = COUNT_OF(paths);
	return paths;
}

/*
 * Without root the folder is only the working directory, and so it is where a service manager has
 * taken the right to chroot from root: then Landlock has to close the door (drop_and_bind()).
 */
static int enter_root(struct sandbox *s, struct fault *f)
{
	if (s->root_fd < 0)
		return 0;
	if (fchdir(s->root_fd) < 0) {
		fault_set_errno(f, errno, "the role's own folder cannot be entered");
		return -1;
	}
	if (!process_is_root())
		return 0;
	s->chrooted = chroot(".") == 0;
	if (!s->chrooted && errno != EPERM) {
		fault_set_errno(f, errno, "the role's own folder cannot be made its root");
		return -1;
	}
	return 0;
}

/* Those that exist. Opened while we may still reach them. */
static size_t open_paths(const struct sandbox *s, struct landlock_path *ret_paths)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_paths && n < PATHS_MAX; i++) {
		int fd = open(s->paths[i].path, O_PATH | O_CLOEXEC);

		if (fd >= 0)
			ret_paths[n++] = (struct landlock_path){ fd, s->paths[i].rights };
	}
	return n;
}

static int drop_and_bind(struct sandbox *s, const struct landlock_path *paths, size_t n_paths,
	struct fault *f)
{
	bool needs_landlock = s->root_fd >= 0 && process_is_root() && !s->chrooted;

	if (s->user != NULL && process_is_root()) {
		if (process_drop(s->user, f) < 0)
			return -1;
		s->dropped = true;
	}
	/* after the change of user, which makes a process dumpable or not as the system likes */
	if (process_harden(f) < 0)
		return -1;
	if (s->role == SANDBOX_PARENT) /* its children would inherit it */
		return 0;
	if (landlock_bind(s->role, paths, n_paths, &s->landlock, f) < 0)
		return -1;
	if (needs_landlock && s->landlock == 0 && syscall_filter_is_built()) {
		fault_set(f, "the role's folder can be closed neither by chroot (CAP_SYS_CHROOT is missing) "
			"nor by Landlock (this kernel lacks it)");
		return -1;
	}
	return 0;
}

int sandbox_enter(struct sandbox *s, struct fault *f)
{
	struct landlock_path paths[PATHS_MAX];
	size_t n;
	int r;

	if (s->n_paths > PATHS_MAX) {
		fault_set(f, "a role has more than %d paths", PATHS_MAX);
		return -1;
	}
	if (enter_root(s, f) < 0)
		return -1;
	n = open_paths(s, paths);
	r = drop_and_bind(s, paths, n, f);
	for (size_t i = 0; i < n; i++)
		close(paths[i].fd);
	return r;
}

int sandbox_seal(struct sandbox *s, struct fault *f)
{
	return syscall_filter_seal(s->role, &s->sealed, f);
}

void sandbox_guards(const struct sandbox *s, char *ret_text, size_t size)
{
	struct buffer text;

	buffer_init(&text, 256);
	if (s->chrooted)
		buffer_append_text(&text, "chroot, ");
	if (s->dropped)
		buffer_appendf(&text, "user %s, ", s->user->name);
	if (s->landlock > 0)
		buffer_appendf(&text, "landlock %d, ", s->landlock);
	if (s->sealed)
		buffer_append_text(&text, "seccomp, ");
	if (!syscall_filter_is_built())
		buffer_append_text(&text, "no seccomp and landlock in this build, ");
	snprintf(ret_text, size, "%.*s", text.len > 2 ? (int)(text.len - 2) : 3,
	    text.len > 2 ? text.data : "off");
	buffer_release(&text);
}
