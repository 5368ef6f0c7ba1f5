/* queue_address.c - what the mail log's address says; see queue_address.h. */
#include "web/pages/queue_address.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "core/queue_state.h"
#include "core/time_format.h"
#include "http/url.h"

enum {
	URL_MAX = 8 * 1024,
	ID_MAX = 1000,
};

const struct queue_list_kind queue_lists[] = {
	{ "all", "All", "All mail that was handed to this node.",
	    "No mail was handed to this node yet. Whatever programs send through sendmail, and what "
	    "Tocsin sends itself, will stand here." },
	{ "open", "Open", "Mail that the relay has not taken yet and that is not given up.",
	    "No mail waits. What programs hand to this node stands here until the relay has it." },
	{ "queued", "Queued", "Mail that is tried at once, as soon as the relay works.",
	    "No mail is queued. As a rule mail is queued for less than a second before it is tried." },
	{ "deferred", "Deferred", "Mail that was tried and is tried again by itself.",
	    "No mail is deferred. When the relay does not take mail at once, it stands here with the "
	    "time of its next try." },
	{ "held", "Held", "Mail that waits until somebody mends the reason, or releases it.",
	    "No mail is held. Mail that only a change of the settings or of the account at the relay "
	    "can help, and mail that somebody holds, stands here with its reason." },
	{ "failed", "Failed", "Mail that is not tried again, for at least one recipient.",
	    "No mail failed. Mail that the relay refuses for good stands here with the relay's words." },
	{ "accepted", "Accepted", "Mail that the relay has taken, for at least one recipient.",
	    "The relay has taken no mail yet. What it takes stands here with its answer." },
};

const size_t n_queue_lists = COUNT_OF(queue_lists);

const uint64_t queue_sizes[QUEUE_SIZES] = { 25, QUEUE_SIZE_DEFAULT, 100 };

const struct queue_list_kind *queue_list_find(struct slice name)
{
	if (name.len == 0)
		return &queue_lists[0];
	for (size_t i = 0; i < COUNT_OF(queue_lists); i++)
		if (slice_is(name, queue_lists[i].name))
			return &queue_lists[i];
	return NULL;
}

/* ---- reading ---- */

static bool read_size(struct slice text, uint64_t *ret_size)
{
	uint64_t size;

	if (text.len == 0) {
		*ret_size = QUEUE_SIZE_DEFAULT;
		return true;
	}
	if (!number_parse(text, 1, UINT64_MAX, &size))
		return false;
	for (size_t i = 0; i < QUEUE_SIZES; i++) {
		if (queue_sizes[i] != size)
			continue;
		*ret_size = size;
		return true;
	}
	return false;
}

static const char *read_text(const struct form *query, const char *name, struct arena *a)
{
	return arena_text(a, slice_trim(slice_of(form_text(query, name))));
}

bool queue_address_read(const struct form *query, struct arena *a,
	struct queue_address *ret_address)
{
	struct slice after = form_get(query, "after"), order = form_get(query, "order");
	struct queue_address address = {
		.list = queue_list_find(form_get(query, "state")),
		.to = read_text(query, "to", a),
		.from = read_text(query, "from", a),
		.subject = read_text(query, "subject", a),
		.id = read_text(query, "id", a),
		.since = read_text(query, "since", a),
		.until = read_text(query, "until", a),
		.oldest_first = slice_is(order, "oldest"),
	};

	if (address.list == NULL || (order.len > 0 && !address.oldest_first) ||
	    !read_size(form_get(query, "size"), &address.size) ||
	    (after.len > 0 && !number_parse(after, 0, INT64_MAX, &address.after)))
		return false;
	*ret_address = address;
	return true;
}

/* ---- writing ---- */

static void append_text(struct buffer *url, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	buffer_appendf(url, "&%s=", name);
	url_append_escaped(url, slice_of(value));
}

