/* landlock_off.c - in builds without the sandbox (sanitizers, coverage); see landlock.h. */
#include "sys/landlock.h"

int landlock_bind(enum sandbox_role role UNUSED, const struct landlock_path *paths UNUSED,
	size_t n_paths UNUSED, int *ret_abi, struct fault *f UNUSED)
{
	*ret_abi = 0;
	return 0;
}
