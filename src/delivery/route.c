/* route.c - the relay's settings, counted; see route.h. */
#include "delivery/route.h"

enum {
	ROUTE_MEMORY = 256 * 1024,
};

struct route *route_new(struct slice packed)
{
	struct arena *a = arena_new(ROUTE_MEMORY);
	struct route *r = a != NULL ? arena_alloc(a, sizeof(*r)) : NULL;
	struct unpack u;

	if (r != NULL) {
		r->refs = 1;
		r->arena = a;
		unpack_init(&u, packed);
		relay_unpack(&u, a, &r->relay);
		if (unpack_end(&u))
			return r;
	}
	arena_free(a);
	return NULL;
}

struct route *route_ref(struct route *r)
{
	r->refs++;
	return r;
}

void route_unref(struct route *r)
{
	if (r != NULL && --r->refs == 0)
		arena_free(r->arena); /* r lies in it */
}
