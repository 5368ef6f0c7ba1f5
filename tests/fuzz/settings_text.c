/* A file of settings: whatever it holds, values lie in it, secrets are never taken, words print. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "core/settings_text.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size);
	struct arena *arena = arena_new(16 << 20);
	struct settings_text read;

	if (settings_text_read(text, arena, &read) == 0) {
		for (int i = 0; i < SETTING_COUNT; i++) {
			if (!read.given[i])
				continue;
			require(!settings_table[i].secret);
			require(read.value[i].len == 0 || (read.value[i].data >= text.data &&
				read.value[i].data + read.value[i].len <= text.data + text.len));
		}
		for (size_t i = 0; i < read.n_problems && i < SETTINGS_TEXT_PROBLEMS_MAX; i++)
			require(slice_is_printable(slice_of(read.problems[i])));
	}
	arena_free(arena);
	return 0;
}
