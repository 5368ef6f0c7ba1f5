/*
 * command_doctor.c - tocsin doctor: looks at everything that mail needs, from the disk to the
 * relay's answer for a recipient, sends nothing, and says how to mend the first thing that is
 * wrong; the sign-in by OAuth2 is doctor_token.c's. With --report it prints the same for the
 * public: masked (core/mask.h), the relay's words of the failing step only, the dialogue as verbs
 * and codes.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/address.h"
#include "core/time_format.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/disk.h"
#include "sys/files.h"
#include "tools/doctor.h"
#include "wire/trial.h"

enum {
	MIB = 1024 * 1024,
	DISK_LEAST = 64 * MIB,
	DISK_LITTLE = 256 * MIB,
	YEAR_FIRST = 2026, /* of this program; a clock before it was not set */
	YEAR_LAST = 2099,
	DAY = 24 * 3600,
	CERTIFICATE_SOON = 14, /* days */
};

/* ---- printing ---- */

static void print(struct doctor *d, const char *text)
{
	if (!d->report) {
		command_print(text);
		return;
	}
	buffer_clear(&d->line);
	mask_text(&d->mask, slice_of(text), &d->line);
	command_print(buffer_text(&d->line));
}

void doctor_tell(struct doctor *d, enum doctor_mark mark, const char *step, const char *took,
	const char *own, const char *foreign)
{
	static const char *const marks[] = {
		[GOOD] = "ok", [NOTE] = "note", [BAD] = "FAIL", [LEFT_OUT] = "skip",
	};

	printf("%-4s  %-20s %9s", marks[mark], step, took);
	if (own[0] != '\0')
		printf("  %s", own);
	if (foreign[0] != '\0') {
		fputs(own[0] != '\0' ? " " : "  ", stdout);
		print(d, foreign);
	}
	putchar('\n');
	fflush(stdout);
}

static void good(struct doctor *d, const char *step, const char *text)
{
	doctor_tell(d, GOOD, step, "", text, "");
}

void doctor_bad(struct doctor *d, const char *step, const char *text, const char *const *steps)
{
	doctor_tell(d, BAD, step, "", "", text);
	if (d->failed)
		return;
	d->failed = true;
	d->step = step;
	d->steps = steps;
}

/* Not the name that the site has by default: it is this program's. */
static void mask_known(struct doctor *d, struct slice word)
{
	if (!slice_is(word, "Tocsin"))
		mask_know(&d->mask, word);
}

/* A name of several words counts word by word. */
static void know(struct doctor *d, const char *name)
{
	struct slice rest = slice_of(name);

	while (rest.data != NULL)
		mask_known(d, slice_cut(&rest, ' '));
}

/* ---- this machine ---- */

static bool look_at_config(struct doctor *d)
{
	static const char *const cure[] = {
		"Correct what is said above in tocsin.conf; tocsin.conf(5) has all keys.",
		"Name the file with -c if it lies elsewhere.", NULL,
	};

	if (client_read_config(d->x->path, d->x->arena, &d->config) != EX_OK) {
		doctor_bad(d, "Configuration", "cannot be read", cure);
		return false;
	}
	know(d, d->config.node_name);
	doctor_tell(d, GOOD, "Configuration", "", "read", d->report ? "" : d->x->path);
	return true;
}

static const char *size_text(struct arena *a, uint64_t octets)
{
	uint64_t mib = octets / MIB;

	return mib < 1024 ? arena_printf(a, "%ju MiB", (uintmax_t)mib) :
		arena_printf(a, "%ju.%ju GiB", (uintmax_t)(mib / 1024),
			(uintmax_t)(mib % 1024 * 10 / 1024));
}

static void look_at_disk(struct doctor *d)
{
	static const char *const gone[] = {
		"Start tocsind once: it makes the folder.",
		"Check state_dir in tocsin.conf.", NULL,
	};
	static const char *const full[] = {
		"Make room on the disk of the state folder: without it no mail is taken.",
		"Find what fills it: du -xh / | sort -h | tail.", NULL,
	};
	uint64_t room = 0, size = 0;
	struct fault fault;
	int fd = -1;
	const char *text;

	if (folder_open(FILES_HERE, d->config.state_dir, &fd, &fault) != 0 ||
		disk_free(fd, &room, &size) != 0) {
		descriptor_close(fd);
		if (folder_is_there(FILES_HERE, d->config.state_dir))
			doctor_tell(d, LEFT_OUT, "Disk", "", "you may not look into the state folder", "");
		else
			doctor_bad(d, "Disk", "the state folder cannot be opened", gone);
		return;
	}
	descriptor_close(fd);
	text = arena_printf(d->x->arena, "%s of %s free for the state folder",
		size_text(d->x->arena, room), size_text(d->x->arena, size));
	if (room < DISK_LEAST)
		doctor_bad(d, "Disk", text, full);
	else
		doctor_tell(d, room < DISK_LITTLE ? NOTE : GOOD, "Disk", "", text, "");
}

