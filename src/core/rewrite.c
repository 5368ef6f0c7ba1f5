/* rewrite.c - mail of local programs under the relay account's own address; see rewrite.h. */
#include "core/rewrite.h"

#include <string.h>

#include "core/address.h"
#include "core/address_header.h"
#include "core/mime.h"

/* One rewriting under way. */
struct work {
	const struct rewrite_settings *settings;
	struct slice header;
	struct arena *arena;
	struct buffer *out;
	struct slice ours; /* the From Address with its domain in A-labels */
	struct slice envelope_sender; /* the original */
	struct mailbox_list from; /* the first From field that names anybody */
	bool from_is_ours, sender_is_ours;
	bool mark_auto_submitted;
};

bool rewrite_is_on(const struct rewrite_settings *settings)
{
	switch (settings->mode) {
	case REWRITE_AUTO:
		return settings->authenticated;
	case REWRITE_ALWAYS:
		return true;
	case REWRITE_NEVER:
		return false;
	}
	return false;
}

static bool ends_nocase(struct slice s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len > len && slice_is_nocase(slice_sub(s, s.len - len, len), suffix);
}

bool rewrite_domain_is_routable(struct slice domain)
{
	static const char *const local[] = { ".localhost", ".local", ".localdomain", ".lan", ".internal",
		".home.arpa", ".invalid" };

	if (domain.len == 0 || domain.data[0] == '[' || !slice_has_char(domain, '.'))
		return false;
	for (size_t i = 0; i < COUNT_OF(local); i++)
		if (ends_nocase(domain, local[i]))
			return false;
	return true;
}

static bool is_ours(const struct work *w, struct slice text)
{
	struct address a, ours;

	return address_parse(text, &a) == 0 && address_parse(w->ours, &ours) == 0 &&
		address_equal(&a, &ours);
}

static int ascii_address(struct slice text, struct arena *arena, struct slice *ret_text)
{
	char ascii[ADDRESS_SIZE];
	struct address a;

	if (address_parse(text, &a) != 0 || address_to_ascii_domain(&a, ascii) != 0)
		return -1;
	*ret_text = slice_of(arena_copy(arena, ascii));
	return 0;
}

/* Several From fields are one too many, so they are never ours. */
static int read_from(struct work *w)
{
	struct message_field field;
	size_t at = 0, n_fields = 0;

	while (message_next_field(w->header, &at, &field)) {
		struct mailbox_list list = { 0 };

		if (!slice_is_nocase(field.name, "From"))
			continue;
		n_fields++;
		if (address_header_parse(field.body, w->arena, &list) < 0)
			return -1;
		if (w->from.count == 0)
			w->from = list;
	}
	w->from_is_ours = n_fields == 1 && w->from.count == 1 && w->from.n_bad == 0 &&
		is_ours(w, w->from.items[0].address);
	return 0;
}

/* "root on HOST" for a sender without a name of its own. */
static struct slice display_name(struct work *w)
{
	struct slice sender = w->envelope_sender;
	struct slice local = slice_sub(sender, 0, slice_find_char(sender, '@'));

	if (w->from.count > 0 && w->from.items[0].name.len > 0)
		return w->from.items[0].name;
	if (w->from.count > 0)
		local = w->from.items[0].local;
	if (local.len > 2 && local.data[0] == '"')
		local = slice_sub(local, 1, local.len - 2);
	if (local.len == 0)
		local = SLICE("mail");
	return slice_of(arena_printf(w->arena, "%.*s on %.*s", SLICE_ARGS(local),
		SLICE_ARGS(w->settings->node_name)));
}

static void put_line(struct work *w, struct buffer *line, size_t width)
{
	if (buffer_ok(line))
		mime_fold(buffer_slice(line), width, w->out);
	w->out->failed = w->out->failed || !buffer_ok(line);
	buffer_release(line);
}

static void put_from(struct work *w)
{
	struct buffer line;

	buffer_init(&line, 4 * MESSAGE_HEADER_MAX);
	buffer_append_text(&line, "From: ");
	mime_phrase(display_name(w), line.len, &line);
	buffer_append_text(&line, " <");
	buffer_append_slice(&line, w->ours);
	buffer_append_char(&line, '>');
	put_line(w, &line, MIME_FOLD);
}

/* The same value under another name. */
static void put_renamed(struct work *w, const char *name, const struct message_field *field)
{
	struct buffer line;

	buffer_init(&line, 4 * MESSAGE_HEADER_MAX);
	buffer_append_text(&line, name);
	buffer_append_char(&line, ':');
	buffer_append_slice(&line, field->body);
	put_line(w, &line, MIME_HARD_LINE);
}

static bool can_reply_to(const struct mailbox *m)
{
	struct address a;

	return rewrite_domain_is_routable(m->domain) && address_parse(m->address, &a) == 0;
}

