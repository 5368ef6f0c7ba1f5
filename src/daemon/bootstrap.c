/* bootstrap.c - what happens once before the roles are forked; see bootstrap.h. */
#include "daemon/bootstrap.h"

#include <string.h>
#include <sysexits.h>

#include "core/diagnosis.h"
#include "daemon/certificate.h"
#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/listener.h"
#include "sys/process.h"

enum {
	DESCRIPTORS = 4096,
};

/* ---- tocsin.conf ---- */

static int parse(const char *path, struct slice text, struct config *ret_config)
{
	struct arena *a = arena_new(1 << 20); /* lives as long as the configuration: to the end */
	char host_name[256];
	const char *error = NULL;
	int result;

	if (a == NULL)
		return EX_OSERR;
	process_host_name(host_name);
	result = config_parse(text, config_folder(path, a), host_name, a, ret_config, &error);
	if (result == 0)
		return EX_OK;
	log_error("%s: %s", path, result == CONFIG_BAD ? error : "out of memory");
	arena_free(a);
	return EX_CONFIG;
}

static int read_config(const char *path, struct config *ret_config)
{
	struct buffer text;
	struct fault fault;
	int result;

	buffer_init(&text, CONFIG_SIZE_MAX);
	if (file_read(FILES_HERE, path, &text, &fault) != 0) {
		log_error("%s", fault.text);
		result = EX_CONFIG;
	} else {
		result = parse(path, buffer_slice(&text), ret_config);
	}
	buffer_release(&text);
	return result;
}

int bootstrap_read(const char *path, const struct config **ret_config)
{
	static struct config config;
	int result = read_config(path, &config);

	if (result == EX_OK) {
		log_set_level(config.log_level);
		*ret_config = &config;
	}
	return result;
}

static void warn_if_changed(const char *key, const char *old, const char *new)
{
	if (strcmp(old, new) != 0)
		log_warning("%s changed in the configuration file; that takes a restart", key);
}

bool bootstrap_reload(struct start *start, const char *path, enum log_level *ret_level)
{
	static struct config config;
	struct config new;

	if (read_config(path, &new) != EX_OK) {
		log_error("the configuration stays as it was");
		return false;
	}
	warn_if_changed("state_dir", start->config->state_dir, new.state_dir);
	warn_if_changed("run_dir", start->config->run_dir, new.run_dir);
	warn_if_changed("https", start->config->https, new.https);
	warn_if_changed("node_name", start->config->node_name, new.node_name);
	config = *start->config;
	config.tls_certificate = new.tls_certificate;
	config.tls_key = new.tls_key;
	config.log_level = new.log_level;
	start->config = &config;
	*ret_level = new.log_level;
	return true;
}

/* ---- folders ---- */

struct folder {
	const char *name;
	const char *user; /* its owner when started as root; NULL for root */
	unsigned mode;
	bool for_drop; /* its group is tocsin-drop */
};

static const struct folder folders[] = {
	{ "keeper", "tocsin-keeper", 0700, false },
	{ CONFIG_DROP_NAME, "tocsin-front", 0730, true },
	{ "tls", NULL, 0700, false },
};

/* (uid_t)-1 and (gid_t)-1 when it may stay whose it is. */
struct folder_owner {
	uid_t uid;
	gid_t gid;
};

static int owner_of(const struct start *start, const struct folder *folder,
	struct folder_owner *ret_owner)
{
	struct account user = { 0 };

	if (!start->root) {
		*ret_owner = (struct folder_owner){ (uid_t)-1, (gid_t)-1 };
		return EX_OK;
	}
	if (folder->user != NULL && account_by_name(folder->user, &user) != 0) {
		log_error("the system user %s is missing: run packaging/make-users", folder->user);
		return EX_NOUSER;
	}
	*ret_owner = (struct folder_owner){ user.uid,
		folder->for_drop ? start->drop_group : user.gid };
	return EX_OK;
}

static bool is_as_wanted(int state, const struct folder *folder, const struct folder_owner *owner)
{
	struct file_owner now;

	return file_look(state, folder->name, &now) == 0 && now.mode == folder->mode &&
		(owner->uid == (uid_t)-1 || owner->uid == now.uid) &&
		(owner->gid == (gid_t)-1 || owner->gid == now.gid);
}

