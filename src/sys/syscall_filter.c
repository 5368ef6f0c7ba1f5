/*
 * syscall_filter.c - lists of system calls, put together for each role; see syscall_filter.h.
 *
 * The roles have lists of what is allowed, anything else fails with EPERM. parent, whose children
 * need nearly everything to start, has a list of what is forbidden. Filters are inherited, so a
 * role is bound by both. What glibc 2.36, OpenSSL 3, SQLite and getaddrinfo() need was taken from
 * their sources and strace(1); tests/unit/sys/test_sandbox.c holds it.
 */
#include "sys/syscall_filter.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Memory, time, waiting, locks, reading and writing what is open. */
static const char *const common[] = {
	"read", "write", "readv", "writev", "close", "lseek", "recvfrom", "recvmsg", "sendto",
	"sendmsg", "shutdown", "getsockopt", "setsockopt", "getsockname", "getpeername",
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll",
	"ppoll", "select", "pselect6", "eventfd2", "timerfd_create", "timerfd_settime",
	"timerfd_gettime", "signalfd4", "futex", "clock_gettime", "clock_getres",
	"clock_nanosleep", "nanosleep", "gettimeofday", "time", "getcpu", "getpid", "gettid",
	"getppid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
	"getgroups", "uname", "sysinfo", "getrusage", "sched_yield", "sched_getaffinity",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
	"brk", "munmap", "mremap", "madvise", "mlock", "mlock2", "munlock", "membarrier",
	"set_robust_list", "rseq", "exit", "exit_group", "getrandom", "fstat", "dup",
};

static const char *const read_files[] = {
	"stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink",
	"readlinkat", "getcwd", "getdents64", "statfs", "fstatfs", "pread64", "preadv",
};

static const char *const write_files[] = {
	"open", "openat", "pwrite64", "pwritev", "ftruncate", "fallocate", "fsync", "fdatasync",
	"sync_file_range", "fchmod", "fchmodat", "chmod", "fchown", "fchownat", "utimensat",
	"unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir",
	"link", "linkat", "flock", "umask", "inotify_init1", "inotify_add_watch",
	"inotify_rm_watch",
};

static const char *const accept_connections[] = { "accept", "accept4" };

/* getaddrinfo() binds a netlink socket and sends two questions at once. */
static const char *const make_connections[] = { "connect", "bind", "sendmmsg", "recvmmsg" };

/* What no process of ours does. */
static const char *const forbidden_to_parent[] = {
	"execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp",
	"pidfd_getfd", "process_madvise", "mount", "umount2", "pivot_root", "move_mount",
	"open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "swapon",
	"swapoff", "unshare", "setns", "init_module", "finit_module", "delete_module",
	"kexec_load", "kexec_file_load", "reboot", "bpf", "perf_event_open", "userfaultfd",
	"io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key",
	"request_key", "open_by_handle_at", "name_to_handle_at", "acct", "quotactl",
	"quotactl_fd", "syslog", "iopl", "ioperm", "settimeofday", "clock_settime",
	"clock_adjtime", "adjtimex", "sethostname", "setdomainname", "personality",
	"lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "vhangup", "modify_ldt",
	"memfd_secret", "fanotify_init",
};

static int add_names(scmp_filter_ctx ctx, uint32_t action, const char *const *names, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		int nr = seccomp_syscall_resolve_name(names[i]);

		if (nr >= 0) /* else this machine has no such call */
			r = seccomp_rule_add_array(ctx, action, nr, 0, NULL);
	}
	return r;
}

/* Allows nr when every one of the comparisons holds. */
static int allow_if(scmp_filter_ctx ctx, int nr, unsigned n, struct scmp_arg_cmp a,
	struct scmp_arg_cmp b)
{
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, nr, n, (struct scmp_arg_cmp[]){ a, b });
}

/* Allows nr for each value that one argument may have. */
static int allow_values(scmp_filter_ctx ctx, int nr, unsigned arg, const uint64_t *values, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		struct scmp_arg_cmp is = { .arg = arg, .op = SCMP_CMP_MASKED_EQ,
			.datum_a = UINT32_MAX, .datum_b = values[i] & UINT32_MAX };

		r = allow_if(ctx, nr, 1, is, is);
	}
	return r;
}

static struct scmp_arg_cmp bits(unsigned arg, uint64_t mask, uint64_t value)
{
	return (struct scmp_arg_cmp){ .arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask,
		.datum_b = value };
}

