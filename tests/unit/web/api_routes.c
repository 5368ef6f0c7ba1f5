/* api_routes.c - prints the API's routes, "METHOD path scopes kind-of-body" each, for a test. */
#include <stdio.h>

#include "web/api/api.h"
#include "wire/token.h"

int main(void)
{
	static const char *const kinds[] = { "none", "json", "mail" };

	for (size_t i = 0; i < n_api_routes; i++) {
		const struct api_route *r = &api_routes[i];
		char scopes[TOKEN_SCOPES_SIZE];

		token_scopes_text(r->scope, scopes);
		printf("%s %s %s %s\n", http_method_name(r->method), r->path,
		    scopes[0] != '\0' ? scopes : "-", kinds[r->body]);
	}
	return 0;
}
