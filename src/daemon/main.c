/*
 * main.c - tocsind's story: read tocsin.conf, make ready what the roles need, fork them, watch
 * over them until told to stop. The roles are in NAME_role.c, parent's own work in parent.c.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/secret.h"
#include "daemon/bootstrap.h"
#include "daemon/parent.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/tls.h"

static const char usage[] =
	"usage: tocsind [-c FILE]   run in the foreground\n"
	"       tocsind -t [-c FILE]   check FILE and exit\n"
	"       tocsind -V   print the version\n"
	"FILE is /etc/tocsin/tocsin.conf unless given; see tocsind(8) and tocsin.conf(5).\n";

static void say_guards(const struct start *start)
{
	if (!start->root)
		log_info("not started as root: all roles run as one user, without users and folders of "
			"their own; a role that is taken over can read the others' files");
}

int main(int argc, char **argv)
{
	const struct config *config;
	struct start start = { .https_fd = -1, .local_fd = -1 };
	const char *path = CONFIG_DEFAULT_PATH;
	bool check_only = false;
	int option, result;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return EX_OK;
	}
	while ((option = getopt(argc, argv, "c:tVh")) != -1) {
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 't':
			check_only = true;
			break;
		case 'V':
			puts("tocsind " TOCSIN_VERSION);
			return EX_OK;
		case 'h':
			fputs(usage, stdout);
			return EX_OK;
		default:
			fputs(usage, stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "tocsind: \"%s\" is not expected here\n%s", argv[optind], usage);
		return EX_USAGE;
	}
	if (!secret_init())
		return EX_SOFTWARE;
	result = bootstrap_read(path, &config);
	if (result != EX_OK || check_only)
		return result;
	start.config = config;
	start.root = process_is_root();
	start.starter = process_user();
	start.started = clock_wall();
	result = bootstrap_prepare(&start);
	if (result != EX_OK)
		return result;
	say_guards(&start);
	tls_prepare();
	process_share_memory();
	return parent_main(&start, path);
}
