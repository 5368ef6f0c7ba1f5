/*
 * pages.h - the steps of every page, by page: what stands in the table of route.c. Each page is one
 * file of this folder, with its template of the same name.
 */
#ifndef TOCSIN_WEB_PAGES_PAGES_H
#define TOCSIN_WEB_PAGES_PAGES_H

#include "web/visit.h"

visit_fn page_account_show, page_end_others_act, page_end_others_acted;
visit_fn page_sign_out_act, page_sign_out_acted;
visit_fn page_aliases_ask, page_aliases_show, page_aliases_act, page_aliases_acted;
visit_fn page_alias_remove_act, page_alias_remove_acted, page_aliases_stale;
visit_fn page_audit_ask, page_audit_show;
visit_fn page_backup_show, page_backup_file_ask, page_backup_file_show;
visit_fn page_import_act, page_import_acted, page_import_apply_acted, page_import_stale;
visit_fn page_email_ask, page_email_show, page_email_act, page_email_stale;
visit_fn page_preset_act, page_preset_acted;
visit_fn page_health_ask, page_health_show;
visit_fn page_home_show;
visit_fn page_login_ask, page_login_show, page_login_act, page_login_acted;
visit_fn page_message_ask, page_message_show, page_message_unknown;
visit_fn page_queue_ask, page_queue_show;
visit_fn page_deed_act, page_deed_acted, page_deed_all_act, page_deed_all_acted;
visit_fn page_delete_ask, page_delete_show;
visit_fn page_resend_ask, page_resend_show, page_resend_act, page_resend_acted;
visit_fn page_retention_ask, page_retention_show, page_retention_stale;
visit_fn page_run_act, page_run_acted, page_run_ask, page_run_show, page_events_ask;
visit_fn page_setup_ask, page_setup_show, page_setup_act, page_setup_acted;
visit_fn page_site_ask, page_site_show, page_site_stale;
visit_fn page_status_show;
visit_fn page_users_ask, page_user_add_act, page_users_stale;
visit_fn page_user_ask, page_user_act, page_user_acted, page_user_stale;
visit_fn page_tokens_ask, page_tokens_stale, page_token_act;
visit_fn page_token_revoke_act, page_token_revoked;

/* the sign-in to the relay by OAuth2 */
visit_fn page_callback_ask, page_callback_show, page_callback_lost;
visit_fn page_disconnect_ask, page_disconnect_show, page_disconnect_act, page_disconnect_acted;
visit_fn page_discover_act, page_discover_acted;
visit_fn page_guide_ask, page_guide_show;
visit_fn page_key_ask, page_key_show, page_key_file_show, page_key_act, page_key_acted;
visit_fn page_renew_act, page_renew_acted;
visit_fn page_sign_in_ask, page_sign_in_show, page_paste_act, page_paste_acted;
visit_fn page_verify_act, page_verify_acted, page_lead_ask, page_lead_show;

#endif
