/*
 * What each role can still do once it is sealed, and what it cannot: a child a role, which tells
 * by its exit status the line of the first check that failed.
 */
#include "unit/unit.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/files.h"
#include "sys/listener.h"
#include "sys/loop.h"
#include "sys/process.h"
#include "sys/resolver.h"
#include "sys/sandbox.h"
#include "sys/stream.h"
#include "sys/tls_client.h"
#include "sys/tls_server.h"
#include "sys/worker.h"
#include "unit/sys/certificates.h"
#include "unit/sys/scratch.h"

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			dprintf(2, "line %d: %s (errno %d)\n", __LINE__, #condition, errno); \
			_exit(1); \
		} \
	} while (0)

/* The call fails, and as the guard has it. */
#define REFUSED(call) CHECK((errno = 0, (call) < 0) && (errno == EPERM || errno == EACCES))

/* The same for a path, which under a chroot is not there at all. */
#define OUT_OF_REACH(call) \
	CHECK((errno = 0, (call) < 0) && (errno == EPERM || errno == EACCES || errno == ENOENT))

static struct account nobody;
static int folder; /* the role's own, as nobody's when we are root */
static char folder_path[512], foreign_file[640];

static int setup(void **state UNUSED)
{
	snprintf(folder_path, sizeof(folder_path), "%s", scratch_make());
	if (mkdir(scratch_path("own"), 0700) < 0 || account_by_name("nobody", &nobody) != 0)
		return -1;
	folder = open(scratch_path("own"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(foreign_file, sizeof(foreign_file), "%s", scratch_path("foreign"));
	close(open(foreign_file, O_CREAT | O_WRONLY, 0666));
	chmod(foreign_file, 0666); /* so that only the sandbox forbids it */
	chmod(folder_path, 0755);
	return process_is_root() ? fchown(folder, nobody.uid, nobody.gid) : 0;
}

static int teardown(void **state UNUSED)
{
	close(folder);
	scratch_remove();
	return 0;
}

static void expect_success(pid_t child)
{
	int status = -1;

	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void enter(struct sandbox *s)
{
	struct fault f;

	if (sandbox_enter(s, &f) == 0)
		return;
	dprintf(2, "%s\n", f.text);
	_exit(1);
}

static void seal(struct sandbox *s)
{
	char guards[128];
	struct fault f;

	if (sandbox_seal(s, &f) < 0) {
		dprintf(2, "%s\n", f.text);
		_exit(1);
	}
	sandbox_guards(s, guards, sizeof(guards));
	CHECK(s->sealed);
	CHECK(slice_ends(slice_of(guards), "seccomp"));
	CHECK(!process_is_root() || s->role == SANDBOX_PARENT);
	CHECK(s->chrooted == slice_starts(slice_of(guards), "chroot, user nobody"));
}

/* Runs in a worker that was started before the seal: the filter must hold there too. */
static int thread_errno;

static void plant_in_thread(struct job *job UNUSED)
{
	char *const argv[] = { NULL };

	execve("/bin/true", argv, argv);
	thread_errno = errno;
}

static void no_job_done(struct job *job UNUSED)
{
}

static void check_thread(struct worker *w)
{
	struct job job = { .run = plant_in_thread, .done = no_job_done };

	CHECK(worker_submit(w, &job) == 0);
	worker_free(w);
	CHECK(thread_errno == EPERM);
}

/* What no role may do. */
static void check_common(void)
{
	char *const argv[] = { NULL };

	REFUSED(execve("/bin/true", argv, argv));
	REFUSED(execveat(AT_FDCWD, "/bin/true", argv, argv, 0));
	REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	REFUSED(mount("none", "/", "tmpfs", 0, NULL));
	OUT_OF_REACH(open(foreign_file, O_RDONLY));
	OUT_OF_REACH(open(foreign_file, O_WRONLY));
}

static void check_no_processes(void)
{
	REFUSED(fork());
	REFUSED(setuid(0));
	REFUSED(setresuid(0, 0, 0));
	REFUSED(kill(getppid(), 0));
	REFUSED(unshare(CLONE_NEWUSER));
	REFUSED(chroot("."));
}

static void check_no_new_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	REFUSED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	    MAP_FAILED && errno == EPERM);
	CHECK(mlock(page, 4096) == 0); /* as libsodium does with secrets */
	CHECK(munmap(page, 4096) == 0);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void check_loop(struct loop *l)
{
	struct timer t;

	timer_init(&t, l, stop, l);
	timer_set(&t, 5);
	CHECK(loop_run(l) == 0);
}

/* ---- keeper ---- */

static void check_sqlite(void)
{
	sqlite3 *db;

	CHECK(sqlite3_open("db", &db) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "CREATE TABLE IF NOT EXISTS t(a);"
	    "BEGIN; INSERT INTO t VALUES(randomblob(100000)); COMMIT;"
	    "UPDATE t SET a = 1; PRAGMA wal_checkpoint(TRUNCATE); VACUUM;", NULL, NULL, NULL) ==
	    SQLITE_OK);
	CHECK(sqlite3_exec(db, "PRAGMA journal_mode=DELETE; INSERT INTO t SELECT * FROM t", NULL,
	    NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

static void check_files(void)
{
	struct fault f = { "" };
	struct buffer out;

	buffer_init(&out, 100);
	CHECK(file_write(FILES_HERE, "a", SLICE("x"), 0600, &f) == 0);
	CHECK(file_write_new(FILES_HERE, "b", SLICE("y"), 0600, &f) == 0);
	CHECK(file_read(FILES_HERE, "a", &out, &f) == 0);
	CHECK(folder_make(FILES_HERE, "sub/sub", 0700, &f) == 0);
	CHECK(file_remove(FILES_HERE, "a", &f) == 0);
	buffer_release(&out);
}

static const struct sandbox_path own_folder = { ".", SANDBOX_WRITE };

static void be_keeper(void)
{
	struct sandbox s = { .role = SANDBOX_KEEPER, .root_fd = folder, .user = &nobody,
		.paths = &own_folder, .n_paths = 1 };
	struct loop *l = loop_new();
	struct worker *w;

	enter(&s);
	w = worker_new(l, 4, "test");
	CHECK(w != NULL);
	seal(&s);
	check_thread(w);
	check_common();
	check_no_processes();
	check_no_new_code();
	REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
	REFUSED(socket(AF_INET, SOCK_STREAM, 0));
	REFUSED(socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }));
	REFUSED(accept(0, NULL, NULL));
	check_loop(l);
	check_files();
	check_sqlite();
	loop_free(l);
	_exit(0);
}

static void a_keeper_has_its_files_and_nothing_else(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0)
		be_keeper();
	expect_success(child);
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 1;
}

/* As the daemon of an ordinary user: no chroot, and Landlock is what keeps it in its folder. */
static void a_keeper_without_root_is_kept_in_by_landlock(void **state UNUSED)
{
	pid_t child;

	if (!has_landlock()) {
		print_message("skipped: this kernel has no Landlock\n");
		skip();
	}
	child = process_fork();
	if (child == 0) {
		CHECK(!process_is_root() || process_drop(&nobody, NULL) == 0);
		CHECK(close(open(foreign_file, O_RDWR)) == 0); /* nothing else forbids it */
		be_keeper();
	}
	expect_success(child);
}

/* ---- front ---- */

static void on_secured(void *arg)
{
	int *n = arg;

	if (++n[0] == 2)
		n[1] = 1;
}

static const struct stream_events secured_events = { .secured = on_secured };

static void make_contexts(struct tls_server **ret_server, struct tls_client **ret_client)
{
	struct identity id;
	struct fault f;

	identity_make(&id, &(struct identity_spec){ .subject = "a.example",
	    .names = "DNS:a.example", .until = 3600 }, NULL);
	CHECK(tls_server_new(buffer_slice(&id.certificate), buffer_slice(&id.key), ret_server,
	    &f) == 0);
	CHECK(tls_client_new_pem(buffer_slice(&id.certificate), ret_client, &f) == 0);
	identity_release(&id);
}

/* Both ends of a handshake over a pair that was there before. */
static void check_tls(struct loop *l, int pair[2], struct tls_server *server,
	struct tls_client *client)
{
	int secured[2] = { 0 };
	const struct stream_options options = { .loop = l, .events = &secured_events,
		.arg = secured, .input_limit = 4096, .output_limit = 4096 };
	struct stream *a = stream_accept(&options, pair[0]), *b = stream_accept(&options, pair[1]);

	CHECK(stream_accept_tls(a, server) == 0);
	CHECK(stream_start_tls(b, client, "a.example") == 0);
	for (int i = 0; i < 200 && !secured[1]; i++)
		check_loop(l);
	CHECK(secured[1]);
	stream_free(a);
	stream_free(b);
}

static void a_front_accepts_and_cannot_connect(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0) {
		struct sandbox s = { .role = SANDBOX_FRONT, .root_fd = folder, .user = &nobody,
			.paths = &own_folder, .n_paths = 1 };
		struct loop *l = loop_new();
		struct endpoint address;
		struct tls_server *server;
		struct tls_client *client;
		int fd, caller, other, pair[2];

		CHECK(listener_open(SLICE("127.0.0.1:0"), &fd, NULL) == 0);
		CHECK(listener_address(fd, &address));
		caller = socket(AF_INET, SOCK_STREAM, 0);
		CHECK(connect(caller, &address.any, address.len) == 0);
		other = socket(AF_INET, SOCK_STREAM, 0);
		CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
		make_contexts(&server, &client);
		enter(&s);
		seal(&s);
		check_common();
		check_no_processes();
		check_no_new_code();
		REFUSED(socket(AF_INET, SOCK_STREAM, 0));
		REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
		REFUSED(connect(other, &address.any, address.len));
		REFUSED(bind(other, &address.any, address.len));
		CHECK(accept4(fd, NULL, NULL, SOCK_CLOEXEC) >= 0);
		check_tls(l, pair, server, client);
		check_files();
		_exit(0);
	}
	expect_success(child);
}

