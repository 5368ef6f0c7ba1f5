/* room.c - room for the store on its disk; see room.h. */
#include "store/room.h"

#include "sys/descriptor.h"
#include "sys/disk.h"

static bool has_free(const struct room *r, uint64_t octets)
{
	uint64_t free, size;

	/* what cannot be asked shows when it is written to */
	return disk_free(r->fd, &free, &size) != 0 || free >= octets;
}

int room_init(struct room *r, const char *path, struct fault *f)
{
	atomic_init(&r->spent, true);
	return disk_keep_open(path, &r->fd, f);
}

void room_release(struct room *r)
{
	if (r->fd >= 0)
		descriptor_close(r->fd);
	r->fd = -1;
}

bool room_is_spent(const struct room *r)
{
	return atomic_load(&r->spent);
}

bool room_is_short(const struct room *r)
{
	return !room_for(r, 0);
}

bool room_for(const struct room *r, uint64_t octets)
{
	return !room_is_spent(r) && has_free(r, DISK_FREE_MIN + octets);
}

bool room_spend(struct room *r)
{
	if (atomic_exchange(&r->spent, true))
		return false;
	disk_give_back(r->fd);
	return true;
}

void room_refill(struct room *r)
{
	if (room_is_spent(r) && has_free(r, DISK_FREE_MIN + DISK_RESERVE) &&
		disk_keep(r->fd, DISK_RESERVE) == 0)
		atomic_store(&r->spent, false);
}