/* The original senders that a reply can reach. */
static void put_reply_to(struct work *w)
{
	struct buffer line;
	size_t n = 0;

	buffer_init(&line, 4 * MESSAGE_HEADER_MAX);
	buffer_append_text(&line, "Reply-To: ");
	for (size_t i = 0; i < w->from.count; i++) {
		const struct mailbox *m = &w->from.items[i];

		if (!can_reply_to(m))
			continue;
		buffer_append_text(&line, n++ > 0 ? ",\r\n " : "");
		mime_phrase(m->name, n > 1 ? 1 : line.len, &line);
		buffer_append_text(&line, m->name.len > 0 ? " <" : "");
		buffer_append_slice(&line, m->address);
		buffer_append_text(&line, m->name.len > 0 ? ">" : "");
	}
	if (n > 0)
		put_line(w, &line, MIME_FOLD);
	else
		buffer_release(&line);
}

static bool sender_is_foreign(struct work *w, const struct message_field *field)
{
	struct mailbox_list list = { 0 };

	if (address_header_parse(field->body, w->arena, &list) != 0)
		return true;
	return list.count != 1 || list.n_bad > 0 || !is_ours(w, list.items[0].address);
}

/* Several Sender fields are judged one by one; one that is foreign counts. */
static void read_sender(struct work *w)
{
	struct message_field field;
	size_t at = 0;

	w->sender_is_ours = true;
	while (message_next_field(w->header, &at, &field))
		if (slice_is_nocase(field.name, "Sender") && sender_is_foreign(w, &field))
			w->sender_is_ours = false;
}

/* A field of the sender's own that looks like the one which tells the truth about him. */
static bool is_forged(const struct work *w, const struct message_field *field)
{
	return (slice_is_nocase(field->name, "X-Original-From") && !w->from_is_ours) ||
		(slice_is_nocase(field->name, "X-Original-Sender") && !w->sender_is_ours);
}

static void put_field(struct work *w, const struct message_field *field, bool *ret_from_done)
{
	if (is_forged(w, field))
		return;
	if (slice_is_nocase(field->name, "From") && !w->from_is_ours) {
		if (!*ret_from_done)
			put_from(w);
		*ret_from_done = true;
		put_renamed(w, "X-Original-From", field);
	} else if (slice_is_nocase(field->name, "Sender") && sender_is_foreign(w, field)) {
		put_renamed(w, "X-Original-Sender", field);
	} else {
		buffer_append_slice(w->out, field->raw);
	}
}

static void put_header(struct work *w)
{
	bool from_done = w->from_is_ours;
	struct message_field field;
	size_t at = 0;

	while (message_next_field(w->header, &at, &field))
		put_field(w, &field, &from_done);
	if (!from_done)
		put_from(w);
	if (!w->from_is_ours && !message_find_field(w->header, "Reply-To", &field))
		put_reply_to(w);
	if (w->mark_auto_submitted)
		buffer_append_text(w->out, "Auto-Submitted: auto-replied\r\n");
	buffer_append_text(w->out, "\r\n");
}

static int rewrite(struct work *w)
{
	struct message_field field;

	if (ascii_address(w->settings->from_address, w->arena, &w->ours) < 0 || read_from(w) < 0)
		return -1;
	w->mark_auto_submitted = w->envelope_sender.len == 0 &&
		!message_find_field(w->header, "Auto-Submitted", &field);
	read_sender(w);
	put_header(w);
	return 0;
}

static int choose_sender(const struct rewrite_settings *settings, struct arena *arena,
	struct slice *ret_sender)
{
	struct slice own = settings->envelope_sender;

	return ascii_address(own.len > 0 ? own : settings->from_address, arena, ret_sender);
}

int rewrite_sender(const struct message *m, const struct rewrite_settings *settings,
	struct slice envelope_sender, struct arena *arena, struct buffer *header_out,
	struct rewrite *ret_rewrite)
{
	struct work w = { .settings = settings, .header = message_header(m), .arena = arena,
		.out = header_out, .envelope_sender = envelope_sender };
	struct slice old = slice_sub(m->text, 0, m->body_at), new;
	struct rewrite result = { .sender = envelope_sender };
	size_t start = header_out->len;

	if (!rewrite_is_on(settings)) {
		buffer_append_slice(header_out, old);
	} else if (choose_sender(settings, arena, &result.sender) < 0 || rewrite(&w) < 0) {
		header_out->len = start;
		return -1;
	}
	if (!buffer_ok(header_out) || arena_failed(arena)) {
		header_out->len = start;
		return -1;
	}
	new = slice_sub(buffer_slice(header_out), start, header_out->len);
	result.header_changed = !slice_equal(new, old);
	*ret_rewrite = result;
	return 0;
}
