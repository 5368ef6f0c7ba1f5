/*
 * settings_table.h - every setting of the site, once: key, type, range, default, label, help.
 *
 * The table drives the form, `tocsin get|set|show`, validation, the store and the manual page, so
 * they agree by construction. Values are text everywhere; settings.h checks and reads them.
 * Keys are "section.name" and are an interface: they never change their meaning.
 */
#ifndef TOCSIN_CORE_SETTINGS_TABLE_H
#define TOCSIN_CORE_SETTINGS_TABLE_H

#include "base/slice.h"

enum setting_id {
	SETTING_SITE_NAME,
	SETTING_SITE_HOST_NAME,
	SETTING_SITE_URL,
	SETTING_EMAIL_FROM_ADDRESS,
	SETTING_EMAIL_RELAY_HOST,
	SETTING_EMAIL_RELAY_PORT,
	SETTING_EMAIL_ENCRYPTION,
	SETTING_EMAIL_AUTH,
	SETTING_EMAIL_USERNAME,
	SETTING_EMAIL_PASSWORD,
	SETTING_EMAIL_ALLOW_CLEAR_PASSWORD,
	SETTING_EMAIL_OAUTH_EMAIL,
	SETTING_EMAIL_OAUTH_CLIENT_ID,
	SETTING_EMAIL_OAUTH_CLIENT_SECRET,
	SETTING_EMAIL_OAUTH_SCOPES,
	SETTING_EMAIL_OAUTH_AUTH_ENDPOINT,
	SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT,
	SETTING_EMAIL_ADMIN_CONTACTS,
	SETTING_EMAIL_DAILY_NOTICE,
	SETTING_EMAIL_CA_CERTIFICATE,
	SETTING_EMAIL_HELO_NAME,
	SETTING_EMAIL_MAX_CONNECTIONS,
	SETTING_EMAIL_MESSAGES_PER_MINUTE,
	SETTING_EMAIL_ENVELOPE_SENDER,
	SETTING_EMAIL_REWRITE_FROM,
	SETTING_EMAIL_DAILY_NOTICE_TIME,
	SETTING_EMAIL_TIME_ZONE,
	SETTING_EMAIL_OAUTH_FLOW,
	SETTING_EMAIL_OAUTH_TENANT,
	SETTING_EMAIL_OAUTH_SECRET_EXPIRES,
	SETTING_EMAIL_OAUTH_PRIVATE_KEY,
	SETTING_EMAIL_OAUTH_KEY_ID,
	SETTING_EMAIL_OAUTH_CERTIFICATE,
	SETTING_EMAIL_OAUTH_CA_CERTIFICATE,
	SETTING_EMAIL_OAUTH_PROXY,
	SETTING_QUEUE_RETENTION_DAYS,
	SETTING_QUEUE_RETENTION_SIZE,
	SETTING_COUNT,
};

enum setting_type {
	SETTING_TYPE_TEXT, /* one line, min..max octets */
	SETTING_TYPE_NUMBER, /* min..max */
	SETTING_TYPE_CHOICE, /* one of choices */
	SETTING_TYPE_SWITCH, /* yes or no */
	SETTING_TYPE_HOST, /* name, IPv4 or IPv6 literal */
	SETTING_TYPE_ADDRESS, /* one RFC 5321 mailbox */
	SETTING_TYPE_ADDRESS_LIST, /* up to max mailboxes */
	SETTING_TYPE_URL, /* https */
	SETTING_TYPE_TIME, /* of the day, HH:MM */
	SETTING_TYPE_DATE, /* YYYY-MM-DD */
	SETTING_TYPE_PROXY, /* http://host:port */
	SETTING_TYPE_ZONE, /* a time zone, core/time_zone_names.h */
	SETTING_TYPE_PEM, /* certificates, up to max octets */
	SETTING_TYPE_KEY, /* a private key in PEM, up to max octets */
};

struct setting_choice {
	const char *value;
	const char *label;
};

struct setting {
	const char *key;
	enum setting_type type;
	uint64_t min, max; /* octets of text, value of a number, entries of a list */
	const char *initial; /* the value until one is set; "" is "not set" */
	const char *label;
	const char *help;
	const struct setting_choice *choices; /* SETTING_TYPE_CHOICE: ends with a NULL value */
	bool secret; /* sealed in the store; never shown again */
	bool synced; /* follows the primary on a backup or traffic node */
};

extern const struct setting settings_table[SETTING_COUNT];

/* The row of a key, or NULL. */
const struct setting *setting_find(struct slice key);
enum setting_id setting_id_of(const struct setting *s);
/* "email." of "email.relay_host": what a page, and a conflict, is about. */
struct slice setting_section(const char *key);

#endif
