/* Masked text holds no control character but line ends, and no address that was in it. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "core/mask.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_make((const char *)data, size < 10000 ? size : 10000);
	struct arena *a = arena_new(1 << 20);
	struct buffer out;
	static struct mask mask;

	mask_init(&mask, a);
	mask_know(&mask, SLICE("rackbox"));
	buffer_init(&out, 1 << 20);
	mask_text(&mask, text, &out);
	mask_text(&mask, SLICE(" planted.name@acme.example planted.acme.example 192.0.2.77 "), &out);
	require(buffer_ok(&out));
	for (size_t i = 0; i < out.len; i++)
		require(out.data[i] == '\n' || !char_is_control(out.data[i]));
	require(strstr(buffer_text(&out), "planted.name@") == NULL || slice_find(text,
		SLICE("planted")) < text.len);
	buffer_release(&out);
	arena_free(a);
	return 0;
}
