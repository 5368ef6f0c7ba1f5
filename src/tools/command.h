/*
 * command.h - tocsin's subcommands: one table (tocsin.c) of names, arguments, help and functions.
 * A command prints its result on standard output, its trouble on standard error, and returns an
 * exit code of sysexits.h.
 */
#ifndef TOCSIN_TOOLS_COMMAND_H
#define TOCSIN_TOOLS_COMMAND_H

#include "core/diagnosis.h"
#include "tools/client.h"
#include "wire/pack.h"

struct context {
	struct client *client; /* NULL for commands that begin without the daemon */
	const char *path; /* of tocsin.conf */
	struct arena *arena; /* the client's */
	int argc; /* what stands behind the command's name */
	char **argv;
	bool input_read; /* "@-" was used: there is nothing more on standard input */
};

/* One row of tocsin.c's table. */
struct command {
	const char *name; /* one or two words */
	const char *arguments; /* as usage shows them */
	const char *help;
	int (*run)(struct context *x);
};

/* How many words the name takes up when argv begins with it, else 0. */
int command_match(const struct command *c, int argc, char **argv);

/* Takes an option without a value out of the arguments; true when it was there. */
bool command_take_option(struct context *x, const char *option);
bool command_take_json(struct context *x); /* --json */

/* command_settings.c */
int command_get(struct context *x);
int command_set(struct context *x);
int command_show(struct context *x);
/* One setting's value, "" for a secret's. EX_OK or an exit code with the reason said. */
int command_setting(struct context *x, const char *key, const char **ret_value) MUST_CHECK;

/* command_preset.c */
int command_preset_list(struct context *x);
int command_preset_show(struct context *x);
int command_preset_apply(struct context *x);

/* command_mail.c */
int command_email_test(struct context *x);
int command_email_check(struct context *x);
/* A test that was started, to its end: its stages, and the cure of the one that fails. */
int command_follow_test(struct context *x, uint64_t id);
struct trial;
/*
 * Asks the relay without sending and waits for the end, saying nothing: to the address, or the
 * contacts when NULL. EX_OK with the run, or an exit code with *ret_why, a sentence.
 */
int command_check_relay(struct context *x, const char *to, struct trial *ret_trial,
	const char **ret_why) MUST_CHECK;
const char *command_words(struct arena *a, const struct verdict *v); /* codes, then the words */

/* command_diagnose.c, without the daemon */
int command_diagnose(struct context *x);

/* command_doctor.c, which looks for the daemon itself */
int command_doctor(struct context *x);

/* command_queue.c */
int command_queue_list(struct context *x);
int command_queue_show(struct context *x);
int command_queue_retry(struct context *x);
int command_queue_hold(struct context *x);
int command_queue_release(struct context *x);
int command_queue_delete(struct context *x);
int command_queue_resend(struct context *x);

/* command_admin.c */
int command_admin_add(struct context *x);
int command_admin_list(struct context *x);
int command_admin_password(struct context *x);
int command_admin_disable(struct context *x);
int command_admin_enable(struct context *x);
int command_admin_remove(struct context *x);
int command_admin_end_sessions(struct context *x);
int command_admin_setup_link(struct context *x);

/* command_token.c */
int command_token_create(struct context *x);
int command_token_list(struct context *x);
int command_token_revoke(struct context *x);

/* command_import.c */
int command_import(struct context *x);

/* command_alias.c */
int command_alias_list(struct context *x);
int command_alias_set(struct context *x);
int command_alias_remove(struct context *x);
int command_alias_import(struct context *x);

/* command_backup.c */
int command_backup(struct context *x);
/* command_restore.c */
int command_restore(struct context *x);

/* command_oauth.c */
int command_oauth_verify(struct context *x);
int command_oauth_status(struct context *x);
int command_oauth_disconnect(struct context *x);
struct oauth_status;
int command_oauth_ask(struct context *x, struct oauth_status *ret_status);

/* command_oauth_fill.c */
int command_oauth_google_file(struct context *x);
int command_oauth_find_endpoints(struct context *x);

/* command_oauth_key.c */
int command_oauth_make_key(struct context *x);
int command_oauth_forget_key(struct context *x);

/* command_status.c */
int command_status(struct context *x);

/* ---- shared (command.c) ---- */

enum {
	COMMAND_WAIT_MS = 30 * 1000,
};

/*
 * Asks and waits; EX_OK when the answer is the word wanted, else an exit code with the reason on
 * standard error, a refusal's fields one a line.
 */
int command_ask(struct context *x, enum word word, const struct buffer *body, enum word wanted,
	int64_t ms) MUST_CHECK;

/* The second half: what client_ask() returned, and the answer it left. */
int command_answer(struct context *x, int result, enum word wanted) MUST_CHECK;

int command_misused(const char *text); /* prints it, returns EX_USAGE */
int command_malformed(void); /* the daemon's answer makes no sense: another version? */

/*
 * A value as it is typed: "@FILE" and "@-" are read from there, less one line end at the end.
 * EX_OK or an exit code with the reason on standard error.
 */
int command_value(struct context *x, const char *typed, struct slice *ret_value) MUST_CHECK;

/* Packs "n x (key, value)" from KEY=VALUE arguments, first to last. */
int command_pack_values(struct context *x, int first, struct buffer *body) MUST_CHECK;

/*
 * The secret that --passphrase gives, or else that is typed at the terminal, twice when it is new.
 * Takes the option out of the arguments. EX_OK or an exit code with the reason said.
 */
int command_passphrase(struct context *x, bool is_new, struct slice *ret_passphrase) MUST_CHECK;

/* True when the flag is among the arguments; takes it out. */
bool command_take_flag(struct context *x, const char *flag);

/* Prints text with control characters made visible, so that nothing from outside moves a cursor. */
void command_print(const char *text);
/* Title and meaning, who can mend it, the steps, the setting. */
void command_print_diagnosis(const struct diagnosis *d);

const char *command_time(struct arena *a, uint64_t seconds); /* "2026-03-17 14:02:05 UTC", "-" */

#endif