/*
 * A service under systemd has no right to give folders away: its tmpfiles.d made them. One that is
 * right is left alone.
 */
static int make_folder(const struct start *start, int state, const struct folder *folder)
{
	struct folder_owner owner;
	struct fault fault;
	int fd = -1, result = owner_of(start, folder, &owner);

	if (result != EX_OK || is_as_wanted(state, folder, &owner))
		return result;
	if (folder_make(state, folder->name, folder->mode, &fault) == 0 &&
		folder_open(state, folder->name, &fd, &fault) == 0 &&
		folder_own(fd, owner.uid, owner.gid, folder->mode, &fault) == 0) {
		descriptor_close(fd);
		return EX_OK;
	}
	log_error("%s", fault.text);
	descriptor_close(fd);
	return EX_CANTCREAT;
}

/* One daemon a state folder: the lock's descriptor stays open in parent until the end. */
static int lock_state(int state, const char *path)
{
	struct fault fault;
	int fd, result = descriptor_lock(state, "lock", &fd, &fault);

	if (result == 0)
		return EX_OK;
	if (result == DESCRIPTOR_LOCKED) {
		log_error("another tocsind works with %s already", path);
		return EX_UNAVAILABLE;
	}
	log_error("%s is not writable: give the folder to the user who starts tocsind, or set another "
		"state_dir", path);
	return EX_CANTCREAT;
}

static int make_folders(struct start *start)
{
	const struct config *config = start->config;
	struct fault fault;
	int state = -1, result;

	if (folder_make(FILES_HERE, config->state_dir, 0711, &fault) != 0 ||
		folder_make(FILES_HERE, config->run_dir, 0755, &fault) != 0 ||
		folder_open(FILES_HERE, config->state_dir, &state, &fault) != 0) {
		log_error("%s", fault.text);
		return EX_CANTCREAT;
	}
	result = lock_state(state, config->state_dir);
	for (size_t i = 0; result == EX_OK && i < COUNT_OF(folders); i++)
		result = make_folder(start, state, &folders[i]);
	descriptor_close(state);
	return result;
}

/* ---- the diagnosis ---- */

int bootstrap_open_diagnosis(const char *path)
{
	struct arena *a = arena_new(16 * 1024);
	const char *file = a != NULL ? config_path(config_folder(path, a), DIAGNOSIS_FILE_NAME, a) : "";
	struct fault fault;
	int fd = -1;

	if (file[0] != '\0' && descriptor_exists(FILES_HERE, file) &&
		descriptor_open(file, &fd, &fault) != 0)
		log_error("%s", fault.text);
	arena_free(a);
	return fd;
}

/* ---- listeners ---- */

static int open_listeners(struct start *start)
{
	struct fault fault;
	int run = -1;

	if (listener_open(slice_of(start->config->https), &start->https_fd, &fault) != 0 ||
		folder_open(FILES_HERE, start->config->run_dir, &run, &fault) != 0 ||
		listener_open_unix(run, CONFIG_SOCKET_NAME, 0666, &start->local_fd, &fault) != 0) {
		log_error("%s", fault.text);
		descriptor_close(run);
		return EX_UNAVAILABLE;
	}
	descriptor_close(run);
	return listener_address(start->https_fd, &start->https) ? EX_OK : EX_OSERR;
}

int bootstrap_prepare(struct start *start)
{
	int fds[2], result;
	bool made;

	process_raise_descriptors(DESCRIPTORS);
	if (group_by_name("tocsin-admin", &start->admin_group) != 0)
		start->admin_group = (gid_t)-1;
	if (group_by_name("tocsin-drop", &start->drop_group) != 0)
		start->drop_group = (gid_t)-1;
	result = make_folders(start);
	if (result == EX_OK)
		result = certificate_make(start->config, &made);
	if (result == EX_OK && !certificate_open(start->config, fds))
		return EX_NOINPUT;
	if (result != EX_OK)
		return result;
	descriptor_close(fds[0]);
	descriptor_close(fds[1]);
	return open_listeners(start);
}
