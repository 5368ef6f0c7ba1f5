/*
 * timer_heap.h - the pending timers of one loop, the next one first: a pairing heap through the
 * timers themselves, so that setting a timer cannot fail. Only loop.c uses it.
 *
 * A timer's child is the first of those below it, next its sibling; back is the sibling before
 * it, the parent for a first child, itself for the root, NULL when it is not in the heap.
 */
#ifndef TOCSIN_SYS_TIMER_HEAP_H
#define TOCSIN_SYS_TIMER_HEAP_H

#include "sys/loop.h"

void timer_heap_add(struct timer **root, struct timer *t);
void timer_heap_remove(struct timer **root, struct timer *t); /* t is in it */

#endif
