/*
 * import_files.h - the files that tocsin import reads: the usual places, or those that are named,
 * with what lies beside them and what they lead to.
 */
#ifndef TOCSIN_TOOLS_IMPORT_FILES_H
#define TOCSIN_TOOLS_IMPORT_FILES_H

#include "core/import.h"

/* Reads what is at the usual places; *ret_n of them were there. An exit code of sysexits.h. */
int import_files_usual(struct import *im, struct arena *a, size_t *ret_n) MUST_CHECK;

/*
 * One file as it is named: FILE, whose own name says what it is, or NAME=FILE. EX_OK or an exit
 * code with the reason on standard error.
 */
int import_files_named(struct import *im, const char *argument, struct arena *a) MUST_CHECK;

/* What the files read so far lead to; one that cannot be read becomes a note. */
int import_files_wanted(struct import *im) MUST_CHECK;

#endif
