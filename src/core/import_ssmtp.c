/*
 * import_ssmtp.c - ssmtp.conf and revaliases.
 *
 *   ssmtp.conf = *( "#" comment / key "=" value [ blank any ] )   ; one a line, keys in either case
 *   revaliases = *( "#" comment / name ":" address [ ":" relay ] )
 *
 * Source: ssmtp.conf(5), ssmtp(8).
 */
#include "core/import_private.h"

#include <string.h>

static const char *const unneeded[] = { "AuthMethod", "MinUserId", "Debug", "FromLineOverride", NULL };

struct switches {
	bool tls, starttls;
	unsigned line;
};

static bool is_yes(struct slice value)
{
	return slice_is_nocase(value, "yes");
}

/* root may be a bare name, which is Debian's default: then nobody is named. */
static void take_root(struct import *im, struct slice value, unsigned line)
{
	if (slice_has_char(value, '@'))
		import_set(im, SETTING_EMAIL_ADMIN_CONTACTS, value, line);
	else if (value.len > 0)
		import_note(im, line, arena_printf(im->arena, "root=%s is no address: set "
			"email.admin_contacts to who is to get the mail of root.",
			import_shown(im, value)));
}

static void take_key(struct import *im, struct switches *s, struct slice key, struct slice value,
	unsigned line)
{
	if (slice_is_nocase(key, "mailhub")) {
		import_set_relay(im, value, line);
	} else if (slice_is_nocase(key, "root")) {
		take_root(im, value, line);
	} else if (slice_is_nocase(key, "rewriteDomain")) {
		import_set(im, SETTING_SITE_HOST_NAME, value, line);
	} else if (slice_is_nocase(key, "hostname")) {
		import_set(im, SETTING_EMAIL_HELO_NAME, value, line);
	} else if (slice_is_nocase(key, "AuthUser")) {
		import_set(im, SETTING_EMAIL_USERNAME, value, line);
	} else if (slice_is_nocase(key, "AuthPass")) {
		import_set(im, SETTING_EMAIL_PASSWORD, value, line);
	} else if (slice_is_nocase(key, "UseTLS")) {
		s->tls = is_yes(value);
		s->line = line;
	} else if (slice_is_nocase(key, "UseSTARTTLS")) {
		s->starttls = is_yes(value);
		s->line = line;
	} else if (slice_starts_nocase(key, "TLS_CA")) {
		import_note(im, line, arena_printf(im->arena, "%s: public authorities are trusted anyway; "
			"for a private one use tocsin set email.ca_certificate=@FILE",
			import_shown(im, key)));
	} else if (slice_is_nocase(key, "UseTLSCert") || slice_starts_nocase(key, "TLSCert") ||
		slice_starts_nocase(key, "TLSKey")) {
		import_note(im, line, arena_printf(im->arena, "%s: signing in by certificate is not in this "
			"version.", import_shown(im, key)));
	} else if (import_is_one_of(key, unneeded)) {
		import_no_use(im, line, key);
	} else {
		import_unknown(im, line, key);
	}
}

/* ssmtp reads one word, which may have "=" and "#" in it. */
static struct slice word_of(struct slice value)
{
	size_t len = 0;

	value = slice_trim(value);
	while (len < value.len && !char_is_blank(value.data[len]))
		len++;
	return slice_sub(value, 0, len);
}

static void take_conf(struct import *im, struct slice text)
{
	struct slice rest = text, line;
	struct switches s = { 0 };
	unsigned number = 0;

	while (import_next_line(&rest, &number, &line)) {
		struct slice value = line, key = slice_trim(slice_cut(&value, '='));

		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (value.data == NULL)
			import_note(im, number, "This line is no entry: it has no \"=\".");
		else
			take_key(im, &s, key, word_of(value), number);
	}
	if (!import_has(im, SETTING_EMAIL_RELAY_HOST))
		return;
	import_set_text(im, SETTING_EMAIL_ENCRYPTION, s.starttls ? "starttls" : s.tls ? "tls" : "none",
		s.line);
	if (!import_has(im, SETTING_EMAIL_RELAY_PORT))
		import_set_text(im, SETTING_EMAIL_RELAY_PORT, s.tls && !s.starttls ? "465" : "25", 0);
}

static void take_revaliases(struct import *im, struct slice text)
{
	struct slice rest = text, line;
	unsigned number = 0;

	while (import_next_line(&rest, &number, &line)) {
		struct slice address = line, name = slice_trim(slice_cut(&address, ':'));

		if (line.len == 0 || line.data[0] == '#')
			continue;
		address = slice_trim(slice_cut(&address, ':'));
		if (slice_is(name, "root"))
			import_set(im, SETTING_EMAIL_FROM_ADDRESS, address, number);
		else
			import_note(im, number, arena_printf(im->arena, "The sender of %s is not taken: all "
				"mail leaves from one From Address.", import_shown(im, name)));
	}
}

void import_ssmtp(struct import *im, enum import_format format, struct slice text)
{
	if (format == IMPORT_SSMTP_CONF)
		take_conf(im, text);
	else
		take_revaliases(im, text);
}
