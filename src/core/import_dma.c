/*
 * import_dma.c - dma.conf and auth.conf of the DragonFly Mail Agent.
 *
 *   dma.conf  = *( KEY [ value ] [ "#" comment ] )          ; one a line
 *   auth.conf = *( "#" comment / user "|" host ":" password )
 *
 * Source: dma(8).
 */
#include "core/import_private.h"

#include <string.h>

static const char *const unneeded[] = {
	"SPOOLDIR", "DEFER", "FULLBOUNCE", "NULLCLIENT", "VERBOSE", NULL,
};

struct switches {
	bool tls, starttls;
	unsigned line;
};

/* MASQUERADE = user "@" host / host / user "@" */
static void take_masquerade(struct import *im, struct slice value, unsigned line)
{
	size_t at = slice_find_char(value, '@');

	if (at > 0 && at + 1 < value.len)
		import_set(im, SETTING_EMAIL_FROM_ADDRESS, value, line);
	else
		import_note(im, line, "MASQUERADE is no whole address: set email.from_address.");
}

static void take_name(struct import *im, struct slice value, unsigned line)
{
	if (slice_starts(value, "/"))
		import_want(im, IMPORT_MAILNAME, value);
	else
		import_set(im, SETTING_SITE_HOST_NAME, value, line);
}

static void take_key(struct import *im, struct switches *s, struct slice key, struct slice value,
	unsigned line)
{
	if (slice_is(key, "SMARTHOST")) {
		import_set(im, SETTING_EMAIL_RELAY_HOST, value, line);
	} else if (slice_is(key, "PORT")) {
		import_set(im, SETTING_EMAIL_RELAY_PORT, value, line);
	} else if (slice_is(key, "AUTHPATH")) {
		import_want(im, IMPORT_AUTH_CONF, value);
	} else if (slice_is(key, "SECURETRANSFER") || slice_is(key, "SECURETRANS")) {
		s->tls = true;
		s->line = line;
	} else if (slice_is(key, "STARTTLS")) {
		s->starttls = true;
	} else if (slice_is(key, "OPPORTUNISTIC_TLS")) {
		import_note(im, line, "OPPORTUNISTIC_TLS: here TLS is had, or nothing is sent.");
	} else if (slice_is(key, "INSECURE")) {
		import_note(im, line, "INSECURE: for a password without encryption set "
			"email.allow_clear_password.");
	} else if (slice_is(key, "CERTFILE") || slice_is(key, "FINGERPRINT")) {
		import_note(im, line, arena_printf(im->arena, "%s: certificates are checked by their "
			"authority; for a private one use tocsin set email.ca_certificate=@FILE",
			import_shown(im, key)));
	} else if (slice_is(key, "ALIASES")) {
		import_note(im, line, "ALIASES: take the file over with tocsin alias import FILE");
	} else if (slice_is(key, "MASQUERADE")) {
		take_masquerade(im, value, line);
	} else if (slice_is(key, "MAILNAME") || slice_is(key, "MAILNAMEFILE")) {
		take_name(im, value, line);
	} else if (import_is_one_of(key, unneeded)) {
		import_no_use(im, line, key);
	} else {
		import_unknown(im, line, key);
	}
}

static void take_conf(struct import *im, struct slice text)
{
	struct slice rest = text, line;
	struct switches s = { 0 };
	unsigned number = 0;

	while (import_next_line(&rest, &number, &line)) {
		struct slice key;

		line = slice_sub(line, 0, slice_find_char(line, '#'));
		if (!import_next_word(im, &line, &key))
			continue;
		take_key(im, &s, key, slice_trim(line), number);
	}
	if (!import_has(im, SETTING_EMAIL_RELAY_HOST)) {
		import_note(im, 0, "There is no SMARTHOST: this dma delivers by itself, which is not done "
			"here. Set email.relay_host.");
		return;
	}
	import_set_text(im, SETTING_EMAIL_ENCRYPTION, !s.tls ? "none" : s.starttls ? "starttls" : "tls",
		s.line);
	if (!import_has(im, SETTING_EMAIL_RELAY_PORT))
		import_set_text(im, SETTING_EMAIL_RELAY_PORT, "25", 0);
}

/* The entry of the smarthost; where none is known, the first. */
static void take_auth(struct import *im, struct slice text)
{
	const char *relay = im->facts[SETTING_EMAIL_RELAY_HOST].text;
	struct slice rest = text, line;
	unsigned number = 0;
	bool taken = false;

	while (import_next_line(&rest, &number, &line)) {
		struct slice password = line, user = slice_cut(&password, '|');
		struct slice host = slice_cut(&password, ':');

		if (line.len == 0 || line.data[0] == '#')
			continue;
		if (password.data == NULL) {
			import_note(im, number, "This line is no entry of the form user|host:password.");
		} else if (taken || (relay != NULL && !slice_is_nocase(host, relay))) {
			import_note(im, number, arena_printf(im->arena, "The sign-in to %s is not taken: there "
				"is one relay here.", import_shown(im, host)));
		} else {
			import_set(im, SETTING_EMAIL_USERNAME, user, number);
			import_set(im, SETTING_EMAIL_PASSWORD, password, number);
			taken = true;
		}
	}
}

void import_dma(struct import *im, enum import_format format, struct slice text)
{
	if (format == IMPORT_DMA_CONF)
		take_conf(im, text);
	else
		take_auth(im, text);
}
