/* timer_heap.c - a pairing heap of timers; see timer_heap.h. */
#include "sys/timer_heap.h"

static bool is_before(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

/* Puts the later of two roots below the earlier; returns that. */
static struct timer *meld(struct timer *a, struct timer *b)
{
	struct timer *top, *low;

	if (a == NULL || b == NULL)
		return a != NULL ? a : b;
	top = is_before(b, a) ? b : a;
	low = top == a ? b : a;
	low->next = top->child;
	if (low->next != NULL)
		low->next->back = low;
	low->back = top;
	top->child = low;
	return top;
}

/* Melds a row of siblings: pairs from left to right, then all from right to left. */
static struct timer *meld_row(struct timer *first)
{
	struct timer *pairs = NULL, *root = NULL;

	while (first != NULL) {
		struct timer *a = first, *b = first->next, *pair;

		first = b != NULL ? b->next : NULL;
		a->next = NULL;
		if (b != NULL)
			b->next = NULL;
		pair = meld(a, b);
		pair->next = pairs;
		pairs = pair;
	}
	while (pairs != NULL) {
		struct timer *pair = pairs;

		pairs = pair->next;
		pair->next = NULL;
		root = meld(root, pair);
	}
	return root;
}

static void set_root(struct timer **root, struct timer *t)
{
	*root = t;
	if (t != NULL)
		t->back = t;
}

void timer_heap_add(struct timer **root, struct timer *t)
{
	t->child = NULL;
	t->next = NULL;
	set_root(root, meld(*root, t));
}

/* Takes t with all below it out of its row. */
static void cut(struct timer *t)
{
	if (t->back->child == t)
		t->back->child = t->next;
	else
		t->back->next = t->next;
	if (t->next != NULL)
		t->next->back = t->back;
}

void timer_heap_remove(struct timer **root, struct timer *t)
{
	struct timer *below = meld_row(t->child);

	if (t == *root) {
		set_root(root, below);
	} else {
		cut(t);
		set_root(root, meld(*root, below));
	}
	t->back = t->child = t->next = NULL;
}
