/* command_status.c - tocsin status. */
#include <stdio.h>
#include <sysexits.h>

#include "core/diagnosis.h"
#include "tools/command.h"
#include "tools/json_print.h"
#include "wire/status.h"

enum {
	MEBIBYTE = 1024 * 1024,
	DAY = 86400,
};

static const char *const mail_words[MAIL_STATE_COUNT] = {
	[MAIL_NOT_SET_UP] = "not set up",
	[MAIL_UNTRIED] = "set up, nothing was sent yet",
	[MAIL_WORKS] = "works",
	[MAIL_BROKEN] = "BROKEN: the queue is held",
};

static void print_text(const char *label, const char *text)
{
	printf("%-10s ", label);
	command_print(text);
	putchar('\n');
}

/* As the banner on every page: why, what was seen, what to do, when it is tried again. */
static void print_trouble(struct context *x, const struct status *s)
{
	struct diagnosis_facts facts = diagnosis_facts_of(&s->mail_verdict);
	const struct diagnosis *d = diagnosis_find(&facts);

	print_text("why", d->title);
	if (s->mail_verdict.text[0] != '\0')
		print_text("seen", s->mail_verdict.text);
	for (size_t i = 0; d->cure[i] != NULL; i++)
		print_text(i == 0 ? "what to do" : "", arena_printf(x->arena, "%zu. %s", i + 1, d->cure[i]));
	if (d->field != NULL)
		print_text("concerns", d->field);
	printf("next try   %s\n", s->next_probe != 0 ? command_time(x->arena, s->next_probe) :
		"under way");
}

static void print_mail(struct context *x, const struct status *s)
{
	printf("mail       %s", mail_words[s->mail]);
	if (s->mail_since != 0)
		printf(", since %s", command_time(x->arena, s->mail_since));
	putchar('\n');
	if (s->mail_reason[0] != '\0')
		print_text("reason", s->mail_reason);
	if (s->mail == MAIL_BROKEN)
		print_trouble(x, s);
	if (s->relay[0] != '\0')
		printf("relay      %s\n", s->relay);
	if (s->last_accepted != 0)
		printf("accepted   last %s, %ju in 24 h\n", command_time(x->arena, s->last_accepted),
			(uintmax_t)s->n_accepted_day);
	else
		puts("accepted   nothing yet");
	printf("notice     %s\n", s->next_notice != 0 ?
		arena_printf(x->arena, "the next is due %s", command_time(x->arena, s->next_notice)) :
		"no daily notice is sent");
}

static void print_certificate(struct context *x, const struct status *s, const char *label,
	uint64_t until)
{
	if (until == 0)
		return;
	if (until <= s->now)
		printf("%-10s EXPIRED on %s\n", label, command_time(x->arena, until));
	else
		printf("%-10s %ju days left, until %s\n", label, (uintmax_t)((until - s->now) / DAY),
			command_time(x->arena, until));
}

static void print_disk(const struct status *s)
{
	printf("disk       %s%ju MiB free\n", s->disk_full ? "FULL: no new mail is taken, " : "",
		(uintmax_t)(s->disk_free / MEBIBYTE));
}

/* What is far off as a fact, what is near with its cure. */
static void print_ending(struct context *x, const struct status *s, const struct ending *e)
{
	int64_t now = (int64_t)s->now;

	printf("%-10s %s: %s\n", ending_step(e->until, now) != 0 ? "SOON" : "ends",
		ending_sentence(e, now, x->arena), command_time(x->arena, (uint64_t)e->until));
	if (ending_step(e->until, now) != 0)
		print_text("", ending_cure(e->kind, x->arena));
}

static void print_node(struct context *x, const struct status *s)
{
	print_certificate(x, s, "https cert", s->https_certificate);
	print_certificate(x, s, "relay cert", s->relay_certificate);
	print_certificate(x, s, "relay CA", s->ca_certificate);
	for (size_t i = 0; i < s->n_endings; i++)
		print_ending(x, s, &s->endings[i]);
	printf("roles      sender %s, watcher %s\n", s->sender_alive ? "alive" : "away",
		s->watcher_alive ? "alive" : "away");
	print_disk(s);
	if (s->self_probe_at != 0)
		printf("self-probe %s at %s: %s\n", s->self_probe_good ? "good" : "BAD",
			command_time(x->arena, s->self_probe_at), s->self_probe_detail);
}

