/* The loop: order of timers, changes inside callbacks, watches, signals, lag. */
#include "unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/loop.h"

static struct loop *loop;

static int make_loop(void **state UNUSED)
{
	loop = loop_new();
	return loop == NULL;
}

static int free_loop(void **state UNUSED)
{
	loop_free(loop);
	return 0;
}

static void stop(void *arg UNUSED)
{
	loop_stop(loop);
}

static void run_for(int64_t ms)
{
	struct timer end;

	timer_init(&end, loop, stop, NULL);
	timer_set(&end, ms);
	assert_int_equal(loop_run(loop), 0);
}

/* ---- timers ---- */

static char record[2001];
static size_t recorded;

struct letter {
	struct timer timer;
	char letter;
};

static void write_letter(void *arg)
{
	const struct letter *l = arg;

	record[recorded++] = l->letter;
	record[recorded] = '\0';
}

static void timers_fire_in_the_order_of_their_time(void **state UNUSED)
{
	struct letter letters[5];
	const int64_t times[5] = { 30, 10, 20, 10, 0 };

	recorded = 0;
	for (size_t i = 0; i < 5; i++) {
		letters[i].letter = (char)('a' + i);
		timer_init(&letters[i].timer, loop, write_letter, &letters[i]);
		timer_set_at(&letters[i].timer, clock_boot_ms() + times[i]);
	}
	run_for(60);
	assert_string_equal(record, "ebdca");
}

static void a_thousand_timers_keep_their_order(void **state UNUSED)
{
	static struct letter letters[1000];
	int64_t base = clock_boot_ms() + 5;

	recorded = 0;
	for (size_t i = 0; i < 1000; i++) {
		letters[i].letter = (char)('a' + (i * 7919 + 13) % 26);
		timer_init(&letters[i].timer, loop, write_letter, &letters[i]);
		timer_set_at(&letters[i].timer, base + letters[i].letter - 'a');
	}
	for (size_t i = 0; i < 1000; i += 3)
		timer_cancel(&letters[i].timer);
	run_for(60);
	assert_int_equal(recorded, 666);
	for (size_t i = 1; i < recorded; i++)
		assert_true(record[i - 1] <= record[i]);
}

static struct letter victim;

static void cancel_victim(void *arg)
{
	write_letter(arg);
	timer_cancel(&victim.timer);
}

static void a_timer_cancelled_by_another_of_its_turn_stays_silent(void **state UNUSED)
{
	struct letter killer = { .letter = 'k' };

	recorded = 0;
	victim.letter = 'v';
	timer_init(&killer.timer, loop, cancel_victim, &killer);
	timer_init(&victim.timer, loop, write_letter, &victim);
	timer_set(&killer.timer, 0);
	timer_set(&victim.timer, 0);
	assert_true(timer_pending(&victim.timer));
	run_for(20);
	assert_string_equal(record, "k");
	assert_false(timer_pending(&victim.timer));
}

static void again_at_once(void *arg)
{
	struct letter *l = arg;

	if (recorded < 1000)
		write_letter(l);
	timer_set(&l->timer, 0);
}

static void a_timer_that_sets_itself_does_not_starve_the_rest(void **state UNUSED)
{
	struct letter busy = { .letter = 'b' };

	recorded = 0;
	timer_init(&busy.timer, loop, again_at_once, &busy);
	timer_set(&busy.timer, 0);
	run_for(20);
	assert_true(recorded > 1);
	timer_cancel(&busy.timer);
}

static void a_timer_moves_both_ways(void **state UNUSED)
{
	struct letter a = { .letter = 'a' }, b = { .letter = 'b' };

	recorded = 0;
	timer_init(&a.timer, loop, write_letter, &a);
	timer_init(&b.timer, loop, write_letter, &b);
	timer_set(&a.timer, 5);
	timer_set(&b.timer, 100000);
	timer_set(&a.timer, 20);
	timer_set(&b.timer, 10);
	run_for(50);
	assert_string_equal(record, "ba");
}

/* ---- watches ---- */

struct end {
	struct watch watch;
	struct end *other;
	int fds[2];
	unsigned events;
	int calls;
};

static void note_events(void *arg, unsigned events)
{
	struct end *e = arg;

	e->events |= events;
	e->calls++;
	loop_stop(loop);
}

