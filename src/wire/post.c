/* post.c - a submission's options on the wire; see post.h. */
#include "wire/post.h"

enum {
	TEXT_MAX = 1000,
};

void post_pack(struct buffer *b, const struct post *p)
{
	pack_bool(b, p->recipients_from_header);
	pack_text(b, p->sender);
	pack_text(b, p->full_name);
	pack_text(b, p->login);
	pack_number(b, p->n_recipients);
	for (size_t i = 0; i < p->n_recipients; i++)
		pack_text(b, p->recipients[i]);
}

void post_unpack(struct unpack *u, struct arena *a, struct post *ret_post)
{
	struct post *p = ret_post;

	p->recipients_from_header = unpack_bool(u);
	p->sender = unpack_text(u, TEXT_MAX, a);
	p->full_name = unpack_text(u, TEXT_MAX, a);
	p->login = unpack_text(u, TEXT_MAX, a);
	p->n_recipients = (size_t)unpack_below(u, POST_RECIPIENTS_MAX + 1);
	p->recipients = arena_array(a, p->n_recipients, sizeof(*p->recipients));
	if (p->recipients == NULL) {
		u->failed = true;
		p->n_recipients = 0;
	}
	for (size_t i = 0; i < p->n_recipients; i++)
		p->recipients[i] = unpack_text(u, TEXT_MAX, a);
}
