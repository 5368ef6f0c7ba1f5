/* output.c - what standard output ended with; see output.h. */
#include "tools/output.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "sys/fault.h"

int output_end(int code)
{
	bool lost = ferror(stdout) != 0; /* the reason of an earlier fault is gone */
	struct fault fault;

	fault_set(&fault, "not all of the output could be written");
	if (fflush(stdout) != 0)
		fault_set_errno(&fault, errno, "not all of the output could be written");
	else if (!lost)
		return code;
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, fault.text);
	return code == EX_OK ? EX_IOERR : code;
}
