/* scratch.c - a folder for a test; see scratch.h. */
#include "unit/sys/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[512], path[1024];

const char *scratch_make(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/tocsin-test-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(folder) == NULL)
		abort();
	return folder;
}

const char *scratch_path(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(name);
}

void scratch_remove(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
