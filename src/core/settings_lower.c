/* settings_lower.c - changes that make mail less safe; see settings_lower.h. */
#include "core/settings_lower.h"

#include <string.h>

/* It had that value, and now it gets another. */
static bool leaves(enum setting_id id, const char *value, const struct settings *now,
	const struct settings *wanted)
{
	return setting_is(now, id, value) && !setting_is(wanted, id, value);
}

const char *settings_lower(enum setting_id id, const struct settings *now,
	const struct settings *wanted)
{
	if (strcmp(now->value[id], wanted->value[id]) == 0)
		return NULL;
	if (id == SETTING_EMAIL_ENCRYPTION && setting_is(wanted, id, "none"))
		return "Mail would go to the relay unencrypted.";
	if (id == SETTING_EMAIL_AUTH && setting_is(wanted, id, "none"))
		return "Tocsin would no longer sign in at the relay.";
	if (id == SETTING_EMAIL_ALLOW_CLEAR_PASSWORD && leaves(id, "no", now, wanted))
		return "The password could travel unencrypted.";
	if (id == SETTING_EMAIL_CA_CERTIFICATE)
		return "Other certificates of the relay would be trusted than now.";
	return NULL;
}
