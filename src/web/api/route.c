/* route.c - the API's addresses in one table, and the way in; see api.h. */
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "http/headers.h"
#include "web/api/api.h"
#include "web/route.h"
#include "wire/token.h"
#include "wire/who.h"

/* share/openapi.json describes each, and a test holds the two together. */
const struct api_route api_routes[] = {
	{ HTTP_GET, "/api/v1/openapi.json", 0, API_BODY_NONE, api_openapi_show, NULL },
	{ HTTP_GET, "/api/v1/status", TOKEN_SCOPE_READ, API_BODY_NONE, api_status_ask, api_status_show },
	{ HTTP_GET, "/api/v1/email", TOKEN_SCOPE_READ, API_BODY_NONE, api_email_ask, api_email_show },
	{ HTTP_PUT, "/api/v1/email", TOKEN_SCOPE_ADMIN, API_BODY_JSON, api_email_put, api_email_put_read },
	{ HTTP_POST, "/api/v1/email/key", TOKEN_SCOPE_ADMIN, API_BODY_JSON, api_key_act, api_key_acted },
	{ HTTP_GET, "/api/v1/email/sign-in", TOKEN_SCOPE_READ, API_BODY_NONE, api_sign_in_ask, api_sign_in_show },
	{ HTTP_POST, "/api/v1/email/sign-in", TOKEN_SCOPE_ADMIN, API_BODY_JSON, api_sign_in_act, NULL },
	{ HTTP_DELETE, "/api/v1/email/sign-in", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_sign_in_end, api_sign_in_ended },
	{ HTTP_POST, "/api/v1/email/sign-in/finish", TOKEN_SCOPE_ADMIN, API_BODY_JSON, api_sign_in_finish, api_sign_in_finished },
	{ HTTP_POST, "/api/v1/email/test", TOKEN_SCOPE_ADMIN, API_BODY_JSON, api_test_act, api_test_acted },
	{ HTTP_GET, "/api/v1/email/test/*", TOKEN_SCOPE_READ, API_BODY_NONE, api_test_ask, api_test_show },
	{ HTTP_POST, "/api/v1/messages", TOKEN_SCOPE_SEND, API_BODY_MAIL, api_mail_act, api_mail_acted },
	{ HTTP_GET, "/api/v1/messages", TOKEN_SCOPE_READ, API_BODY_NONE, api_messages_ask, api_messages_show },
	{ HTTP_GET, "/api/v1/messages/*", TOKEN_SCOPE_READ, API_BODY_NONE, api_message_ask, api_message_show },
	{ HTTP_POST, "/api/v1/messages/*/retry", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_retry_act, api_retry_acted },
	{ HTTP_POST, "/api/v1/messages/*/hold", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_deed_act, api_deed_acted },
	{ HTTP_POST, "/api/v1/messages/*/release", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_deed_act, api_deed_acted },
	{ HTTP_POST, "/api/v1/messages/*/resend", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_resend_act, api_resend_acted },
	{ HTTP_DELETE, "/api/v1/messages/*", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_delete_act, api_deed_acted },
	{ HTTP_POST, "/api/v1/queue/retry", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_retry_all_act, api_retry_acted },
	{ HTTP_GET, "/metrics", TOKEN_SCOPE_READ, API_BODY_NONE, api_metrics_ask, api_metrics_show },
	{ HTTP_GET, "/api/v1/audit", TOKEN_SCOPE_ADMIN, API_BODY_NONE, api_audit_ask, api_audit_show },
};

const size_t n_api_routes = COUNT_OF(api_routes);

bool api_is_path(struct slice path)
{
	return slice_starts(path, "/api/") || slice_is(path, "/api") || slice_is(path, "/metrics");
}

static const struct api_route *find(enum http_method method, struct slice path,
	struct slice *ret_name)
{
	if (method == HTTP_HEAD)
		method = HTTP_GET;
	for (size_t i = 0; i < n_api_routes; i++)
		if (api_routes[i].method == method &&
		    route_matches(api_routes[i].path, path, ret_name))
			return &api_routes[i];
	return NULL;
}

static bool is_rfc822(const struct http_head *head)
{
	return http_media_type_is(http_head_field(head, "Content-Type"), "message/rfc822");
}

size_t api_body_limit(const struct http_head *head)
{
	struct slice name;
	const struct api_route *route = find(head->method, head->path, &name);

	/* where none is taken it is read all the same: the answer says what is wrong */
	return route != NULL && route->body == API_BODY_MAIL ? API_MAIL_MAX : API_JSON_MAX;
}

/* ---- what is refused ---- */

/* "GET, HEAD, PUT": what this address takes. */
static const char *methods_of(struct visit *v, struct slice path)
{
	static const enum http_method methods[] = { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };
	const char *allow = "";
	struct slice name;

	for (size_t i = 0; i < COUNT_OF(methods); i++)
		if (find(methods[i], path, &name) != NULL)
			allow = arena_printf(v->arena, "%s%s%s%s", allow, allow[0] != '\0' ? ", " : "",
			    http_method_name(methods[i]), methods[i] == HTTP_GET ? ", HEAD" : "");
	return allow;
}

