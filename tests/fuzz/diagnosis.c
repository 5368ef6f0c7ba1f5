/*
 * diagnosis.conf: a good file gives rows that are whole and printable, a bad one a line that begins
 * with "line ". And pasted text: whatever is found in it finds a row.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "core/diagnosis_input.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_text(const char *text)
{
	require(text != NULL && text[0] != '\0' && slice_is_utf8(slice_of(text)));
	for (const char *c = text; *c != '\0'; c++)
		require(*c == '\t' || !char_is_control(*c));
}

static void require_row(const struct diagnosis *d)
{
	require_text(d->title);
	require_text(d->meaning);
	require_text(d->cure[0]);
	require(d->n_whens >= 1 && d->n_whens <= DIAGNOSIS_WHENS_MAX);
	require(d->cure[DIAGNOSIS_STEPS_MAX] == NULL);
	require(d->who < DIAGNOSIS_WHO_COUNT);
}

static void parse(struct slice text, struct arena *a)
{
	struct diagnosis_table table;
	const char *error = NULL;
	int result = diagnosis_parse(text, a, &table, &error);

	if (result == DIAGNOSIS_BAD) {
		require_text(error);
		require(slice_starts(slice_of(error), "line "));
	}
	for (size_t i = 0; result == 0 && i < table.n_rows; i++)
		require_row(&table.rows[i]);
}

static void explain(struct slice text, struct arena *a)
{
	struct diagnosis_facts facts;

	if (!diagnosis_read(text, a, &facts))
		return;
	require(facts.token ? facts.aadsts[0] != 0 || facts.error.len > 0 :
		facts.code >= 400 && facts.code <= 599);
	require(facts.stage < STAGE_COUNT);
	require_row(diagnosis_find(&facts));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size);
	struct arena *a = arena_new(1 << 20);

	parse(text, a);
	arena_free(a);
	a = arena_new(1 << 20);
	explain(text, a);
	arena_free(a);
	return 0;
}
