/* authorise.c - rights; see authorise.h. */
#include "keep/authorise.h"

#include <stdlib.h>

#include "base/log.h"
#include "store/sessions.h"
#include "sys/clock.h"

enum {
	TOUCH_EVERY = 60, /* seconds; a session's last use need not be known better */
};

const struct store_session_limits session_limits = {
	.idle = SESSION_IDLE,
	.absolute = SESSION_ABSOLUTE,
};

struct touch {
	struct store_job job;
	uint64_t session;
	int64_t now;
};

static int run_touch(struct store_db *db, void *arg)
{
	struct touch *t = arg;

	return store_session_touch(db, t->session, t->now);
}

static void touch_done(void *arg, int result)
{
	if (result != STORE_OK)
		log_warning("a session's last use could not be noted");
	free(arg);
}

static void touch(struct keeper *k, uint64_t session, int64_t now)
{
	struct touch *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return;
	t->session = session;
	t->now = now;
	t->job = (struct store_job){ .run = run_touch, .done = touch_done, .arg = t };
	store_write(k->store, &t->job);
}

static void find_session(struct request *r)
{
	struct keeper *k = r->keeper;
	struct token_digest digest = token_digest(slice_of(r->asker.who.token));
	struct store_session *session = arena_alloc(r->arena, sizeof(*session));
	int64_t now = clock_wall();

	if (session == NULL ||
		store_session_find(store_reader(k->store), &digest, now, &session_limits, r->arena,
			session) != STORE_OK)
		return;
	r->asker.session = session;
	r->asker.name = session->name;
	r->asker.may_command = true;
	if (now - session->seen >= TOUCH_EVERY)
		touch(k, session->id, now);
}

static void name_local(struct request *r)
{
	struct asker *asker = &r->asker;

	asker->may_command = asker->who.uid == 0 || asker->who.uid == r->keeper->starter ||
		asker->who.in_admin_group;
	asker->name = asker->who.uid == 0 ? "root (local)" :
		arena_printf(r->arena, "uid %ju (local)", (uintmax_t)asker->who.uid);
}

bool authorise(struct request *r, enum right right)
{
	struct asker *asker = &r->asker;

	if (asker->who.kind == WHO_SESSION)
		find_session(r);
	else if (asker->who.kind == WHO_LOCAL)
		name_local(r);
	switch (right) {
	case RIGHT_NONE:
		return true;
	case RIGHT_KNOWN:
		return asker->session != NULL || asker->who.kind == WHO_LOCAL;
	case RIGHT_SESSION:
		return asker->session != NULL;
	case RIGHT_COMMAND:
		return asker->may_command;
	}
	return false;
}
