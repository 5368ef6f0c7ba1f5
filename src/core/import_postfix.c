/*
 * import_postfix.c - a Postfix null client's main.cf, and its table of passwords.
 *
 *   main.cf      = *( blank-line / *WSP "#" comment / name *WSP "=" value *continuation )
 *   continuation = 1*WSP text                          ; goes on the line above
 *   value        = *( text / "$" name / "${" name "}" )
 *   sasl_passwd  = *( "#" comment / destination 1*WSP user ":" password )
 *
 * What makes it more than a null client (own mailboxes, mail of other machines, maps) is told.
 * Source: postconf(5).
 */
#include "core/import_private.h"

#include <string.h>

enum {
	PARAMETERS_MAX = 1000,
	VALUE_MAX = 4096,
	DEPTH_MAX = 5,
	EXPANDED_MAX = 200,
};

struct parameter {
	struct slice name, value;
	unsigned line;
	bool used;
};

struct parameters {
	struct import *im;
	struct parameter *items;
	size_t n;
	unsigned expanded; /* references of one value */
};

/* No mail is lost without them. */
static const char *const unneeded[] = {
	"compatibility_level", "smtpd_banner", "biff", "append_dot_mydomain", "readme_directory",
	"html_directory", "manpage_directory", "sample_directory", "command_directory",
	"daemon_directory", "data_directory", "queue_directory", "mail_owner", "setgid_group",
	"sendmail_path", "newaliases_path", "mailq_path", "shlib_directory", "meta_directory",
	"mydomain", "inet_protocols", "mailbox_size_limit", "mailbox_command", "recipient_delimiter",
	"message_size_limit", "smtp_sasl_security_options", "smtp_sasl_tls_security_options",
	"smtp_sasl_mechanism_filter", "smtp_tls_session_cache_database", "smtp_tls_loglevel",
	"smtp_tls_note_starttls_offer", "smtp_tls_mandatory_protocols", "smtp_tls_protocols",
	"smtp_tls_ciphers", "smtp_tls_mandatory_ciphers", "local_transport", "local_recipient_maps",
	"unknown_local_recipient_reject_code", "debug_peer_level", "debugger_command", "maillog_file",
	"disable_vrfy_command", "header_size_limit", "default_transport", "mail_spool_directory",
	"home_mailbox", "append_at_myorigin", "smtp_host_lookup", "alias_database",
	"masquerade_domains", "myhostname", "config_directory", NULL,
};

/* What its absence changes. */
static const struct {
	const char *name, *words;
} lost[] = {
	{ "alias_maps", "alias_maps: take the file over with tocsin alias import /etc/aliases" },
	{ "virtual_alias_maps", "virtual_alias_maps: set aliases with tocsin alias set." },
	{ "smtp_generic_maps", "smtp_generic_maps: all mail leaves from one From Address." },
	{ "sender_canonical_maps", "sender_canonical_maps: all mail leaves from one From Address." },
	{ "canonical_maps", "canonical_maps: all mail leaves from one From Address." },
	{ "smtp_header_checks", "smtp_header_checks: From is rewritten by email.rewrite_from." },
	{ "header_checks", "header_checks are not done." },
	{ "transport_maps", "transport_maps: there is one relay here." },
	{ "sender_dependent_relayhost_maps", "sender_dependent_relayhost_maps: there is one relay here." },
	{ "smtp_tls_CAfile", "smtp_tls_CAfile: public authorities are trusted anyway; for a private one use "
		"tocsin set email.ca_certificate=@FILE" },
	{ "smtp_tls_CApath", "smtp_tls_CApath: public authorities are trusted anyway; for a private one use "
		"tocsin set email.ca_certificate=@FILE" },
	{ "smtp_tls_cert_file", "smtp_tls_cert_file: signing in by certificate is not in this version." },
	{ "smtp_tls_key_file", "smtp_tls_key_file: signing in by certificate is not in this version." },
	{ "virtual_mailbox_domains", "virtual_mailbox_domains: there are no mailboxes here." },
	{ "content_filter", "content_filter: mail is not filtered." },
	{ "always_bcc", "always_bcc: no copies are sent; an alias may have several targets." },
};

/* ---- reading ---- */

static void add_parameter(struct parameters *p, struct slice text, unsigned line)
{
	struct slice value = text, name = slice_trim(slice_cut(&value, '='));

	if (text.len == 0)
		return;
	if (value.data == NULL)
		import_note(p->im, line, "This line is no parameter: it has no \"=\".");
	else if (p->n == PARAMETERS_MAX)
		import_note(p->im, line, "There are more parameters than can be read.");
	else
		p->items[p->n++] = (struct parameter){ name, slice_trim(value), line, false };
}

