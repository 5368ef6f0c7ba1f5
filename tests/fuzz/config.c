/*
 * tocsin.conf: whatever the file holds, a good one gives texts that are printable and never NULL, a
 * bad one gives one printable line that begins with "line ".
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "core/config.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_text(const char *text)
{
	require(text != NULL && slice_is_printable(slice_of(text)));
	require(slice_is_utf8(slice_of(text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(1 << 20);
	struct config config;
	const char *error = NULL;
	int result = config_parse(slice_make((const char *)data, size), "/etc/tocsin", "node", arena,
		&config, &error);

	if (result == 0) {
		require(config.state_dir[0] == '/' && config.run_dir[0] == '/');
		require((config.tls_certificate[0] == '\0') == (config.tls_key[0] == '\0'));
		require_text(config.state_dir);
		require_text(config.https);
		require_text(config.peer);
		require_text(config.node_name);
		require_text(config.node_url);
		for (size_t i = 0; i < config.n_interfaces; i++)
			require_text(config.interfaces[i]);
	} else if (result == CONFIG_BAD) {
		require_text(error);
		require(slice_starts(slice_of(error), "line "));
	}
	arena_free(arena);
	return 0;
}