/* ---- sender and watcher ---- */

struct found {
	struct loop *loop;
	enum resolver_error error;
};

static void on_found(void *arg, enum resolver_error error, const struct endpoint *addresses UNUSED,
	size_t n UNUSED)
{
	struct found *f = arg;

	f->error = error;
	loop_stop(f->loop);
}

static void check_resolver(struct loop *l, struct resolver *r)
{
	struct found f = { .loop = l, .error = RESOLVER_BUSY };

	CHECK(resolver_ask(r, SLICE("localhost"), 25, on_found, &f) != NULL);
	CHECK(loop_run(l) == 0);
	CHECK(f.error == RESOLVER_OK);
	/* whatever the answer, the question must not end the process */
	CHECK(resolver_ask(r, SLICE("no-such-host.invalid"), 25, on_found, &f) != NULL);
	CHECK(loop_run(l) == 0);
	CHECK(f.error != RESOLVER_OK);
	/* a name service that was not loaded before */
	CHECK(dlopen("libnss_compat.so.2", RTLD_NOW) != NULL);
}

static void on_connected(void *arg)
{
	loop_stop(arg);
}

static const struct stream_events connected_events = { .connected = on_connected };

static void check_connecting(struct loop *l, const struct endpoint *to)
{
	const struct stream_options options = { .loop = l, .events = &connected_events, .arg = l,
		.input_limit = 4096, .output_limit = 4096 };
	struct stream *s = stream_connect(&options, to);

	CHECK(s != NULL);
	CHECK(loop_run(l) == 0);
	CHECK(!stream_ended(s));
	stream_free(s);
}

