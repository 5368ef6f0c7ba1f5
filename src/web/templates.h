/*
 * templates.h - the compiled templates: template_NAME() writes templates/NAME.html for a view,
 * part_NAME() pairs the two for a frame to write later. compile.py checks the rest.
 */
#ifndef TOCSIN_WEB_TEMPLATES_H
#define TOCSIN_WEB_TEMPLATES_H

#include "web/form_view.h"
#include "web/frame.h"
#include "web/pages/account.h"
#include "web/pages/aliases.h"
#include "web/pages/audit.h"
#include "web/pages/backup.h"
#include "web/pages/connection.h"
#include "web/pages/email.h"
#include "web/pages/guide.h"
#include "web/pages/login.h"
#include "web/pages/message.h"
#include "web/pages/oauth_key.h"
#include "web/pages/queue.h"
#include "web/pages/retention.h"
#include "web/pages/run.h"
#include "web/pages/settings.h"
#include "web/pages/sign_in.h"
#include "web/pages/signed_out.h"
#include "web/pages/site.h"
#include "web/pages/status.h"
#include "web/pages/users.h"
#include "web/pages/tokens.h"
#include "web/trouble.h"

void template_account(struct html *h, const struct account_view *view);
void template_alarm(struct html *h, const struct alarm_view *view);
void template_aliases(struct html *h, const struct aliases_view *view);
void template_audit(struct html *h, const struct audit_page_view *view);
void template_backup(struct html *h, const struct backup_view *view);
void template_connection(struct html *h, const struct connection_view *view);
void template_dead_link(struct html *h, const struct dead_link_view *view);
void template_deed(struct html *h, const struct deed_page_view *view);
void template_disconnect(struct html *h, const struct disconnect_view *view);
void template_email(struct html *h, const struct email_view *view);
void template_endings(struct html *h, const struct endings_view *view);
void template_error(struct html *h, const struct error_view *view);
void template_field(struct html *h, const struct field_view *view);
void template_field_notes(struct html *h, const struct field_view *view);
void template_fields(struct html *h, const struct group_view *view);
void template_frame(struct html *h, const struct frame_view *view);
void template_group(struct html *h, const struct group_view *view);
void template_import(struct html *h, const struct import_view *view);
void template_guide_google(struct html *h, const struct guide_view *view);
void template_guide_microsoft365(struct html *h, const struct guide_view *view);
void template_guide_other(struct html *h, const struct guide_view *view);
void template_lead(struct html *h, const struct lead_view *view);
void template_login(struct html *h, const struct login_view *view);
void template_message(struct html *h, const struct message_page_view *view);
void template_nav(struct html *h, const struct nav_list_view *view);
void template_oauth_fill(struct html *h, const struct oauth_fill_view *view);
void template_oauth_key(struct html *h, const struct oauth_key_view *view);
void template_panel(struct html *h, const struct panel_view *view);
void template_paste(struct html *h, const struct paste_view *view);
void template_presets(struct html *h, const struct group_view *view);
void template_problems(struct html *h, const struct problems_view *view);
void template_queue(struct html *h, const struct queue_page_view *view);
void template_retention(struct html *h, const struct retention_view *view);
void template_run(struct html *h, const struct run_view *view);
void template_section(struct html *h, const struct section_view *view);
void template_section_body(struct html *h, const struct section_view *view);
void template_settings_notes(struct html *h, const struct settings_notes_view *view);
void template_setup(struct html *h, const struct setup_view *view);
void template_shape(struct html *h, const struct shape_view *view);
void template_sign_in(struct html *h, const struct sign_in_view *view);
void template_signed_out(struct html *h, const struct signed_out_view *view);
void template_site(struct html *h, const struct site_view *view);
void template_status(struct html *h, const struct status_view *view);
void template_tokens(struct html *h, const struct tokens_view *view);
void template_trouble(struct html *h, const struct trouble_view *view);
void template_user(struct html *h, const struct user_page_view *view);
void template_users(struct html *h, const struct users_view *view);

struct html_part part_account(const struct account_view *view);
struct html_part part_alarm(const struct alarm_view *view);
struct html_part part_aliases(const struct aliases_view *view);
struct html_part part_audit(const struct audit_page_view *view);
struct html_part part_backup(const struct backup_view *view);
struct html_part part_connection(const struct connection_view *view);
struct html_part part_dead_link(const struct dead_link_view *view);
struct html_part part_deed(const struct deed_page_view *view);
struct html_part part_disconnect(const struct disconnect_view *view);
struct html_part part_email(const struct email_view *view);
struct html_part part_endings(const struct endings_view *view);
struct html_part part_error(const struct error_view *view);
struct html_part part_field(const struct field_view *view);
struct html_part part_field_notes(const struct field_view *view);
struct html_part part_fields(const struct group_view *view);
struct html_part part_frame(const struct frame_view *view);
struct html_part part_group(const struct group_view *view);
struct html_part part_import(const struct import_view *view);
struct html_part part_guide_google(const struct guide_view *view);
struct html_part part_guide_microsoft365(const struct guide_view *view);
struct html_part part_guide_other(const struct guide_view *view);
struct html_part part_lead(const struct lead_view *view);
struct html_part part_login(const struct login_view *view);
struct html_part part_message(const struct message_page_view *view);
struct html_part part_nav(const struct nav_list_view *view);
struct html_part part_oauth_fill(const struct oauth_fill_view *view);
struct html_part part_oauth_key(const struct oauth_key_view *view);
struct html_part part_panel(const struct panel_view *view);
struct html_part part_paste(const struct paste_view *view);
struct html_part part_presets(const struct group_view *view);
struct html_part part_problems(const struct problems_view *view);
struct html_part part_queue(const struct queue_page_view *view);
struct html_part part_retention(const struct retention_view *view);
struct html_part part_run(const struct run_view *view);
struct html_part part_section(const struct section_view *view);
struct html_part part_section_body(const struct section_view *view);
struct html_part part_settings_notes(const struct settings_notes_view *view);
struct html_part part_setup(const struct setup_view *view);
struct html_part part_shape(const struct shape_view *view);
struct html_part part_sign_in(const struct sign_in_view *view);
struct html_part part_signed_out(const struct signed_out_view *view);
struct html_part part_site(const struct site_view *view);
struct html_part part_status(const struct status_view *view);
struct html_part part_tokens(const struct tokens_view *view);
struct html_part part_trouble(const struct trouble_view *view);
struct html_part part_user(const struct user_page_view *view);
struct html_part part_users(const struct users_view *view);

#endif
