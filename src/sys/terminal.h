/* terminal.h - questions to the person at the terminal, whatever standard input is. */
#ifndef TOCSIN_SYS_TERMINAL_H
#define TOCSIN_SYS_TERMINAL_H

#include "base/buffer.h"
#include "sys/fault.h"

enum {
	TERMINAL_ABSENT = 1, /* there is none: a script runs this */
	TERMINAL_INTERRUPTED = 2, /* Ctrl-C, or told to end: the caller tidies up and ends */
};

/*
 * One line after the prompt, without echo; the terminal is as before afterwards, whatever came.
 * Negative; that and both conditions with a fault.
 */
int terminal_ask_secret(const char *prompt, struct buffer *ret_line, struct fault *f) MUST_CHECK;

/* The same with echo; still() is called every 20 s while nobody answers, and false gives up. */
int terminal_ask(const char *prompt, bool (*still)(void *arg), void *arg, struct buffer *ret_line,
	struct fault *f) MUST_CHECK;

#endif
