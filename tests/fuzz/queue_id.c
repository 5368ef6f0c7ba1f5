/* queue_id.c - a relay's last words: the id is one printable word of them, or none. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "delivery/queue_id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice words = slice_make((const char *)data, size);
	char id[QUEUE_ID_TEXT_SIZE];

	memset(id, 'x', sizeof(id));
	queue_id_parse(words, id);
	REQUIRE(strlen(id) < sizeof(id));
	REQUIRE(slice_is_printable(slice_of(id)));
	REQUIRE(!slice_has_char(slice_of(id), ' '));
	if (id[0] != '\0')
		REQUIRE(slice_find(words, slice_of(id)) < size);
	return 0;
}
