/* notice_text.c - what our notices say; see notice_text.h. */
#include "core/notice_text.h"

#include "core/diagnosis.h"
#include "core/plain_text.h"
#include "core/time_format.h"

enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
	WORDS_MAX = 300, /* octets of a subject or of a server's words in a list */
};

/* ---- rows ---- */

static void add(struct notice_text *t, enum mail_part_kind kind, const char *label,
	const char *text)
{
	if (t->n_parts < NOTICE_PARTS_MAX)
		t->parts[t->n_parts++] = (struct mail_part){ kind, label, text };
}

static void add_number(struct notice_text *t, const char *label, uint64_t n, struct arena *a)
{
	add(t, MAIL_ROW, label, arena_printf(a, "%ju", (uintmax_t)n));
}

static const char *when(const struct notice_frame *f, int64_t at, struct arena *a)
{
	char text[TIME_HUMAN_SIZE];

	time_format_human(at, time_zone_offset(f->zone, at), text);
	return arena_copy(a, text);
}

const char *notice_span(int64_t seconds, struct arena *a)
{
	static const struct {
		int64_t length;
		const char *name;
	} units[] = { { DAY, "day" }, { HOUR, "hour" }, { MINUTE, "minute" }, { 1, "second" } };
	size_t i = 0;
	int64_t large, small;

	if (seconds < 0)
		seconds = 0;
	while (units[i].length > 1 && seconds < units[i].length)
		i++;
	large = seconds / units[i].length;
	small = units[i].length > 1 ? seconds % units[i].length / units[i + 1].length : 0;
	if (small == 0)
		return arena_printf(a, "%jd %s%s", (intmax_t)large, units[i].name, large == 1 ? "" : "s");
	return arena_printf(a, "%jd %s%s %jd %s%s", (intmax_t)large, units[i].name,
		large == 1 ? "" : "s", (intmax_t)small, units[i + 1].name, small == 1 ? "" : "s");
}

static const char *subject_of(const struct notice_frame *f, const char *what, struct arena *a)
{
	if (f->site_name[0] == '\0')
		return arena_printf(a, "%s: %s", f->node_name, what);
	return arena_printf(a, "[%s] %s: %s", f->site_name, f->node_name, what);
}

static void add_origin(struct notice_text *t, const struct notice_frame *f, struct arena *a)
{
	if (f->site_name[0] != '\0')
		add(t, MAIL_ROW, "Site", f->site_name);
	add(t, MAIL_ROW, "Node", f->node_name);
	add(t, MAIL_ROW, "Written", when(f, f->now, a));
}

