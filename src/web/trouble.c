/* trouble.c - verdicts in plain words; see trouble.h. */
#include "web/trouble.h"

#include "core/diagnosis.h"
#include "core/settings_table.h"

static const char *code_of(const struct verdict *verdict, struct arena *a)
{
	char enhanced[ENHANCED_TEXT_SIZE];

	if (verdict->code == 0)
		return "";
	if (verdict->enhanced.class == 0)
		return arena_printf(a, "%u", verdict->code);
	return arena_printf(a, "%u %s", verdict->code, enhanced_status_text(verdict->enhanced, enhanced));
}

void trouble_view_make(const struct verdict *verdict, unsigned port, struct arena *a,
	struct trouble_view *ret_view)
{
	struct diagnosis_facts facts = diagnosis_facts_of(verdict);
	const struct diagnosis *d;
	const struct setting *field;

	facts.port = port;
	d = diagnosis_find(&facts);
	field = d->field != NULL ? setting_find(slice_of(d->field)) : NULL;
	*ret_view = (struct trouble_view){
		.title = d->title,
		.code = code_of(verdict, a),
		.said = arena_copy(a, verdict->text),
		.by_server = verdict->reason == REASON_REPLY,
		.meaning = d->meaning,
		.who = diagnosis_who_text(d->who),
		.steps = d->cure,
		.field = field != NULL ? field->key : "",
		.field_label = field != NULL ? field->label : "",
	};
	while (ret_view->n_steps < DIAGNOSIS_STEPS_MAX && d->cure[ret_view->n_steps] != NULL)
		ret_view->n_steps++;
}
