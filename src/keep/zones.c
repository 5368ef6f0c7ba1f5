/* zones.c - reading the machine's time zones; see zones.h. */
#include "keep/zones.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/time_zone_names.h"
#include "sys/files.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum {
	ZONES_MEMORY = 4 * 1024 * 1024,
};

struct keep_zones {
	struct arena *arena;
	struct time_zone *zones; /* in the order of the names */
	bool *here;
};

static bool read_zone(const char *name, struct buffer *file, struct arena *a,
	struct time_zone *ret_zone)
{
	const char *path = arena_printf(a, ZONE_FOLDER "%s", name);
	struct fault fault;

	buffer_clear(file);
	if (file_read(FILES_HERE, path, file, &fault) != 0)
		return false;
	if (time_zone_parse(buffer_slice(file), a, ret_zone) == 0)
		return true;
	log_warning("%s is no time zone file: that zone cannot be used", path);
	return false;
}

struct keep_zones *keep_zones_load(void)
{
	struct keep_zones *z = calloc(1, sizeof(*z));
	size_t n = 0;
	struct buffer file;

	if (z != NULL)
		z->arena = arena_new(ZONES_MEMORY);
	if (z != NULL && z->arena != NULL) {
		z->zones = arena_array(z->arena, n_time_zone_names, sizeof(*z->zones));
		z->here = arena_array(z->arena, n_time_zone_names, sizeof(*z->here));
	}
	if (z == NULL || z->zones == NULL || z->here == NULL) {
		log_error("time zones cannot be read: out of memory");
		keep_zones_free(z);
		return NULL;
	}
	buffer_init(&file, TIME_ZONE_FILE_MAX);
	for (size_t i = 0; i < n_time_zone_names; i++) {
		z->here[i] = read_zone(time_zone_names[i].name, &file, z->arena, &z->zones[i]);
		n += z->here[i];
	}
	buffer_release(&file);
	if (n == 0)
		log_warning("this machine has no time zones (package tzdata): only UTC can be used");
	return z;
}

void keep_zones_free(struct keep_zones *z)
{
	if (z == NULL)
		return;
	arena_free(z->arena);
	free(z);
}

const struct time_zone *keep_zone_find(const struct keeper *k, const char *name)
{
	const struct keep_zones *z = k->zones;

	if (strcmp(name, "UTC") == 0)
		return &time_zone_utc;
	for (size_t i = 0; z != NULL && i < n_time_zone_names; i++)
		if (z->here[i] && strcmp(time_zone_names[i].name, name) == 0)
			return &z->zones[i];
	return NULL;
}

const struct time_zone *keep_zone(const struct keeper *k)
{
	const char *name = k->settings.value[SETTING_EMAIL_TIME_ZONE];
	const struct time_zone *zone = keep_zone_find(k, name);

	return zone != NULL ? zone : &time_zone_utc;
}
