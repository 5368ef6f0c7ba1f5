/* tocsin.c - the operator's command: one table of subcommands with their help. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/secret.h"
#include "core/nearest.h"
#include "sys/files.h"
#include "tools/command.h"
#include "tools/complete.h"
#include "tools/output.h"

static const struct command commands[] = {
	{ "status", "[--check] [--json]", "how this node and its mail are", command_status },
	{ "get", "KEY", "print one setting", command_get },
	{ "set", "KEY=VALUE ...", "change settings, all or none; @FILE and @- are read", command_set },
	{ "show", "[--json] [SECTION]", "print all settings, or those of a section", command_show },
	{ "preset list", "[--json]", "providers whose settings are known", command_preset_list },
	{ "preset show", "NAME", "what a preset sets, and what to prepare at the provider",
		command_preset_show },
	{ "preset apply", "NAME [--tenant TENANT]", "set what a preset knows", command_preset_apply },
	{ "email test", "[--to ADDRESS] [KEY=VALUE ...]",
		"send a test mail, also with values that are not saved", command_email_test },
	{ "email check", "[--to ADDRESS] [KEY=VALUE ...]",
		"ask the relay whether it would take mail, and send nothing", command_email_check },
	{ "diagnose", "[--stage STAGE] < TEXT",
		"say what a relay's or a provider's answer means", command_diagnose },
	{ "doctor", "[--report] [--to ADDRESS]",
		"look at all that mail needs, send nothing; --report is safe to post", command_doctor },
	{ "queue list", "[--json] [STATE] [--to TEXT] [--from TEXT] [--subject TEXT] [--id ID] "
		"[--since DAY] [--until DAY] [--oldest-first] [--limit NUMBER]",
		"mail that waits, or is in STATE; the options search it", command_queue_list },
	{ "queue show", "[--json] ID", "one message, its recipients and what happened to it",
		command_queue_show },
	{ "queue retry", "[--json] ID ... | --all", "try waiting mail now", command_queue_retry },
	{ "queue hold", "[--json] ID ... | --all", "keep mail from being sent until it is released",
		command_queue_hold },
	{ "queue release", "[--json] ID ... | --all", "try held mail now", command_queue_release },
	{ "queue delete", "[--json] ID ... | --all", "give mail up and remove its content",
		command_queue_delete },
	{ "queue resend", "ID", "send mail that failed once more, and print the new queue ID",
		command_queue_resend },
	{ "import", "[--yes] [--json] [FILE ...]",
		"take over the settings of msmtp, nullmailer, ssmtp, dma or Postfix", command_import },
	{ "alias list", "[--json]", "to whom mail for this machine's names goes", command_alias_list },
	{ "alias set", "NAME TARGET ...",
		"where mail for a name goes: contacts, addresses, other names", command_alias_set },
	{ "alias remove", "NAME", "mail for the name goes to the contacts again",
		command_alias_remove },
	{ "alias import", "[--skip] FILE", "set what an /etc/aliases says, all or none",
		command_alias_import },
	{ "admin add", "NAME --password @FILE [--realm login]", "make an account",
		command_admin_add },
	{ "admin list", "[--json]", "who may sign in to the pages", command_admin_list },
	{ "admin password", "NAME --password @FILE [--realm login]", "give an account another password",
		command_admin_password },
	{ "admin disable", "NAME [--realm login]", "let nobody sign in with an account",
		command_admin_disable },
	{ "admin enable", "NAME [--realm login]", "undo that", command_admin_enable },
	{ "admin end-sessions", "NAME [--realm login]", "sign an account out everywhere",
		command_admin_end_sessions },
	{ "admin remove", "NAME [--realm login]", "remove an account", command_admin_remove },
	{ "admin setup-link", "", "make a one-time link on which an account is made",
		command_admin_setup_link },
	{ "token create", "NAME --scope read,send,admin [--expires DATE]",
		"make a token for the API and print it, once", command_token_create },
	{ "token list", "[--json]", "tokens of the API", command_token_list },
	{ "token revoke", "NAME | ID", "end a token", command_token_revoke },
	{ "oauth verify", "[--loopback | --device]", "sign in to the relay at its OAuth2 provider",
		command_oauth_verify },
	{ "oauth google-file", "FILE",
		"take client and endpoints from the JSON file of Google's console", command_oauth_google_file },
	{ "oauth find-endpoints", "ISSUER", "look a provider's endpoints up and set them",
		command_oauth_find_endpoints },
	{ "oauth status", "[--json]", "how the sign-in by OAuth2 is", command_oauth_status },
	{ "oauth disconnect", "", "end that sign-in and forget its tokens", command_oauth_disconnect },
	{ "oauth make-key", "[--days N]",
		"make a private key for the provider, and print its certificate", command_oauth_make_key },
	{ "oauth forget-key", "", "delete that key and its certificate", command_oauth_forget_key },
	{ "backup", "[--passphrase @FILE] FILE",
		"settings, accounts, tokens, aliases and history into a sealed file", command_backup },
	{ "restore", "[--passphrase @FILE] [--yes] FILE",
		"put all of a backup back, after a question", command_restore },
};

enum {
	HELP_COLUMN = 44,
	USAGE_COLUMNS = 78,
};

/* The usage, broken where an argument in brackets begins. */
static int print_usage(FILE *to, const struct command *c)
{
	const char *at = c->arguments, *end;
	int n = fprintf(to, "  %s ", c->name), first = n;

	for (; *at != '\0'; at = end) {
		end = strstr(at + 1, " [");
		if (end == NULL)
			end = at + strlen(at);
		if (n > first && n + (int)(end - at) > USAGE_COLUMNS)
			n = fprintf(to, "\n%*s", first - 1, "") - 1;
		n += fprintf(to, "%.*s", (int)(end - at), at);
	}
	return n;
}

