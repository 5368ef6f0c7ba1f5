/* width.c - how many connections; see width.h. */
#include "delivery/width.h"

#include "base/log.h"

void width_init(struct width *w, unsigned most)
{
	*w = (struct width){ .most = most > 0 ? most : 1 };
}

void width_crowded(struct width *w, unsigned n_working, int64_t now)
{
	unsigned had = n_working > 0 ? n_working : 1;

	if (had != width_limit(w, now))
		log_warning("the relay refuses more than %u connections; more are tried in %d minutes", had,
			WIDTH_CROWDED_MS / 60000);
	w->had = had;
	w->crowded_until = now + WIDTH_CROWDED_MS;
}

unsigned width_limit(const struct width *w, int64_t now)
{
	return now < w->crowded_until && w->had < w->most ? w->had : w->most;
}

bool width_allows(const struct width *w, unsigned n_open, unsigned n_working, int64_t now)
{
	unsigned n_opening = n_open - n_working;

	return n_open < width_limit(w, now) && n_opening < (n_working > 0 ? n_working : 1);
}
