/* replay.c - runs a fuzz target over every file of its corpus folder; fails when there is none. */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

static int replay_file(const char *folder, const char *name)
{
	char path[4096];
	unsigned char *data;
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return -1;
	data = malloc(1 << 20);
	size = data != NULL ? fread(data, 1, 1 << 20, file) : 0;
	fclose(file);
	/* an exact allocation, so that a sanitizer sees a read past the end */
	data = realloc(data, size > 0 ? size : 1);
	if (data != NULL)
		LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	int n = 0;

	if (folder == NULL) {
		fprintf(stderr, "replay: needs one corpus folder\n");
		return 1;
	}
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && replay_file(argv[1], entry->d_name) == 0)
			n++;
	closedir(folder);
	printf("%d inputs\n", n);
	return n > 0 ? 0 : 1;
}
