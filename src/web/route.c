/* route.c - the table of addresses; see route.h. */
#include "web/route.h"

#include "web/api/api.h"
#include "web/guard.h"
#include "web/pages/pages.h"
#include "web/pages/settings.h"

enum {
	FORM_STRANGER_MAX = 200 * 1024, /* octets of a form that needs no session */
};

const struct route routes[] = {
	{ HTTP_GET, "/", FOR_SIGNED_IN, page_home_show, NULL, NULL },
	{ HTTP_GET, "/check_health", FOR_ANYBODY, page_health_ask, page_health_show, NULL },

	{ HTTP_GET, "/login", FOR_ANYBODY, page_login_ask, page_login_show, NULL },
	{ HTTP_POST, "/login", FOR_ANYBODY, page_login_act, page_login_acted, NULL },
	{ HTTP_GET, "/login/setup", FOR_ANYBODY, page_setup_ask, page_setup_show, NULL },
	{ HTTP_POST, "/login/setup", FOR_ANYBODY, page_setup_act, page_setup_acted, NULL },
	{ HTTP_POST, "/login/sign-out", FOR_SIGNED_IN, page_sign_out_act, page_sign_out_acted, NULL },

	{ HTTP_GET, "/login/account", FOR_SIGNED_IN, page_account_show, NULL, NULL },
	{ HTTP_POST, "/login/account/end-others", FOR_SIGNED_IN, page_end_others_act, page_end_others_acted, NULL },
	{ HTTP_GET, "/login/aliases", FOR_SIGNED_IN, page_aliases_ask, page_aliases_show, NULL },
	{ HTTP_POST, "/login/aliases", FOR_SIGNED_IN, page_aliases_act, page_aliases_acted, page_aliases_stale },
	{ HTTP_POST, "/login/aliases/remove", FOR_SIGNED_IN, page_alias_remove_act, page_alias_remove_acted, NULL },
	{ HTTP_GET, "/login/audit", FOR_SIGNED_IN, page_audit_ask, page_audit_show, NULL },
	{ HTTP_GET, "/login/backup", FOR_SIGNED_IN, page_backup_show, NULL, NULL },
	{ HTTP_POST, "/login/backup", FOR_SIGNED_IN, page_import_act, page_import_acted, page_import_stale },
	{ HTTP_POST, "/login/backup/apply", FOR_SIGNED_IN, page_import_act, page_import_apply_acted, page_import_stale },
	{ HTTP_GET, "/login/backup/settings.txt", FOR_SIGNED_IN, page_backup_file_ask, page_backup_file_show, NULL },
	{ HTTP_GET, "/login/email", FOR_SIGNED_IN, page_email_ask, page_email_show, NULL },
	{ HTTP_POST, "/login/email", FOR_SIGNED_IN, page_email_act, settings_page_save, page_email_stale },
	{ HTTP_POST, "/login/email/discover", FOR_SIGNED_IN, page_discover_act, page_discover_acted, page_email_stale },
	{ HTTP_GET, "/login/email/disconnect", FOR_SIGNED_IN, page_disconnect_ask, page_disconnect_show, NULL },
	{ HTTP_POST, "/login/email/disconnect", FOR_SIGNED_IN, page_disconnect_act, page_disconnect_acted, NULL },
	{ HTTP_GET, "/login/email/guide/*", FOR_SIGNED_IN, page_guide_ask, page_guide_show, NULL },
	{ HTTP_GET, "/login/email/key", FOR_SIGNED_IN, page_key_ask, page_key_show, NULL },
	{ HTTP_POST, "/login/email/key", FOR_SIGNED_IN, page_key_act, page_key_acted, NULL },
	{ HTTP_GET, "/login/email/key/certificate.pem", FOR_SIGNED_IN, page_key_ask, page_key_file_show, NULL },
	{ HTTP_POST, "/login/email/renew", FOR_SIGNED_IN, page_renew_act, page_renew_acted, NULL },
	{ HTTP_GET, "/login/email/sign-in", FOR_SIGNED_IN, page_sign_in_ask, page_sign_in_show, NULL },
	{ HTTP_POST, "/login/email/sign-in/paste", FOR_SIGNED_IN, page_paste_act, page_paste_acted, NULL },
	{ HTTP_GET, "/login/email/verify", FOR_SIGNED_IN, page_lead_ask, page_lead_show, NULL },
	{ HTTP_POST, "/login/email/verify", FOR_SIGNED_IN, page_verify_act, page_verify_acted, NULL },
	{ HTTP_GET, "/login/smtp-verification", FOR_SIGNED_IN, page_callback_ask, page_callback_show, page_callback_lost },
	{ HTTP_POST, "/login/email/preset", FOR_SIGNED_IN, page_preset_act, page_preset_acted, page_email_stale },
	{ HTTP_POST, "/login/email/test", FOR_SIGNED_IN, page_run_act, page_run_acted, page_email_stale },
	{ HTTP_GET, "/login/email/test/*", FOR_SIGNED_IN, page_run_ask, page_run_show, NULL },
	{ HTTP_GET, "/login/email/test/*/events", FOR_SIGNED_IN, page_events_ask, NULL, NULL },
	{ HTTP_GET, "/login/queue", FOR_SIGNED_IN, page_queue_ask, page_queue_show, NULL },
	{ HTTP_POST, "/login/queue/retry", FOR_SIGNED_IN, page_deed_all_act, page_deed_all_acted, NULL },
	{ HTTP_POST, "/login/queue/release", FOR_SIGNED_IN, page_deed_all_act, page_deed_all_acted, NULL },
	{ HTTP_GET, "/login/queue/retention", FOR_SIGNED_IN, page_retention_ask, page_retention_show, NULL },
	{ HTTP_POST, "/login/queue/retention", FOR_SIGNED_IN, page_retention_ask, settings_page_save, page_retention_stale },
	{ HTTP_GET, "/login/queue/*", FOR_SIGNED_IN, page_message_ask, page_message_show, NULL },
	{ HTTP_POST, "/login/queue/*/retry", FOR_SIGNED_IN, page_deed_act, page_deed_acted, NULL },
	{ HTTP_POST, "/login/queue/*/hold", FOR_SIGNED_IN, page_deed_act, page_deed_acted, NULL },
	{ HTTP_POST, "/login/queue/*/release", FOR_SIGNED_IN, page_deed_act, page_deed_acted, NULL },
	{ HTTP_GET, "/login/queue/*/delete", FOR_SIGNED_IN, page_delete_ask, page_delete_show, NULL },
	{ HTTP_POST, "/login/queue/*/delete", FOR_SIGNED_IN, page_deed_act, page_deed_acted, NULL },
	{ HTTP_GET, "/login/queue/*/resend", FOR_SIGNED_IN, page_resend_ask, page_resend_show, NULL },
	{ HTTP_POST, "/login/queue/*/resend", FOR_SIGNED_IN, page_resend_act, page_resend_acted, NULL },
	{ HTTP_GET, "/login/users", FOR_SIGNED_IN, page_users_ask, NULL, NULL },
	{ HTTP_POST, "/login/users", FOR_SIGNED_IN, page_user_add_act, NULL, page_users_stale },
	{ HTTP_GET, "/login/users/account", FOR_SIGNED_IN, page_user_ask, NULL, NULL },
	{ HTTP_POST, "/login/users/*", FOR_SIGNED_IN, page_user_act, page_user_acted, page_user_stale },
	{ HTTP_GET, "/login/site", FOR_SIGNED_IN, page_site_ask, page_site_show, NULL },
	{ HTTP_POST, "/login/site", FOR_SIGNED_IN, page_site_ask, settings_page_save, page_site_stale },
	{ HTTP_GET, "/login/status", FOR_SIGNED_IN, page_status_show, NULL, NULL },

	{ HTTP_GET, "/login/tokens", FOR_SIGNED_IN, page_tokens_ask, NULL, NULL },
	{ HTTP_POST, "/login/tokens", FOR_SIGNED_IN, page_token_act, NULL, page_tokens_stale },
	{ HTTP_POST, "/login/tokens/revoke", FOR_SIGNED_IN, page_token_revoke_act, page_token_revoked, NULL },
};

