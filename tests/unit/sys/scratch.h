/* scratch.h - a folder of its own for a test program, gone afterwards with all that is in it. */
#ifndef TOCSIN_TESTS_SCRATCH_H
#define TOCSIN_TESTS_SCRATCH_H

/* The path of a new folder below TMPDIR or /tmp; good until scratch_remove(). */
const char *scratch_make(void);
void scratch_remove(void);

/* The folder's path with "/name" behind it; good until the next call. */
const char *scratch_path(const char *name);

#endif
