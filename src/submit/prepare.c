/* prepare.c - from a program's message to the keeper's; see prepare.h. */
#include "submit/prepare.h"

#include <string.h>
#include <sysexits.h>

#include "base/secret.h"
#include "core/mime.h"
#include "core/submission.h"

enum {
	ARENA_MAX = 40 * 1024 * 1024,
	ID_TEXT_MAX = 2 * POST_SUBMISSION_OCTETS,
};

/* Who counts as a user of this box for this message. */
struct locals {
	const struct submit_users *users, *aliases;
	struct slice login; /* of who submits: known even when he is newer than the list */
};

static bool is_local(const void *context, struct slice name)
{
	const struct locals *l = context;

	return (l->login.len > 0 && slice_equal(name, l->login)) ||
	    submit_users_has_nocase(l->users, name) ||
	    (l->aliases != NULL && submit_users_has_nocase(l->aliases, name));
}

/* The Message-ID comes from the submission's id, so that it is the same each time it is given. */
static void random_of(const struct post *post, uint8_t *ret_random, size_t size)
{
	struct buffer octets;

	buffer_init(&octets, POST_SUBMISSION_OCTETS);
	memset(ret_random, 0, size);
	if (hex_decode(&octets, slice_of(post->submission)))
		memcpy(ret_random, octets.data, size_min(size, octets.len));
	buffer_release(&octets);
}

static struct slice given(const char *text)
{
	return text[0] != '\0' ? slice_of(text) : (struct slice){ 0 };
}

static int submit(const struct prepare_input *in, struct prepared *p, const struct message *m,
	struct submission *ret_submission)
{
	const struct post *post = in->post;
	struct locals locals = {
		.users = in->users, .aliases = in->aliases, .login = slice_of(post->login),
	};
	struct slice *recipients = arena_array(p->arena, post->n_recipients, sizeof(*recipients));
	struct submission_options options = {
		.read_recipients = post->recipients_from_header,
		.recipients = recipients, .n_recipients = post->n_recipients,
		.sender = given(post->sender),
		.login = slice_of(post->login),
		.login_full_name = slice_of(post->full_name),
		.node_name = slice_of(in->node_name),
		.machine_name = slice_of(in->machine_name),
		.site_domain = given(in->mail_domain),
		.is_local = is_local, .is_local_context = &locals,
		.now = in->now, .utc_offset = in->utc_offset,
	};

	if (recipients == NULL)
		return -1;
	for (size_t i = 0; i < post->n_recipients; i++)
		recipients[i] = slice_of(post->recipients[i]);
	random_of(post, options.random, sizeof(options.random));
	return submission_prepare(m, &options, p->arena, &p->header, ret_submission);
}

/* What lists show of a field: one line, decoded and cut. */
static const char *field_text(struct prepared *p, const char *name)
{
	struct message_field field;
	struct buffer text;
	const char *shown;

	if (!message_find_field(buffer_slice(&p->header), name, &field))
		return "";
	/* decoding at most doubles a text: ISO 8859-1 becomes UTF-8 */
	buffer_init(&text, 2 * (size_t)MESSAGE_HEADER_MAX);
	mime_decode_words(message_unfold(field.body, p->arena), &text);
	shown = arena_text(p->arena, slice_clip(buffer_slice(&text), ENVELOPE_TEXT_MAX));
	buffer_release(&text);
	return shown;
}

_Static_assert((int)SUBMISSION_RECIPIENTS_MAX == (int)ENVELOPE_RECIPIENTS_MAX,
    "an envelope has room for all of a submission's recipients");

static int fill_envelope(const struct prepare_input *in, struct prepared *p,
	const struct message *m, const struct submission *s)
{
	struct envelope *e = &p->envelope;

	*e = (struct envelope){
		.queue_id = "",
		/* a name is good for its user or token only: nobody can use up another's */
		.submission = arena_printf(p->arena, "%s%ju-%.*s",
		    in->who.kind == WHO_BEARER ? "token" : "", (uintmax_t)in->who.uid, ID_TEXT_MAX,
		    in->post->submission),
		.sender = arena_text(p->arena, s->sender),
		.size = p->header.len + p->body.len,
		.header_size = p->header.len,
		.needs_8bitmime = m->body_8bit,
		.needs_smtputf8 = s->needs_smtputf8 || !slice_is_ascii(buffer_slice(&p->header)),
		.message_id = arena_text(p->arena, slice_clip(s->message_id, ENVELOPE_TEXT_MAX)),
		.subject = field_text(p, "Subject"),
		.header_from = field_text(p, "From"),
		.recipients = arena_array(p->arena, s->n_recipients, sizeof(*e->recipients)),
		.n_recipients = s->n_recipients,
		.dsn = in->post->dsn,
	};
	if (e->recipients == NULL)
		return -1;
	for (size_t i = 0; i < s->n_recipients; i++)
		e->recipients[i].address = arena_text(p->arena, s->recipients[i]);
	return arena_failed(p->arena) ? -1 : 0;
}

static int refuse(const char **ret_problem, const char *problem, int exit_code)
{
	*ret_problem = problem;
	return exit_code;
}

int prepare(const struct prepare_input *in, struct prepared *p, const char **ret_problem)
{
	struct submission s;
	struct message m;
	int result;

	*p = (struct prepared){ .arena = arena_new(ARENA_MAX) };
	buffer_init(&p->text, MESSAGE_MAX);
	buffer_init(&p->header, 2 * (size_t)MESSAGE_HEADER_MAX);
	if (p->arena == NULL)
		return -1;
	result = message_normalise(in->raw, &p->text, &m);
	if (result > 0)
		return refuse(ret_problem, message_error_text(result), message_exit_code(result));
	if (result < 0)
		return result;
	p->body = message_body(&m);
	result = submit(in, p, &m, &s);
	if (result > 0)
		return refuse(ret_problem, s.problem, submission_exit_code(result));
	if (result < 0)
		return result;
	return fill_envelope(in, p, &m, &s);
}

void prepared_release(struct prepared *p)
{
	buffer_release(&p->text);
	buffer_release(&p->header);
	arena_free(p->arena);
	*p = (struct prepared){ 0 };
}

struct slice prepared_piece(const struct prepared *p, size_t at, size_t max)
{
	struct slice header = buffer_slice(&p->header);

	if (at < header.len)
		return slice_sub(header, at, max);
	return slice_sub(p->body, at - header.len, max);
}
