/*
 * output.h - the end of a program's standard output: whoever saves a list, a token or a certificate
 * into a file on a full disk is told that it is not whole.
 */
#ifndef TOCSIN_TOOLS_OUTPUT_H
#define TOCSIN_TOOLS_OUTPUT_H

#include "base/base.h"

/*
 * Writes out what is still buffered. Returns the exit code; when not all could be written, says so
 * on standard error and returns EX_IOERR in the place of EX_OK. A reader that has gone is no fault.
 */
int output_end(int code) MUST_CHECK;

#endif
