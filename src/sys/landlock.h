/*
 * landlock.h - the Landlock guard, used by sandbox.c alone: binds this thread, and those it starts
 * later, to the given paths. landlock_off.c stands in for it where the sandbox is not built.
 */
#ifndef TOCSIN_SYS_LANDLOCK_H
#define TOCSIN_SYS_LANDLOCK_H

#include "sys/sandbox.h"

/* An open path (O_PATH) and its SANDBOX_ rights. */
struct landlock_path {
	int fd;
	unsigned rights;
};

/*
 * *ret_abi is the kernel's ABI, 0 when it has no Landlock: then nothing was done. Needs no new
 * privileges (process_harden()). Negative with a fault.
 */
int landlock_bind(enum sandbox_role role, const struct landlock_path *paths, size_t n_paths,
	int *ret_abi, struct fault *f) MUST_CHECK;

#endif
