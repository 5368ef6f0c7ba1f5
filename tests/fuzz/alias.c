/*
 * An /etc/aliases: whatever it holds, what is taken passes the checks unchanged, and the rest is
 * told in printable lines.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "core/alias_file.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_alias(const struct alias *alias, struct arena *arena)
{
	const char *text, *problem;

	require(alias_check_name(slice_of(alias->name), arena, &text, &problem) == 0);
	require(strcmp(text, alias->name) == 0);
	require(alias->n_targets > 0 && alias->n_targets <= ALIAS_TARGETS_MAX);
	for (size_t i = 0; i < alias->n_targets; i++) {
		require(alias_check_target(slice_of(alias->targets[i]), arena, &text,
			&problem) == 0);
		require(strcmp(text, alias->targets[i]) == 0);
	}
}

static void require_list(const struct alias_file *file, struct arena *arena)
{
	const struct alias_list list = { .items = file->items, .n = file->n };
	const char *problem, **addresses;
	size_t n;
	int result = alias_check_list(&list, arena, &problem);

	require(result == 0 || slice_is_printable(slice_of(problem)));
	for (size_t i = 0; i < file->n && i < 20; i++) {
		require(alias_find(&list, slice_of(file->items[i].name)) == &file->items[i]);
		require(alias_resolve(&list, &file->items[i], NULL, 0, arena, &addresses, &n) == 0);
		require(result != 0 || n <= ALIAS_ADDRESSES_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(16 << 20);
	struct alias_file file;

	if (alias_file_parse(slice_make((const char *)data, size), arena, &file) == 0) {
		for (size_t i = 0; i < file.n; i++)
			require_alias(&file.items[i], arena);
		for (size_t i = 0; i < file.n_problems && i < ALIAS_FILE_PROBLEMS_MAX; i++) {
			require(file.problems[i].line > 0);
			require(slice_is_printable(slice_of(file.problems[i].text)));
		}
		require_list(&file, arena);
	}
	arena_free(arena);
	return 0;
}
