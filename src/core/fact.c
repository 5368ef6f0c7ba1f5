/* fact.c - damping of probes; see fact.h. */
#include "core/fact.h"

bool fact_probed(struct fact *f, bool good)
{
	if (!f->known) {
		*f = (struct fact){ .known = true, .good = good };
		return true;
	}
	if (good == f->good) {
		f->against = 0;
		return false;
	}
	f->against++;
	if (f->against < (good ? FACT_SUCCESSES : FACT_FAILURES))
		return false;
	f->good = good;
	f->against = 0;
	return true;
}
