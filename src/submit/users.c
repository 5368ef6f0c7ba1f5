/* users.c - the names that are local to this machine; see users.h. */
#include "submit/users.h"

#include <stdlib.h>
#include <string.h>

#include "core/alias.h"
#include "core/host.h"
#include "sys/account.h"
#include "sys/files.h"
#include "sys/process.h"

enum {
	USERS_MAX = 20000,
	MEMORY_MAX = 4 * 1024 * 1024,
	NAME_SIZE = ALIAS_NAME_MAX + 1,
	HOSTS_MAX = 1024 * 1024,
};

static bool add(void *arg, const char *name)
{
	struct submit_users *u = arg;

	if (strlen(name) < NAME_SIZE && u->n < USERS_MAX)
		u->names[u->n++] = arena_copy(u->arena, name);
	return u->n < USERS_MAX && !arena_failed(u->arena);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int submit_users_init(struct submit_users *u)
{
	*u = (struct submit_users){ .arena = arena_new(MEMORY_MAX) };
	if (u->arena != NULL)
		u->names = arena_array(u->arena, USERS_MAX, sizeof(*u->names));
	if (u->names == NULL || account_each(add, u) != 0 || arena_failed(u->arena)) {
		submit_users_release(u);
		return -1;
	}
	qsort(u->names, u->n, sizeof(*u->names), compare);
	return 0;
}

void submit_users_release(struct submit_users *u)
{
	arena_free(u->arena);
	*u = (struct submit_users){ 0 };
}

void submit_machine_name(char ret_name[256])
{
	char host_name[256];
	struct buffer hosts;
	struct fault fault;

	process_host_name(host_name);
	buffer_init(&hosts, HOSTS_MAX);
	if (file_read(FILES_HERE, "/etc/hosts", &hosts, &fault) != 0)
		buffer_clear(&hosts); /* then the name alone must do */
	if (!slice_copy(host_whole_name(buffer_slice(&hosts), slice_of(host_name)), ret_name, 256))
		ret_name[0] = '\0';
	buffer_release(&hosts);
}

bool submit_users_has(const struct submit_users *u, struct slice name)
{
	char text[NAME_SIZE];
	const char *key = text;

	return slice_copy(name, text, sizeof(text)) && u->n > 0 &&
	    bsearch(&key, u->names, u->n, sizeof(*u->names), compare) != NULL;
}

bool submit_users_has_nocase(const struct submit_users *u, struct slice name)
{
	char lower[NAME_SIZE];

	if (submit_users_has(u, name))
		return true;
	if (!slice_copy(name, lower, sizeof(lower)))
		return false;
	for (size_t i = 0; lower[i] != '\0'; i++)
		lower[i] = char_lower(lower[i]);
	return submit_users_has(u, slice_of(lower));
}

bool submit_users_unpack(struct submit_users *u, struct unpack *body)
{
	struct submit_users new = { .arena = arena_new(MEMORY_MAX) };
	size_t n = (size_t)unpack_below(body, ALIAS_MAX + 1);

	if (new.arena != NULL)
		new.names = arena_array(new.arena, n, sizeof(*new.names));
	if (new.names == NULL) {
		arena_free(new.arena);
		return false;
	}
	while (new.n < n)
		new.names[new.n++] = unpack_text(body, ALIAS_NAME_MAX, new.arena);
	if (!unpack_end(body) || arena_failed(new.arena)) {
		arena_free(new.arena);
		return false;
	}
	qsort(new.names, new.n, sizeof(*new.names), compare);
	submit_users_release(u);
	*u = new;
	return true;
}
