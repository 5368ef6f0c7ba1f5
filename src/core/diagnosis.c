/* diagnosis.c - finding the row that explains a verdict; see diagnosis.h. */
#include "core/diagnosis.h"

enum {
	TABLE_MEMORY = 4 * 1024 * 1024,
};

/* The copy that the programs carry: diagnosis.conf, made into C by embed_text.py. */
extern const char diagnosis_text[];
extern const size_t n_diagnosis_text;

/* Said when even the copy cannot be read, which takes a machine without memory. */
static const struct diagnosis speechless = {
	.fallback = true,
	.title = "This node could not do it",
	.meaning = "There is not enough memory to say more.",
	.who = DIAGNOSIS_YOU,
	.cure = { "Check free memory and disk space." },
};

static struct {
	struct arena *arena; /* lives as long as the process */
	struct diagnosis_table table;
} own;
static struct {
	struct arena *arena, *before; /* before: views of its rows may still be looked at */
	struct diagnosis_table table;
} override;

struct diagnosis_facts diagnosis_facts_of(const struct verdict *v)
{
	return (struct diagnosis_facts){
		.stage = v->stage,
		.reason = v->reason,
		.code = v->code,
		.enhanced = v->enhanced,
		.text = slice_of(v->text),
	};
}

/* ---- the tables ---- */

static const struct diagnosis_table *own_table(void)
{
	const char *error = NULL;

	if (own.arena != NULL)
		return &own.table;
	own.arena = arena_new(TABLE_MEMORY);
	if (own.arena == NULL || diagnosis_parse(slice_make(diagnosis_text, n_diagnosis_text),
		own.arena, &own.table, &error) != 0) {
		arena_free(own.arena);
		own.arena = NULL;
	}
	return &own.table;
}

const struct diagnosis *diagnosis_row(size_t index)
{
	const struct diagnosis_table *t = own_table();

	return index < t->n_rows ? &t->rows[index] : NULL;
}

int diagnosis_override(struct slice text, struct arena *a, const char **ret_error)
{
	struct arena *arena = arena_new(TABLE_MEMORY);
	struct diagnosis_table table = { 0 };
	const char *error = NULL;
	int result = arena == NULL ? -1 : diagnosis_parse(text, arena, &table, &error);

	if (result != 0) {
		if (result == DIAGNOSIS_BAD)
			*ret_error = arena_copy(a, error);
		arena_free(arena);
		return result;
	}
	arena_free(override.before);
	override.before = override.arena;
	override.arena = arena;
	override.table = table;
	return 0;
}

/* ---- finding ---- */

static bool has_number(const unsigned *numbers, unsigned wanted)
{
	for (size_t i = 0; i < DIAGNOSIS_NUMBERS_MAX && numbers[i] != 0; i++)
		if (numbers[i] == wanted)
			return true;
	return false;
}

static bool has_one_of(const unsigned *numbers, const unsigned *wanted)
{
	for (size_t i = 0; i < DIAGNOSIS_CODES_MAX && wanted[i] != 0; i++)
		if (has_number(numbers, wanted[i]))
			return true;
	return false;
}

static bool has_word(struct slice words, struct slice wanted)
{
	while (words.data != NULL)
		if (slice_equal_nocase(slice_cut(&words, ' '), wanted))
			return true;
	return false;
}

static bool token_matches(const struct diagnosis_when *w, const struct diagnosis_facts *f)
{
	const struct reply_pattern words = { .words = w->reply.words };

	if (w->sign_in && !f->sign_in)
		return false;
	if (w->errors.len > 0 && (f->error.len == 0 || !has_word(w->errors, f->error)))
		return false;
	if (w->aadsts[0] != 0 && !has_one_of(w->aadsts, f->aadsts))
		return false;
	return reply_pattern_matches(&words, f->stage, 0, f->enhanced, f->text);
}

static bool matches(const struct diagnosis_when *w, const struct diagnosis_facts *f)
{
	if (w->token != f->token)
		return false;
	if (f->token)
		return token_matches(w, f);
	if (w->reason != f->reason)
		return false;
	if (w->encryption != DIAGNOSIS_ENCRYPTION_ANY && w->encryption != f->encryption)
		return false;
	if (w->port != 0 && w->port != f->port)
		return false;
	return reply_pattern_matches(&w->reply, f->stage, f->code, f->enhanced, f->text);
}

static const struct diagnosis *find_in(const struct diagnosis_table *t,
	const struct diagnosis_facts *f)
{
	for (size_t i = 0; i < t->n_rows; i++)
		for (size_t j = 0; j < t->rows[i].n_whens; j++)
			if (matches(&t->rows[i].whens[j], f))
				return &t->rows[i];
	return NULL;
}

const struct diagnosis *diagnosis_find(const struct diagnosis_facts *facts)
{
	const struct diagnosis_table *t = own_table();
	const struct diagnosis *d = find_in(&override.table, facts);

	if (d == NULL)
		d = find_in(t, facts);
	if (d == NULL) /* the last one is for whatever nobody has thought of */
		d = t->n_rows > 0 ? &t->rows[t->n_rows - 1] : &speechless;
	return d;
}

const char *diagnosis_who_text(enum diagnosis_who who)
{
	switch (who) {
	case DIAGNOSIS_YOU:
		return "You can mend this here, in the settings.";
	case DIAGNOSIS_NETWORK:
		return "Whoever runs this network or its firewall can mend this.";
	case DIAGNOSIS_RELAY:
		return "Whoever runs the relay can mend this.";
	case DIAGNOSIS_ACCOUNT:
		return "Whoever runs the mail accounts at the relay can mend this.";
	case DIAGNOSIS_SENDER:
		return "Whoever sends the message can mend this.";
	case DIAGNOSIS_RECIPIENT:
		return "Whoever gave the recipient's address can mend this.";
	case DIAGNOSIS_NOBODY:
	case DIAGNOSIS_WHO_COUNT:
		break;
	}
	return "As a rule this passes by itself.";
}