static const char *const mail_names[MAIL_STATE_COUNT] = {
	[MAIL_NOT_SET_UP] = "not_set_up",
	[MAIL_UNTRIED] = "untried",
	[MAIL_WORKS] = "works",
	[MAIL_BROKEN] = "broken",
};

/* Absent when it is not known. */
static const char *const ending_keys[ENDING_KIND_COUNT] = {
	[ENDING_SECRET] = "client_secret_ends",
	[ENDING_CERTIFICATE] = "client_certificate_ends",
	[ENDING_SIGN_IN] = "sign_in_ends",
	[ENDING_TESTING] = "google_testing_ends",
	[ENDING_ACCESS] = "access_token_ends",
};

static void print_json(const struct status *s)
{
	fputs("{\"node\": ", stdout);
	json_print_string(s->node_name);
	json_print_text("site", s->site_name);
	json_print_text("version", s->version);
	json_print_number("now", s->now);
	json_print_number("started", s->started);
	json_print_text("mail", mail_names[s->mail]);
	json_print_number("mail_since", s->mail_since);
	json_print_text("mail_reason", s->mail_reason);
	json_print_text("relay", s->relay);
	json_print_number("next_try", s->next_probe);
	json_print_number("last_accepted", s->last_accepted);
	json_print_number("waiting", s->n_waiting);
	json_print_number("held", s->n_held);
	json_print_number("failed_day", s->n_failed_day);
	json_print_number("accepted_day", s->n_accepted_day);
	json_print_number("oldest_waiting", s->oldest_waiting);
	json_print_number("https_certificate_ends", s->https_certificate);
	json_print_number("relay_certificate_ends", s->relay_certificate);
	json_print_number("ca_certificate_ends", s->ca_certificate);
	for (size_t i = 0; i < s->n_endings; i++)
		json_print_number(ending_keys[s->endings[i].kind], (uint64_t)s->endings[i].until);
	json_print_number("next_notice", s->next_notice);
	json_print_bool("disk_full", s->disk_full);
	json_print_number("disk_free", s->disk_free);
	json_print_bool("sender_alive", s->sender_alive);
	json_print_bool("watcher_alive", s->watcher_alive);
	json_print_bool("self_probe_good", s->self_probe_good);
	puts("}");
}

static void print_all(struct context *x, const struct status *s)
{
	printf("node       %s (Tocsin %s)\n", s->node_name, s->version);
	printf("running    since %s\n", command_time(x->arena, s->started));
	print_mail(x, s);
	printf("queue      %ju waiting, %ju held, %ju failed in 24 h", (uintmax_t)s->n_waiting,
		(uintmax_t)s->n_held, (uintmax_t)s->n_failed_day);
	if (s->oldest_waiting != 0)
		printf(", oldest from %s", command_time(x->arena, s->oldest_waiting));
	putchar('\n');
	print_node(x, s);
}

/* Mail waits for somebody to sign in, or for a setting; the relay itself is not what fails. */
static bool waits_for_a_person(const struct status *s)
{
	return s->mail == MAIL_NOT_SET_UP && s->relay[0] != '\0' && s->n_waiting > 0;
}

int command_status(struct context *x)
{
	bool json = command_take_json(x), check = command_take_option(x, "--check");
	struct status s;
	struct unpack u;
	int result;

	if (x->argc != 0)
		return command_misused("status takes --check and --json and nothing else");
	result = command_ask(x, WORD_STATUS, NULL, WORD_STATUS_IS, COMMAND_WAIT_MS);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	status_unpack(&u, x->arena, &s);
	if (!unpack_end(&u))
		return command_malformed();
	if (json)
		print_json(&s);
	else
		print_all(x, &s);
	return check && (s.mail == MAIL_BROKEN || waits_for_a_person(&s)) ? EX_TEMPFAIL : EX_OK;
}
