/* post.c - a submission's options on the wire and in the drop folder; see post.h. */
#include "wire/post.h"

void post_pack(struct buffer *b, const struct post *p)
{
	pack_text(b, p->submission);
	pack_number(b, p->at);
	pack_bool(b, p->recipients_from_header);
	pack_text(b, p->sender);
	pack_text(b, p->full_name);
	pack_text(b, p->login);
	pack_number(b, p->n_recipients);
	for (size_t i = 0; i < p->n_recipients; i++)
		pack_text(b, p->recipients[i]);
	dsn_pack(b, &p->dsn);
}

static bool is_submission(struct slice id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!char_is_digit(id.data[i]) && (id.data[i] < 'a' || id.data[i] > 'f'))
			return false;
	return id.len == 2 * (size_t)POST_SUBMISSION_OCTETS;
}

static void unpack_fields(struct unpack *u, struct arena *a, struct post *p)
{
	p->submission = unpack_text(u, 2 * (size_t)POST_SUBMISSION_OCTETS, a);
	if (!is_submission(slice_of(p->submission)))
		u->failed = true;
	p->at = unpack_number(u);
	p->recipients_from_header = unpack_bool(u);
	p->sender = unpack_text(u, POST_TEXT_MAX, a);
	p->full_name = unpack_text(u, POST_TEXT_MAX, a);
	p->login = unpack_text(u, POST_TEXT_MAX, a);
	p->n_recipients = (size_t)unpack_below(u, POST_RECIPIENTS_MAX + 1);
	p->recipients = arena_array(a, p->n_recipients, sizeof(*p->recipients));
	if (p->recipients == NULL) {
		u->failed = true;
		p->n_recipients = 0;
	}
	for (size_t i = 0; i < p->n_recipients; i++)
		p->recipients[i] = unpack_text(u, POST_TEXT_MAX, a);
}

void post_unpack(struct unpack *u, struct arena *a, struct post *ret_post)
{
	unpack_fields(u, a, ret_post);
	dsn_unpack(u, a, &ret_post->dsn);
}

void post_drop_pack(struct buffer *b, const struct post *p, struct slice message)
{
	pack_number(b, POST_DROP_VERSION);
	post_pack(b, p);
	pack_slice(b, message);
}

void post_drop_unpack(struct unpack *u, struct arena *a, struct post *ret_post,
	struct slice *ret_message)
{
	uint64_t version = unpack_number(u);

	if (version < 1 || version > POST_DROP_VERSION)
		u->failed = true;
	unpack_fields(u, a, ret_post);
	ret_post->dsn = (struct dsn){ .envid = "" };
	if (version > 1)
		dsn_unpack(u, a, &ret_post->dsn);
	*ret_message = unpack_slice(u, POST_MESSAGE_MAX);
}
