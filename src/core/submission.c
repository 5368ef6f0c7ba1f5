/* submission.c - what sendmail(8) does with a message; see submission.h. */
#include "core/submission.h"

#include <sysexits.h>

#include "core/address.h"
#include "core/address_header.h"
#include "core/address_set.h"
#include "core/alias.h"
#include "core/header_downgrade.h"
#include "core/mime.h"
#include "core/plain_text.h"
#include "core/time_format.h"

/* One submission under way. */
struct work {
	const struct submission_options *options;
	struct slice header;
	struct arena *arena;
	struct buffer *out;
	struct slice origin; /* the domain of bare names */
	struct slice host; /* node_name, or localhost when that is no domain */
	bool resent; /* a Resent- field is there */
	struct address_set recipients;
	struct submission result;
};

static bool is_domain(struct slice domain, struct arena *arena)
{
	const char *text = arena_printf(arena, "a@%.*s", SLICE_ARGS(domain));
	struct address a;

	return domain.len > 0 && address_parse(slice_of(text), &a) == 0;
}

static void choose_domains(struct work *w)
{
	const struct submission_options *o = w->options;

	w->host = is_domain(o->node_name, w->arena) ? o->node_name : SLICE("localhost");
	w->origin = is_domain(o->site_domain, w->arena) ? o->site_domain : w->host;
}

static bool is_name_here(const struct work *w, struct slice name)
{
	const struct submission_options *o = w->options;

	return alias_is_standard_name(name) ||
		(o->is_local != NULL && o->is_local(o->is_local_context, name));
}

/* "user+detail" is the user's, where there is nothing of the whole name. */
static bool is_local_user(const struct work *w, struct slice name)
{
	size_t plus = slice_find_char(name, '+');

	return is_name_here(w, name) ||
		(plus > 0 && plus < name.len && is_name_here(w, slice_sub(name, 0, plus)));
}

static bool is_label_of(struct slice domain, struct slice name)
{
	struct slice label = slice_sub(name, 0, slice_find_char(name, '.'));

	return domain.len > 0 && slice_equal_nocase(domain, label);
}

/* No other machine has this domain: localhost, or a name of this machine without its domain. */
static bool is_only_here(const struct work *w, struct slice domain)
{
	return slice_is_nocase(domain, "localhost") || slice_is_nocase(domain, "localhost.localdomain") ||
		is_label_of(domain, w->host) || is_label_of(domain, w->options->machine_name);
}

static bool is_this_machine(const struct work *w, struct slice domain)
{
	return slice_equal_nocase(domain, w->host) ||
		slice_equal_nocase(domain, w->options->machine_name);
}

/*
 * Local is what has a domain that is nowhere else, and a name of this machine: bare, or at the
 * machine's whole name, where other names may be mailboxes of the relay. Without "@" in quotes:
 * that would be taken for an address.
 */
static bool is_local(const struct work *w, const struct mailbox *m)
{
	bool is_bare = m->domain.data == NULL;

	if (slice_has_char(m->local, '@'))
		return false;
	return is_only_here(w, is_bare ? w->origin : m->domain) ||
		((is_bare || is_this_machine(w, m->domain)) && is_local_user(w, m->local));
}

static const char *complaint(struct work *w, const char *who, struct slice text, int error)
{
	const char *cause = error == ADDRESS_OK ? "is no mail address" : address_error_text(error);
	char shown[100];

	plain_text_copy(text, PLAIN_TEXT_ONE_LINE, shown, sizeof(shown));
	return arena_printf(w->arena, "The %s \"%s\" %s.", who, shown, cause);
}

/* The address for the envelope: checked, with the origin where it has no domain, in A-labels. */
static int envelope_address(struct work *w, const struct mailbox *m, struct slice *ret_text,
	int *ret_fault)
{
	struct slice text = m->address;
	char ascii[ADDRESS_SIZE];
	struct address a;
	int fault;

	if (m->domain.data == NULL)
		text = slice_of(arena_printf(w->arena, "%.*s@%.*s", SLICE_ARGS(m->local),
			SLICE_ARGS(w->origin)));
	fault = address_parse(text, &a);
	if (fault != 0) {
		*ret_fault = fault;
		return fault < 0 ? fault : 0;
	}
	if (address_to_ascii_domain(&a, ascii) != 0)
		return -1;
	w->result.needs_smtputf8 = w->result.needs_smtputf8 || address_needs_smtputf8(&a);
	*ret_text = slice_of(arena_copy(w->arena, ascii));
	return 0;
}

