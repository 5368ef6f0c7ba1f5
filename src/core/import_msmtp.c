/*
 * import_msmtp.c - msmtp's msmtprc.
 *
 *   file    = *( "#" comment / command [ argument ] )       ; one a line
 *   argument = DQUOTE *any DQUOTE / any                     ; all of the rest; nothing is escaped
 *   account = "account" name [ ":" name *( "," name ) ]     ; what follows is of this account
 *   "defaults"                                              ; what follows is of accounts to come
 *
 * The account "default" is taken, or the only one. Source: msmtp(1).
 */
#include "core/import_private.h"

#include <string.h>

enum {
	ACCOUNTS_MAX = 50,
};

enum field {
	HOST,
	PORT,
	TLS,
	STARTTLS,
	AUTH,
	USER,
	PASSWORD,
	FROM,
	DOMAIN,
	FIELD_COUNT,
};

static const char *const field_names[FIELD_COUNT] = {
	"host", "port", "tls", "tls_starttls", "auth", "user", "password", "from", "domain",
};

/* Harmless to leave out. */
static const char *const unneeded[] = {
	"logfile", "logfile_time_format", "syslog", "timeout", "protocol", "allow_from_override",
	"auto_from", "set_from_header", "set_date_header", "set_msgid_header", "remove_bcc_headers",
	"undisclosed_recipients", "dsn_notify", "dsn_return", "tls_priorities", "tls_min_dh_prime_bits",
	"keepbcc", "add_missing_from_header", "add_missing_date_header", "tls_crl_file", NULL,
};

/* What its absence changes. */
static const struct {
	const char *command, *words;
} lost[] = {
	{ "passwordeval", "passwordeval runs a program, which is not done: set the password with "
		"tocsin set email.password=@-" },
	{ "tls_trust_file", "tls_trust_file: public authorities are trusted anyway; for a private one "
		"use tocsin set email.ca_certificate=@FILE" },
	{ "tls_certcheck", "tls_certcheck: the relay's certificate is always checked." },
	{ "tls_fingerprint", "tls_fingerprint: certificates are checked by their authority; for a private "
		"one use tocsin set email.ca_certificate=@FILE" },
	{ "tls_key_file", "tls_key_file: signing in by certificate is not in this version." },
	{ "tls_cert_file", "tls_cert_file: signing in by certificate is not in this version." },
	{ "aliases", "aliases: take the file over with tocsin alias import FILE" },
	{ "maildomain", "maildomain: the domain of bare names is site.host_name." },
	{ "proxy_host", "proxy_host: the relay is reached without a proxy." },
	{ "proxy_port", "proxy_port: the relay is reached without a proxy." },
	{ "source_ip", "source_ip: the system chooses the source address." },
	{ "socket", "socket: the relay is reached by TCP." },
	{ "eval", "eval runs a program, which is not done." },
};

struct account {
	struct slice name;
	unsigned line;
	struct {
		struct slice text;
		unsigned line;
	} fields[FIELD_COUNT];
};

struct accounts {
	struct account *items; /* the first is "defaults" */
	size_t n;
	struct account *now;
};

static struct account *find(struct accounts *all, struct slice name)
{
	for (size_t i = 1; i < all->n; i++)
		if (slice_equal(all->items[i].name, name))
			return &all->items[i];
	return NULL;
}

/* "account a : b, c": starts as the defaults are now, then what b and c have. */
static void begin_account(struct import *im, struct accounts *all, struct slice rest,
	unsigned line)
{
	struct slice parents = rest, name = slice_trim(slice_cut(&parents, ':'));
	struct account *account = find(all, name);

	if (account == NULL && all->n < ACCOUNTS_MAX)
		account = &all->items[all->n++];
	if (account == NULL) {
		import_note(im, line, "There are more accounts than can be read.");
		all->now = &all->items[0];
		return;
	}
	*account = all->items[0];
	account->name = name;
	account->line = line;
	while (parents.data != NULL) {
		const struct account *parent = find(all, slice_trim(slice_cut(&parents, ',')));

		for (int i = 0; parent != NULL && i < FIELD_COUNT; i++)
			if (parent->fields[i].text.data != NULL)
				account->fields[i] = parent->fields[i];
	}
	all->now = account;
}

static bool is_lost(struct import *im, struct slice command, unsigned line)
{
	for (size_t i = 0; i < COUNT_OF(lost); i++)
		if (slice_is(command, lost[i].command)) {
			import_note(im, line, lost[i].words);
			return true;
		}
	return false;
}

static struct slice argument_of(struct slice rest)
{
	struct slice text = slice_trim(rest);

