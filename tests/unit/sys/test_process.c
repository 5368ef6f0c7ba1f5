/* Forking a role: its parent's death, its descriptors, its user. */
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/loop.h"
#include "sys/process.h"

/* The child's verdict: 0, or the line of its first failed check. */
#define CHECK(condition) \
	do { \
		if (!(condition)) \
			_exit(__LINE__ & 0xff); \
	} while (0)

static int status_of(pid_t child)
{
	int status = -1;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_child_has_default_signals(void **state UNUSED)
{
	sigset_t blocked;
	pid_t child;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	child = process_fork();
	if (child == 0) {
		sigprocmask(SIG_BLOCK, NULL, &blocked);
		CHECK(sigismember(&blocked, SIGTERM) == 0);
		CHECK(signal(SIGPIPE, SIG_DFL) == SIG_DFL);
		_exit(0);
	}
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	assert_int_equal(status_of(child), 0);
}

static void a_child_dies_with_its_parent(void **state UNUSED)
{
	int alive[2];
	pid_t parent;
	char c;

	assert_int_equal(pipe(alive), 0);
	parent = fork();
	if (parent == 0) {
		if (process_fork() == 0) {
			(void)!write(alive[1], "x", 1);
			for (;;)
				pause();
		}
		for (;;)
			pause();
	}
	close(alive[1]);
	assert_int_equal(read(alive[0], &c, 1), 1);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	assert_int_equal(read(alive[0], &c, 1), 0); /* ends only when the child is gone too */
	close(alive[0]);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void only_the_descriptors_it_keeps_stay_open(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0) {
		for (int fd = 10; fd < 20; fd++)
			CHECK(dup2(0, fd) == fd);
		process_close_others((const int[]){ 17, 1, 12, 12, -1 }, 5);
		for (int fd = 3; fd < 100; fd++)
			CHECK(is_open(fd) == (fd == 12 || fd == 17));
		CHECK(is_open(0) && is_open(1) && is_open(2));
		process_close_others(NULL, 0);
		CHECK(!is_open(12));
		_exit(0);
	}
	assert_int_equal(status_of(child), 0);
}

static void a_hardened_process_leaves_no_core(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0) {
		struct rlimit core;

		CHECK(process_harden(NULL) == 0);
		CHECK(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
		CHECK(prctl(PR_GET_DUMPABLE) == 0);
		CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
		_exit(0);
	}
	assert_int_equal(status_of(child), 0);
}

static void a_role_drops_to_its_user_for_good(void **state UNUSED)
{
	struct account user;
	struct fault fault;
	pid_t child;

	if (!process_is_root()) {
		print_message("skipped: needs root\n");
		skip();
	}
	assert_int_equal(account_by_name("nobody", &user), 0);
	child = process_fork();
	if (child == 0) {
		int signo = 0;

		CHECK(process_drop(&user, &fault) == 0);
		CHECK(geteuid() == user.uid && getegid() == user.gid);
		CHECK(getgroups(0, NULL) == 1);
		CHECK(setuid(0) < 0 && errno == EPERM);
		CHECK(open("/etc/shadow", O_RDONLY) < 0 && errno == EACCES);
		CHECK(prctl(PR_GET_PDEATHSIG, &signo) == 0 && signo == SIGKILL);
		_exit(0);
	}
	assert_int_equal(status_of(child), 0);
}

static void root_is_no_user_for_a_role(void **state UNUSED)
{
	struct account user;
	struct fault fault;

	assert_int_equal(account_by_name("root", &user), 0);
	assert_int_equal(process_drop(&user, &fault), -1);
	assert_string_equal(fault.text, "the user root is root: a role needs a user of its own");
}

static void ended_children_are_told_apart(void **state UNUSED)
{
	struct process_end end = { 0 };
	pid_t child;

	assert_false(process_reap(&end));
	child = process_fork();
	if (child == 0)
		_exit(7);
	while (!process_reap(&end))
		usleep(1000);
	assert_int_equal(end.pid, child);
	assert_int_equal(end.signo, 0);
	assert_int_equal(end.status, 7);
	child = process_fork();
	if (child == 0)
		for (;;)
			pause();
	kill(child, SIGKILL);
	while (!process_reap(&end))
		usleep(1000);
	assert_int_equal(end.pid, child);
	assert_int_equal(end.signo, SIGKILL);
}

static void accounts_are_found_by_name_and_number(void **state UNUSED)
{
	struct account a, b;
	gid_t gid;

	assert_int_equal(account_by_name("root", &a), 0);
	assert_int_equal(a.uid, 0);
	assert_string_equal(a.name, "root");
	assert_string_equal(a.full_name, "root");
	assert_string_equal(a.home, "/root");
	assert_int_equal(account_by_uid(0, &b), 0);
	assert_string_equal(b.name, "root");
	assert_int_equal(account_by_name("no-such-user", &a), ACCOUNT_UNKNOWN);
	assert_int_equal(account_by_uid(3987654321u, &a), ACCOUNT_UNKNOWN);
	assert_int_equal(group_by_name("root", &gid), 0);
	assert_int_equal(gid, 0);
	assert_int_equal(group_by_name("no-such-group", &gid), ACCOUNT_UNKNOWN);
}

static void the_host_has_a_name_and_descriptors(void **state UNUSED)
{
	char name[256];

	process_host_name(name);
	assert_true(strlen(name) > 0);
	assert_true(process_raise_descriptors(256) >= 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_has_default_signals),
		cmocka_unit_test(a_child_dies_with_its_parent),
		cmocka_unit_test(only_the_descriptors_it_keeps_stay_open),
		cmocka_unit_test(a_hardened_process_leaves_no_core),
		cmocka_unit_test(a_role_drops_to_its_user_for_good),
		cmocka_unit_test(root_is_no_user_for_a_role),
		cmocka_unit_test(ended_children_are_told_apart),
		cmocka_unit_test(accounts_are_found_by_name_and_number),
		cmocka_unit_test(the_host_has_a_name_and_descriptors),
	};

	return cmocka_run_group_tests_name("sys/process", tests, NULL, NULL);
}
