/*
 * fault.h - what went wrong, in words for a person: it names the thing and, where there is one,
 * the cure. Functions that can fail for reasons outside the program take one (NULL is fine) and
 * write it only when they fail. It never holds a secret.
 */
#ifndef TOCSIN_SYS_FAULT_H
#define TOCSIN_SYS_FAULT_H

#include "base/base.h"

struct fault {
	char text[320];
};

void fault_set(struct fault *f, const char *format, ...) PRINTF_LIKE(2, 3);

/* As fault_set, with ": " and the words for error (an errno value) behind it. */
void fault_set_errno(struct fault *f, int error, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
