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

void trouble_view_fill(const struct diagnosis *d, struct trouble_view *ret_view)
{
	const struct setting *field = d->field != NULL ? setting_find(slice_of(d->field)) : NULL;

	*ret_view = (struct trouble_view){
		.title = d->title,
		.code = "",
		.said = "",
		.passes = d->who == DIAGNOSIS_NOBODY,
		.meaning = d->meaning,
		.who = diagnosis_who_text(d->who),
		.steps = d->cure,
		.field = field != NULL ? field->key : "",
		.field_label = field != NULL ? field->label : "",
		.field_url = field != NULL && slice_starts(slice_of(field->key), "site.") ? "/login/site" :
			"/login/email",
	};
	while (ret_view->n_steps < DIAGNOSIS_STEPS_MAX && d->cure[ret_view->n_steps] != NULL)
		ret_view->n_steps++;
}

void trouble_view_make(const struct verdict *verdict, unsigned port, struct arena *a,
	struct trouble_view *ret_view)
{
	struct diagnosis_facts facts = diagnosis_facts_of(verdict);

	facts.port = port;
	trouble_view_fill(diagnosis_find(&facts), ret_view);
	ret_view->code = code_of(verdict, a);
	ret_view->said = arena_copy(a, verdict->text);
	ret_view->by_server = verdict->reason == REASON_REPLY;
}
