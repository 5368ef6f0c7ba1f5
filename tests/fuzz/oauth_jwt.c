/* A look into a token: whatever it is, an account is printable text with an @, or nothing. */
#include "fuzz/fuzz.h"

#include "oauth2/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(4 << 20);
	const char *account;
	struct oauth_jwt jwt;

	if (a == NULL)
		return 0;
	account = oauth_jwt_account(arena_text(a, slice_make((const char *)data, size)), a);
	REQUIRE(slice_is_printable(slice_of(account)));
	REQUIRE(account[0] == '\0' || slice_has_char(slice_of(account), '@'));
	oauth_jwt_read(arena_text(a, slice_make((const char *)data, size)), a, &jwt);
	REQUIRE(slice_is_printable(slice_of(jwt.audience)));
	REQUIRE(slice_is_printable(slice_of(jwt.scopes)));
	REQUIRE(slice_is_printable(slice_of(jwt.roles)));
	REQUIRE(jwt.ends >= 0);
	arena_free(a);
	return 0;
}
