/* room.c - room for the store on its disk; see room.h. */
#include "store/room.h"

#include "sys/descriptor.h"
#include "sys/disk.h"

/* What cannot be asked shows when it is written to. */
static bool has_free(const struct room *r, uint64_t octets, uint64_t besides)
{
	uint64_t free, size;

	return disk_free(r->fd, &free, &size) != 0 || free + besides >= octets;
}

int room_init(struct room *r, const char *path, struct fault *f)
{
	atomic_init(&r->spent, true);
	atomic_init(&r->inside, 0);
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
	return !room_for(r, 0, false);
}

bool room_for(const struct room *r, uint64_t octets, bool moved)
{
	uint64_t ours = atomic_load(&r->inside) + (room_is_spent(r) ? 0 : DISK_RESERVE);
	uint64_t left = moved ? DISK_MOVED_MIN : DISK_FREE_MIN + DISK_RESERVE;

	return has_free(r, left + octets, ours);
}

void room_set_inside(struct room *r, uint64_t octets)
{
	atomic_store(&r->inside, octets);
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
	if (room_is_spent(r) && has_free(r, DISK_FREE_MIN + DISK_RESERVE, 0) &&
		disk_keep(r->fd, DISK_RESERVE) == 0)
		atomic_store(&r->spent, false);
}
