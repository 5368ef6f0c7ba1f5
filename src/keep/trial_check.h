/* trial_check.h - the relay is asked with the settings in force, without sending, by the keeper. */
#ifndef TOCSIN_KEEP_TRIAL_CHECK_H
#define TOCSIN_KEEP_TRIAL_CHECK_H

#include "keep/keeper.h"

/* Called once when the run ended; summary is a sentence without its full stop. */
typedef void keep_check_fn(void *arg, bool ok, const char *summary);

/* The run's number, which people may look at (WORD_TEST_SHOW); 0: too many, done is not called. */
uint64_t keep_trial_check(struct keeper *k, keep_check_fn *done, void *arg);

#endif