static int add_recipient(struct work *w, struct slice text)
{
	int result = address_set_add(&w->recipients, text);

	if (result != ADDRESS_SET_FULL)
		return result < 0 ? result : 0;
	w->result.problem = arena_printf(w->arena, "The message has more than %d recipients: send it "
		"in parts.", SUBMISSION_RECIPIENTS_MAX);
	return SUBMISSION_TOO_MANY_RECIPIENTS;
}

static int add_mailbox(struct work *w, const struct mailbox *m)
{
	struct slice text = { 0 };
	int fault = 0;

	if (envelope_address(w, m, &text, &fault) < 0)
		return -1;
	if (fault != 0) {
		w->result.problem = complaint(w, "recipient", m->address, fault);
		return SUBMISSION_BAD_RECIPIENT;
	}
	if (is_local(w, m))
		text = m->local;
	return add_recipient(w, text);
}

static int too_many(struct work *w)
{
	w->result.problem = "A list of addresses is longer than 5000: send the message in parts.";
	return SUBMISSION_TOO_MANY_RECIPIENTS;
}

/* All addresses of one argument or one field. */
static int add_recipients(struct work *w, struct slice text)
{
	struct mailbox_list list;
	int error = address_header_parse(text, w->arena, &list);

	if (error != 0)
		return error == MAILBOX_TOO_MANY ? too_many(w) : error;
	if (list.n_bad > 0) {
		w->result.problem = complaint(w, "recipient", list.bad, ADDRESS_OK);
		return SUBMISSION_BAD_RECIPIENT;
	}
	for (size_t i = 0; i < list.count && error == 0; i++)
		error = add_mailbox(w, &list.items[i]);
	return error;
}

/* Unlike a field, an argument has no folds: a control character in it is an attempt. */
static int add_argument(struct work *w, struct slice text)
{
	if (slice_is_printable(text))
		return add_recipients(w, text);
	w->result.problem = complaint(w, "recipient", text, ADDRESS_CONTROL);
	return SUBMISSION_BAD_RECIPIENT;
}

static bool names_recipients(const struct work *w, struct slice name)
{
	if (w->resent)
		return slice_is_nocase(name, "Resent-To") || slice_is_nocase(name, "Resent-Cc") ||
			slice_is_nocase(name, "Resent-Bcc");
	return slice_is_nocase(name, "To") || slice_is_nocase(name, "Cc") || slice_is_nocase(name, "Bcc");
}

static int collect_recipients(struct work *w)
{
	struct message_field field;
	size_t at = 0;
	int error = 0;

	for (size_t i = 0; i < w->options->n_recipients && error == 0; i++)
		error = add_argument(w, w->options->recipients[i]);
	while (w->options->read_recipients && error == 0 &&
	       message_next_field(w->header, &at, &field))
		if (names_recipients(w, field.name))
			error = add_recipients(w, field.body);
	if (error == 0 && w->recipients.n == 0) {
		w->result.problem = w->options->read_recipients ?
			"No recipient is named, neither on the command line nor in To, Cc and Bcc." :
			"No recipient is named: give one on the command line, or -t to take those of the header.";
		error = SUBMISSION_NO_RECIPIENTS;
	}
	w->result.recipients = w->recipients.items;
	w->result.n_recipients = w->recipients.n;
	return error;
}

/* A login name as a local part, in quotes when it must be ("ad\anna"). */
static struct slice login_address(struct work *w)
{
	struct slice login = w->options->login.len > 0 ? w->options->login : SLICE("nobody");
	const char *plain = arena_printf(w->arena, "%.*s@%.*s", SLICE_ARGS(login), SLICE_ARGS(w->origin));
	struct address a;
	char *text;
	size_t len = 0;

	if (address_parse(slice_of(plain), &a) == 0)
		return slice_of(plain);
	text = arena_alloc(w->arena, 2 * login.len + 1);
	for (size_t i = 0; text != NULL && i < login.len; i++) {
		if (login.data[i] == '"' || login.data[i] == '\\')
			text[len++] = '\\';
		text[len++] = login.data[i];
	}
	return slice_of(arena_printf(w->arena, "\"%s\"@%.*s", text != NULL ? text : "",
		SLICE_ARGS(w->origin)));
}

