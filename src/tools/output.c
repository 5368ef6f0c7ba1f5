/* output.c - what standard output ended with; see output.h. */
#include "tools/output.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "sys/fault.h"

/* 0 when all was written, else the error, EIO when it is not known any more. */
static int end_error(void)
{
	bool lost = ferror(stdout) != 0;

	if (lost) { /* its reason is gone: one more octet meets the same */
		clearerr(stdout);
		putchar('\n');
	}
	if (fflush(stdout) != 0)
		return errno;
	return lost ? EIO : 0;
}

int output_end(int code)
{
	int error = end_error();
	struct fault fault;

	if (error == 0 || error == EPIPE) /* who reads no further, as head(1), has what he wanted */
		return code;
	fault_set_errno(&fault, error, "not all of the output could be written");
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, fault.text);
	return code == EX_OK ? EX_IOERR : code;
}