static void check_outward_role(enum sandbox_role role)
{
	size_t n_paths;
	const struct sandbox_path *paths = sandbox_resolver_paths(&n_paths);
	struct sandbox s = { .role = role, .root_fd = -1, .user = &nobody, .paths = paths,
		.n_paths = n_paths };
	struct loop *l = loop_new();
	struct endpoint address;
	struct resolver *r;
	int fd;

	CHECK(listener_open(SLICE("127.0.0.1:0"), &fd, NULL) == 0);
	CHECK(listener_address(fd, &address));
	enter(&s);
	r = resolver_new(l);
	CHECK(r != NULL);
	seal(&s);
	CHECK(open("/etc/hosts", O_RDONLY) >= 0);
	REFUSED(open("/etc/hosts", O_WRONLY));
	REFUSED(open("/etc/new-file", O_WRONLY | O_CREAT, 0600));
	REFUSED(unlink("/etc/hosts"));
	check_common();
	check_no_processes();
	REFUSED(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	REFUSED(socket(AF_PACKET, SOCK_DGRAM, 0));
	REFUSED(listen(socket(AF_INET, SOCK_STREAM, 0), 5));
	REFUSED(accept(fd, NULL, NULL));
	check_connecting(l, &address);
	check_resolver(l, r);
	_exit(0);
}

static void a_sender_connects_and_resolves(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0)
		check_outward_role(SANDBOX_SENDER);
	expect_success(child);
}

static void a_watcher_connects_and_resolves(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0)
		check_outward_role(SANDBOX_WATCHER);
	expect_success(child);
}

/* ---- parent ---- */

static void check_child_of_parent(void)
{
	struct sandbox s = { .role = SANDBOX_KEEPER, .root_fd = folder, .user = &nobody,
		.paths = &own_folder, .n_paths = 1 };
	int status = -1;
	pid_t child = process_fork();

	if (child == 0) {
		enter(&s);
		seal(&s);
		check_common();
		check_sqlite();
		_exit(0);
	}
	CHECK(child > 0);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_parent_starts_roles_and_no_programs(void **state UNUSED)
{
	pid_t child = process_fork();

	if (child == 0) {
		struct sandbox s = { .role = SANDBOX_PARENT, .root_fd = -1 };
		char *const argv[] = { NULL };

		enter(&s);
		seal(&s);
		REFUSED(execve("/bin/true", argv, argv));
		REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
		REFUSED(mount("none", "/", "tmpfs", 0, NULL));
		REFUSED(unshare(CLONE_NEWUSER));
		check_child_of_parent();
		check_child_of_parent(); /* again, as after a role died */
		_exit(0);
	}
	expect_success(child);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_keeper_has_its_files_and_nothing_else),
		TEST(a_keeper_without_root_is_kept_in_by_landlock),
		TEST(a_front_accepts_and_cannot_connect),
		TEST(a_sender_connects_and_resolves),
		TEST(a_watcher_connects_and_resolves),
		TEST(a_parent_starts_roles_and_no_programs),
	};

	if (!process_is_root())
		print_message("not root: chroot and the change of user are not tried\n");
	return cmocka_run_group_tests_name("sys/sandbox", tests, NULL, NULL);
}
