/* keeper_role.c - the process that owns the store. Wiring only; the work is src/keep. */
#include <sysexits.h>

#include "base/log.h"
#include "daemon/role.h"
#include "keep/keeper.h"
#include "keep/page_certificate.h"
#include "keep/zones.h"
#include "sys/descriptor.h"

struct keeper_role {
	struct role_base base;
	struct keeper keeper;
};

static void on_link(void *arg, enum role peer, int fd)
{
	struct keeper_role *r = arg;

	keeper_link(&r->keeper, peer, fd);
}

static void on_certificate(void *arg, int chain_fd, int key_fd)
{
	struct keeper_role *r = arg;

	keep_page_certificate_take(&r->keeper, chain_fd, key_fd);
}

int keeper_main(const struct start *start)
{
	static const struct sandbox_path paths[] = {
		{ ".", SANDBOX_READ | SANDBOX_WRITE },
	};
	struct keeper_role r = { .base = { .linked = on_link, .certificate = on_certificate } };
	int folder, result;

	r.base.arg = &r;
	if (!role_begin(&r.base, start, ROLE_KEEPER))
		return EX_OSERR;
	r.keeper.zones = keep_zones_load();
	folder = role_folder(start, "keeper");
	if (folder < 0)
		return EX_CANTCREAT;
	/* from here on "." is the folder, with or without a chroot, however closed the way to it is */
	if (!role_enter(&r.base, SANDBOX_KEEPER, folder, paths, COUNT_OF(paths)))
		return EX_NOPERM;
	r.keeper.folder_fd = folder;
	r.keeper.parent = r.base.parent;
	r.keeper.started = start->started;
	result = keeper_init(&r.keeper, r.base.loop, start->config, ".", start->starter,
		endpoint_port(&start->https));
	if (result != EX_OK) {
		log_error("%s (in %s/keeper)", r.keeper.fault.text, start->config->state_dir);
		return result;
	}
	if (!role_seal(&r.base))
		return EX_NOPERM;
	result = role_run(&r.base);
	keeper_release(&r.keeper);
	keep_zones_free(r.keeper.zones);
	descriptor_close(folder);
	role_end(&r.base);
	return result;
}