/* -f: an address in any form a header may have, "" and "<>" for the null sender. */
static int choose_sender(struct work *w)
{
	bool given = w->options->sender.data != NULL;
	struct slice text = given ? slice_trim(w->options->sender) : login_address(w);
	struct mailbox_list list;
	int error, fault = 0;

	if (text.len == 0 || slice_is(text, "<>"))
		return 0;
	error = address_header_parse(text, w->arena, &list);
	if (error < 0)
		return error;
	if (error > 0 || list.n_bad > 0 || list.count != 1 || !slice_is_printable(text)) {
		w->result.problem = complaint(w, "sender", text, ADDRESS_OK);
		return SUBMISSION_BAD_SENDER;
	}
	if (envelope_address(w, &list.items[0], &w->result.sender, &fault) < 0)
		return -1;
	if (fault != 0)
		w->result.problem = complaint(w, "sender", text, fault);
	return fault != 0 ? SUBMISSION_BAD_SENDER : 0;
}

static bool is_removed(const struct message_field *field)
{
	static const char *const always[] = { "Bcc", "Resent-Bcc", "Return-Path", "Content-Length" };
	static const char *const when_empty[] = { "Date", "Message-ID", "Resent-Date",
		"Resent-Message-ID" };

	for (size_t i = 0; i < COUNT_OF(always); i++)
		if (slice_is_nocase(field->name, always[i]))
			return true;
	if (slice_trim(field->body).len > 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(when_empty); i++)
		if (slice_is_nocase(field->name, when_empty[i]))
			return true;
	return header_is_address_field(field->name);
}

/* The field with the origin behind each bare name. */
static int put_qualified(struct work *w, const struct message_field *field,
	const struct mailbox_list *list)
{
	size_t limit = field->raw.len + list->count * (1 + w->origin.len), done = 0;
	struct buffer line;
	int error = 0;

	buffer_init(&line, limit);
	buffer_append_slice(&line, field->name);
	buffer_append_char(&line, ':');
	for (size_t i = 0; i < list->count; i++) {
		const struct mailbox *m = &list->items[i];

		if (m->domain.data != NULL)
			continue;
		buffer_append_slice(&line, slice_sub(field->body, done, m->local_end - done));
		buffer_append_char(&line, '@');
		buffer_append_slice(&line, w->origin);
		done = m->local_end;
	}
	buffer_append_slice(&line, slice_sub(field->body, done, field->body.len));
	if (buffer_ok(&line))
		mime_fold(buffer_slice(&line), MIME_HARD_LINE, w->out);
	else
		error = -1;
	buffer_release(&line);
	return error;
}

static int put_field(struct work *w, const struct message_field *field)
{
	struct mailbox_list list = { 0 };
	bool has_bare = false;

	if (header_is_address_field(field->name) &&
	    address_header_parse(field->body, w->arena, &list) < 0)
		return -1;
	for (size_t i = 0; i < list.count; i++)
		has_bare = has_bare || list.items[i].domain.data == NULL;
	if (has_bare)
		return put_qualified(w, field, &list);
	buffer_append_slice(w->out, field->raw);
	return 0;
}

static bool has_field(const struct work *w, const char *name)
{
	struct message_field field;
	size_t at = 0;

	while (message_next_field(w->header, &at, &field))
		if (slice_is_nocase(field.name, name) && !is_removed(&field))
			return true;
	return false;
}

static bool has_resent_field(struct slice header)
{
	struct message_field field;
	size_t at = 0;

	while (message_next_field(header, &at, &field))
		if (slice_starts_nocase(field.name, "Resent-"))
			return true;
	return false;
}

static void put_from(struct work *w, const char *name)
{
	const struct submission_options *o = w->options;
	struct slice address = w->result.sender.len > 0 ? w->result.sender : login_address(w);
	struct slice gecos = o->login_full_name;
	struct slice full_name = slice_trim(o->full_name.data != NULL ? o->full_name :
		slice_cut(&gecos, ','));
	struct buffer line;

	buffer_init(&line, MESSAGE_HEADER_MAX);
	buffer_appendf(&line, "%s: ", name);
	mime_phrase(full_name, line.len, &line);
	buffer_append_text(&line, full_name.len > 0 ? " <" : "");
	buffer_append_slice(&line, address);
	buffer_append_text(&line, full_name.len > 0 ? ">" : "");
	if (buffer_ok(&line))
		mime_fold(buffer_slice(&line), MIME_FOLD, w->out);
	w->out->failed = w->out->failed || !buffer_ok(&line);
	buffer_release(&line);
}

