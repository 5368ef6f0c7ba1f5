/*
 * role.h - what each of the five roles is given when it is forked, and where each begins.
 *
 * A role knows its channel to parent and nothing else; its neighbours arrive as WORD_LINK, now and
 * whenever one of them was forked again. It returns its exit code: 0 after WORD_STOP, a code of
 * sysexits.h for a fault that starting again cannot mend (parent then gives up if the role was
 * never ready), anything else for a crash.
 */
#ifndef TOCSIN_DAEMON_ROLE_H
#define TOCSIN_DAEMON_ROLE_H

#include "core/config.h"
#include "sys/account.h"
#include "sys/endpoint.h"
#include "sys/sandbox.h"
#include "wire/channel.h"

struct start {
	const struct config *config;
	int parent_fd;
	int64_t started; /* the service, by the wall clock */
	bool root; /* started as root: users, chroot */
	uid_t starter; /* who may command besides root */
	gid_t admin_group; /* tocsin-admin, (gid_t)-1 when there is none */
	gid_t drop_group; /* tocsin-drop, (gid_t)-1 when there is none */
	struct account user; /* of this role, when root */
	/* front */
	int https_fd, local_fd;
	struct endpoint https; /* the address it really listens on */
};

int keeper_main(const struct start *start);
int front_main(const struct start *start);
int sender_main(const struct start *start);
int watcher_main(const struct start *start);

/* What the roles' mains share. */
struct role_base {
	const struct start *start;
	bool is_keeper;
	struct loop *loop;
	struct timer trim; /* of memory that is not used */
	struct channel *parent;
	struct sandbox sandbox;
	/* the role's own: a neighbour's new channel (the old one is gone); the certificate */
	void (*linked)(void *arg, enum role peer, int fd);
	/* front and keeper (both) and watcher (key -1) */
	void (*certificate)(void *arg, int chain_fd, int key_fd);
	void (*stop)(void *arg); /* NULL: the loop is stopped at once */
	void *arg;
	int exit_code;
};

/* Loop, and the channel to parent. False (logged) without memory. */
bool role_begin(struct role_base *r, const struct start *start, enum role self) MUST_CHECK;

/* Steps 2 and 4 of sys/sandbox.h; false (logged) when a guard fails to close. */
bool role_enter(struct role_base *r, enum sandbox_role kind, int root_fd,
	const struct sandbox_path *paths, size_t n_paths) MUST_CHECK;
bool role_seal(struct role_base *r) MUST_CHECK;

/* Tells parent that the role works, runs the loop until stop, returns the exit code. */
int role_run(struct role_base *r);
void role_end(struct role_base *r); /* frees what role_begin() made */

/*
 * The folder of the state folder that belongs to the role; -1 (logged) when it cannot be opened.
 * From here on the role reaches files with its own user's rights alone.
 */
int role_folder(const struct start *start, const char *name);

#endif