static void read_parameters(struct parameters *p, struct slice text, struct buffer *logical)
{
	struct slice rest = text;
	unsigned number = 0, begun = 0;

	while (rest.data != NULL) {
		struct slice raw = slice_cut(&rest, '\n'), line = slice_trim(raw);

		number++;
		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (!char_is_blank(raw.data[0])) {
			add_parameter(p, arena_slice(p->im->arena, buffer_slice(logical)), begun);
			buffer_clear(logical);
			begun = number;
		} else if (logical->len > 0) {
			buffer_append_char(logical, ' ');
		}
		buffer_append_slice(logical, line);
	}
	add_parameter(p, arena_slice(p->im->arena, buffer_slice(logical)), begun);
}

/* The last one counts. */
static struct parameter *find(struct parameters *p, struct slice name)
{
	for (size_t i = p->n; i > 0; i--)
		if (slice_equal(p->items[i - 1].name, name))
			return &p->items[i - 1];
	return NULL;
}

static void expand(struct parameters *p, struct slice value, int depth, struct buffer *out)
{
	size_t at = 0;

	while (at < value.len && buffer_ok(out)) {
		bool braced = at + 1 < value.len && value.data[at + 1] == '{';
		size_t begin = at + 1 + braced, end = begin;
		const struct parameter *other;

		while (end < value.len && (char_is_alpha(value.data[end]) ||
			char_is_digit(value.data[end]) || value.data[end] == '_'))
			end++;
		other = value.data[at] == '$' && end > begin && depth < DEPTH_MAX &&
			p->expanded < EXPANDED_MAX ?
			find(p, slice_sub(value, begin, end - begin)) : NULL;
		if (other == NULL) {
			buffer_append_char(out, value.data[at++]);
			continue;
		}
		p->expanded++;
		expand(p, other->value, depth + 1, out);
		at = end + (braced && end < value.len && value.data[end] == '}');
	}
}

/* The value with what it refers to put in; absent when it is not set. */
static struct slice value_of(struct parameters *p, const char *name, unsigned *ret_line)
{
	struct parameter *found = find(p, slice_of(name));
	struct slice value = { 0 };
	struct buffer text;

	if (found == NULL)
		return value;
	buffer_init_secret(&text, VALUE_MAX);
	p->expanded = 0;
	expand(p, found->value, 0, &text);
	if (buffer_ok(&text))
		value = arena_slice(p->im->arena, buffer_slice(&text));
	buffer_release(&text);
	*ret_line = found->line;
	for (size_t i = 0; i < p->n; i++) /* those before it, too */
		p->items[i].used = p->items[i].used || slice_is(p->items[i].name, name);
	return value;
}

static bool is_yes(struct parameters *p, const char *name, unsigned *ret_line)
{
	return slice_is_nocase(value_of(p, name, ret_line), "yes");
}

/* ---- what it means ---- */

static void take_encryption(struct parameters *p)
{
	struct import *im = p->im;
	unsigned line = 0;
	bool wrapped = is_yes(p, "smtp_tls_wrappermode", &line);
	bool forced = is_yes(p, "smtp_enforce_tls", &line), offered = is_yes(p, "smtp_use_tls", &line);
	struct slice level = value_of(p, "smtp_tls_security_level", &line);
	const char *encryption = "starttls";

	if (wrapped)
		encryption = "tls";
	else if (level.len == 0 ? !forced && !offered : slice_is_nocase(level, "none"))
		encryption = "none";
	else if (slice_is_nocase(level, "may") || (level.len == 0 && !forced))
		import_note(im, line, "TLS was tried and not needed: here it is had, or nothing is sent.");
	import_set_text(im, SETTING_EMAIL_ENCRYPTION, encryption, line);
	if (!import_has(im, SETTING_EMAIL_RELAY_PORT))
		import_set_text(im, SETTING_EMAIL_RELAY_PORT, "25", 0);
}

static void take_pair(struct import *im, struct slice pair, unsigned line)
{
	struct slice password = pair, user = slice_cut(&password, ':');

	import_set(im, SETTING_EMAIL_USERNAME, slice_trim(user), line);
	import_set(im, SETTING_EMAIL_PASSWORD, slice_trim(password), line);
}

/* smtp_sasl_password_maps = [ "proxy:" ] type ":" path; of several the first */
static void take_sign_in(struct parameters *p)
{
	unsigned line = 0;
	bool enabled = is_yes(p, "smtp_sasl_auth_enable", &line);
	struct slice maps = value_of(p, "smtp_sasl_password_maps", &line), type, path;

	if (!enabled)
		return;
	/* whatever becomes of the maps: mail must not leave without a sign-in that was asked for */
	import_set_text(p->im, SETTING_EMAIL_AUTH, "password", line);
	if (maps.len == 0)
		return;
	path = maps;
	type = slice_cut(&path, ':');
	if (slice_is(type, "proxy"))
		type = slice_cut(&path, ':');
	if (slice_is(type, "static")) {
		take_pair(p->im, path, line);
		return;
	}
	path = slice_sub(path, 0, slice_find_char(path, ' '));
	path = slice_sub(path, 0, slice_find_char(path, ','));
	if (slice_has_char(path, '/'))
		import_want(p->im, IMPORT_SASL_PASSWD, path);
	else
		import_note(p->im, line, "smtp_sasl_password_maps names no file that can be read.");
}

