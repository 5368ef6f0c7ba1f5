/*
 * import_nullmailer.c - nullmailer's files, each of which holds one thing.
 *
 *   remotes  = *( "#" comment / host [ protocol ] *option )   ; one a line, words as in the shell
 *   option   = "--" name [ "=" value ]
 *   me, defaulthost, helohost, adminaddr, allmailfrom = one line
 *
 * The first remote by SMTP is taken. Source: nullmailer-send(8), nullmailer-inject(1).
 */
#include "core/import_private.h"

#include <string.h>

struct remote {
	bool ssl, starttls, has_port;
};

static void take_option(struct import *im, struct remote *r, struct slice option, unsigned line)
{
	struct slice value = option, name = slice_cut(&value, '=');

	if (slice_is(name, "--port")) {
		import_set(im, SETTING_EMAIL_RELAY_PORT, value, line);
		r->has_port = true;
	} else if (slice_is(name, "--user")) {
		import_set(im, SETTING_EMAIL_USERNAME, value, line);
	} else if (slice_is(name, "--pass")) {
		import_set(im, SETTING_EMAIL_PASSWORD, value, line);
	} else if (slice_is(name, "--ssl") || slice_is(name, "--tls")) {
		r->ssl = true;
	} else if (slice_is(name, "--starttls")) {
		r->starttls = true;
	} else if (slice_is(name, "--auth-login") || slice_is(name, "--tls-anon-auth")) {
		import_no_use(im, line, name);
	} else if (slice_is(name, "--insecure")) {
		import_note(im, line, "--insecure: the relay's certificate is always checked.");
	} else if (slice_starts(name, "--x509") || slice_is(name, "--x509cafile")) {
		import_note(im, line, arena_printf(im->arena, "%s: for a private authority use tocsin set "
			"email.ca_certificate=@FILE", import_shown(im, name)));
	} else if (slice_starts(name, "--")) {
		import_unknown(im, line, name);
	} else {
		/* not shown: it may be a password behind a blank */
		import_note(im, line, "A word of this line is not understood.");
	}
}

static void take_remote(struct import *im, struct slice host, struct slice rest, unsigned line)
{
	struct remote r = { 0 };
	struct slice word;

	import_set(im, SETTING_EMAIL_RELAY_HOST, host, line);
	while (import_next_word(im, &rest, &word))
		if (!slice_is(word, "smtp"))
			take_option(im, &r, word, line);
	import_set_text(im, SETTING_EMAIL_ENCRYPTION, r.starttls ? "starttls" : r.ssl ? "tls" : "none",
		line);
	if (!r.has_port)
		import_set_text(im, SETTING_EMAIL_RELAY_PORT, r.ssl && !r.starttls ? "465" : "25", line);
}

static void take_remotes(struct import *im, struct slice text)
{
	struct slice rest = text, line, host, words, protocol;
	unsigned number = 0;
	bool taken = false;

	while (import_next_line(&rest, &number, &line)) {
		if (line.len == 0 || line.data[0] == '#' || !import_next_word(im, &line, &host))
			continue;
		words = line;
		if (import_next_word(im, &words, &protocol) && slice_is(protocol, "qmqp"))
			import_note(im, number, "A remote by QMQP is not taken: relays are reached by SMTP.");
		else if (taken)
			import_note(im, number, arena_printf(im->arena, "The remote %s is not taken: there is "
				"one relay here.", import_shown(im, host)));
		else
			take_remote(im, host, line, number);
		taken = taken || import_has(im, SETTING_EMAIL_RELAY_HOST);
	}
}

void import_nullmailer(struct import *im, enum import_format format, struct slice text)
{
	struct slice first = text, value = slice_trim(slice_cut(&first, '\n'));

	if (format == IMPORT_REMOTES)
		take_remotes(im, text);
	else if (format == IMPORT_ADMINADDR)
		import_set(im, SETTING_EMAIL_ADMIN_CONTACTS, value, 1);
	else if (format == IMPORT_ALLMAILFROM)
		import_set(im, SETTING_EMAIL_FROM_ADDRESS, value, 1);
	else if (format == IMPORT_DEFAULTHOST)
		import_set(im, SETTING_SITE_HOST_NAME, value, 1);
	else if (format == IMPORT_HELOHOST || !import_has(im, SETTING_EMAIL_HELO_NAME))
		import_set(im, SETTING_EMAIL_HELO_NAME, value, 1);
}
