/* syscall_filter_off.c - in builds without the sandbox; see syscall_filter.h. */
#include "sys/syscall_filter.h"

bool syscall_filter_is_built(void)
{
	return false;
}

int syscall_filter_seal(enum sandbox_role role UNUSED, bool *ret_sealed, struct fault *f UNUSED)
{
	*ret_sealed = false;
	return 0;
}
