/*
 * mail_print.c - lets test_mail_python.py see what core makes of a message: the first argument says
 * what to do, the input comes from standard input, the message goes to standard output. Exits with
 * the function's code when it refuses.
 */
#include <stdio.h>
#include <string.h>

#include "core/compose.h"
#include "core/rewrite.h"
#include "core/submission.h"

enum {
	PARTS_MAX = 100,
	NOW = 1773752525, /* 17 March 2026, 13:02:05 UTC */
};

static struct buffer input, first, second;
static struct arena *arena;

static void read_input(void)
{
	char *room;

	buffer_init(&input, MESSAGE_MAX);
	while ((room = buffer_reserve(&input, 65536)) != NULL) {
		size_t n = fread(room, 1, 65536, stdin);

		buffer_added(&input, n);
		if (n == 0)
			return;
	}
}

static int print(struct slice text)
{
	return fwrite(text.data, 1, text.len, stdout) == text.len ? 0 : 99;
}

static int normalise(struct message *ret_message)
{
	return message_normalise(buffer_slice(&input), &first, ret_message);
}

static int downgrade(const struct message *m)
{
	struct message narrow;
	int error = message_downgrade_body(m, &second, &narrow);

	buffer_clear(&first);
	if (error == 0)
		error = message_downgrade_header(&narrow, arena, &first);
	return error != 0 ? error : print(buffer_slice(&first)) + print(message_body(&narrow));
}

/* The header of a submission by anna, then the body; the envelope goes to standard error. */
static int submit(const struct message *m, int argc, char **argv)
{
	struct slice recipients[16];
	struct submission_options options = {
		.read_recipients = argc == 0,
		.recipients = recipients,
		.login = SLICE("anna"),
		.login_full_name = SLICE("Anna M\xc3\xbcller"),
		.node_name = SLICE("web1.example.com"),
		.site_domain = SLICE("example.com"),
		.now = NOW,
		.utc_offset = 3600,
	};
	struct submission s = { .problem = NULL };
	int error;

	for (int i = 0; i < argc && i < 16; i++)
		recipients[options.n_recipients++] = slice_of(argv[i]);
	error = submission_prepare(m, &options, arena, &second, &s);
	if (error != 0)
		return error;
	fprintf(stderr, "%.*s\n", SLICE_ARGS(s.sender));
	for (size_t i = 0; i < s.n_recipients; i++)
		fprintf(stderr, "%.*s\n", SLICE_ARGS(s.recipients[i]));
	return print(buffer_slice(&second)) + print(message_body(m));
}

static int rewrite(const struct message *m)
{
	struct rewrite_settings settings = {
		.mode = REWRITE_ALWAYS,
		.from_address = SLICE("alerts@example.com"),
		.node_name = SLICE("web1.example.com"),
	};
	struct rewrite r;
	int error = rewrite_sender(m, &settings, SLICE("root@web1"), arena, &second, &r);

	return error != 0 ? error : print(buffer_slice(&second)) + print(message_body(m));
}

/* Input: name NUL subject NUL, then per part kind (a digit) NUL label NUL text NUL. */
static int compose(void)
{
	struct mail_part parts[PARTS_MAX];
	struct slice to[] = { SLICE("admin@example.com"), SLICE("j\xc3\xbcrg@b\xc3\xbc" "cher.example") };
	struct mail mail = { .from_address = SLICE("alerts@example.com"), .to = to, .n_to = 1,
		.node_name = "web1.example.com", .now = NOW, .parts = parts };
	struct slice rest = buffer_slice(&input);
	int error;

	mail.from_name = slice_cut(&rest, '\0').data;
	mail.subject = slice_cut(&rest, '\0').data;
	while (rest.len > 0 && mail.n_parts < PARTS_MAX) {
		struct mail_part *part = &parts[mail.n_parts++];

		part->kind = (enum mail_part_kind)(slice_cut(&rest, '\0').data[0] - '0');
		part->label = slice_cut(&rest, '\0').data;
		part->text = slice_cut(&rest, '\0').data;
	}
	error = compose_mail(&mail, &first);
	return error != 0 ? error : print(buffer_slice(&first));
}

static int test_mail(void)
{
	struct slice to[] = { SLICE("admin@example.com"), SLICE("ops@example.com") };
	struct test_mail test = { .site_name = "B\xc3\xbcro \xf0\x9f\x94\x94", .node_name = "web1.example.com",
		.relay_host = "relay.example", .relay_port = 587, .security = "STARTTLS",
		.asked_by = "anna", .from_address = SLICE("alerts@example.com"), .to = to, .n_to = 2,
		.daily_notice = true, .daily_notice_time = "08:00",
		.page_url = "https://web1.example.com:8443/login/email", .now = NOW, .utc_offset = 3600 };
	int error = compose_test_mail(&test, arena, &first);

	return error != 0 ? error : print(buffer_slice(&first));
}

static int run(int argc, char **argv)
{
	struct message m;
	int error;

	if (strcmp(argv[1], "compose") == 0)
		return compose();
	if (strcmp(argv[1], "test_mail") == 0)
		return test_mail();
	error = normalise(&m);
	if (error != 0)
		return error;
	if (strcmp(argv[1], "downgrade") == 0)
		return downgrade(&m);
	if (strcmp(argv[1], "submit") == 0)
		return submit(&m, argc - 2, argv + 2);
	if (strcmp(argv[1], "rewrite") == 0)
		return rewrite(&m);
	return print(m.text);
}

int main(int argc, char **argv)
{
	int result;

	arena = arena_new(SUBMISSION_ARENA);
	buffer_init(&first, MESSAGE_MAX);
	buffer_init(&second, MESSAGE_MAX);
	read_input();
	result = argc > 1 && arena != NULL ? run(argc, argv) : 98;
	buffer_release(&input);
	buffer_release(&first);
	buffer_release(&second);
	arena_free(arena);
	return result < 0 ? 100 : result;
}