const char *queue_address_url(const struct queue_address *address, struct arena *a)
{
	struct buffer url;
	const char *text;

	buffer_init(&url, URL_MAX);
	buffer_appendf(&url, "/login/queue?state=%s", address->list->name);
	append_text(&url, "to", address->to);
	append_text(&url, "from", address->from);
	append_text(&url, "subject", address->subject);
	append_text(&url, "id", address->id);
	append_text(&url, "since", address->since);
	append_text(&url, "until", address->until);
	if (address->oldest_first)
		buffer_append_text(&url, "&order=oldest");
	if (address->size != QUEUE_SIZE_DEFAULT)
		buffer_appendf(&url, "&size=%" PRIu64, address->size);
	if (address->after > 0)
		buffer_appendf(&url, "&after=%" PRIu64, address->after);
	text = buffer_ok(&url) ? arena_copy(a, buffer_text(&url)) : "/login/queue";
	buffer_release(&url);
	return text;
}

bool queue_address_searches(const struct queue_address *address)
{
	const char *const texts[] = { address->to, address->from, address->subject, address->id,
		address->since, address->until };

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i][0] != '\0')
			return true;
	return false;
}

/* ---- what is asked ---- */

static void check_text(const char *text, size_t max, const char *field,
	struct problems_view *problems)
{
	if (strlen(text) > max)
		problems_add(problems, field, "This is too long. Search for a shorter part of it.");
}

static void read_moment(const char *text, const char *field, int64_t *first, int64_t *end,
	struct problems_view *problems)
{
	if (text[0] != '\0' && !time_parse_moment(slice_of(text), first, end))
		problems_add(problems, field, "Enter a day as 2026-03-17, or a time of it as "
		    "2026-03-17 14:30 (UTC).");
}

struct queue_question queue_address_question(const struct queue_address *address,
	struct problems_view *problems)
{
	int64_t since = 0, until = 0, other = 0;

	check_text(address->to, QUEUE_SEARCH_TEXT_MAX, "to", problems);
	check_text(address->from, QUEUE_SEARCH_TEXT_MAX, "from", problems);
	check_text(address->subject, QUEUE_SEARCH_TEXT_MAX, "subject", problems);
	check_text(address->id, ID_MAX, "id", problems);
	read_moment(address->since, "since", &since, &other, problems);
	read_moment(address->until, "until", &other, &until, problems);
	if (since != 0 && until != 0 && since >= until)
		problems_add(problems, "until", "Enter a time that is not before the first one.");
	return (struct queue_question){
		.state = address->list->name,
		.to = address->to,
		.from = address->from,
		.subject = address->subject,
		.id = address->id,
		.since = (uint64_t)since,
		.until = (uint64_t)until,
		.oldest_first = address->oldest_first,
		.after = address->after,
	};
}

/* ---- the search's fields ---- */

void queue_address_fields(const struct queue_address *address, const struct problems_view *problems,
	struct arena *a, struct field_view **ret_fields, size_t *ret_n)
{
	const struct {
		const char *name, *label, *help, *value;
	} rows[] = {
		{ "to", "Recipient contains", NULL, address->to },
		{ "from", "Sender contains", "in From, or in the sender that the relay is told",
		    address->from },
		{ "subject", "Subject contains", NULL, address->subject },
		{ "id", "Queue ID or Message-ID", "all of it; every other field is then left aside",
		    address->id },
		{ "since", "Came in since", "a day such as 2026-03-17, or 2026-03-17 14:30 (UTC)",
		    address->since },
		{ "until", "Came in until", "that day or minute included", address->until },
	};
	struct field_view *fields = arena_array(a, COUNT_OF(rows), sizeof(*fields));

	*ret_fields = fields;
	*ret_n = fields != NULL ? COUNT_OF(rows) : 0;
	for (size_t i = 0; i < *ret_n; i++) {
		fields[i] = (struct field_view){
			.kind = FIELD_LINE,
			.name = rows[i].name,
			.label = rows[i].label,
			.help = rows[i].help,
			.value = rows[i].value,
			.error = problems_of(problems, rows[i].name),
		};
		field_view_finish(&fields[i], a);
	}
}
