/* Listeners: clear words when they cannot be, stale sockets, pausing, no free descriptors. */
#include "unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "sys/listener.h"
#include "sys/peer.h"
#include "sys/unix_socket.h"
#include "unit/sys/scratch.h"

static struct fault fault;

static void expect_fault(const char *address, const char *text)
{
	int fd = -1;

	fault.text[0] = '\0';
	assert_int_equal(listener_open(slice_of(address), &fd, &fault), -1);
	assert_string_equal(fault.text, text);
	assert_int_equal(fd, -1);
}

static void a_port_in_use_is_said(void **state UNUSED)
{
	char address[ENDPOINT_TEXT_SIZE], text[256];
	struct endpoint e;
	int fd;

	assert_int_equal(listener_open(SLICE("127.0.0.1:0"), &fd, &fault), 0);
	assert_true(listener_address(fd, &e));
	assert_true(endpoint_port(&e) > 0);
	snprintf(text, sizeof(text), "%s is in use by another program", endpoint_text(&e, address));
	expect_fault(address, text);
	close(fd);
	assert_int_equal(listener_open(slice_of(address), &fd, &fault), 0); /* at once again */
	close(fd);
}

static void an_address_that_is_none_is_said(void **state UNUSED)
{
	expect_fault("localhost:25",
	    "\"localhost:25\" is not an address with a port, such as 127.0.0.1:8443 or [::]:8443");
	expect_fault("192.0.2.1:2525", "192.0.2.1:2525 is not an address of this machine");
}

static void a_low_port_needs_rights(void **state UNUSED)
{
	uid_t before = geteuid();

	if (before == 0) /* root has them */
		assert_int_equal(seteuid(65534), 0);
	expect_fault("127.0.0.1:1",
	    "127.0.0.1:1 needs root with CAP_NET_BIND_SERVICE (for the service: systemctl edit tocsin, "
	    "[Service] CapabilityBoundingSet=CAP_NET_BIND_SERVICE); ports from 1024 up do not");
	assert_int_equal(seteuid(before), 0);
}

static int connect_v4(uint16_t port)
{
	struct endpoint e;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(endpoint_from_ip(SLICE("127.0.0.1"), port, &e));
	if (connect(fd, &e.any, e.len) == 0)
		return fd;
	close(fd);
	return -1;
}

static void all_addresses_means_ipv4_too(void **state UNUSED)
{
	struct endpoint e;
	int fd, client;

	assert_int_equal(listener_open(SLICE("[::]:0"), &fd, &fault), 0);
	assert_true(listener_address(fd, &e));
	client = connect_v4(endpoint_port(&e));
	assert_true(client >= 0);
	close(client);
	close(fd);
}

/* ---- accepting ---- */

static struct loop *loop;
static struct listener listener;
static struct endpoint address;
static int listener_fd, accepted_fds[64], n_accepted, release_after, pause_after;

static void on_accepted(void *arg UNUSED, int fd, const struct endpoint *peer)
{
	assert_true(endpoint_is_loopback(peer));
	accepted_fds[n_accepted++] = fd;
	if (n_accepted == release_after)
		listener_release(&listener);
	if (n_accepted == pause_after)
		listener_pause(&listener);
}

static int setup_accept(void **state UNUSED)
{
	n_accepted = release_after = pause_after = 0;
	loop = loop_new();
	if (listener_open(SLICE("127.0.0.1:0"), &listener_fd, &fault) < 0 ||
	    !listener_address(listener_fd, &address))
		return -1;
	return listener_init(&listener, loop, listener_fd, on_accepted, NULL);
}