const size_t n_routes = COUNT_OF(routes);

/* path = 1*( "/" segment ); "*" in the pattern takes any one segment that is not empty */
bool route_matches(const char *pattern, struct slice path, struct slice *ret_name)
{
	struct slice wanted = slice_of(pattern), rest = path, name = { 0 };

	while (wanted.data != NULL && rest.data != NULL) {
		struct slice expected = slice_cut(&wanted, '/'), segment = slice_cut(&rest, '/');

		if (slice_is(expected, "*") && segment.len > 0)
			name = segment;
		else if (!slice_equal(expected, segment))
			return false;
	}
	if (wanted.data != NULL || rest.data != NULL)
		return false;
	*ret_name = name;
	return true;
}

const struct route *route_find(enum http_method method, struct slice path, struct slice *ret_name,
	bool *ret_path_known)
{
	bool known = false;

	for (size_t i = 0; i < n_routes; i++) {
		if (!route_matches(routes[i].path, path, ret_name))
			continue;
		known = true;
		if (routes[i].method == method)
			return &routes[i];
	}
	*ret_path_known = known;
	return NULL;
}

/* ---- the doors of web.h ---- */

void web_handle(void *arg, struct web_request *r)
{
	visit_begin(arg, r, api_is_path(r->head->path) ? api_enter : guard_enter);
}

size_t web_body_limit(void *arg UNUSED, const struct http_head *head)
{
	struct slice name;
	bool known;

	const struct route *route;

	if (api_is_path(head->path))
		return api_body_limit(head);
	route = route_find(head->method, head->path, &name, &known);
	if (route == NULL || route->method != HTTP_POST)
		return 0;
	return route->who == FOR_ANYBODY ? FORM_STRANGER_MAX : FORM_MAX;
}
