/* process.c - forking and giving up rights; see process.h. */
#include "sys/process.h"

#include <errno.h>
#include <grp.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* The kernel forgets this when the user changes (prctl(2)), so it is asked for twice. */
static void die_with_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before we asked */
		_exit(1);
}

static void default_signals(void)
{
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t process_fork(void)
{
	pid_t parent = getpid(), child = fork();

	if (child == 0) {
		default_signals();
		die_with_parent(parent);
	}
	return child;
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

/* Closes [from, until). */
static void close_between(int from, int until)
{
	if (from < until)
		close_range((unsigned)from, (unsigned)until - 1, 0);
}

void process_close_others(const int *keep, size_t n)
{
	int sorted[64], from = STDERR_FILENO + 1;

	n = size_min(n, COUNT_OF(sorted));
	for (size_t i = 0; i < n; i++)
		sorted[i] = keep[i];
	qsort(sorted, n, sizeof(int), compare_ints);
	for (size_t i = 0; i < n; i++) {
		close_between(from, sorted[i]);
		if (sorted[i] >= from)
			from = sorted[i] + 1;
	}
	close_range((unsigned)from, ~0U, 0);
}

int process_harden(struct fault *f)
{
	const struct rlimit none = { 0 };

	if (setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		return 0;
	fault_set_errno(f, errno, "the process cannot be hardened");
	return -1;
}

/* There must be no way back to what we were, nor to root. */
static bool is_only(const struct account *user)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	if (getresuid(&r, &e, &s) < 0 || getresgid(&rg, &eg, &sg) < 0)
		return false;
	if (r != user->uid || e != user->uid || s != user->uid || rg != user->gid ||
	    eg != user->gid || sg != user->gid || getgroups(0, NULL) != 1)
		return false;
	return setuid(0) < 0 && setgid(0) < 0;
}

int process_drop(const struct account *user, struct fault *f)
{
	pid_t parent = getppid();

	if (user->uid == 0 || user->gid == 0) {
		fault_set(f, "the user %s is root: a role needs a user of its own", user->name);
		return -1;
	}
	if (setgroups(1, &user->gid) < 0 ||
	    setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0) {
		fault_set_errno(f, errno, "the user %s cannot be taken on", user->name);
		return -1;
	}
	if (!is_only(user)) {
		fault_set(f, "rights remain after the change to the user %s", user->name);
		return -1;
	}
	die_with_parent(parent);
	return 0;
}

void process_reach_files_as(const struct account *user)
{
	setfsuid(user->uid);
}

bool process_reap(struct process_end *ret_end)
{
	int status;
	pid_t pid = waitpid(-1, &status, WNOHANG);

	if (pid <= 0)
		return false;
	*ret_end = (struct process_end){ .pid = pid };
	if (WIFSIGNALED(status))
		ret_end->signo = WTERMSIG(status);
	else
		ret_end->status = WEXITSTATUS(status);
	return true;
}

bool process_is_root(void)
{
	return geteuid() == 0;
}

size_t process_raise_descriptors(size_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1024;
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur;
}

void process_host_name(char ret_name[256])
{
	if (gethostname(ret_name, 256) < 0 || ret_name[0] == '\0')
		snprintf(ret_name, 256, "localhost");
	ret_name[255] = '\0';
}

void process_share_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 1);
}

void process_trim_memory(void)
{
	(void)malloc_trim(0);
}

void process_set_name(const char *name)
{
	prctl(PR_SET_NAME, name, 0, 0, 0);
}

int process_run(int (*fn)(void *arg), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(fn(arg));
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void process_exit(int status)
{
	_exit(status);
}

void process_kill(pid_t pid, const struct account *user)
{
	if (kill(pid, SIGKILL) == 0 || user == NULL ||
	    setresuid((uid_t)-1, user->uid, (uid_t)-1) != 0)
		return;
	kill(pid, SIGKILL);
	if (setresuid((uid_t)-1, 0, (uid_t)-1) != 0)
		abort(); /* cannot be, the saved user is root; going on would not do */
}

uid_t process_user(void)
{
	return getuid();
}

void process_leave_signals_to_parent(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	for (size_t i = 0; i < COUNT_OF(signals); i++)
		signal(signals[i], SIG_IGN);
}

bool process_has_file_rights(void)
{
	return getauxval(AT_SECURE) != 0;
}

bool process_input_is_terminal(void)
{
	return isatty(STDIN_FILENO) == 1;
}
