/* command_admin.c - tocsin admin add, admin setup-link. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "tools/command.h"

/* NAME --password @FILE [--realm login] */
int command_admin_add(struct context *x)
{
	const char *name = NULL, *typed = NULL, *realm = "login";
	struct slice password;
	struct buffer body;
	int result;

	for (int i = 0; i < x->argc; i++) {
		if (strcmp(x->argv[i], "--password") == 0 && i + 1 < x->argc)
			typed = x->argv[++i];
		else if (strcmp(x->argv[i], "--realm") == 0 && i + 1 < x->argc)
			realm = x->argv[++i];
		else if (x->argv[i][0] != '-' && name == NULL)
			name = x->argv[i];
		else
			return command_misused("admin add takes NAME --password @FILE [--realm login]");
	}
	if (name == NULL || typed == NULL)
		return command_misused("admin add needs NAME and --password @- (read from standard input)");
	if (typed[0] != '@')
		return command_misused("--password takes @FILE or @- only: other users can see a command "
			"line");
	result = command_value(x, typed, &password);
	if (result != EX_OK)
		return result;
	buffer_init_secret(&body, 16 * 1024);
	pack_text(&body, realm);
	pack_text(&body, name);
	pack_slice(&body, password);
	result = command_ask(x, WORD_ACCOUNT_ADD, &body, WORD_DONE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result == EX_OK)
		printf("account %s made\n", name);
	return result;
}

int command_admin_setup_link(struct context *x)
{
	struct unpack u;
	int result;

	if (x->argc != 0)
		return command_misused("admin setup-link takes nothing else");
	result = command_ask(x, WORD_SETUP_LINK, NULL, WORD_SETUP_LINK_IS, COMMAND_WAIT_MS);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	printf("%s\n", unpack_text(&u, 4096, x->arena));
	return unpack_end(&u) ? EX_OK : command_malformed();
}
