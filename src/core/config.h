/*
 * config.h - tocsin.conf, the only file that is edited by hand: what a node needs before it can
 * open its store. Everything else is a setting (settings_table.h). Parsed here without any I/O, by
 * the daemon and the tools alike. The manual page tocsin.conf(5) says the same for people.
 */
#ifndef TOCSIN_CORE_CONFIG_H
#define TOCSIN_CORE_CONFIG_H

#include "base/arena.h"
#include "base/log.h"

#define CONFIG_DEFAULT_PATH "/etc/tocsin/tocsin.conf"
#define CONFIG_SOCKET_NAME "tocsin.sock" /* in run_dir */
#define CONFIG_DROP_NAME "drop" /* the drop folder, in state_dir */

enum {
	CONFIG_SIZE_MAX = 64 * 1024, /* octets of the file */
	CONFIG_INTERFACES_MAX = 64,
	CONFIG_INTERFACE_NAME_MAX = 15, /* IFNAMSIZ less its NUL */
};

/* Texts are never NULL and, but for the defaults, lie in the arena of config_parse(). */
struct config {
	const char *state_dir; /* /var/lib/tocsin */
	const char *run_dir; /* /run/tocsin */
	const char *https; /* address:port to listen on, [::]:8443; port 0 is any free one */
	const char *peer; /* the same for the inbound peer link, [::]:8444 */
	const char *tls_certificate; /* PEM file, "": a self-signed one is made in state_dir */
	const char *tls_key; /* set whenever tls_certificate is */
	const char **interfaces; /* names that may be touched; none by default */
	size_t n_interfaces;
	const char *node_name; /* as a host name; by default the host's */
	const char *node_url; /* https://..., "" when not set; no slash at the end */
	enum log_level log_level; /* info */
	bool private_endpoints; /* no */
};

enum {
	CONFIG_BAD = 1,
};

/*
 * Parses the file's bytes. folder is where the file lies (config_folder()): relative paths count
 * from there. host_name is the machine's, for node_name. Returns 0; CONFIG_BAD with the first
 * error, in the arena, as "line 3: https: "8443" is no address and port: write it as ..."; or
 * negative without memory. *ret_config and *ret_error are untouched otherwise.
 */
int config_parse(struct slice text, const char *folder, const char *host_name, struct arena *a,
	struct config *ret_config, const char **ret_error) MUST_CHECK;

/* The folder part of a path: "var" of "var/tocsin.conf", "." of "tocsin.conf", "/" of "/x". */
const char *config_folder(const char *path, struct arena *a);

/* folder/name, but name alone when it is absolute. */
const char *config_path(const char *folder, const char *name, struct arena *a);

#endif
