/*
 * Files of other programs; the first octet says which. Whatever they hold, values are good ones of
 * the settings table, and notes are printable.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "core/import.h"
#include "core/settings.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_value(const struct import_value *v, struct arena *arena)
{
	const struct setting *row = setting_find(slice_of(v->key));
	const char *normal, *error;

	require(row != NULL && row->secret == v->secret);
	require(setting_check(setting_id_of(row), slice_of(v->value), arena, &normal, &error) ==
		SETTING_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(4 * (size_t)IMPORT_MEMORY);
	struct import *im = import_new(arena);
	struct slice text = slice_make((const char *)data, size);
	struct import_result r;

	if (size > 0 && im != NULL &&
		import_file(im, (enum import_format)(data[0] % IMPORT_FORMAT_COUNT), "file",
			slice_sub(text, 1, text.len)) == 0 && import_end(im, &r) == 0) {
		require(r.n_values <= IMPORT_VALUES_MAX && r.n_notes <= IMPORT_NOTES_MAX);
		for (size_t i = 0; i < r.n_values; i++)
			require_value(&r.values[i], arena);
		for (size_t i = 0; i < r.n_notes; i++) {
			require(slice_is_printable(slice_of(r.notes[i].text)));
			require(slice_is_utf8(slice_of(r.notes[i].text)));
		}
		require(r.conflict == NULL || slice_is_printable(slice_of(r.conflict)));
	}
	arena_free(arena);
	return 0;
}
