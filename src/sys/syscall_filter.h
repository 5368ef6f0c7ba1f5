/*
 * syscall_filter.h - the seccomp guard, used by sandbox.c alone: which system calls a role may
 * still make, for all its threads. syscall_filter_off.c stands in for it where the sandbox is not
 * built.
 */
#ifndef TOCSIN_SYS_SYSCALL_FILTER_H
#define TOCSIN_SYS_SYSCALL_FILTER_H

#include "sys/sandbox.h"

bool syscall_filter_is_built(void);

/* *ret_sealed is false when the kernel has no seccomp filters. Negative with a fault. */
int syscall_filter_seal(enum sandbox_role role, bool *ret_sealed, struct fault *f) MUST_CHECK;

#endif