static void print_line(FILE *to, const struct command *c)
{
	int n = print_usage(to, c);

	if (n >= HELP_COLUMN) {
		fputc('\n', to);
		n = 0;
	}
	fprintf(to, "%*s%s\n", HELP_COLUMN - n, "", c->help);
}

/* All commands, or those of a group such as "queue"; false when there is no such group. */
static bool print_help(FILE *to, const char *group)
{
	size_t len = strlen(group), n = 0;

	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		const char *name = commands[i].name;

		if (len > 0 && (strncmp(name, group, len) != 0 ||
			(name[len] != ' ' && name[len] != '\0')))
			continue;
		if (n++ == 0)
			fputs("usage: tocsin [-c FILE] COMMAND ...\n\n", to);
		print_line(to, &commands[i]);
	}
	if (n > 0 && len == 0)
		fputs("\nFILE is " CONFIG_DEFAULT_PATH " unless given; see tocsin(1).\n", to);
	return n > 0;
}

int command_match(const struct command *c, int argc, char **argv)
{
	struct slice rest = slice_of(c->name);
	int n = 0;

	while (rest.data != NULL) {
		struct slice word = slice_cut(&rest, ' ');

		if (n == argc || !slice_is(word, argv[n]))
			return 0;
		n++;
	}
	return n;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int unknown(int argc, char **argv)
{
	const char *names[COUNT_OF(commands)], *near;
	char typed[100];

	for (size_t i = 0; i < COUNT_OF(commands); i++)
		names[i] = commands[i].name;
	if (argc == 2 && wants_help(1, argv + 1) && print_help(stdout, argv[0]))
		return EX_OK; /* a group, with --help or alone */
	if (argc == 1 && print_help(stderr, argv[0]))
		return EX_USAGE;
	snprintf(typed, sizeof(typed), "%s%s%s", argv[0], argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
	near = nearest_word(slice_of(typed), names, COUNT_OF(names));
	if (near == NULL)
		near = nearest_word(slice_of(argv[0]), names, COUNT_OF(names));
	fprintf(stderr, "tocsin: there is no command \"%s\"%s%s%s; tocsin --help lists them\n", typed,
		near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		near != NULL ? "\"" : "");
	return EX_USAGE;
}

/* Rows of the administrator's own count here too; a bad file is said and left out. */
static void read_diagnosis(const char *path, struct arena *a)
{
	const char *file = config_path(config_folder(path, a), DIAGNOSIS_FILE_NAME, a);
	const char *error = NULL;
	struct buffer text;
	struct fault fault;
	int result;

	buffer_init(&text, DIAGNOSIS_SIZE_MAX);
	result = file_read(FILES_HERE, file, &text, &fault);
	if (result == 0 && diagnosis_override(buffer_slice(&text), a, &error) != 0)
		fprintf(stderr, "tocsin: %s: %s; it does not count\n", file,
			error != NULL ? error : "out of memory");
	else if (result != 0 && result != FILE_ABSENT)
		fprintf(stderr, "tocsin: %s\n", fault.text);
	buffer_release(&text);
}

/* Begins without the daemon, and without tocsin.conf. */
static bool is_alone(const struct command *c)
{
	return c->run == command_diagnose || c->run == command_doctor ||
		c->run == command_preset_list || c->run == command_preset_show;
}

static int run_alone(const struct command *c, const char *path, int argc, char **argv)
{
	struct arena *a = arena_new(32 * 1024 * 1024);
	struct context x = { .path = path, .arena = a, .argc = argc, .argv = argv };
	int result = EX_OSERR;

	if (a != NULL) {
		read_diagnosis(path, a);
		result = c->run(&x);
	}
	arena_free(a);
	return result;
}

static int run(const struct command *c, const char *path, int argc, char **argv)
{
	struct arena *a = arena_new(1024 * 1024);
	struct config config;
	struct client client;
	struct context x = { .client = &client, .path = path, .argc = argc, .argv = argv };
	struct fault fault;
	int result;

	if (a == NULL)
		return EX_OSERR;
	result = client_read_config(path, a, &config);
	if (result == EX_OK) {
		read_diagnosis(path, a);
		result = client_init(&client, &config, &fault);
		x.arena = client.arena;
		if (result == CLIENT_DOWN)
			fprintf(stderr, "tocsin: the daemon does not run: %s\n", fault.text);
		else if (result != 0)
			fprintf(stderr, "tocsin: %s\n", fault.text);
		result = result == 0              ? c->run(&x)
			: result == CLIENT_DENIED ? EX_NOPERM
						  : EX_UNAVAILABLE;
		client_release(&client);
	}
	arena_free(a);
	return result;
}

/* "help", "help GROUP", "--help", or nothing at all. */
static int help(int argc, char **argv)
{
	bool asked = argc > 0 && (wants_help(argc, argv) || strcmp(argv[0], "help") == 0);
	const char *group = asked && argc == 2 && argv[1][0] != '-' ? argv[1] : "";

	if (print_help(asked ? stdout : stderr, group))
		return asked ? EX_OK : EX_USAGE;
	return unknown(argc - 1, argv + 1);
}

/* argv from the first word behind "-c FILE" on. */
static int perform(const char *path, int argc, char **argv)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		int n = command_match(&commands[i], argc, argv);

		if (n > 0 && wants_help(argc, argv)) {
			printf("usage: tocsin %s %s\n%s\n", commands[i].name, commands[i].arguments,
				commands[i].help);
			return EX_OK;
		}
		if (n > 0)
			return (is_alone(&commands[i]) ? run_alone : run)(&commands[i], path,
				argc - n, argv + n);
	}
	return unknown(argc, argv);
}

static int begin(const char *path, int argc, char **argv)
{
	if (argc > 0 && strcmp(argv[0], "--version") == 0) {
		puts("tocsin " TOCSIN_VERSION);
		return EX_OK;
	}
	if (argc > 0 && strcmp(argv[0], "--complete") == 0) {
		complete_print(commands, COUNT_OF(commands), path, argc - 1, argv + 1);
		return EX_OK;
	}
	if (argc == 0 || argv[0][0] == '-' || strcmp(argv[0], "help") == 0)
		return help(argc, argv);
	return perform(path, argc, argv);
}

int main(int argc, char **argv)
{
	const char *path = CONFIG_DEFAULT_PATH;
	int first = 1;

	if (!secret_init())
		return EX_SOFTWARE;
	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		path = argv[2];
		first = 3;
	}
	if (first > argc) /* no name of the program, and nothing behind it */
		first = argc;
	return output_end(begin(path, argc - first, argv + first));
}
