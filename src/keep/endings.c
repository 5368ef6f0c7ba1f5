/* endings.c - what ends soon is told in time; see endings.h. */
#include "keep/endings.h"

#include <stdlib.h>

#include "base/log.h"
#include "keep/notice.h"
#include "keep/oauth.h"
#include "store/endings.h"
#include "sys/clock.h"

enum {
	LOOK_MS = 60 * 1000, /* the clock may have stepped */
	FIRST_LOOK_MS = 2000,
};

struct keep_endings {
	struct timer look;
	struct ending_mark told[ENDING_KIND_COUNT]; /* by mail, as the store has it */
	struct ending_mark logged[ENDING_KIND_COUNT];
	bool under_way;
};

/* What one mail tells; lies in the notice's arena. */
struct telling {
	struct ending list[ENDING_KIND_COUNT];
	size_t n;
};

size_t keep_endings_list(const struct keeper *k, struct ending ret_list[ENDING_KIND_COUNT])
{
	return keep_oauth_endings(k, ret_list);
}

static struct ending_mark mark_of(const struct ending *e, int64_t now)
{
	return (struct ending_mark){ e->until, ending_step(e->until, now), now };
}

/* ---- the log ---- */

static void log_ending(struct keep_endings *o, const struct ending *e, int64_t now)
{
	struct arena *a;

	if (!ending_is_due(e, &o->logged[e->kind], now))
		return;
	a = arena_new(4096);
	if (a == NULL)
		return;
	o->logged[e->kind] = mark_of(e, now);
	log_warning("%s: %s", ending_sentence(e, now, a), ending_words(e->kind)->meaning);
	arena_free(a);
}

/* ---- the mail ---- */

static int mark(struct store_db *db, const struct notice *n)
{
	const struct telling *t = n->data;
	int result = STORE_OK;

	for (size_t i = 0; i < t->n && result == STORE_OK; i++) {
		struct ending_mark m = mark_of(&t->list[i], n->frame.now);

		result = ending_told(db, t->list[i].kind, &m);
	}
	return result;
}

static void done(struct notice *n, int result)
{
	struct keep_endings *o = n->keeper->endings;
	const struct telling *t = n->data;

	o->under_way = false;
	for (size_t i = 0; i < t->n && result == STORE_OK; i++)
		o->told[t->list[i].kind] = mark_of(&t->list[i], n->frame.now);
}

static void tell(struct keeper *k, const struct telling *due)
{
	struct notice *n = keep_notice_new(k);
	struct telling *t = n != NULL ? arena_alloc(n->arena, sizeof(*t)) : NULL;

	if (t == NULL) {
		if (n != NULL)
			keep_notice_free(n);
		return; /* at the next look */
	}
	*t = *due;
	n->data = t;
	notice_text_endings(&n->frame, t->list, t->n, n->arena, &n->text);
	n->name = arena_printf(n->arena, "ends-%jd-%s-%d", (intmax_t)n->frame.now,
		ending_words(t->list[0].kind)->name, ending_step(t->list[0].until, n->frame.now));
	n->mark = mark;
	n->done = done;
	k->endings->under_way = true;
	keep_notice_send(n);
}

static void look(struct keeper *k)
{
	struct keep_endings *o = k->endings;
	struct ending list[ENDING_KIND_COUNT];
	size_t n = keep_endings_list(k, list);
	struct telling due = { .n = 0 };
	int64_t now = clock_wall();

	for (size_t i = 0; i < n; i++) {
		log_ending(o, &list[i], now);
		if (ending_is_due(&list[i], &o->told[list[i].kind], now))
			due.list[due.n++] = list[i];
	}
	if (due.n > 0 && !o->under_way && keep_notice_may_go(k))
		tell(k, &due);
}

static void on_look(void *arg)
{
	struct keeper *k = arg;

	timer_set(&k->endings->look, LOOK_MS);
	look(k);
}

void keep_endings_look(struct keeper *k)
{
	if (k->endings != NULL)
		timer_set(&k->endings->look, 0);
}

/* ---- life ---- */

int keep_endings_init(struct keeper *k)
{
	struct keep_endings *o = calloc(1, sizeof(*o));

	if (o == NULL || endings_load(store_reader(k->store), o->told) != STORE_OK) {
		free(o);
		return -1;
	}
	k->endings = o;
	timer_init(&o->look, k->loop, on_look, k);
	timer_set(&o->look, FIRST_LOOK_MS);
	return 0;
}

void keep_endings_stop(struct keeper *k)
{
	if (k->endings != NULL)
		timer_cancel(&k->endings->look);
}

void keep_endings_release(struct keeper *k)
{
	keep_endings_stop(k); /* jobs that were done while the store closed set it */
	free(k->endings);
	k->endings = NULL;
}
