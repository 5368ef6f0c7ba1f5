/*
 * A sandbox where the kernel has no Landlock, or a service manager has taken chroot from root, or
 * both: what stands instead, and that a role whose folder stays open does not begin. Each in a
 * child, which tells by its exit status.
 */
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/landlock.h"
#include "sys/process.h"
#include "unit/sys/scratch.h"

enum {
	ENTERED,
	REFUSED_OPEN, /* neither guard closes the folder */
	REFUSED_CHROOT, /* chroot fails for another reason than the missing right */
	OTHERWISE,
};

/* ---- a kernel of which we say what it has ---- */

static int landlock_abi; /* 0: it has none */
static int chroot_errno; /* 0: it succeeds */

int landlock_bind(enum sandbox_role role UNUSED, const struct landlock_path *paths UNUSED,
	size_t n_paths UNUSED, int *ret_abi, struct fault *f UNUSED)
{
	*ret_abi = landlock_abi;
	return 0;
}

int chroot(const char *path UNUSED)
{
	errno = chroot_errno;
	return chroot_errno == 0 ? 0 : -1;
}

/* ---- a role that enters ---- */

static struct account nobody;
static int folder;

static int setup(void **state UNUSED)
{
	scratch_make();
	folder = open(scratch_path("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder < 0 || account_by_name("nobody", &nobody) != 0;
}

static int teardown(void **state UNUSED)
{
	close(folder);
	scratch_remove();
	return 0;
}

static int what_came_of_it(const struct sandbox *s, int result, const struct fault *f)
{
	if (result == 0)
		return process_is_root() || s->chrooted != (chroot_errno == 0) ||
			s->landlock != landlock_abi ? OTHERWISE : ENTERED;
	if (strstr(f->text, "neither by chroot (CAP_SYS_CHROOT is missing) nor by Landlock") != NULL)
		return REFUSED_OPEN;
	return strstr(f->text, "cannot be made its root") != NULL ? REFUSED_CHROOT : OTHERWISE;
}

static int enter(int abi, int error, const char *guards)
{
	struct sandbox s = { .role = SANDBOX_KEEPER, .root_fd = folder, .user = &nobody };
	char shown[128] = "";
	struct fault f = { "" };
	int status = -1, result;
	pid_t child;

	landlock_abi = abi;
	chroot_errno = error;
	child = process_fork();
	if (child == 0) {
		result = sandbox_enter(&s, &f);
		sandbox_guards(&s, shown, sizeof(shown));
		if (result == 0 && strcmp(shown, guards) != 0)
			_exit(OTHERWISE);
		_exit(what_came_of_it(&s, result, &f));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* ---- tests ---- */

static void without_landlock_chroot_closes_the_folder(void **state UNUSED)
{
	assert_int_equal(enter(0, 0, "chroot, user nobody"), ENTERED);
}

static void without_chroot_landlock_closes_the_folder(void **state UNUSED)
{
	assert_int_equal(enter(3, EPERM, "user nobody, landlock 3"), ENTERED);
}

static void without_both_a_role_does_not_begin(void **state UNUSED)
{
	assert_int_equal(enter(0, EPERM, ""), REFUSED_OPEN);
}

static void a_chroot_that_fails_otherwise_is_no_missing_right(void **state UNUSED)
{
	assert_int_equal(enter(3, ENOENT, ""), REFUSED_CHROOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_landlock_chroot_closes_the_folder),
		cmocka_unit_test(without_chroot_landlock_closes_the_folder),
		cmocka_unit_test(without_both_a_role_does_not_begin),
		cmocka_unit_test(a_chroot_that_fails_otherwise_is_no_missing_right),
	};

	if (process_is_root())
		return cmocka_run_group_tests_name("sys/sandbox_bare", tests, setup, teardown);
	print_message("not root: there is neither chroot nor a change of user\n");
	return 0;
}
