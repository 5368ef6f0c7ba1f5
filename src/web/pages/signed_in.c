/* signed_in.c - reads LOGIN_IS; see signed_in.h. */
#include "web/pages/signed_in.h"

#include "http/headers.h"

enum {
	TOKEN_MAX = 200,
};

bool signed_in_read(struct visit *v, const struct question *q, struct signed_in *ret_answer)
{
	struct signed_in s;
	struct unpack u;

	if (!visit_answered(v, q, WORD_LOGIN_IS, &u))
		return false;
	s.result = (enum login_result)unpack_below(&u, LOGIN_LINK_DEAD + 1);
	s.token = unpack_text(&u, TOKEN_MAX, v->arena);
	s.retry_after = unpack_number(&u);
	if (!unpack_end(&u)) {
		visit_error(v, 500, "Something is wrong here", "The log of this node says more.");
		return false;
	}
	if (s.retry_after == 0)
		s.retry_after = 1;
	*ret_answer = s;
	return true;
}

void signed_in_add_retry(struct visit *v, const struct signed_in *s)
{
	headers_add_text(&v->lines, "Retry-After",
	    arena_printf(v->arena, "%ju", (uintmax_t)s->retry_after));
}
