/* diagnosis.c - finding the row that explains a verdict; see diagnosis.h. */
#include "core/diagnosis.h"

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

static bool matches(const struct diagnosis *d, const struct diagnosis_facts *f)
{
	if (d->reason != f->reason)
		return false;
	if (d->encryption != DIAGNOSIS_ENCRYPTION_ANY && d->encryption != f->encryption)
		return false;
	if (d->port != 0 && d->port != f->port)
		return false;
	return reply_pattern_matches(&d->when, f->stage, f->code, f->enhanced, f->text);
}

const struct diagnosis *diagnosis_find(const struct diagnosis_facts *facts)
{
	const struct diagnosis *d;
	size_t i;

	for (i = 0; (d = diagnosis_row(i)) != NULL; i++)
		if (matches(d, facts))
			return d;
	return diagnosis_row(i - 1); /* the last one is for whatever nobody has thought of */
}

const struct diagnosis *diagnosis_row(size_t index)
{
	const struct {
		const struct diagnosis *rows;
		size_t count;
	} parts[] = {
		{ diagnosis_reach, diagnosis_reach_count },
		{ diagnosis_session, diagnosis_session_count },
		{ diagnosis_signin, diagnosis_signin_count },
		{ diagnosis_mail, diagnosis_mail_count },
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (index < parts[i].count)
			return &parts[i].rows[index];
		index -= parts[i].count;
	}
	return NULL;
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
	case DIAGNOSIS_RECIPIENT:
		return "Whoever gave the recipient's address can mend this.";
	case DIAGNOSIS_NOBODY:
		break;
	}
	return "As a rule this passes by itself.";
}
