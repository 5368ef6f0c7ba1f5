/*
 * command_oauth_fill.c - tocsin oauth google-file, find-endpoints: the values of OAuth2 from where
 * they stand, instead of typing them: the JSON file of Google's console, and what an issuer
 * publishes.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/oauth_fill.h"
#include "oauth2/metadata.h"
#include "sys/files.h"
#include "tools/command.h"
#include "wire/grant.h"

enum {
	STANDARD_INPUT = 0,
	FIND_WAIT_MS = 60 * 1000, /* two requests to a slow provider */
};

/* n values; prints how many were others before. */
static int set(struct context *x, const enum setting_id *ids, const char *const *values, size_t n)
{
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_number(&body, 0); /* whatever the version is */
	pack_number(&body, n);
	for (size_t i = 0; i < n; i++) {
		pack_text(&body, settings_table[ids[i]].key);
		pack_text(&body, values[i]);
	}
	result = command_ask(x, WORD_SETTINGS_SET, &body, WORD_SETTINGS_SAVED, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	unpack_number(&u);
	printf("%ju changed\n", (uintmax_t)unpack_number(&u));
	return EX_OK;
}

/* ---- Google's file ---- */

static int read_file(struct context *x, const char *path, struct oauth_client_file *ret_file)
{
	struct buffer text;
	struct fault fault;
	const char *wrong = NULL;
	int result;

	buffer_init_secret(&text, OAUTH_METADATA_MAX);
	result = strcmp(path, "-") == 0 ? file_read_fd(STANDARD_INPUT, &text, &fault) :
		file_read(FILES_HERE, path, &text, &fault);
	if (result == 0)
		wrong = oauth_client_file_read(slice_trim(buffer_slice(&text)), "", x->arena, ret_file);
	if (result != 0)
		fprintf(stderr, "tocsin: %s\n", fault.text);
	else if (wrong != NULL)
		fprintf(stderr, "tocsin: %s: %s\n", path, wrong);
	buffer_release(&text);
	return result != 0 ? EX_NOINPUT : wrong != NULL ? EX_DATAERR : EX_OK;
}

static const char *what_follows(const struct oauth_client_file *file)
{
	if (file->service)
		return "The file is the key of a service account, and email.oauth_flow is set to it: give it "
			"domain-wide delegation for https://mail.google.com/, then: tocsin oauth verify";
	if (file->desktop)
		return "The file is of a desktop client, which Google leads back to the browser's own machine "
			"only: tocsin oauth verify --loopback";
	return "Then: tocsin oauth verify";
}

/* FILE */
int command_oauth_google_file(struct context *x)
{
	struct oauth_client_file file = { .service = false };
	const char *flow = "";
	struct oauth_fill fill;
	int result;

	if (x->argc != 1)
		return command_misused("oauth google-file takes one FILE, or - for standard input");
	result = read_file(x, x->argv[0], &file);
	if (result == EX_OK)
		result = command_setting(x, "email.oauth_flow", &flow);
	if (result != EX_OK)
		return result;
	oauth_fill_make(&(struct oauth_fill_source){
		.service = file.service, .client_id = file.client_id,
		.client_secret = file.client_secret,
		.auth_endpoint = file.auth_endpoint, .token_endpoint = file.token_endpoint,
		.private_key = file.private_key, .key_id = file.key_id,
	}, slice_of(flow), &fill);
	result = set(x, fill.ids, fill.values, fill.n);
	if (result == EX_OK)
		puts(what_follows(&file));
	return result;
}

/* ---- an issuer ---- */

/* ISSUER */
int command_oauth_find_endpoints(struct context *x)
{
	static const enum setting_id ids[] = {
		SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT,
	};
	const char *values[COUNT_OF(ids)];
	struct grant_metadata m;
	struct buffer body;
	struct unpack u;
	int result;

	if (x->argc != 1)
		return command_misused("oauth find-endpoints takes one ISSUER, such as "
			"https://login.example.com");
	buffer_init(&body, WIRE_BODY_MAX);
	pack_text(&body, x->argv[0]);
	pack_number(&body, 0);
	result = command_ask(x, WORD_OAUTH_DISCOVER, &body, WORD_OAUTH_DISCOVERED, FIND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	grant_metadata_unpack(&u, x->arena, &m);
	if (!unpack_end(&u))
		return command_malformed();
	printf("email.oauth_auth_endpoint=%s\nemail.oauth_token_endpoint=%s\n", m.auth_endpoint,
		m.token_endpoint);
	values[0] = m.auth_endpoint;
	values[1] = m.token_endpoint;
	return set(x, ids, values, COUNT_OF(ids));
}