/* Calls that are harmless in one form only. */
static int add_common_forms(scmp_filter_ctx ctx)
{
	static const uint64_t fcntls[] = { F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK,
		F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_DUPFD_CLOEXEC };
	static const uint64_t ioctls[] = { FIONREAD, FIONBIO, FIOCLEX, TCGETS };
	static const uint64_t prctls[] = { PR_SET_NAME, PR_GET_NAME, PR_SET_VMA, PR_GET_DUMPABLE };
	const uint64_t self[] = { (uint64_t)getpid() };
	const uint64_t nothing[] = { 0 };
	int r = allow_values(ctx, SCMP_SYS(fcntl), 1, fcntls, COUNT_OF(fcntls));

	if (r == 0)
		r = allow_values(ctx, SCMP_SYS(ioctl), 1, ioctls, COUNT_OF(ioctls));
	if (r == 0)
		r = allow_values(ctx, SCMP_SYS(prctl), 0, prctls, COUNT_OF(prctls));
	if (r == 0) /* abort() */
		r = allow_values(ctx, SCMP_SYS(tgkill), 0, self, 1);
	if (r == 0) /* reading limits, not setting them */
		r = allow_if(ctx, SCMP_SYS(prlimit64), 2, bits(0, UINT32_MAX, 0),
		    bits(2, UINT64_MAX, 0));
	if (r == 0)
		r = allow_values(ctx, SCMP_SYS(getpriority), 0, nothing, 1);
	return r;
}

/* Memory that holds data never becomes code; only NSS modules are loaded later. */
static int add_memory(scmp_filter_ctx ctx, bool loads_code)
{
	static const char *const all[] = { "mmap", "mprotect" };
	const struct scmp_arg_cmp not_code = bits(2, PROT_EXEC, 0);
	int r;

	if (loads_code)
		return add_names(ctx, SCMP_ACT_ALLOW, all, COUNT_OF(all));
	r = allow_if(ctx, SCMP_SYS(mmap), 1, not_code, not_code);
	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(mprotect), 1, not_code, not_code);
	return r;
}

static int add_reading_only(scmp_filter_ctx ctx)
{
	const uint64_t change = O_ACCMODE | O_CREAT | O_TRUNC;
	int r = allow_if(ctx, SCMP_SYS(openat), 1, bits(2, change, O_RDONLY), bits(2, 0, 0));

	if (r == 0)
		r = allow_if(ctx, SCMP_SYS(open), 1, bits(1, change, O_RDONLY), bits(1, 0, 0));
	return r;
}

static int add_sockets(scmp_filter_ctx ctx)
{
	static const uint64_t any_type[] = { AF_UNIX, AF_NETLINK };
	static const uint64_t internet[] = { AF_INET, AF_INET6 };
	static const uint64_t types[] = { SOCK_STREAM, SOCK_DGRAM };
	const uint64_t type_mask = 0xf; /* SOCK_TYPE_MASK; above it NONBLOCK and CLOEXEC */
	int r = allow_values(ctx, SCMP_SYS(socket), 0, any_type, COUNT_OF(any_type));

	for (size_t i = 0; i < COUNT_OF(internet); i++) {
		for (size_t k = 0; k < COUNT_OF(types) && r == 0; k++)
			r = allow_if(ctx, SCMP_SYS(socket), 2, bits(0, UINT32_MAX, internet[i]),
			    bits(1, type_mask, types[k]));
	}
	return r;
}

static int add_list(scmp_filter_ctx ctx, const char *const *names, size_t n)
{
	return add_names(ctx, SCMP_ACT_ALLOW, names, n);
}

static int add_outward(scmp_filter_ctx ctx)
{
	int r = add_list(ctx, make_connections, COUNT_OF(make_connections));

	if (r == 0)
		r = add_sockets(ctx);
	return r != 0 ? r : add_reading_only(ctx);
}

static int add_role(scmp_filter_ctx ctx, enum sandbox_role role)
{
	bool outward = role == SANDBOX_SENDER || role == SANDBOX_WATCHER;
	int r = add_list(ctx, common, COUNT_OF(common));

	if (r == 0)
		r = add_common_forms(ctx);
	if (r == 0)
		r = add_memory(ctx, outward);
	if (r == 0)
		r = add_list(ctx, read_files, COUNT_OF(read_files));
	if (r == 0)
		r = outward ? add_outward(ctx) : add_list(ctx, write_files, COUNT_OF(write_files));
	if (r == 0 && role == SANDBOX_FRONT)
		r = add_list(ctx, accept_connections, COUNT_OF(accept_connections));
	return r;
}

static int fill(scmp_filter_ctx ctx, enum sandbox_role role)
{
	int r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);

	if (r == 0) /* a tree instead of a list: the calls are many */
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r != 0)
		return r;
	if (role == SANDBOX_PARENT)
		return add_names(ctx, SCMP_ACT_ERRNO(EPERM), forbidden_to_parent,
		    COUNT_OF(forbidden_to_parent));
	return add_role(ctx, role);
}

bool syscall_filter_is_built(void)
{
	return true;
}

int syscall_filter_seal(enum sandbox_role role, bool *ret_sealed, struct fault *f)
{
	scmp_filter_ctx ctx = seccomp_init(role == SANDBOX_PARENT ? SCMP_ACT_ALLOW :
	    SCMP_ACT_ERRNO(EPERM));
	int r = ctx == NULL ? -ENOMEM : fill(ctx, role);

	*ret_sealed = false;
	if (r == 0 && prctl(PR_GET_SECCOMP) < 0 && errno == EINVAL) {
		seccomp_release(ctx); /* a kernel built without it */
		return 0;
	}
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	if (r < 0) {
		fault_set_errno(f, -r, "the seccomp filter cannot be set");
		return -1;
	}
	*ret_sealed = true;
	return 0;
}
