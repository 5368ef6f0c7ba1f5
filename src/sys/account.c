/* account.c - the user and group databases (getpwnam_r(3)); see account.h. */
#include "sys/account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"

enum {
	ENTRY_FIRST_TRY = 4096,
	ENTRY_MAX = 1024 * 1024, /* groups with very many members */
};

/* Appends name with a capital first letter, as "&" stands for in GECOS. */
static void append_login(struct buffer *out, const char *name)
{
	char first = name[0];

	if (first >= 'a' && first <= 'z')
		first = (char)(first - 'a' + 'A');
	buffer_append_char(out, first);
	buffer_append_text(out, name + 1);
}

static void copy_full_name(const struct passwd *p, char *ret_text, size_t size)
{
	struct buffer out;

	buffer_init(&out, size - 1);
	for (const char *c = p->pw_gecos; c != NULL && *c != '\0' && *c != ','; c++) {
		if (*c == '&' && p->pw_name[0] != '\0')
			append_login(&out, p->pw_name);
		else if (!char_is_control(*c))
			buffer_append_char(&out, *c);
	}
	if (!slice_copy(buffer_slice(&out), ret_text, size))
		ret_text[0] = '\0';
	buffer_release(&out);
}

static int copy_account(const struct passwd *p, struct account *ret_account)
{
	struct account a = { .uid = p->pw_uid, .gid = p->pw_gid };

	if (!slice_copy(slice_of(p->pw_name), a.name, sizeof(a.name)))
		return -1;
	copy_full_name(p, a.full_name, sizeof(a.full_name));
	if (!slice_copy(slice_of(p->pw_dir), a.home, sizeof(a.home)))
		a.home[0] = '\0';
	*ret_account = a;
	return 0;
}

/* By name when there is one, else by uid, with room of this size; ERANGE when that is too small. */
static int find(const char *name, uid_t uid, size_t size, struct account *ret_account)
{
	struct passwd entry, *found = NULL;
	char *room = malloc(size);
	int error, r = -1;

	if (room == NULL)
		return -1;
	error = name != NULL ? getpwnam_r(name, &entry, room, size, &found) :
	    getpwuid_r(uid, &entry, room, size, &found);
	if (found != NULL)
		r = copy_account(found, ret_account);
	else if (error == ERANGE)
		r = ERANGE;
	else if (error == 0 || error == ENOENT || error == ESRCH)
		r = ACCOUNT_UNKNOWN;
	free(room);
	return r;
}

static int find_with_room(const char *name, uid_t uid, struct account *ret_account)
{
	int r = ERANGE;

	for (size_t size = ENTRY_FIRST_TRY; r == ERANGE && size <= ENTRY_MAX; size *= 4)
		r = find(name, uid, size, ret_account);
	return r == ERANGE ? -1 : r;
}

int account_by_name(const char *name, struct account *ret_account)
{
	return find_with_room(name, 0, ret_account);
}

int account_by_uid(uid_t uid, struct account *ret_account)
{
	return find_with_room(NULL, uid, ret_account);
}

static int find_group(const char *name, size_t size, gid_t *ret_gid)
{
	struct group entry, *found = NULL;
	char *room = malloc(size);
	int error, r = -1;

	if (room == NULL)
		return -1;
	error = getgrnam_r(name, &entry, room, size, &found);
	if (found != NULL) {
		*ret_gid = found->gr_gid;
		r = 0;
	} else if (error == ERANGE) {
		r = ERANGE;
	} else if (error == 0 || error == ENOENT || error == ESRCH) {
		r = ACCOUNT_UNKNOWN;
	}
	free(room);
	return r;
}

int group_by_name(const char *name, gid_t *ret_gid)
{
	int r = ERANGE;

	for (size_t size = ENTRY_FIRST_TRY; r == ERANGE && size <= ENTRY_MAX; size *= 4)
		r = find_group(name, size, ret_gid);
	return r == ERANGE ? -1 : r;
}

int account_each(bool (*fn)(void *arg, const char *name), void *arg)
{
	FILE *file = fopen("/etc/passwd", "re");
	char room[2 * ENTRY_FIRST_TRY];
	struct passwd entry, *found;

	if (file == NULL)
		return -1;
	while (fgetpwent_r(file, &entry, room, sizeof(room), &found) == 0)
		if (!fn(arg, entry.pw_name))
			break;
	fclose(file);
	return 0;
}
