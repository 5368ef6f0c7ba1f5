/*
 * sandbox.h - what a role may still do once it has started. Each guard is used where the kernel
 * has it and we have the right; sandbox_guards() says which hold.
 *
 * A chroot binds only who holds no other folder: close all others. A role starts in this order:
 *   1. process_fork(), process_close_others(), read what it alone needs (keys, authorities)
 *   2. sandbox_enter(): own folder as root of the file tree, own user, no new privileges, Landlock
 *   3. start the worker threads (Landlock binds a thread and those it starts, so not before 2)
 *   4. sandbox_seal(): seccomp for all threads; from here no thread or process can start
 * With -Dsandbox=false Landlock and seccomp do nothing, and sandbox_guards() says so.
 */
#ifndef TOCSIN_SYS_SANDBOX_H
#define TOCSIN_SYS_SANDBOX_H

#include "sys/account.h"
#include "sys/fault.h"

/*
 * Which system calls stay. Every role keeps its descriptors, memory, time, epoll and locks. None
 * but PARENT starts processes or threads; none at all executes programs, traces, or touches mounts,
 * modules, keys or the clock.
 */
enum sandbox_role {
	SANDBOX_PARENT, /* only what is named above is forbidden: its children need the rest */
	SANDBOX_KEEPER, /* files; no socket can be made, connected or accepted */
	SANDBOX_FRONT, /* files; accepts on what it holds, no socket can be made or connected */
	SANDBOX_SENDER, /* reads files, loads NSS; INET, INET6, UNIX and NETLINK sockets, not raw */
	SANDBOX_WATCHER, /* as SENDER */
};

enum {
	SANDBOX_READ = 1, /* files below the path, and listing */
	SANDBOX_WRITE = 2, /* the same, and make, change, rename, remove */
};

/*
 * A path that Landlock leaves open; one that does not exist is passed over. "." is the folder of
 * root_fd, chroot or not.
 */
struct sandbox_path {
	const char *path; /* as seen after the chroot, if any */
	unsigned rights;
};

struct sandbox {
	enum sandbox_role role;
	int root_fd; /* the role's own folder: working directory, and as root chroot; or -1 */
	const struct account *user; /* drop to it (root only), or NULL */
	const struct sandbox_path *paths;
	size_t n_paths;
	/* what holds now; zero before sandbox_enter(), written by both calls */
	bool chrooted, dropped, sealed;
	int landlock; /* ABI in use, 0 for none */
};

/* The paths that NSS and resolv.conf live in, for SENDER and WATCHER. */
const struct sandbox_path *sandbox_resolver_paths(size_t *ret_n);

/*
 * Steps 2 and 4. Negative with a fault when a guard that is there fails to close; the caller must
 * exit. A guard that this kernel or user cannot have is left out and not named.
 */
int sandbox_enter(struct sandbox *s, struct fault *f) MUST_CHECK;
int sandbox_seal(struct sandbox *s, struct fault *f) MUST_CHECK;

/* "chroot, user tocsin-front, landlock 7, seccomp", or "off": for the log and the status page. */
void sandbox_guards(const struct sandbox *s, char *ret_text, size_t size);

#endif