static void look_at_clock(struct doctor *d)
{
	static const char *const cure[] = {
		"Set the date and time, and a time server: timedatectl set-ntp true.",
		"With a wrong clock every certificate looks expired or not valid yet.", NULL,
	};
	struct civil_time t;
	char text[TIME_RFC3339_SIZE];

	civil_time_from(clock_wall(), 0, &t);
	time_format_rfc3339(clock_wall(), text);
	if (t.year < YEAR_FIRST || t.year > YEAR_LAST)
		doctor_bad(d, "Clock", text, cure);
	else
		good(d, "Clock", text);
}

static void look_at_drop(struct doctor *d)
{
	static const char *const cure[] = {
		"Restart tocsind: it makes the folder and sets its rights.",
		"Submitters other than root need tocsin-sendmail with the group tocsin-drop, as the package "
		"installs it.", NULL,
	};
	const char *path = config_path(d->config.state_dir, CONFIG_DROP_NAME, d->x->arena);

	if (!folder_is_there(FILES_HERE, path))
		doctor_bad(d, "Drop folder", "is missing: mail cannot wait there while the daemon is down", cure);
	else if (!folder_may_write(FILES_HERE, path))
		doctor_tell(d, NOTE, "Drop folder", "", "is there; whether it can be written only root sees",
			"");
	else
		good(d, "Drop folder", "takes mail while the daemon is down");
}

/* ---- the daemon ---- */

static const char *const rights[] = {
	"Run this as root, as the user who started tocsind, or as a member of tocsin-admin.", NULL,
};

static bool look_at_daemon(struct doctor *d)
{
	static const char *const cure[] = {
		"Start it: systemctl start tocsin, or make run in its folder.",
		"If it does not stay up, its log says why: journalctl -u tocsin.", NULL,
	};
	struct unpack u;
	struct fault fault;
	int result = client_init(d->x->client, &d->config, &fault);

	if (result != 0) {
		doctor_bad(d, "Daemon", result == CLIENT_DENIED ? "its socket may not be used by you" :
			"does not run", result == CLIENT_DENIED ? rights : cure);
		return false;
	}
	if (client_ask(d->x->client, WORD_STATUS, NULL, COMMAND_WAIT_MS) != 0) {
		doctor_bad(d, "Daemon", "does not answer", cure);
		return false;
	}
	if (d->x->client->word != WORD_STATUS_IS) {
		doctor_bad(d, "Daemon", "does not take commands from you", rights);
		return false;
	}
	unpack_init(&u, d->x->client->body);
	status_unpack(&u, d->x->arena, &d->status);
	if (!unpack_end(&u)) {
		doctor_bad(d, "Daemon", "is of another version than this command", cure);
		return false;
	}
	know(d, d->status.node_name);
	know(d, d->status.site_name);
	good(d, "Daemon", arena_printf(d->x->arena, "answers, Tocsin %s", d->status.version));
	return true;
}

static void look_at_roles(struct doctor *d)
{
	static const char *const cure[] = {
		"Look into the daemon's log for the reason that the role ended.",
		"Restart tocsind.", NULL,
	};
	const struct status *s = &d->status;

	if (!s->sender_alive)
		doctor_bad(d, "Roles", "the sender does not answer: nothing is sent", cure);
	else if (!s->watcher_alive)
		doctor_tell(d, NOTE, "Roles", "", "the watcher does not answer", "");
	else
		good(d, "Roles", "all answer");
}

static void look_at_certificate(struct doctor *d)
{
	int64_t days = ((int64_t)d->status.https_certificate - clock_wall()) / DAY;

	if (d->status.https_certificate == 0)
		return;
	doctor_tell(d, days < CERTIFICATE_SOON ? NOTE : GOOD, "Certificate", "", arena_printf(d->x->arena,
		days < 0 ? "that of the pages has expired" : "that of the pages is good for %jd days",
		(intmax_t)days), "");
}

