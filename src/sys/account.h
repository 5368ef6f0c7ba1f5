/* account.h - users and groups of this machine, by name and by number. Look up before forking. */
#ifndef TOCSIN_SYS_ACCOUNT_H
#define TOCSIN_SYS_ACCOUNT_H

#include <sys/types.h>

#include "base/base.h"

struct account {
	uid_t uid;
	gid_t gid;
	char name[64];
	char full_name[128]; /* GECOS up to the first comma, "&" replaced; printable */
	char home[256];
};

enum {
	ACCOUNT_UNKNOWN = 1,
};

/* 0, ACCOUNT_UNKNOWN, or negative when the lookup itself fails. */
int account_by_name(const char *name, struct account *ret_account) MUST_CHECK;
int account_by_uid(uid_t uid, struct account *ret_account) MUST_CHECK;
int group_by_name(const char *name, gid_t *ret_gid) MUST_CHECK;

/*
 * Calls fn for the name of each user in this machine's own file of users (not a directory
 * service's) until it returns false. Negative when the file cannot be read.
 */
int account_each(bool (*fn)(void *arg, const char *name), void *arg) MUST_CHECK;

#endif
