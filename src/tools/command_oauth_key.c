/*
 * command_oauth_key.c - tocsin oauth make-key, forget-key: the private key that proves this node at
 * its provider. The certificate goes to standard output, to be uploaded there; the key stays where
 * it was made.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/number.h"
#include "tools/command.h"
#include "wire/grant.h"
#include "wire/oauth_status.h"

enum {
	MAKE_WAIT_MS = 60 * 1000, /* a slow machine looks for primes */
};

static int ask(struct context *x, uint64_t days)
{
	struct buffer body;
	int result;

	buffer_init(&body, 100);
	pack_number(&body, days);
	result = command_ask(x, WORD_OAUTH_KEY, &body, WORD_SETTINGS_SAVED, MAKE_WAIT_MS);
	buffer_release(&body);
	return result;
}

/* Beside the certificate, for a person: what the provider shows of it. */
static int tell(struct context *x)
{
	struct oauth_status s;
	int result = command_oauth_ask(x, &s);

	if (result != EX_OK)
		return result;
	fprintf(stderr, "Thumbprint (SHA-1): %s\n", s.thumbprint);
	fprintf(stderr, "Valid until:        %s\n", command_time(x->arena, s.certificate_ends));
	fputs("Upload the certificate at the provider, then: tocsin oauth verify\n", stderr);
	return EX_OK;
}

/* [--days N] */
int command_oauth_make_key(struct context *x)
{
	bool named = x->argc == 2 && strcmp(x->argv[0], "--days") == 0;
	const char *pem = "";
	uint64_t days = GRANT_KEY_DAYS;
	int result;

	if ((x->argc != 0 && !named) ||
		(named && !number_parse(slice_of(x->argv[1]), 1, GRANT_KEY_DAYS_MAX, &days)))
		return command_misused("oauth make-key takes --days N (1 to 3650) or nothing");
	result = ask(x, days);
	if (result == EX_OK)
		result = command_setting(x, "email.oauth_certificate", &pem);
	if (result != EX_OK)
		return result;
	fputs(pem, stdout);
	if (!slice_ends(slice_of(pem), "\n"))
		putchar('\n');
	return tell(x);
}

int command_oauth_forget_key(struct context *x)
{
	if (x->argc != 0)
		return command_misused("oauth forget-key takes nothing");
	return ask(x, 0);
}
