/* queue_state.c - names and order of the queue's states; see queue_state.h. */
#include "core/queue_state.h"

/* rank: the higher one is shown. */
static const struct {
	const char *name;
	unsigned rank;
} states[QUEUE_STATE_COUNT] = {
	[QUEUE_ACCEPTED] = { "accepted", 0 },
	[QUEUE_FAILED] = { "failed", 1 },
	[QUEUE_QUEUED] = { "queued", 2 },
	[QUEUE_IN_FLIGHT] = { "in flight", 3 },
	[QUEUE_DOT_SENT] = { "dot sent", 4 },
	[QUEUE_DEFERRED] = { "deferred", 5 },
	[QUEUE_HELD] = { "held", 6 },
};

const char *queue_state_name(enum queue_state s)
{
	return states[s].name;
}

bool queue_state_parse(struct slice name, enum queue_state *ret_state)
{
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		if (!slice_is(name, states[i].name))
			continue;
		*ret_state = (enum queue_state)i;
		return true;
	}
	return false;
}

bool queue_state_is_final(enum queue_state s)
{
	return s == QUEUE_ACCEPTED || s == QUEUE_FAILED;
}

enum queue_state queue_state_worse(enum queue_state a, enum queue_state b)
{
	return states[a].rank >= states[b].rank ? a : b;
}

static const char *const actions[QUEUE_ACTION_COUNT] = {
	[QUEUE_ACTION_HOLD] = "hold",
	[QUEUE_ACTION_RELEASE] = "release",
	[QUEUE_ACTION_RETRY] = "retry",
	[QUEUE_ACTION_DELETE] = "delete",
};

const char *queue_action_name(enum queue_action a)
{
	return actions[a];
}

bool queue_action_parse(struct slice name, enum queue_action *ret_action)
{
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		if (!slice_is(name, actions[i]))
			continue;
		*ret_action = (enum queue_action)i;
		return true;
	}
	return false;
}
