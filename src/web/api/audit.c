/* audit.c - /api/v1/audit: who changed what, newest first, in pages. */
#include <inttypes.h>

#include "base/number.h"
#include "web/api/api.h"

enum {
	LIMIT_DEFAULT = 50,
	LIMIT_MAX = 200,
	TEXT_MAX = 4096,
};

void api_audit_ask(struct visit *v)
{
	struct slice before = form_get(&v->query, "before"), limit = form_get(&v->query, "limit");
	uint64_t from = 0, n = LIMIT_DEFAULT;
	struct api_errors errors = { .n = 0 };
	struct buffer body;

	if (before.data != NULL && !number_parse(before, 0, INT64_MAX, &from))
		api_error(&errors, "before", "must be the \"next\" of an earlier answer.");
	if (limit.data != NULL && !number_parse(limit, 1, LIMIT_MAX, &n))
		api_error(&errors, "limit", "must be a number from 1 to 200.");
	if (errors.n > 0) {
		api_refuse_fields(v, 422, &errors);
		return;
	}
	visit_start_body(v, &body);
	pack_number(&body, from);
	pack_number(&body, n);
	v->page = visit_ask(v, WORD_AUDIT_LIST, &body);
}

void api_audit_show(struct visit *v)
{
	uint64_t n, seq = 0;
	struct unpack u;
	struct json_out j;

	if (!api_answered(v, v->page, WORD_AUDIT_IS, NULL, &u))
		return;
	n = unpack_below(&u, LIMIT_MAX + 1);
	api_begin(v, &j);
	json_out_array(&j, "entries");
	for (uint64_t i = 0; i < n && !u.failed; i++) {
		json_out_object(&j, NULL);
		seq = unpack_number(&u);
		json_out_number(&j, "id", seq);
		json_out_moment(&j, "at", unpack_number(&u));
		json_out_text(&j, "who", unpack_text(&u, TEXT_MAX, v->arena));
		json_out_text(&j, "from", unpack_text(&u, TEXT_MAX, v->arena));
		json_out_text(&j, "what", unpack_text(&u, TEXT_MAX, v->arena));
		json_out_object_end(&j);
	}
	json_out_array_end(&j);
	api_put_next(&j, "next", seq > 1 ? seq : 0);
	if (unpack_end(&u))
		api_end(v, &j, 200);
	else
		api_broken(v);
}
