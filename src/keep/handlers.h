/* handlers.h - the handlers of keeper.c's table, by the file they are in. */
#ifndef TOCSIN_KEEP_HANDLERS_H
#define TOCSIN_KEEP_HANDLERS_H

#include "keep/keeper.h"

/* signin.c */
int keep_signin_init(struct keeper *k) MUST_CHECK;
void keep_signin_release(struct keeper *k);
void keep_login(struct request *r);
void keep_session(struct request *r);
void keep_logout(struct request *r);
void keep_end_others(struct request *r);

/* accounts.c */
void keep_setup_check(struct request *r);
void keep_setup(struct request *r);
void keep_setup_link(struct request *r);
void keep_account_add(struct request *r);
/* At start: while there is no account, a set-up link is made and told. */
void keep_accounts_greet(struct keeper *k);

/* users.c */
void keep_user_list(struct request *r);
void keep_user_password(struct request *r);
void keep_user_disable(struct request *r);
void keep_user_remove(struct request *r);
void keep_user_end(struct request *r);

/* settings.c */
int keep_settings_load(struct keeper *k) MUST_CHECK;
void keep_settings_get(struct request *r);
void keep_settings_set(struct request *r);
void keep_settings_check(struct request *r);
/* Tells the sender the relay, and front the site. */
void keep_settings_push(struct keeper *k, enum role peer);

/* aliases.c */
int keep_aliases_load(struct keeper *k) MUST_CHECK;
void keep_aliases_release(struct keeper *k);
void keep_aliases_pack_names(const struct keeper *k, struct buffer *body); /* n x text */
void keep_alias_list(struct request *r);
void keep_alias_set(struct request *r);

/* trial.c */
int keep_trials_init(struct keeper *k) MUST_CHECK;
void keep_trials_release(struct keeper *k);
void keep_test(struct request *r);
void keep_test_show(struct request *r);
void keep_trial_stage(struct request *r);

/* metrics.c */
void keep_metrics(struct request *r);

/* tokens.c */
int keep_tokens_init(struct keeper *k) MUST_CHECK;
void keep_tokens_release(struct keeper *k);
void keep_token_create(struct request *r);
void keep_token_list(struct request *r);
void keep_token_revoke(struct request *r);
void keep_bearer(struct request *r);

/* backup.c */
int keep_backup_init(struct keeper *k) MUST_CHECK;
void keep_backup_stop(struct keeper *k); /* the thread ends; before the store closes */
void keep_backup_release(struct keeper *k);
void keep_backup(struct request *r);
void keep_backup_read(struct request *r);
void keep_backup_end(struct request *r);

/* restore.c */
void keep_restore(struct request *r);
void keep_restore_data(struct request *r);
void keep_restore_check(struct request *r);
void keep_restore_apply(struct request *r);

/* status.c */
void keep_status_init(struct keeper *k);
void keep_status_release(struct keeper *k);
void keep_health(struct request *r);
void keep_fact(struct request *r);
void keep_status(struct request *r);
void keep_audit_list(struct request *r);

#endif