static void take_names(struct parameters *p)
{
	unsigned line = 0;
	struct slice origin = value_of(p, "myorigin", &line);
	struct slice helo;

	if (slice_starts(origin, "/"))
		import_want(p->im, IMPORT_MAILNAME, origin);
	else if (!slice_has_char(origin, '$'))
		import_set(p->im, SETTING_SITE_HOST_NAME, origin, line);
	helo = value_of(p, "smtp_helo_name", &line);
	if (!slice_has_char(helo, '$'))
		import_set(p->im, SETTING_EMAIL_HELO_NAME, helo, line);
}

/* A null client has no mailboxes and takes no mail of others. */
static void tell_more_than_null_client(struct parameters *p)
{
	static const char *const own[] = { "loopback-only", "localhost", "127.0.0.1", NULL };
	unsigned line = 0;
	struct slice destination = value_of(p, "mydestination", &line);
	struct slice interfaces, networks;

	if (destination.len > 0)
		import_note(p->im, line, "mydestination: mail for these domains was kept on this machine; "
			"here names of this machine go to the admin contacts or by their alias.");
	interfaces = value_of(p, "inet_interfaces", &line);
	if (interfaces.len > 0 && !import_is_one_of(interfaces, own))
		import_note(p->im, line, "inet_interfaces: mail of other machines was taken; here programs "
			"of this machine alone hand mail in.");
	networks = value_of(p, "mynetworks", &line);
	if (networks.len > 0 && !slice_starts(networks, "127."))
		import_note(p->im, line, "mynetworks: mail of other machines was taken; here programs of "
			"this machine alone hand mail in.");
}

static void tell_rest(struct parameters *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct parameter *item = &p->items[i];
		size_t l = 0;

		while (l < COUNT_OF(lost) && !slice_is(item->name, lost[l].name))
			l++;
		if (item->used)
			continue;
		if (l < COUNT_OF(lost) && item->value.len > 0)
			import_note(p->im, item->line, lost[l].words);
		else if (l < COUNT_OF(lost) || slice_starts(item->name, "smtpd_") ||
			import_is_one_of(item->name, unneeded))
			import_no_use(p->im, item->line, item->name);
		else
			import_unknown(p->im, item->line, item->name);
	}
}

/* Known without being set: main.cf's folder. */
static void know_folder(struct parameters *p)
{
	const char *slash = strrchr(p->im->path, '/');

	p->items[p->n++] = (struct parameter){
		.name = SLICE("config_directory"), .used = true,
		.value = slash != NULL ? slice_make(p->im->path, (size_t)(slash - p->im->path)) : SLICE("."),
	};
}

static void take_main(struct import *im, struct slice text)
{
	struct parameters p = {
		.im = im, .items = arena_array(im->arena, PARAMETERS_MAX, sizeof(*p.items)),
	};
	struct buffer logical;
	struct slice relay;
	unsigned line = 0;

	if (p.items == NULL)
		return;
	know_folder(&p);
	buffer_init_secret(&logical, 2 * (size_t)IMPORT_FILE_MAX);
	read_parameters(&p, text, &logical);
	buffer_release(&logical);
	relay = value_of(&p, "relayhost", &line);
	if (relay.len > 0) {
		im->relay_text = arena_text(im->arena, relay);
		import_set_relay(im, relay, line);
		take_encryption(&p);
		take_sign_in(&p);
	} else {
		import_note(im, line, "There is no relayhost: this Postfix delivers by itself, which is not "
			"done here. Set email.relay_host.");
	}
	take_names(&p);
	tell_more_than_null_client(&p);
	tell_rest(&p);
}

/* ---- passwords ---- */

static bool is_of_relay(const struct import *im, struct slice destination)
{
	const char *host = im->facts[SETTING_EMAIL_RELAY_HOST].text;

	return im->relay_text == NULL || slice_is_nocase(destination, im->relay_text) ||
		(host != NULL && slice_is_nocase(destination, host));
}

static void take_passwords(struct import *im, struct slice text)
{
	struct slice rest = text, line;
	unsigned number = 0;
	bool taken = false;

	while (import_next_line(&rest, &number, &line)) {
		size_t blank = 0;
		struct slice destination, pair;

		while (blank < line.len && !char_is_blank(line.data[blank]))
			blank++;
		destination = slice_sub(line, 0, blank);
		pair = slice_trim(slice_sub(line, blank, line.len));
		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (!slice_has_char(pair, ':')) {
			import_note(im, number, "This line is no entry of the form destination user:password.");
		} else if (!taken && is_of_relay(im, destination)) {
			take_pair(im, pair, number);
			taken = true;
		} else {
			import_note(im, number, arena_printf(im->arena, "The sign-in to %s is not taken: there "
				"is one relay here.", import_shown(im, destination)));
		}
	}
}

void import_postfix(struct import *im, enum import_format format, struct slice text)
{
	if (format == IMPORT_MAIN_CF)
		take_main(im, text);
	else
		take_passwords(im, text);
}
