/*
 * room.h - room for the store on its disk. New mail is turned away while there is still a little,
 * because mail that was taken needs some to be sent: marks and verdicts are written too. Others may
 * fill the disk, so a file beside the database keeps a reserve that is given back to the disk when
 * those writes find no room, and taken again when there is some. What is free inside the database's
 * own file is room as well, and nobody else can take it (docs/adr/0014).
 */
#ifndef TOCSIN_STORE_ROOM_H
#define TOCSIN_STORE_ROOM_H

#include <stdatomic.h>

#include "sys/fault.h"

struct room {
	int fd; /* of the reserve */
	atomic_bool spent;
	atomic_ullong inside; /* octets free inside the database's file */
};

/* Until the first room_refill() the reserve is given back: opening a store needs room as well. */
int room_init(struct room *r, const char *path, struct fault *f) MUST_CHECK;
void room_release(struct room *r); /* also good for one whose fd is -1 */

/* From any thread. */
bool room_is_short(const struct room *r);
bool room_is_spent(const struct room *r);
/*
 * For new mail that writes so many octets. moved: a file on this disk goes when it is taken, so
 * that it may use what other mail has to leave.
 */
bool room_for(const struct room *r, uint64_t octets, bool moved);

/* The commit thread's, or before it runs. */
void room_set_inside(struct room *r, uint64_t octets);
bool room_spend(struct room *r); /* false: it was spent already, there is no more */
void room_refill(struct room *r); /* when it is spent and there is room */

#endif