	if (text.len > 1 && text.data[0] == '"' && text.data[text.len - 1] == '"')
		return slice_sub(text, 1, text.len - 2);
	return text;
}

static void take_command(struct import *im, struct accounts *all, struct slice command,
	struct slice rest, unsigned line)
{
	if (slice_is(command, "defaults")) {
		all->now = &all->items[0];
		return;
	}
	if (slice_is(command, "account")) {
		begin_account(im, all, slice_trim(rest), line);
		return;
	}
	for (int i = 0; i < FIELD_COUNT; i++)
		if (slice_is(command, field_names[i])) {
			all->now->fields[i].text = argument_of(rest);
			all->now->fields[i].line = line;
			return;
		}
	if (is_lost(im, command, line))
		return;
	if (import_is_one_of(command, unneeded))
		import_no_use(im, line, command);
	else
		import_unknown(im, line, command);
}

/* ---- what the account means ---- */

static bool is_on(const struct account *a, enum field f, bool otherwise)
{
	if (a->fields[f].text.data == NULL)
		return otherwise;
	return a->fields[f].text.len == 0 || slice_is(a->fields[f].text, "on");
}

static void set_field(struct import *im, const struct account *a, enum field f,
	enum setting_id id)
{
	import_set(im, id, a->fields[f].text, a->fields[f].line);
}

/* True when somebody signs in with a password. */
static bool signs_in(struct import *im, const struct account *a)
{
	struct slice method = a->fields[AUTH].text;

	if (method.data == NULL || slice_is(method, "off"))
		return false;
	if (slice_is(method, "xoauth2") || slice_is(method, "oauthbearer") ||
		slice_is(method, "external") || slice_is(method, "gssapi")) {
		import_note(im, a->fields[AUTH].line, arena_printf(im->arena, "auth %s is not taken over: "
			"choose how to sign in on the page Email Configuration.",
			import_shown(im, method)));
		return false;
	}
	return true;
}

static void set_from(struct import *im, const struct account *a)
{
	if (slice_has_char(a->fields[FROM].text, '%'))
		import_note(im, a->fields[FROM].line, "from is a pattern: mail leaves from one From "
			"Address, set email.from_address.");
	else
		set_field(im, a, FROM, SETTING_EMAIL_FROM_ADDRESS);
}

static void take_account(struct import *im, const struct account *a)
{
	bool tls = is_on(a, TLS, false), starttls = is_on(a, STARTTLS, true);

	set_field(im, a, HOST, SETTING_EMAIL_RELAY_HOST);
	import_set_text(im, SETTING_EMAIL_ENCRYPTION, !tls ? "none" : starttls ? "starttls" : "tls",
		a->fields[TLS].line);
	if (a->fields[PORT].text.len > 0)
		set_field(im, a, PORT, SETTING_EMAIL_RELAY_PORT);
	else
		import_set_text(im, SETTING_EMAIL_RELAY_PORT, tls && !starttls ? "465" : "25", 0);
	set_from(im, a);
	set_field(im, a, DOMAIN, SETTING_EMAIL_HELO_NAME);
	if (signs_in(im, a)) {
		set_field(im, a, USER, SETTING_EMAIL_USERNAME);
		set_field(im, a, PASSWORD, SETTING_EMAIL_PASSWORD);
	}
}

static void choose_account(struct import *im, struct accounts *all)
{
	const struct account *chosen = find(all, SLICE("default"));

	if (chosen == NULL && all->n == 2)
		chosen = &all->items[1];
	if (chosen == NULL && all->n == 1 && all->items[0].fields[HOST].text.len > 0)
		chosen = &all->items[0];
	if (chosen == NULL || chosen->fields[HOST].text.len == 0) {
		import_note(im, 0, "No account is the default one, so none is taken.");
		return;
	}
	take_account(im, chosen);
	for (size_t i = 1; i < all->n; i++)
		if (all->items[i].fields[HOST].line != chosen->fields[HOST].line)
			import_note(im, all->items[i].line, arena_printf(im->arena, "The account %s is not "
				"taken: there is one relay here.", import_shown(im, all->items[i].name)));
}

void import_msmtprc(struct import *im, struct slice text)
{
	struct accounts all = { .items = arena_array(im->arena, ACCOUNTS_MAX, sizeof(*all.items)) };
	struct slice rest = text, line;
	unsigned number = 0;

	if (all.items == NULL)
		return;
	all.n = 1;
	all.now = &all.items[0];
	while (import_next_line(&rest, &number, &line)) {
		struct slice command;

		if (line.len == 0 || line.data[0] == '#' || !import_next_word(im, &line, &command))
			continue;
		take_command(im, &all, command, line, number);
	}
	choose_account(im, &all);
}
