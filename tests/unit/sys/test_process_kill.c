/* Root without the right to end processes of others does it as their user, and is root again. */
#include "unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/process.h"

/* ---- calls of which we say what comes of them ---- */

static char calls[200];
static uid_t user = 0; /* effective */
static bool no_way_back, no_change;

static void note(const char *what, int number)
{
	size_t len = strlen(calls);

	snprintf(calls + len, sizeof(calls) - len, "%s %d; ", what, number);
}

int kill(pid_t pid, int signo)
{
	assert_int_equal(signo, SIGKILL);
	note("kill", pid);
	errno = EPERM;
	return user == 123 ? 0 : -1;
}

int setresuid(uid_t real, uid_t effective, uid_t saved)
{
	assert_int_equal((int)real, -1);
	assert_int_equal((int)saved, -1); /* root stays there */
	note("be", (int)effective);
	if (effective == 0 ? no_way_back : no_change)
		return -1;
	user = effective;
	return 0;
}

static int setup(void **state UNUSED)
{
	calls[0] = '\0';
	user = 0;
	no_way_back = no_change = false;
	return 0;
}

static const struct account keeper = { .uid = 123 };

/* ---- tests ---- */

static void a_child_of_another_user_is_killed_as_that_user(void **state UNUSED)
{
	process_kill(77, &keeper);
	assert_string_equal(calls, "kill 77; be 123; kill 77; be 0; ");
	assert_int_equal(user, 0);
}

static void where_the_user_cannot_be_taken_on_nothing_more_is_tried(void **state UNUSED)
{
	no_change = true;
	process_kill(77, &keeper);
	assert_string_equal(calls, "kill 77; be 123; ");
}

static void without_a_user_it_is_tried_once(void **state UNUSED)
{
	process_kill(77, NULL);
	assert_string_equal(calls, "kill 77; ");
}

/* Going on as somebody else would be worse than to end: all roles end with parent. */
static void a_parent_that_cannot_be_root_again_ends(void **state UNUSED)
{
	const struct rlimit none = { 0 };
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL); /* cmocka's would report a failed test */
		no_way_back = true;
		process_kill(77, &keeper);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(a_child_of_another_user_is_killed_as_that_user),
		T(where_the_user_cannot_be_taken_on_nothing_more_is_tried),
		T(without_a_user_it_is_tried_once),
		T(a_parent_that_cannot_be_root_again_ends),
	};

	return cmocka_run_group_tests_name("sys/process_kill", tests, NULL, NULL);
}
