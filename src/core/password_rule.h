/*
 * password_rule.h - which passwords are taken: at least 8 characters (15 are advised), none of the
 * common ones, not the account's own name. No rules on kinds of characters, and no upper limit
 * below what anybody types. Source: NIST SP 800-63B 3.1.1.2, OWASP ASVS 5.0 6.2.
 */
#ifndef TOCSIN_CORE_PASSWORD_RULE_H
#define TOCSIN_CORE_PASSWORD_RULE_H

#include "base/slice.h"

enum {
	PASSWORD_CHARACTERS_MIN = 8,
	PASSWORD_CHARACTERS_ADVISED = 15,
	PASSWORD_OCTETS_MAX = 1024,
	ACCOUNT_NAME_MAX = 64,
};

/* NULL when it may be used, else a sentence that says why not. */
const char *password_objection(struct slice password, struct slice account_name);

/* Letters, digits, ".", "-", "_", "@" and anything above ASCII; NULL or a sentence. */
const char *account_name_objection(struct slice name);

/* How many common passwords are known; for tests. */
size_t password_common_count(void);

#endif
