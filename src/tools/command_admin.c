/* command_admin.c - tocsin admin: accounts of the pages, and the set-up link. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "tools/command.h"
#include "tools/json_print.h"
#include "wire/user.h"

struct named_account {
	const char *name, *realm;
	struct slice password; /* where one is asked for */
};

/* NAME [--realm login], and with usage of a password: --password @FILE. An exit code. */
static int read_account(struct context *x, const char *usage, bool with_password,
	struct named_account *ret_account)
{
	struct named_account account = { .realm = "login" };
	const char *typed = NULL;
	int result = EX_OK;

	for (int i = 0; i < x->argc; i++) {
		if (with_password && strcmp(x->argv[i], "--password") == 0 && i + 1 < x->argc)
			typed = x->argv[++i];
		else if (strcmp(x->argv[i], "--realm") == 0 && i + 1 < x->argc)
			account.realm = x->argv[++i];
		else if (x->argv[i][0] != '-' && account.name == NULL)
			account.name = x->argv[i];
		else
			return command_misused(usage);
	}
	if (account.name == NULL || (with_password && typed == NULL))
		return command_misused(usage);
	if (typed != NULL && typed[0] != '@')
		return command_misused("--password takes @FILE or @- only: other users can see a command "
			"line");
	if (typed != NULL)
		result = command_value(x, typed, &account.password);
	if (result == EX_OK)
		*ret_account = account;
	return result;
}

static void start_body(struct buffer *body, const struct named_account *account)
{
	buffer_init_secret(body, 16 * 1024);
	pack_text(body, account->realm);
	pack_text(body, account->name);
}

/* Asks, and prints what was done; body is released. */
static int ask_done(struct context *x, enum word word, struct buffer *body, const char *name,
	const char *done)
{
	int result = command_ask(x, word, body, WORD_DONE, COMMAND_WAIT_MS);

	buffer_release(body);
	if (result == EX_OK)
		printf("account %s %s\n", name, done);
	return result;
}

/* command: its words, for its usage */
static int give_password(struct context *x, enum word word, const char *command,
	const char *done)
{
	struct named_account account;
	struct buffer body;
	int result = read_account(x, arena_printf(x->arena, "%s takes NAME --password @FILE "
		"[--realm login]; @- is standard input", command), true, &account);

	if (result != EX_OK)
		return result;
	start_body(&body, &account);
	pack_slice(&body, account.password);
	pack_text(&body, ""); /* one's own is asked for in a browser only */
	return ask_done(x, word, &body, account.name, done);
}

int command_admin_add(struct context *x)
{
	return give_password(x, WORD_ACCOUNT_ADD, "admin add", "made");
}

int command_admin_password(struct context *x)
{
	return give_password(x, WORD_USER_PASSWORD, "admin password",
		"has the new password; its sessions are ended");
}

static int disable(struct context *x, bool disable, const char *usage)
{
	struct named_account account;
	struct buffer body;
	int result = read_account(x, usage, false, &account);

	if (result != EX_OK)
		return result;
	start_body(&body, &account);
	pack_bool(&body, disable);
	return ask_done(x, WORD_USER_DISABLE, &body, account.name, disable ? "disabled" : "enabled");
}

int command_admin_disable(struct context *x)
{
	return disable(x, true, "admin disable takes NAME [--realm login]");
}

int command_admin_enable(struct context *x)
{
	return disable(x, false, "admin enable takes NAME [--realm login]");
}

static int ask_by_name(struct context *x, enum word word, const char *usage, const char *done)
{
	struct named_account account;
	struct buffer body;
	int result = read_account(x, usage, false, &account);

	if (result != EX_OK)
		return result;
	start_body(&body, &account);
	return ask_done(x, word, &body, account.name, done);
}

int command_admin_remove(struct context *x)
{
	return ask_by_name(x, WORD_USER_REMOVE, "admin remove takes NAME [--realm login]", "removed");
}

int command_admin_end_sessions(struct context *x)
{
	return ask_by_name(x, WORD_USER_END, "admin end-sessions takes NAME [--realm login]",
		"is signed out everywhere");
}

/* ---- the list ---- */

static void print_user(struct context *x, const struct user_view *u)
{
	command_print(u->name);
	printf("  %s, %ju sessions, ", u->disabled ? "disabled" : "may sign in",
		(uintmax_t)u->n_sessions);
	if (u->signed_in != 0)
		printf("last signed in %s\n", command_time(x->arena, u->signed_in));
	else
		puts("never signed in");
}

static void print_user_json(const struct user_view *u, bool first)
{
	fputs(first ? "\n{\"name\": " : ",\n{\"name\": ", stdout);
	json_print_string(u->name);
	json_print_bool("disabled", u->disabled);
	json_print_number("sessions", u->n_sessions);
	json_print_number("signed_in", u->signed_in);
	json_print_number("created", u->created);
	putchar('}');
}

int command_admin_list(struct context *x)
{
	bool json = x->argc == 1 && strcmp(x->argv[0], "--json") == 0;
	struct buffer body;
	struct unpack u;
	uint64_t n;
	int result;

	if (x->argc != (json ? 1 : 0))
		return command_misused("admin list takes --json and nothing else");
	buffer_init(&body, 100);
	pack_text(&body, "login");
	result = command_ask(x, WORD_USER_LIST, &body, WORD_USERS_ARE, COMMAND_WAIT_MS);
	buffer_release(&body);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	n = unpack_below(&u, USERS_MAX + 1);
	if (json)
		putchar('[');
	for (uint64_t i = 0; i < n; i++) {
		struct user_view user;

		user_view_unpack(&u, x->arena, &user);
		if (u.failed)
			return command_malformed();
		if (json)
			print_user_json(&user, i == 0);
		else
			print_user(x, &user);
	}
	if (json)
		puts(n == 0 ? "]" : "\n]");
	else if (n == 0)
		puts("no accounts; tocsin admin setup-link makes a link for the first one");
	return unpack_end(&u) ? EX_OK : command_malformed();
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
	if (!unpack_end(&u))
		return command_malformed();
	fputs("It is good once, for 24 hours. In a browser of another machine write the name or address "
	      "of this\none in place of localhost. The browser may ask about the certificate: the log "
	      "has its fingerprint\n(journalctl -u tocsin).\n", stderr);
	return EX_OK;
}
