/*
 * landlock.c - rules from the ABI that the kernel reports; see landlock.h.
 * Source: landlock(7), Documentation/userspace-api/landlock.rst. Debian 12's headers know ABI 2,
 * so the younger rights stand here.
 */
#include "sys/landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint64_t fs_truncate = 1ULL << 14; /* ABI 3 */
static const uint64_t fs_ioctl_dev = 1ULL << 15; /* ABI 5 */

static const uint64_t fs_abi_1 = (1ULL << 13) - 1; /* EXECUTE to MAKE_SYM */

static const uint64_t net_bind_tcp = 1ULL << 0; /* ABI 4 */
static const uint64_t net_connect_tcp = 1ULL << 1;

static const uint64_t scope_abstract_socket = 1ULL << 0; /* ABI 6 */
static const uint64_t scope_signal = 1ULL << 1;

/* struct landlock_ruleset_attr as of ABI 6; older kernels are told a smaller size. */
struct ruleset {
	uint64_t fs, net, scoped;
};

static uint64_t known_fs(int abi)
{
	uint64_t known = fs_abi_1;

	if (abi >= 2)
		known |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		known |= fs_truncate;
	if (abi >= 5)
		known |= fs_ioctl_dev;
	return known;
}

/* What is refused unless a path allows it; nothing allows TCP again. */
static size_t fill_ruleset(enum sandbox_role role, int abi, struct ruleset *r)
{
	bool outward = role == SANDBOX_SENDER || role == SANDBOX_WATCHER;

	r->fs = known_fs(abi);
	if (abi >= 4)
		r->net = outward ? net_bind_tcp : net_bind_tcp | net_connect_tcp;
	if (abi >= 6)
		r->scoped = scope_abstract_socket | scope_signal;
	if (abi >= 6)
		return sizeof(*r);
	return abi >= 4 ? sizeof(r->fs) + sizeof(r->net) : sizeof(r->fs);
}

static const uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t write_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
	LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
	LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	LANDLOCK_ACCESS_FS_REFER | fs_truncate;
/* what a rule may give for a path that is no folder */
static const uint64_t file_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
	fs_truncate;

static int add_path(int ruleset, int abi, const struct landlock_path *p)
{
	struct landlock_path_beneath_attr rule = { .parent_fd = p->fd };
	struct stat st;

	if (fstat(p->fd, &st) < 0)
		return -1;
	rule.allowed_access = (p->rights & SANDBOX_WRITE) != 0 ? write_rights : read_rights;
	rule.allowed_access &= known_fs(abi);
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= file_rights;
	return (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static int bind_rules(int ruleset, int abi, const struct landlock_path *paths, size_t n_paths)
{
	for (size_t i = 0; i < n_paths; i++) {
		if (add_path(ruleset, abi, &paths[i]) < 0)
			return -1;
	}
	return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

int landlock_bind(enum sandbox_role role, const struct landlock_path *paths, size_t n_paths,
	int *ret_abi, struct fault *f)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset rules = { 0 };
	int ruleset, r;

	*ret_abi = 0;
	if (abi < 1) /* not in this kernel, or switched off at boot */
		return 0;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules,
	    fill_ruleset(role, abi, &rules), 0);
	r = ruleset < 0 ? -1 : bind_rules(ruleset, abi, paths, n_paths);
	if (r < 0)
		fault_set_errno(f, errno, "Landlock cannot be closed");
	else
		*ret_abi = abi;
	if (ruleset >= 0)
		close(ruleset);
	return r;
}
