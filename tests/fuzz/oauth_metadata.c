/* An issuer's document and Google's client file: what is read of them are https addresses. */
#include "fuzz/fuzz.h"

#include "oauth2/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(4 << 20);
	struct slice text = slice_make((const char *)data, size);
	struct oauth_client_file file;
	struct oauth_metadata m;

	if (a == NULL)
		return 0;
	if (oauth_metadata_read(text, SLICE("https://id.example.com"), a, &m) == NULL) {
		REQUIRE(slice_starts_nocase(slice_of(m.token_endpoint), "https://"));
		REQUIRE(slice_starts_nocase(slice_of(m.authorization_endpoint), "https://"));
	}
	if (oauth_client_file_read(text, "https://x.example/cb", a, &file) == NULL) {
		REQUIRE(file.client_id[0] != '\0' && slice_is_printable(slice_of(file.client_id)));
		REQUIRE(slice_starts_nocase(slice_of(file.token_endpoint), "https://"));
	}
	arena_free(a);
	return 0;
}
