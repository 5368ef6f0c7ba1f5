/* compose_test.c - what the test mail says; see compose.h. */
#include "core/compose.h"

#include <string.h>

#include "core/time_format.h"

static const char *subject_of(const struct test_mail *test, struct arena *arena)
{
	if (test->site_name[0] == '\0')
		return arena_printf(arena, "Test mail from %s", test->node_name);
	return arena_printf(arena, "[%s] Test mail from %s", test->site_name, test->node_name);
}

static const char *relay_of(const struct test_mail *test, struct arena *arena)
{
	bool is_ipv6 = strchr(test->relay_host, ':') != NULL;

	return arena_printf(arena, "%s%s%s, port %u, %s", is_ipv6 ? "[" : "", test->relay_host,
		is_ipv6 ? "]" : "", (unsigned)test->relay_port, test->security);
}

/* One address a line. */
static const char *recipients_of(const struct test_mail *test, struct arena *arena)
{
	struct buffer text;
	const char *copy;

	buffer_init(&text, 300 * test->n_to);
	for (size_t i = 0; i < test->n_to; i++) {
		buffer_append_text(&text, i > 0 ? "\n" : "");
		buffer_append_slice(&text, test->to[i]);
	}
	copy = arena_copy(arena, buffer_text(&text));
	buffer_release(&text);
	return copy;
}

static const char *daily_of(const struct test_mail *test, struct arena *arena)
{
	if (!test->daily_notice)
		return "No daily notice: it is switched off. With it, a day without a mail tells that mail "
			"is broken.";
	return arena_printf(arena, "A short notice every day at %s. A day without it tells that mail is "
		"broken.", test->daily_notice_time);
}

static const char *note_of(const struct test_mail *test, struct arena *arena)
{
	if (test->page_url[0] == '\0')
		return arena_printf(arena, "Sent by Tocsin on %s.", test->node_name);
	return arena_printf(arena, "Sent by Tocsin on %s.\nRelay and recipients are set at %s",
		test->node_name, test->page_url);
}

int compose_test_mail(const struct test_mail *test, struct arena *arena, struct buffer *out)
{
	char when[TIME_HUMAN_SIZE];
	const struct mail_part parts[] = {
		{ MAIL_PARAGRAPH, NULL, arena_printf(arena,
			"If you read this, alert mail from %s reaches you.", test->node_name) },
		{ MAIL_ROW, "Site", test->site_name[0] != '\0' ? test->site_name : "(no name set)" },
		{ MAIL_ROW, "Node", test->node_name },
		{ MAIL_ROW, "Relay", relay_of(test, arena) },
		{ MAIL_ROW, "From", arena_text(arena, test->from_address) },
		{ MAIL_ROW, "To", recipients_of(test, arena) },
		{ MAIL_ROW, "Asked for by", test->asked_by },
		{ MAIL_ROW, "Written", when },
		{ MAIL_HEADING, NULL, "What else will come" },
		{ MAIL_ITEM, NULL, daily_of(test, arena) },
		{ MAIL_ITEM, NULL, "Alerts: what happened on this node, since when, and what to do." },
		{ MAIL_ITEM, NULL, "Mail that programs on this node send to root and to its local users." },
		{ MAIL_NOTE, NULL, note_of(test, arena) },
	};
	struct mail mail = {
		.from_name = test->site_name,
		.from_address = test->from_address,
		.to = test->to,
		.n_to = test->n_to,
		.subject = subject_of(test, arena),
		.node_name = test->node_name,
		.now = test->now,
		.utc_offset = test->utc_offset,
		.parts = parts,
		.n_parts = COUNT_OF(parts),
	};

	time_format_human(test->now, test->utc_offset, when);
	memcpy(mail.random, test->random, sizeof(mail.random));
	return arena_failed(arena) ? -1 : compose_mail(&mail, out);
}