/* From, Date and Message-ID, or their Resent- forms, where they are missing. */
static void put_missing(struct work *w, const char *prefix)
{
	const char *from = arena_printf(w->arena, "%sFrom", prefix);
	const char *date = arena_printf(w->arena, "%sDate", prefix);
	const char *id = arena_printf(w->arena, "%sMessage-ID", prefix);
	char time[TIME_RFC5322_SIZE];

	if (!has_field(w, from))
		put_from(w, from);
	time_format_rfc5322(w->options->now, w->options->utc_offset, time);
	if (!has_field(w, date))
		buffer_appendf(w->out, "%s: %s\r\n", date, time);
	if (!has_field(w, id)) {
		buffer_appendf(w->out, "%s: ", id);
		message_id_make(w->options->now, w->options->random, w->host, w->out);
		buffer_append_text(w->out, "\r\n");
	}
}

static int put_header(struct work *w)
{
	struct message_field field;
	size_t at = 0;
	int error = 0;

	if (w->resent)
		put_missing(w, "Resent-");
	while (error == 0 && message_next_field(w->header, &at, &field))
		if (!is_removed(&field))
			error = put_field(w, &field);
	put_missing(w, "");
	if (!has_field(w, "To") && !has_field(w, "Cc"))
		buffer_append_text(w->out, "To: undisclosed-recipients:;\r\n");
	buffer_append_text(w->out, "\r\n");
	return error;
}

/* The new header section is opened as the message will be. */
static int check_header(struct work *w, size_t start)
{
	struct slice text = slice_sub(buffer_slice(w->out), start, w->out->len);
	struct message_field field;
	struct message m;
	int error;

	if (!buffer_ok(w->out) && !buffer_full(w->out))
		return -1;
	error = buffer_ok(w->out) ? message_open(text, &m) : MESSAGE_HEADER_TOO_LARGE;
	if (error == MESSAGE_NOT_CANONICAL)
		return -1;
	if (error != 0) {
		w->result.problem = message_error_text(error);
		return SUBMISSION_HEADER_TOO_LARGE;
	}
	if (message_find_field(text, "Message-ID", &field))
		w->result.message_id = message_unfold(field.body, w->arena);
	return 0;
}

int submission_prepare(const struct message *m, const struct submission_options *options,
	struct arena *arena, struct buffer *header_out, struct submission *ret_submission)
{
	struct work w = { .options = options, .header = message_header(m), .arena = arena,
		.out = header_out };
	size_t start = header_out->len;
	int error;

	address_set_init(&w.recipients, arena, SUBMISSION_RECIPIENTS_MAX);
	choose_domains(&w);
	w.resent = has_resent_field(w.header);
	error = choose_sender(&w);
	if (error == 0)
		error = collect_recipients(&w);
	if (error == 0)
		error = put_header(&w);
	if (error == 0)
		error = check_header(&w, start);
	if (arena_failed(arena))
		error = -1;
	if (error == 0)
		*ret_submission = w.result;
	else
		header_out->len = start;
	if (error > 0)
		ret_submission->problem = w.result.problem;
	return error;
}

const char *submission_check_recipient(struct slice text, struct arena *a)
{
	const struct submission_options options = { 0 };
	struct work w = { .options = &options, .arena = a };

	address_set_init(&w.recipients, a, SUBMISSION_RECIPIENTS_MAX);
	choose_domains(&w);
	return add_argument(&w, text) > 0 ? w.result.problem : NULL;
}

const char *submission_check_sender(struct slice text, struct arena *a)
{
	const struct submission_options options = { .sender = text };
	struct work w = { .options = &options, .arena = a };

	choose_domains(&w);
	return choose_sender(&w) > 0 ? w.result.problem : NULL;
}

int submission_exit_code(int error)
{
	switch ((enum submission_error)error) {
	case SUBMISSION_OK:
		return EX_OK;
	case SUBMISSION_NO_RECIPIENTS:
		return EX_USAGE;
	case SUBMISSION_BAD_RECIPIENT:
	case SUBMISSION_BAD_SENDER:
	case SUBMISSION_TOO_MANY_RECIPIENTS:
	case SUBMISSION_HEADER_TOO_LARGE:
		return EX_DATAERR;
	}
	return EX_TEMPFAIL;
}

int message_exit_code(int error)
{
	if (error < 0)
		return EX_TEMPFAIL;
	return error == MESSAGE_OK ? EX_OK : EX_DATAERR;
}