static void refuse_route(struct visit *v)
{
	const char *allow = methods_of(v, v->request->head->path);

	if (allow[0] == '\0') {
		api_problem(v, 404, "There is nothing at this address",
		    "/api/v1/openapi.json lists the addresses of the API.");
		return;
	}
	headers_add_text(&v->lines, "Allow", allow);
	api_problem(v, 405, "This address does not take this method",
	    arena_printf(v->arena, "It takes %s.", allow));
}

/* RFC 6750 section 3: who showed no token is told no more than that one is needed. */
static void refuse_token(struct visit *v, bool shown)
{
	headers_add_text(&v->lines, "WWW-Authenticate", shown ?
	    "Bearer realm=\"tocsin\", error=\"invalid_token\"" : "Bearer realm=\"tocsin\"");
	if (shown)
		api_problem(v, 401, "The token is not good", "It is mistyped, expired or revoked. "
		    "`tocsin token list` shows which ones are good.");
	else
		api_problem(v, 401, "A token is needed", "Send it as \"Authorization: Bearer TOKEN\". "
		    "`tocsin token create` makes one.");
}

static void refuse_scope(struct visit *v)
{
	char text[TOKEN_SCOPES_SIZE];
	const char *scope = token_scopes_text(v->api->scope, text);

	headers_add_text(&v->lines, "WWW-Authenticate", arena_printf(v->arena,
	    "Bearer realm=\"tocsin\", error=\"insufficient_scope\", scope=\"%s\"", scope));
	api_problem(v, 403, "The token may not do this",
	    arena_printf(v->arena, "It needs the scope %s.", scope));
}

/* ---- the way in ---- */

static void enter_route(struct visit *v)
{
	visit_then(v, v->api->show);
	v->api->ask(v);
}

static bool body_is_of_its_kind(const struct visit *v)
{
	const struct http_head *head = v->request->head;
	struct slice type = http_head_field(head, "Content-Type");

	if (v->api->body == API_BODY_NONE || (v->api->body == API_BODY_MAIL && is_rfc822(head)))
		return true;
	if (type.data == NULL && v->request->body.len == 0)
		return true; /* the route says whether it needs one */
	return http_media_type_is(type, "application/json");
}

static void check_request(struct visit *v)
{
	int result = form_parse(v->request->head->query, v->arena, &v->query);

	if (v->api->body == API_BODY_NONE && v->request->body.len > 0)
		api_problem(v, 415, "This address takes no body", "Leave it out.");
	else if (!body_is_of_its_kind(v))
		api_problem(v, 415, "This kind of body is not taken here", v->api->body == API_BODY_MAIL ?
		    "Send application/json or message/rfc822 as Content-Type." :
		    "Send application/json as Content-Type.");
	else if (result != 0)
		api_problem(v, 400, "The query cannot be read",
		    "It is too long, or holds something that is not UTF-8.");
	else
		enter_route(v);
}

static void check_bearer(struct visit *v)
{
	struct web_bearer *b = &v->bearer;
	enum login_result result;
	uint64_t wait;
	struct unpack u;

	if (!api_answered(v, v->page, WORD_BEARER_IS, NULL, &u))
		return;
	v->page = NULL;
	result = (enum login_result)unpack_number(&u);
	wait = unpack_number(&u);
	b->id = unpack_number(&u);
	b->name = unpack_text(&u, TOKEN_NAME_MAX, v->arena);
	b->scopes = unpack_below(&u, TOKEN_SCOPES_ALL + 1);
	b->from_address = unpack_text(&u, 1000, v->arena);
	if (!unpack_end(&u)) {
		api_broken(v);
	} else if (result == LOGIN_BUSY) {
		headers_add_text(&v->lines, "Retry-After", arena_printf(v->arena, "%" PRIu64, wait));
		api_problem(v, 429, "Too many wrong tokens came from this address", "Wait a minute, or "
		    "send one that is good: that one is taken at any time.");
	} else if (result != LOGIN_OK) {
		refuse_token(v, true);
	} else if ((b->scopes & v->api->scope) == 0) {
		refuse_scope(v);
	} else {
		web_request_set_session(v->request, true);
		check_request(v);
	}
}

/* credentials = "Bearer" 1*SP b64token ; RFC 6750 section 2.1 */
static bool read_token(struct visit *v)
{
	const struct http_head *head = v->request->head;
	struct slice rest = http_head_field(head, "Authorization");
	struct slice scheme = slice_cut(&rest, ' ');

	if (http_head_field_count(head, "Authorization") != 1 || !slice_is_nocase(scheme, "Bearer"))
		return false;
	rest = slice_trim(rest);
	if (rest.len == 0 || rest.len > WHO_TOKEN_MAX || slice_has_char(rest, '\0'))
		return false;
	v->token = arena_text(v->arena, rest);
	return true;
}

void api_enter(struct visit *v)
{
	static const struct api_route none = { .path = "" };
	const struct http_head *head = v->request->head;
	struct buffer body;

	v->api = find(head->method, head->path, &v->name);
	if (v->api == NULL) {
		v->api = &none;
		refuse_route(v);
	} else if (v->api->scope == 0) {
		check_request(v);
	} else if (!read_token(v)) {
		refuse_token(v, http_head_field_count(head, "Authorization") > 0);
	} else {
		visit_start_body(v, &body);
		v->page = visit_ask(v, WORD_BEARER, &body);
		visit_then(v, check_bearer);
	}
}
