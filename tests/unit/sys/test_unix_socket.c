/* Messages with descriptors over a pair of sockets. */
#include "unit/unit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/unix_socket.h"

static int ends[2];

static int setup(void **state UNUSED)
{
	return unix_socket_pair(ends);
}

static int teardown(void **state UNUSED)
{
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void bytes_go_both_ways(void **state UNUSED)
{
	int fds[UNIX_SOCKET_FDS_MAX];
	size_t sent = 0, len = 0, n_fds = 9;
	char data[16];

	assert_int_equal(unix_socket_recv(ends[1], data, sizeof(data), &len, fds, &n_fds),
	    UNIX_SOCKET_AGAIN);
	assert_int_equal(unix_socket_send(ends[0], SLICE("hello"), NULL, 0, &sent), 0);
	assert_int_equal(sent, 5);
	assert_int_equal(unix_socket_recv(ends[1], data, sizeof(data), &len, fds, &n_fds), 0);
	assert_int_equal(len, 5);
	assert_int_equal(n_fds, 0);
	assert_memory_equal(data, "hello", 5);
	assert_int_equal(unix_socket_send(ends[1], SLICE("x"), NULL, 0, &sent), 0);
	assert_int_equal(unix_socket_recv(ends[0], data, 1, &len, fds, &n_fds), 0);
}

static void descriptors_come_with_the_bytes_and_close_on_exec(void **state UNUSED)
{
	int pipes[2], fds[UNIX_SOCKET_FDS_MAX];
	size_t sent, len, n_fds;
	char data[16], c;

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(unix_socket_send(ends[0], SLICE("two"), pipes, 2, &sent), 0);
	close(pipes[0]);
	close(pipes[1]);
	assert_int_equal(unix_socket_recv(ends[1], data, sizeof(data), &len, fds, &n_fds), 0);
	assert_int_equal(len, 3);
	assert_int_equal(n_fds, 2);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fds[1], "p", 1), 1);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(c, 'p');
	close(fds[0]);
	close(fds[1]);
}

static void too_many_descriptors_are_refused(void **state UNUSED)
{
	int nine[9] = { 0 };
	size_t sent;

	assert_int_equal(unix_socket_send(ends[0], SLICE("x"), nine, 9, &sent), -1);
	assert_int_equal(unix_socket_send(ends[0], SLICE(""), nine, 1, &sent), -1);
}

/* A role that was taken over sends more than we have room for. */
static void more_descriptors_than_room_are_all_closed(void **state UNUSED)
{
	int nine[9] = { 0 }, fds[UNIX_SOCKET_FDS_MAX], before = dup(0), after;
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(nine))];
	} control;
	struct iovec part = { .iov_base = &(char){ 'x' }, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = sizeof(control) };
	size_t len, n_fds;
	char data[4];

	CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&m)->cmsg_type = SCM_RIGHTS;
	CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(sizeof(nine));
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), nine, sizeof(nine));
	close(before);
	assert_int_equal(sendmsg(ends[0], &m, 0), 1);
	assert_int_equal(unix_socket_recv(ends[1], data, sizeof(data), &len, fds, &n_fds), -1);
	after = dup(0);
	assert_int_equal(after, before);
	close(after);
}

static void a_closed_end_is_said(void **state UNUSED)
{
	int fds[UNIX_SOCKET_FDS_MAX];
	size_t sent, len, n_fds;
	char data[4];

	close(ends[1]);
	ends[1] = -1;
	assert_int_equal(unix_socket_send(ends[0], SLICE("x"), NULL, 0, &sent), UNIX_SOCKET_CLOSED);
	assert_int_equal(unix_socket_recv(ends[0], data, sizeof(data), &len, fds, &n_fds),
	    UNIX_SOCKET_CLOSED);
}

static void a_full_socket_says_again(void **state UNUSED)
{
	static const char data[65536];
	size_t sent, total = 0;
	int r;

	while ((r = unix_socket_send(ends[0], slice_make(data, sizeof(data)), NULL, 0, &sent)) == 0)
		total += sent;
	assert_int_equal(r, UNIX_SOCKET_AGAIN);
	assert_true(total > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_go_both_ways),
		TEST(descriptors_come_with_the_bytes_and_close_on_exec),
		TEST(too_many_descriptors_are_refused),
		TEST(more_descriptors_than_room_are_all_closed),
		TEST(a_closed_end_is_said),
		TEST(a_full_socket_says_again),
	};

	return cmocka_run_group_tests_name("sys/unix_socket", tests, NULL, NULL);
}
