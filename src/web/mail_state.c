/* mail_state.c - words and shapes of the queue's states; see mail_state.h. */
#include "web/mail_state.h"

#include "core/queue_state.h"
#include "web/visible.h"

static const struct state_view views[QUEUE_STATE_COUNT] = {
	[QUEUE_QUEUED] = { { SHAPE_WAIT }, "Queued", "It waits to be tried at once.", "note", false },
	[QUEUE_IN_FLIGHT] = { { SHAPE_RUN }, "In flight", "It is being handed to the relay.", "note",
	    false },
	[QUEUE_DOT_SENT] = { { SHAPE_RUN }, "Dot sent",
	    "All of it was sent to the relay; the answer is not known yet.", "note", false },
	[QUEUE_ACCEPTED] = { { SHAPE_GOOD }, "Accepted", "The relay has it.", "good", false },
	[QUEUE_DEFERRED] = { { SHAPE_WAIT }, "Deferred",
	    "It was tried and is tried again by itself. It is not lost.", "wait", true },
	[QUEUE_FAILED] = { { SHAPE_BAD }, "Failed", "It is not tried again.", "bad", false },
	[QUEUE_HELD] = { { SHAPE_OFF }, "Held",
	    "It waits until somebody mends the reason. It is not lost.", "wait", true },
};

struct state_view state_view_of(const char *name, struct arena *a)
{
	enum queue_state state;

	if (queue_state_parse(slice_of(name), &state))
		return views[state];
	return (struct state_view){
		.shape = { SHAPE_OFF },
		.word = visible_line(a, name),
		.meaning = "",
		.kind = "note",
	};
}
