/* time_zone_find.c - looking for a time zone's name; see time_zone_names.h. */
#include <string.h>

#include "core/nearest.h"
#include "core/time_zone_names.h"

enum {
	NAMES_MAX = 1000,
};

const char *time_zone_name_find(struct slice name)
{
	for (size_t i = 0; i < n_time_zone_names; i++)
		if (slice_is_nocase(name, time_zone_names[i].name))
			return time_zone_names[i].name;
	return NULL;
}

/* "berlin", "new york" */
static bool is_place_of(struct slice place, const char *name)
{
	const char *last = strrchr(name, '/');

	last = last != NULL ? last + 1 : name;
	if (place.len == 0 || strlen(last) != place.len)
		return false;
	for (size_t i = 0; i < place.len; i++) {
		char c = char_lower(place.data[i]);

		if ((c == ' ' || c == '-' ? '_' : c) != char_lower(last[i] == '-' ? '_' : last[i]))
			return false;
	}
	return true;
}

const char *time_zone_name_nearest(struct slice name)
{
	const char *names[NAMES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < n_time_zone_names; i++)
		if (is_place_of(name, time_zone_names[i].name))
			return time_zone_names[i].name;
	for (size_t i = 0; i < n_time_zone_names && n < NAMES_MAX; i++)
		names[n++] = time_zone_names[i].name;
	return nearest_word(name, names, n);
}
