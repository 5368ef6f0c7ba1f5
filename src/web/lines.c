/* lines.c - the lines of a table; see lines.h. */
#include "web/lines.h"

void *lines_read(struct visit *v, struct unpack *u, size_t max, size_t size, line_read_fn *read,
	void *arg, size_t *ret_n)
{
	size_t n = (size_t)unpack_below(u, max + 1);
	char *lines = arena_array(v->arena, n, size);

	for (size_t i = 0; lines != NULL && i < n && !u->failed; i++)
		read(v, u, lines + i * size, arg);
	if (!unpack_end(u) || lines == NULL)
		return NULL;
	*ret_n = n;
	return lines;
}
