/* restore_private.h - what the files of a restore share. */
#ifndef TOCSIN_KEEP_RESTORE_PRIVATE_H
#define TOCSIN_KEEP_RESTORE_PRIVATE_H

#include "keep/backup.h"
#include "keep/page_certificate.h"
#include "keep/settings.h"
#include "store/audit.h"
#include "store/oauth_token.h"
#include "store/settings.h"
#include "sys/tls.h"

struct keep_restore {
	struct arena *arena; /* settings, the head's texts */
	struct backup_seal seal;
	struct fault fault;
	bool bad; /* the backup is not what it should be */

	/* what the backup says it is */
	const char *program, *node;
	int64_t made;
	uint64_t n[BACKUP_KINDS];
	struct store_oauth_token sign_in; /* when n says that there is one */
	struct slice chain; /* the certificate of the pages, when n says so */
	struct tls_certificate certificate;
	const char *no_certificate; /* why it is not put in force; NULL: it is */
	struct audit_walk walk;
	bool audit_whole;
	size_t n_settings;
	struct {
		struct slice key, value;
	} settings[SETTING_COUNT];

	/* what would be set: checked by the table's rules */
	struct keep_values values;
	uint64_t seen; /* version of the settings they were compared with */

	/* applying */
	struct store_restore rows;
	struct store_settings_save save;
	struct store_setting_value save_values[SETTING_COUNT];
	struct audit_entry audit;
	enum certificate_kept kept; /* what became of the certificate */
};

/* restore_look.c, in the thread: every row is good, and what it says is in s; result as fault. */
int keep_restore_look(struct keep_run *run) MUST_CHECK;

/* restore_show.c */
bool keep_restore_differs(const struct keep_run *run, int id); /* a setting that it changes */
void keep_restore_weigh_certificate(struct keep_run *run); /* fills no_certificate */
void keep_restore_show(struct request *r, const struct keep_run *run); /* WORD_RESTORE_IS */
void keep_restore_tell(struct request *r, const struct keep_run *run); /* WORD_RESTORED */

#endif