static void look_at_queue(struct doctor *d)
{
	const struct status *s = &d->status;

	doctor_tell(d, s->n_held + s->n_failed_day > 0 || s->mail == MAIL_BROKEN ? NOTE : GOOD, "Queue", "",
		arena_printf(d->x->arena, "%ju waiting, %ju held, %ju failed in 24 h%s",
		(uintmax_t)s->n_waiting, (uintmax_t)s->n_held, (uintmax_t)s->n_failed_day,
		s->mail == MAIL_BROKEN ? "; all wait for the relay:" :
		s->n_held > 0 ? "; \"tocsin queue list held\" says why" : ""),
		s->mail == MAIL_BROKEN ? s->mail_reason : "");
}

static bool look_at_settings(struct doctor *d)
{
	static const char *const cure[] = {
		"Open Management > Email Configuration and fill in what is missing.",
		"Or set it here: tocsin set email.relay_host=... email.from_address=...", NULL,
	};

	/* the sign-in is a step of its own */
	if (d->status.mail == MAIL_NOT_SET_UP &&
		!slice_starts(slice_of(d->status.mail_reason), "OAuth2 is chosen")) {
		doctor_bad(d, "Settings", d->status.mail_reason, cure);
		return false;
	}
	good(d, "Settings", "complete");
	return true;
}

/* Everybody may ask for the status, not everybody for what follows. */
static bool may_command(struct doctor *d)
{
	struct unpack u;

	if (client_ask(d->x->client, WORD_OAUTH_STATUS, NULL, COMMAND_WAIT_MS) != 0 ||
		d->x->client->word != WORD_REFUSED)
		return true; /* who asks next says what is wrong */
	unpack_init(&u, d->x->client->body);
	return unpack_below(&u, 256) != EX_NOPERM;
}

static bool look_at_rights(struct doctor *d, bool may)
{
	if (!may)
		doctor_bad(d, "Rights", "the daemon tells you its status alone", rights);
	return may;
}

/* ---- the relay ---- */

/* The contacts; without any, the From Address. NULL: the contacts. */
static int recipient_of(struct doctor *d, const char *asked, const char **ret_to)
{
	const char *contacts = "";
	int result;

	*ret_to = asked;
	if (asked != NULL)
		return EX_OK;
	result = command_setting(d->x, "email.admin_contacts", &contacts);
	if (result == EX_OK && contacts[0] == '\0')
		result = command_setting(d->x, "email.from_address", ret_to);
	return result;
}

static void tell_stage(struct doctor *d, const struct trial *t, const struct trial_stage *s)
{
	static const enum doctor_mark marks[TRIAL_STATE_COUNT] = {
		[TRIAL_WAITING] = LEFT_OUT, [TRIAL_RUNNING] = LEFT_OUT, [TRIAL_GOOD] = GOOD,
		[TRIAL_BAD] = BAD, [TRIAL_SKIPPED] = LEFT_OUT,
	};
	struct arena *a = d->x->arena;
	const char *name = trial_step_name(s->step);
	const char *said = s->state == TRIAL_BAD ? command_words(a, &s->verdict) :
		d->report ? "" : s->result;
	struct diagnosis_facts facts;

	if (s->state == TRIAL_SKIPPED && (s->step == TRIAL_DATA || s->step == TRIAL_ANSWER))
		return; /* never part of this */
	doctor_tell(d, marks[s->state], name, s->state == TRIAL_GOOD || s->state == TRIAL_BAD ?
		arena_printf(a, "%ju ms", (uintmax_t)s->took_ms) : "", "",
		s->subject[0] != '\0' && said[0] != '\0' ? arena_printf(a, "%s: %s", s->subject, said) :
		s->subject[0] != '\0' ? s->subject : said);
	if (s->state != TRIAL_BAD || d->failed)
		return;
	facts = diagnosis_facts_of(&s->verdict);
	facts.port = (unsigned)t->port;
	d->failed = true;
	d->step = name;
	d->cure = diagnosis_find(&facts);
}

/* Verbs and codes; nothing else of a dialogue is safe to show. */
static void print_dialogue(const struct trial *t)
{
	struct slice before = { 0 }; /* a reply of many lines is shown once */

	puts("\nDialogue (C this node, S the relay; verbs and codes only):");
	for (size_t i = 0; i < t->n_lines; i++) {
		const struct trial_line *l = &t->lines[i];
		struct slice text = slice_of(l->text), word = slice_cut(&text, ' ');
		bool server = l->direction == 'S';

		word = slice_sub(word, 0, server ? 3 : 8);
		if ((l->direction != 'C' && !server) || slice_equal(word, before))
			continue;
		before = word;
		if (slice_is_ascii(word))
			printf("%6ju ms %c: %.*s\n", (uintmax_t)l->at_ms, l->direction, SLICE_ARGS(word));
	}
}

