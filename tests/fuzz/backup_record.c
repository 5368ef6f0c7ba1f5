/*
 * The content of a backup in two pieces, the first octet says where it is cut: what is taken has
 * the columns of its kind, and the pieces make no difference. The rest of the input is a head, too.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "keep/backup_record.h"
#include "keep/backup_seal.h"

struct seen {
	struct buffer again; /* what was taken, written anew */
};

static void require(bool condition)
{
	if (!condition)
		abort();
}

static int take(void *arg, const struct backup_row *row)
{
	struct seen *seen = arg;
	const char *types = backup_columns(row->kind);

	for (size_t i = 0; i < row->n; i++) {
		require(types[i] != '\0');
		require(!row->values[i].null || (types[i] >= 'A' && types[i] <= 'Z'));
	}
	require(types[row->n] == '\0');
	backup_record_write(&seen->again, row);
	return 0;
}

static int read_in(struct slice content, size_t cut, struct seen *seen)
{
	struct backup_reader r;
	int result;

	buffer_init(&seen->again, 4 << 20);
	backup_reader_init(&r, take, seen);
	result = backup_reader_feed(&r, slice_sub(content, 0, cut));
	if (result == 0)
		result = backup_reader_feed(&r, slice_sub(content, cut, content.len));
	if (result == 0 && !backup_reader_end(&r))
		result = 50;
	backup_reader_release(&r);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice content;
	struct seen whole, cut;
	int result;

	if (size == 0 || size > 1 << 20)
		return 0;
	content = slice_make((const char *)data + 1, size - 1);
	result = read_in(content, content.len, &whole);
	require(read_in(content, size_min(data[0], content.len), &cut) == result);
	require(slice_equal(buffer_slice(&whole.again), buffer_slice(&cut.again)));
	/* one form only: what is written anew is what was there */
	require(slice_equal(buffer_slice(&whole.again), slice_sub(content, 0, whole.again.len)));
	(void)!backup_seal_look(content);
	buffer_release(&whole.again);
	buffer_release(&cut.again);
	return 0;
}
