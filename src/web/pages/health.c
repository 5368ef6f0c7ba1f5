/*
 * health.c - /check_health: 200 or 500 and one line, without sign-in, for whoever watches this
 * node. No answer of the keeper within HEALTH_WAIT_MS is an answer too.
 */
#include "http/headers.h"
#include "web/pages/pages.h"

enum {
	HEALTH_WAIT_MS = 2000,
	HEALTH_LINE_MAX = 500,
};

void page_health_ask(struct visit *v)
{
	v->page = visit_ask(v, WORD_HEALTH, NULL);
	visit_wait(v, HEALTH_WAIT_MS);
}

void page_health_show(struct visit *v)
{
	const char *line = "the keeper does not answer";
	bool ok = false;
	struct unpack u;

	if (visit_answer_word(v->page, &u) == WORD_HEALTH_IS) {
		ok = unpack_bool(&u);
		line = unpack_text(&u, HEALTH_LINE_MAX, v->arena);
		if (!unpack_end(&u)) {
			ok = false;
			line = "the keeper's answer is not well-formed";
		}
	}
	headers_add_text(&v->lines, "Content-Type", "text/plain; charset=utf-8");
	buffer_append_text(&v->body, line);
	buffer_append_char(&v->body, '\n');
	visit_answer(v, ok ? 200 : 500);
}