static void end_init(struct end *e, void (*fn)(void *arg, unsigned events))
{
	*e = (struct end){ 0 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, e->fds), 0);
	watch_init(&e->watch, loop, e->fds[0], fn, e);
}

static void end_release(struct end *e)
{
	watch_release(&e->watch);
	close(e->fds[0]);
	close(e->fds[1]);
}

static void a_watch_tells_what_was_asked_for(void **state UNUSED)
{
	struct end e;

	end_init(&e, note_events);
	assert_int_equal(watch_set(&e.watch, WATCH_WRITE), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(e.events, WATCH_WRITE);
	assert_int_equal(watch_set(&e.watch, WATCH_READ), 0);
	e.events = 0;
	assert_int_equal(write(e.fds[1], "x", 1), 1);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(e.events, WATCH_READ);
	assert_int_equal(watch_set(&e.watch, 0), 0);
	e.calls = 0;
	run_for(20);
	assert_int_equal(e.calls, 0);
	end_release(&e);
}

static void a_hang_up_shows_as_readable(void **state UNUSED)
{
	struct end e;

	end_init(&e, note_events);
	assert_int_equal(watch_set(&e.watch, WATCH_READ), 0);
	shutdown(e.fds[1], SHUT_WR);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(e.events, WATCH_READ);
	end_release(&e);
}

static void release_the_other(void *arg, unsigned events UNUSED)
{
	struct end *e = arg;

	e->calls++;
	watch_release(&e->watch);
	watch_release(&e->other->watch);
}

static void a_watch_released_by_another_of_its_turn_stays_silent(void **state UNUSED)
{
	struct end a, b;

	end_init(&a, release_the_other);
	end_init(&b, release_the_other);
	a.other = &b;
	b.other = &a;
	assert_int_equal(watch_set(&a.watch, WATCH_WRITE), 0);
	assert_int_equal(watch_set(&b.watch, WATCH_WRITE), 0);
	run_for(20);
	assert_int_equal(a.calls + b.calls, 1);
	end_release(&a);
	end_release(&b);
}

static void a_regular_file_cannot_be_watched(void **state UNUSED)
{
	FILE *file = tmpfile();
	struct watch w;

	watch_init(&w, loop, fileno(file), note_events, NULL);
	assert_int_equal(watch_set(&w, WATCH_READ), -1);
	watch_release(&w);
	fclose(file);
}

/* ---- signals ---- */

static int last_signal;

static void note_signal(void *arg UNUSED, int signo)
{
	last_signal = signo;
	loop_stop(loop);
}

static void a_signal_arrives_in_the_loop(void **state UNUSED)
{
	struct signal_watch hup, usr;

	last_signal = 0;
	assert_int_equal(signal_watch_init(&hup, loop, SIGHUP, note_signal, NULL), 0);
	assert_int_equal(signal_watch_init(&usr, loop, SIGUSR1, note_signal, NULL), 0);
	kill(getpid(), SIGUSR1);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(last_signal, SIGUSR1);
	kill(getpid(), SIGHUP);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(last_signal, SIGHUP);
	signal_watch_release(&hup);
	signal_watch_release(&usr);
}

/* ---- lag ---- */

static void dawdle(void *arg UNUSED)
{
	struct timespec t = { .tv_nsec = 120 * 1000000 };

	nanosleep(&t, NULL);
}

static void a_slow_callback_shows_as_lag(void **state UNUSED)
{
	struct timer slow;

	timer_init(&slow, loop, dawdle, NULL);
	timer_set(&slow, 0);
	run_for(10);
	assert_true(loop_lag_ms(loop) >= 110);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_loop, free_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers_fire_in_the_order_of_their_time),
		TEST(a_thousand_timers_keep_their_order),
		TEST(a_timer_cancelled_by_another_of_its_turn_stays_silent),
		TEST(a_timer_that_sets_itself_does_not_starve_the_rest),
		TEST(a_timer_moves_both_ways),
		TEST(a_watch_tells_what_was_asked_for),
		TEST(a_hang_up_shows_as_readable),
		TEST(a_watch_released_by_another_of_its_turn_stays_silent),
		TEST(a_regular_file_cannot_be_watched),
		TEST(a_signal_arrives_in_the_loop),
		TEST(a_slow_callback_shows_as_lag),
	};

	return cmocka_run_group_tests_name("sys/loop", tests, NULL, NULL);
}
