/*
 * Forms: what is taken is UTF-8, its names without NUL, within the limits or said to be too long,
 * and found again by its name.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "http/form.h"

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(1 << 20);
	struct form form = { 0 };
	int result;

	if (arena == NULL)
		return 0;
	result = form_parse(slice_make((const char *)data, size), arena, &form);
	check(result >= 0 && result <= FORM_MALFORMED && form.n_fields <= FORM_FIELDS_MAX);
	for (size_t i = 0; i < form.n_fields; i++) {
		const struct form_field *field = &form.fields[i];

		check(slice_is_utf8(field->name) && slice_is_utf8(field->value));
		check(strlen(field->name.data) == field->name.len);
		check(field->value.len <= FORM_VALUE_MAX);
		check(!field->too_long || field->value.len == 0);
		check(form_count(&form, field->name.data) >= 1);
	}
	arena_free(arena);
	return 0;
}
