/* queue_state.h - the shape that goes with the word for a state of mail. */
#ifndef TOCSIN_WEB_PAGES_QUEUE_STATE_H
#define TOCSIN_WEB_PAGES_QUEUE_STATE_H

#include "web/frame.h"

struct shape_view queue_state_shape(const char *state);

#endif