static int teardown_accept(void **state UNUSED)
{
	for (int i = 0; i < n_accepted; i++)
		close(accepted_fds[i]);
	listener_release(&listener);
	close(listener_fd);
	loop_free(loop);
	return 0;
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

static void connections_are_taken_until_paused(void **state UNUSED)
{
	int clients[3];

	pause_after = 2;
	for (int i = 0; i < 3; i++)
		clients[i] = connect_v4(endpoint_port(&address));
	run_for(20);
	assert_int_equal(n_accepted, 2);
	assert_true(fcntl(accepted_fds[0], F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(accepted_fds[0], F_GETFD) & FD_CLOEXEC);
	listener_resume(&listener);
	run_for(20);
	assert_int_equal(n_accepted, 3);
	for (int i = 0; i < 3; i++)
		close(clients[i]);
}

static void a_listener_may_be_released_while_it_accepts(void **state UNUSED)
{
	int clients[3];

	release_after = 1;
	for (int i = 0; i < 3; i++)
		clients[i] = connect_v4(endpoint_port(&address));
	run_for(20);
	assert_int_equal(n_accepted, 1);
	for (int i = 0; i < 3; i++)
		close(clients[i]);
}

static void without_descriptors_it_rests_and_goes_on(void **state UNUSED)
{
	struct rlimit before, tight;
	int clients[2], next;

	for (int i = 0; i < 2; i++)
		clients[i] = connect_v4(endpoint_port(&address));
	next = dup(0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	tight = before;
	tight.rlim_cur = (rlim_t)next + 1; /* room for one */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	log_set_level(LOG_LEVEL_ALERT);
	run_for(50);
	assert_int_equal(n_accepted, 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	run_for(1100);
	log_set_level(LOG_LEVEL_INFO);
	assert_int_equal(n_accepted, 2);
	close(clients[0]);
	close(clients[1]);
}

/* ---- Unix-domain ---- */

static int folder;

static int setup_folder(void **state UNUSED)
{
	folder = open(scratch_make(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder < 0;
}

static int teardown_folder(void **state UNUSED)
{
	close(folder);
	scratch_remove();
	return 0;
}

static void a_socket_has_its_mode_and_answers(void **state UNUSED)
{
	struct peer peer;
	struct stat st;
	int fd, client, server;

	assert_int_equal(listener_open_unix(folder, "sock", 0666, &fd, &fault), 0);
	assert_int_equal(fstatat(folder, "sock", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0666);
	assert_int_equal(unix_socket_connect(scratch_path("sock"), &client, &fault), 0);
	server = accept(fd, NULL, NULL);
	assert_int_equal(peer_init(&peer, server), 0);
	assert_int_equal(peer.uid, geteuid());
	assert_int_equal(peer.pid, getpid());
	assert_true(peer_has_group(&peer, getegid()));
	assert_false(peer_has_group(&peer, 54321));
	peer_release(&peer);
	assert_int_equal(peer_init(&peer, 0), -1);
	close(client);
	close(server);
	close(fd);
}

static void a_stale_socket_is_replaced_and_a_live_one_kept(void **state UNUSED)
{
	int fd, second = -1;

	assert_int_equal(listener_open_unix(folder, "sock", 0600, &fd, &fault), 0);
	assert_int_equal(listener_open_unix(folder, "sock", 0600, &second, &fault), -1);
	assert_string_equal(fault.text, "the socket sock is in use by another program");
	close(fd); /* as after a crash: the name stays */
	assert_int_equal(unix_socket_connect(scratch_path("sock"), &second, &fault),
	    UNIX_SOCKET_ABSENT);
	assert_int_equal(listener_open_unix(folder, "sock", 0600, &fd, &fault), 0);
	close(fd);
}

static void a_file_in_the_way_of_a_socket_is_kept(void **state UNUSED)
{
	int fd = openat(folder, "sock", O_CREAT | O_WRONLY, 0600);

	close(fd);
	assert_int_equal(listener_open_unix(folder, "sock", 0600, &fd, &fault), -1);
	assert_string_equal(fault.text, "sock is in the way of our socket and is no socket");
	assert_int_equal(faccessat(folder, "sock", F_OK, 0), 0);
}

static void a_socket_below_a_long_path_is_reached(void **state UNUSED)
{
	char name[91], longer[300];
	int below, fd, client;

	memset(name, 'n', 90);
	name[90] = '\0';
	assert_int_equal(mkdirat(folder, name, 0700), 0);
	below = openat(folder, name, O_RDONLY | O_DIRECTORY);
	assert_int_equal(listener_open_unix(below, "sock", 0600, &fd, &fault), 0);
	snprintf(longer, sizeof(longer), "%.200s/sock", scratch_path(name));
	assert_true(strlen(longer) > 108);
	assert_int_equal(unix_socket_connect(longer, &client, &fault), 0);
	close(client);
	close(fd);
	close(below);
	assert_int_equal(unix_socket_connect(longer, &client, &fault), UNIX_SOCKET_ABSENT);
	assert_true(slice_starts(slice_of(fault.text), "nothing listens on /"));
}

#define TEST_WITH_ACCEPT(name) cmocka_unit_test_setup_teardown(name, setup_accept, teardown_accept)

#define TEST_WITH_FOLDER(name) cmocka_unit_test_setup_teardown(name, setup_folder, teardown_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_in_use_is_said),
		cmocka_unit_test(an_address_that_is_none_is_said),
		cmocka_unit_test(a_low_port_needs_rights),
		cmocka_unit_test(all_addresses_means_ipv4_too),
		TEST_WITH_ACCEPT(connections_are_taken_until_paused),
		TEST_WITH_ACCEPT(a_listener_may_be_released_while_it_accepts),
		TEST_WITH_ACCEPT(without_descriptors_it_rests_and_goes_on),
		TEST_WITH_FOLDER(a_socket_has_its_mode_and_answers),
		TEST_WITH_FOLDER(a_stale_socket_is_replaced_and_a_live_one_kept),
		TEST_WITH_FOLDER(a_file_in_the_way_of_a_socket_is_kept),
		TEST_WITH_FOLDER(a_socket_below_a_long_path_is_reached),
	};

	return cmocka_run_group_tests_name("sys/listener", tests, NULL, NULL);
}