static void print_settings(struct doctor *d)
{
	static const char *const keys[] = {
		"email.relay_host", "email.relay_port", "email.encryption", "email.auth",
		"email.rewrite_from", "email.max_connections",
	};
	const char *value;

	puts("\nSettings:");
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (command_setting(d->x, keys[i], &value) != EX_OK)
			continue;
		printf("  %s = ", keys[i]);
		print(d, value);
		putchar('\n');
	}
}

/* Words of the settings that name somebody although they do not look so. */
static void know_names(struct doctor *d)
{
	static const char *const keys[] = {
		"site.name", "site.host_name", "email.username", "email.helo_name", "email.relay_host",
	};
	const char *value;

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (command_setting(d->x, keys[i], &value) == EX_OK && value[0] != '\0' &&
			strpbrk(value, ".@") == NULL)
			know(d, value);
}

static void look_at_relay(struct doctor *d, const char *asked)
{
	static const char *const again[] = {
		"Mend what is said above, then run tocsin doctor again.", NULL,
	};
	struct trial trial = { 0 };
	const char *to = NULL, *why = "The settings cannot be read.";
	int result = recipient_of(d, asked, &to);

	if (result == EX_OK)
		result = command_check_relay(d->x, to, &trial, &why);
	if (result != EX_OK) {
		doctor_bad(d, "Relay", why, again);
		return;
	}
	for (size_t i = 0; i < trial.n_stages; i++)
		tell_stage(d, &trial, &trial.stages[i]);
	if (trial.n_stages == 0)
		doctor_bad(d, "Relay", "the check was interrupted", again);
	if (d->report)
		print_dialogue(&trial);
}

/* ---- the whole ---- */

static int print_end(struct doctor *d)
{
	if (!d->failed) {
		puts("\nNothing is wrong; no mail was sent.");
		return EX_OK;
	}
	printf("\nThe first step that fails: %s.\n", d->step);
	if (d->cure != NULL)
		command_print_diagnosis(d->cure);
	for (size_t i = 0; d->steps != NULL && d->steps[i] != NULL; i++)
		printf("  %zu. %s\n", i + 1, d->steps[i]);
	return EX_UNAVAILABLE;
}

static void examine(struct doctor *d, const char *to)
{
	bool read = look_at_config(d), may;

	if (read)
		look_at_disk(d);
	look_at_clock(d);
	if (read)
		look_at_drop(d);
	if (!read || !look_at_daemon(d))
		return;
	may = may_command(d);
	if (d->report && may)
		know_names(d);
	look_at_roles(d);
	look_at_certificate(d);
	look_at_queue(d);
	if (look_at_settings(d) && d->status.sender_alive && look_at_rights(d, may) &&
		doctor_look_at_token(d))
		look_at_relay(d, to);
	if (d->report && may)
		print_settings(d);
}

/* [--to ADDRESS]; NULL without. */
static int take_recipient(struct context *x, const char **ret_to)
{
	struct address address;
	int error;

	*ret_to = x->argc == 2 && strcmp(x->argv[0], "--to") == 0 ? x->argv[1] : NULL;
	if (*ret_to == NULL)
		return x->argc == 0 ? EX_OK : command_misused("doctor takes [--report] [--to ADDRESS]");
	error = address_parse(slice_of(*ret_to), &address);
	if (error < 0)
		return EX_OSERR;
	if (error == ADDRESS_OK)
		return EX_OK;
	fprintf(stderr, "tocsin: --to %s\n", address_error_text(error));
	return EX_DATAERR;
}

/* [--report] [--to ADDRESS] */
int command_doctor(struct context *x)
{
	struct client client = { 0 };
	struct doctor d = { .x = x, .report = command_take_flag(x, "--report") };
	const char *to;
	int result = take_recipient(x, &to);

	if (result != EX_OK)
		return result;
	x->client = &client;
	mask_init(&d.mask, x->arena);
	buffer_init(&d.line, 64 * 1024);
	if (d.report)
		printf("Tocsin %s, report for the public: names, addresses and IDs are replaced.\n"
			"Read it once more before you post it.\n\n", TOCSIN_VERSION);
	examine(&d, to);
	result = print_end(&d);
	buffer_release(&d.line);
	client_release(&client);
	return result;
}
