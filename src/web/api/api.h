/*
 * api.h - /api/v1 and /metrics: the same node in JSON, for programs that show a token. A cookie
 * opens nothing here, and a token opens no page, so no change needs an origin.
 *
 * Each request passes api_enter(): the route, the token, its scope, the kind of body; then the
 * steps of its route. Errors are application/problem+json (RFC 9457) with a list of the fields that
 * are wrong. Source of the sign-in: RFC 6750, by the Authorization field only.
 */
#ifndef TOCSIN_WEB_API_API_H
#define TOCSIN_WEB_API_API_H

#include "web/json_out.h"
#include "web/visit.h"

enum api_body {
	API_BODY_NONE,
	API_BODY_JSON,
	API_BODY_MAIL, /* JSON, or message/rfc822 */
};

enum {
	API_JSON_MAX = 512 * 1024, /* octets of a body */
	API_MAIL_MAX = 10 * 1024 * 1024, /* of a message: it lies in front's memory as a whole */
	API_ERRORS_MAX = 100,
};

struct api_route {
	enum http_method method; /* HTTP_GET serves HEAD too */
	const char *path; /* "*" stands for one segment, kept in v->name */
	uint64_t scope; /* of wire/token.h; 0: anybody */
	enum api_body body;
	visit_fn *ask, *show;
};

extern const struct api_route api_routes[];
extern const size_t n_api_routes;

bool api_is_path(struct slice path); /* below /api, or /metrics */
void api_enter(struct visit *v);
size_t api_body_limit(const struct http_head *head);

/* ---- answers ---- */

/* An object of JSON: what is put between goes out with the status. */
void api_begin(struct visit *v, struct json_out *j);
void api_end(struct visit *v, struct json_out *j, unsigned status);
void api_end_problem(struct visit *v, struct json_out *j, unsigned status);

/* One problem; title says what it is, detail what to do about it. */
void api_problem(struct visit *v, unsigned status, const char *title, const char *detail);

/* Several fields are wrong. */
struct api_errors {
	struct refusal_row rows[API_ERRORS_MAX];
	size_t n;
};

void api_error(struct api_errors *errors, const char *field, const char *text);
void api_refuse_fields(struct visit *v, unsigned status, const struct api_errors *errors);
/* Adds what q was refused for, but for the fields that have an error already. */
void api_errors_join(struct visit *v, struct api_errors *errors, const struct question *q,
	const char *within);

/*
 * True when it was answered with that word; else the request is answered with what went wrong,
 * fields and all. Settings are named as members of the object within ("" or "settings.");
 * NULL leaves their keys.
 */
bool api_answered(struct visit *v, const struct question *q, enum word word, const char *within,
	struct unpack *ret_body) MUST_CHECK;
void api_broken(struct visit *v); /* the keeper's answer is not well-formed */

/* Members of a message that the list and the message itself have in common. */
struct queue_row;
void api_put_message_row(struct json_out *j, const struct queue_row *r);
/* Where the next page of a list begins; 0, null, at its end. */
void api_put_next(struct json_out *j, const char *name, uint64_t place);
void api_refuse_unknown_message(struct visit *v);

/* For what the server refuses before a visit begins. */
void api_write_problem(struct buffer *lines, struct buffer *body, unsigned status);

/* ---- the steps of the routes ---- */

visit_fn api_openapi_show;
visit_fn api_status_ask, api_status_show;
visit_fn api_email_ask, api_email_show, api_email_put, api_email_put_read;
visit_fn api_key_act, api_key_acted;
visit_fn api_sign_in_ask, api_sign_in_show, api_sign_in_act;
visit_fn api_sign_in_finish, api_sign_in_finished, api_sign_in_end, api_sign_in_ended;
visit_fn api_test_act, api_test_acted, api_test_ask, api_test_show;
visit_fn api_mail_act, api_mail_acted;
visit_fn api_messages_ask, api_messages_show, api_message_ask, api_message_show;
visit_fn api_deed_act, api_delete_act, api_deed_acted;
visit_fn api_resend_act, api_resend_acted;
visit_fn api_retry_act, api_retry_all_act, api_retry_acted;
visit_fn api_metrics_ask, api_metrics_show;
visit_fn api_audit_ask, api_audit_show;

#endif
