/* Telling the service manager, and being told of new files. */
#include "unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/endpoint.h"
#include "sys/folder_watch.h"
#include "sys/notify.h"
#include "unit/sys/scratch.h"

static void expect_datagram(const char *name, struct endpoint *e)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char data[64];
	ssize_t n;

	assert_int_equal(bind(fd, &e->any, e->len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1\nSTATUS=up");
	n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	assert_int_equal(n, 17);
	assert_memory_equal(data, "READY=1\nSTATUS=up", 17);
	close(fd);
	unsetenv("NOTIFY_SOCKET");
}

static void states_reach_a_socket_with_a_path(void **state UNUSED)
{
	struct endpoint e;

	scratch_make();
	assert_true(endpoint_from_path(scratch_path("notify"), &e));
	expect_datagram(scratch_path("notify"), &e);
	scratch_remove();
}

static void states_reach_an_abstract_socket(void **state UNUSED)
{
	struct endpoint e;
	char name[64];

	snprintf(name, sizeof(name), "@tocsin-test-%d", (int)getpid());
	assert_true(endpoint_from_path(name, &e));
	e.un.sun_path[0] = '\0';
	e.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	expect_datagram(name, &e);
}

static void without_a_manager_nothing_happens(void **state UNUSED)
{
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "nonsense", 1);
	notify_send("READY=1");
	unsetenv("NOTIFY_SOCKET");
}

static void the_watchdog_is_fed_twice_a_period(void **state UNUSED)
{
	char pid[16];

	assert_int_equal(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_USEC", "nonsense", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
}

static struct loop *loop;
static int calls;

static void note_call(void *arg UNUSED)
{
	calls++;
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void run_for(int64_t ms)
{
	struct timer end;

	timer_init(&end, loop, stop, loop);
	timer_set(&end, ms);
	assert_int_equal(loop_run(loop), 0);
}

static void a_file_moved_in_or_closed_is_told(void **state UNUSED)
{
	struct folder_watch w;
	struct fault fault;
	char from[512];
	int fd;

	loop = loop_new();
	assert_int_equal(folder_watch_init(&w, loop, scratch_make(), note_call, NULL, &fault), 0);
	fd = open(scratch_path("a"), O_CREAT | O_WRONLY, 0600);
	run_for(20);
	assert_int_equal(calls, 0); /* it is not complete yet */
	close(fd);
	run_for(20);
	assert_int_equal(calls, 1);
	snprintf(from, sizeof(from), "%.500s", scratch_path("a"));
	assert_int_equal(rename(from, scratch_path("b")), 0);
	run_for(20);
	assert_int_equal(calls, 2);
	folder_watch_release(&w);
	assert_int_equal(folder_watch_init(&w, loop, scratch_path("none"), note_call, NULL,
	    &fault), -1);
	assert_true(slice_ends(slice_of(fault.text),
	    "cannot be watched: No such file or directory"));
	scratch_remove();
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_reach_a_socket_with_a_path),
		cmocka_unit_test(states_reach_an_abstract_socket),
		cmocka_unit_test(without_a_manager_nothing_happens),
		cmocka_unit_test(the_watchdog_is_fed_twice_a_period),
		cmocka_unit_test(a_file_moved_in_or_closed_is_told),
	};

	return cmocka_run_group_tests_name("sys/notify", tests, NULL, NULL);
}
