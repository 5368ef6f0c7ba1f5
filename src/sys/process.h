/*
 * process.h - forking a role, and what it gives up. The order of a role's start is in sandbox.h.
 */
#ifndef TOCSIN_SYS_PROCESS_H
#define TOCSIN_SYS_PROCESS_H

#include <sys/types.h>

#include "sys/account.h"
#include "sys/fault.h"

/*
 * As fork(2). The child gets default signals, none blocked, and dies by SIGKILL with its parent;
 * it must then call process_close_others() and make a loop of its own.
 */
pid_t process_fork(void) MUST_CHECK;

/* Closes every descriptor above 2 that is not in keep (at most 64; negative ones are ignored). */
void process_close_others(const int *keep, size_t n);

/* No core dumps, not dumpable, no new privileges. Negative with a fault. */
int process_harden(struct fault *f) MUST_CHECK;

/*
 * Becomes the user for good: groups, gid, uid, then proof that there is no way back; asks again
 * to die with the parent, which changing the user forgets. Root only. Negative with a fault, and
 * the caller must exit.
 */
int process_drop(const struct account *user, struct fault *f) MUST_CHECK;

/*
 * Files are reached with this user's rights from now on (setfsuid(2)), all else stays root's: so
 * root can enter a folder that is closed to all but the user without the right to pass over
 * permissions (CAP_DAC_OVERRIDE), which a service need not have then. Root only.
 */
void process_reach_files_as(const struct account *user);

/* Runs fn in a process of its own and waits for it; its exit code, negative when it crashed. */
int process_run(int (*fn)(void *arg), void *arg) MUST_CHECK;
void process_exit(int status) __attribute__((noreturn)); /* at once, nothing is flushed */
/* With user, as that user where need be: root without CAP_KILL ends no process of others. */
void process_kill(pid_t pid, const struct account *user);
uid_t process_user(void);
/* True when the program's file lent it rights its caller has not (set-group-ID). */
bool process_has_file_rights(void);

/* The next child that ended, if any. */
struct process_end {
	pid_t pid;
	int signo; /* 0 when it exited */
	int status; /* exit status when signo is 0 */
};
bool process_reap(struct process_end *ret_end);

/*
 * Ignores SIGINT, SIGTERM, SIGHUP and SIGQUIT: a terminal and a service manager send them to all
 * processes of a service at once, but it is parent that stops the roles, and in order.
 */
void process_leave_signals_to_parent(void);

/* Before there are threads: they share one pool of memory, and do not keep one each. */
void process_share_memory(void);

/* Gives memory back to the system that was freed and that malloc would keep. */
void process_trim_memory(void);

/* What ps(1) and top(1) show, at most 15 octets. */
void process_set_name(const char *name);

bool process_is_root(void);
/* Raises the limit of open descriptors to what is allowed, at most wanted; returns it. */
size_t process_raise_descriptors(size_t wanted);

/* The host's name as gethostname(2) tells; "localhost" when it cannot. */
void process_host_name(char ret_name[256]);

/* True when somebody sits at the other end of standard input. */
bool process_input_is_terminal(void);

#endif