static const char *on_one_line(const char *text, struct arena *a)
{
	char out[WORDS_MAX + 1];

	plain_text_copy(slice_of(text), PLAIN_TEXT_LINES, out, sizeof(out));
	for (char *c = out; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	return arena_copy(a, out);
}

/* ---- failures ---- */

static const char *reason_of(const struct verdict *v, struct arena *a)
{
	struct diagnosis_facts facts;
	const char *title, *words, *code = "";

	if (v == NULL)
		return "it could not be delivered";
	facts = diagnosis_facts_of(v);
	title = diagnosis_find(&facts)->title;
	words = on_one_line(v->text, a);
	if (v->code != 0)
		code = arena_printf(a, "%u ", v->code);
	return words[0] != '\0' ? arena_printf(a, "%s (%s%s)", title, code, words) : title;
}

static void add_failures(struct notice_text *t, const struct notice_frame *f,
	const struct notice_failures *list, struct arena *a)
{
	for (size_t i = 0; i < list->n && i < NOTICE_FAILURES_MAX; i++) {
		const struct notice_failure *item = &list->items[i];

		add(t, MAIL_ITEM, NULL, arena_printf(a, "%s, to %s, \"%s\", %s: %s.", when(f, item->at, a),
			item->address, on_one_line(item->subject, a), item->queue_id,
			reason_of(item->verdict, a)));
	}
	if (list->total > list->n)
		add(t, MAIL_ITEM, NULL, arena_printf(a, "and %ju more.",
			(uintmax_t)(list->total - list->n)));
}

void notice_text_failures(const struct notice_frame *f, const struct notice_failures *failures,
	struct arena *a, struct notice_text *ret_text)
{
	struct notice_text *t = ret_text;
	bool one = failures->total == 1;

	*t = (struct notice_text){ .n_parts = 0 };
	t->subject = subject_of(f, one ? "mail for one recipient could not be delivered" :
		arena_printf(a, "mail for %ju recipients could not be delivered",
			(uintmax_t)failures->total), a);
	add(t, MAIL_PARAGRAPH, NULL, arena_printf(a, "Mail from %s was refused for good, or could not be "
		"delivered for five days. It is not tried again; whoever sent it was not told, except by "
		"this notice.", f->node_name));
	add_origin(t, f, a);
	add(t, MAIL_HEADING, NULL, "What failed");
	add_failures(t, f, failures, a);
	add(t, MAIL_NOTE, NULL, arena_printf(a, "The mail log has the whole story of each: "
		"%s/login/queue\nFailures are told at most once an hour, and failures of notices like this "
		"one never.", f->page_url));
}

/* ---- the daily notice ---- */

int64_t notice_days_left(int64_t until, int64_t now)
{
	return until > now ? (until - now) / DAY : 0;
}

static const struct notice_certificate *first_to_expire(const struct daily_facts *facts)
{
	const struct notice_certificate *first = NULL;

	for (size_t i = 0; i < NOTICE_CERTIFICATES_MAX; i++) {
		const struct notice_certificate *c = &facts->certificates[i];

		if (c->until != 0 && (first == NULL || c->until < first->until))
			first = c;
	}
	return first;
}

/* A certificate that ends soon is the one thing that a subject must not leave out. */
static const char *warning_of(const struct notice_frame *f, const struct notice_certificate *c,
	struct arena *a)
{
	static const struct {
		int64_t below;
		const char *urgency;
	} steps[] = { { 7, "URGENT: " }, { 14, "soon: " }, { 30, "" } };
	int64_t days;

	if (c == NULL)
		return NULL;
	if (c->until <= f->now)
		return arena_printf(a, "URGENT: %s has expired", c->label);
	days = notice_days_left(c->until, f->now);
	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (days < steps[i].below)
			return arena_printf(a, "%s%s has %jd day%s left", steps[i].urgency, c->label,
				(intmax_t)days, days == 1 ? "" : "s");
	return NULL;
}

static void add_certificates(struct notice_text *t, const struct notice_frame *f,
	const struct daily_facts *facts, struct arena *a)
{
	for (size_t i = 0; i < NOTICE_CERTIFICATES_MAX; i++) {
		const struct notice_certificate *c = &facts->certificates[i];

		if (c->until == 0)
			continue;
		add(t, MAIL_ROW, c->label, c->until <= f->now ?
			arena_printf(a, "expired on %s", when(f, c->until, a)) :
			arena_printf(a, "%jd days left, until %s",
				(intmax_t)notice_days_left(c->until, f->now),
				when(f, c->until, a)));
	}
}

static void add_counts(struct notice_text *t, const struct notice_frame *f,
	const struct daily_facts *facts, struct arena *a)
{
	add_number(t, "Accepted in 24 hours", facts->accepted, a);
	add_number(t, "Failed in 24 hours", facts->failed, a);
	add_number(t, "Waiting", facts->waiting, a);
	add_number(t, "Held", facts->held, a);
	if (facts->oldest_waiting != 0)
		add(t, MAIL_ROW, "Oldest waiting since", arena_printf(a, "%s (%s)",
			when(f, facts->oldest_waiting, a),
			notice_span(f->now - facts->oldest_waiting, a)));
}

void notice_text_daily(const struct notice_frame *f, const struct daily_facts *facts,
	struct arena *a, struct notice_text *ret_text)
{
	const char *warning = warning_of(f, first_to_expire(facts), a);
	struct notice_text *t = ret_text;

	*t = (struct notice_text){ .n_parts = 0 };
	t->subject = subject_of(f, warning == NULL ? "daily communication notice" :
		arena_printf(a, "daily communication notice, %s", warning), a);
	add(t, MAIL_PARAGRAPH, NULL, arena_printf(a, "Mail from %s works: this notice has reached you "
		"through the relay %s.", f->node_name, facts->relay));
	if (warning != NULL)
		add(t, MAIL_PARAGRAPH, NULL, arena_printf(a, "To be done: %s. %s", warning,
			first_to_expire(facts)->until <= f->now ?
			"Renew it now: pages or mail do not work with it." :
			"Renew it before it ends; otherwise pages or mail stop then."));
	add_origin(t, f, a);
	add_counts(t, f, facts, a);
	add_certificates(t, f, facts, a);
	add(t, MAIL_ROW, "Next notice", arena_printf(a, "%s (%s)", when(f, facts->next, a),
		f->zone_name));
	if (facts->failures.total > 0) {
		add(t, MAIL_HEADING, NULL, "What failed in 24 hours");
		add_failures(t, f, &facts->failures, a);
	}
	add(t, MAIL_NOTE, NULL, arena_printf(a, "If the next notice does not come, mail from this node is "
		"broken, or the node is down: look at %s/login/status or run \"tocsin status\" there.",
		f->page_url));
}

/* ---- mail works again ---- */

void notice_text_healed(const struct notice_frame *f, const struct healed_facts *facts,
	struct arena *a, struct notice_text *ret_text)
{
	struct diagnosis_facts about = diagnosis_facts_of(facts->verdict);
	const struct diagnosis *d = diagnosis_find(&about);
	struct notice_text *t = ret_text;
	const char *words = on_one_line(facts->verdict->text, a);

	*t = (struct notice_text){ .n_parts = 0 };
	t->subject = subject_of(f, arena_printf(a, "mail works again after %s",
		notice_span(facts->ended - facts->began, a)), a);
	add(t, MAIL_PARAGRAPH, NULL, arena_printf(a, "Mail from %s works again since %s. Mail that was "
		"handed in meanwhile waited in the queue and is on its way.", f->node_name,
		when(f, facts->ended, a)));
	add_origin(t, f, a);
	add(t, MAIL_ROW, "Broken from", when(f, facts->began, a));
	add(t, MAIL_ROW, "Broken until", when(f, facts->ended, a));
	if (facts->breaks > 1)
		add(t, MAIL_ROW, "How often", arena_printf(a, "it broke %ju times in that time",
			(uintmax_t)facts->breaks));
	add_number(t, "Messages that waited", facts->waited, a);
	add(t, MAIL_ROW, "Why", d->title);
	add(t, MAIL_ROW, "What was seen", facts->verdict->code != 0 ?
		arena_printf(a, "%u %s", facts->verdict->code, words) : words);
	add(t, MAIL_PARAGRAPH, NULL, d->meaning);
	add(t, MAIL_NOTE, NULL, arena_printf(a, "This notice comes once, when the relay has stayed good "
		"for a while. The mail log: %s/login/queue", f->page_url));
}

/* ---- what ends soon ---- */

static void add_ending(struct notice_text *t, const struct notice_frame *f,
	const struct ending *e, struct arena *a)
{
	const struct ending_words *w = ending_words(e->kind);

	add(t, MAIL_HEADING, NULL, ending_sentence(e, f->now, a));
	add(t, MAIL_PARAGRAPH, NULL, w->meaning);
	add(t, MAIL_ROW, "Ends", when(f, e->until, a));
	for (size_t i = 0; i < ENDING_CURE_MAX && w->cure[i] != NULL; i++)
		add(t, MAIL_ITEM, NULL, w->cure[i]);
}

void notice_text_endings(const struct notice_frame *f, const struct ending *list, size_t n,
	struct arena *a, struct notice_text *ret_text)
{
	struct notice_text *t = ret_text;
	const struct ending *nearest = &list[0];

	for (size_t i = 1; i < n; i++)
		if (list[i].until < nearest->until)
			nearest = &list[i];
	*t = (struct notice_text){ .n_parts = 0 };
	t->subject = subject_of(f, ending_sentence(nearest, f->now, a), a);
	add(t, MAIL_PARAGRAPH, NULL, arena_printf(a, "Mail from %s will stop unless somebody does what "
		"is said below.", f->node_name));
	add_origin(t, f, a);
	for (size_t i = 0; i < n; i++)
		add_ending(t, f, &list[i], a);
	add(t, MAIL_NOTE, NULL, arena_printf(a, "This is told 30, 14, 7, 3 and 1 days before. How it "
		"stands now: %s/login/email#connection", f->page_url));
}
