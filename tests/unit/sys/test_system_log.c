/* The system log: alerts reach a real socket, also one that is made anew, and are lost without. */
#include "unit/unit.h"

#include <stdio.h>
#include <unistd.h>

#include "sys/endpoint.h"
#include "sys/system_log.h"
#include "unit/sys/scratch.h"

static char path[200];

static int listen_there(void)
{
	struct endpoint e;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	assert_true(endpoint_from_path(path, &e));
	assert_int_equal(bind(fd, &e.any, e.len), 0);
	return fd;
}

/* "<17>Nov 29 14:12:29 tocsin[123]: keeper: alert: text" */
static void expect_line(int fd, const char *end)
{
	char line[2000] = "", month[4];
	int priority, day, hour, minute, second, pid, at = 0;
	ssize_t n = recv(fd, line, sizeof(line) - 1, MSG_DONTWAIT);

	assert_true(n > 0);
	assert_int_equal(sscanf(line, "<%d>%3s %d %d:%d:%d tocsin[%d]: %n", &priority, month, &day, &hour,
		&minute, &second, &pid, &at), 7);
	assert_int_equal(priority, 2 * 8 + 1);
	assert_int_equal(pid, getpid());
	assert_string_equal(line + at, end);
}

static void alerts_reach_it_and_nothing_else_does(void **state UNUSED)
{
	int fd = listen_there();
	char rest[10];

	assert_true(system_log_open(path));
	log_error("not this");
	log_alert("mail is broken: %s", "two\nlines");
	expect_line(fd, "keeper: alert: mail is broken: two\\x0alines");
	assert_int_equal(recv(fd, rest, sizeof(rest), MSG_DONTWAIT), -1);
	system_log_close();
	close(fd);
	unlink(path);
}

static void a_socket_that_is_made_anew_is_found_again(void **state UNUSED)
{
	int fd = listen_there();

	assert_true(system_log_open(path));
	close(fd);
	unlink(path);
	log_alert("lost");
	fd = listen_there();
	log_alert("found");
	expect_line(fd, "keeper: alert: found");
	system_log_close();
	close(fd);
	unlink(path);
}

static void a_reader_that_does_not_read_holds_up_nobody(void **state UNUSED)
{
	int fd = listen_there();

	assert_true(system_log_open(path));
	for (int i = 0; i < 2000; i++)
		log_alert("again");
	expect_line(fd, "keeper: alert: again");
	system_log_close();
	close(fd);
	unlink(path);
}

static void without_a_socket_it_says_so(void **state UNUSED)
{
	assert_false(system_log_open(path));
	log_alert("nobody hears this");
	system_log_close();
}

static int setup(void **state UNUSED)
{
	scratch_make();
	snprintf(path, sizeof(path), "%s", scratch_path("log"));
	log_set_name("keeper");
	return freopen("/dev/null", "w", stderr) != NULL ? 0 : -1;
}

static int teardown(void **state UNUSED)
{
	scratch_remove();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alerts_reach_it_and_nothing_else_does),
		cmocka_unit_test(a_socket_that_is_made_anew_is_found_again),
		cmocka_unit_test(a_reader_that_does_not_read_holds_up_nobody),
		cmocka_unit_test(without_a_socket_it_says_so),
	};

	return cmocka_run_group_tests_name("sys/system_log", tests, setup, teardown);
}
