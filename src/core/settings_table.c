/* settings_table.c - the one table of settings; see settings_table.h. */
#include "core/settings_table.h"

static const struct setting_choice encryptions[] = {
	{ "none", "None" },
	{ "tls", "TLS" },
	{ "starttls", "STARTTLS" },
	{ NULL, NULL },
};

static const struct setting_choice authentications[] = {
	{ "none", "None" },
	{ "password", "Username and Password" },
	{ "oauth2", "OAuth2" },
	{ NULL, NULL },
};

static const struct setting_choice rewrites[] = {
	{ "auto", "Automatic: when authentication is used" },
	{ "always", "Always" },
	{ "never", "Never" },
	{ NULL, NULL },
};

static const struct setting_choice oauth_flows[] = {
	{ "code", "Sign-in page of the provider (authorization code)" },
	{ "device", "Code for a device" },
	{ "client", "The application itself (client credentials)" },
	{ "service", "Service account (Google Workspace)" },
	{ NULL, NULL },
};

enum {
	TEXT_MAX = 1000,
	SECRET_MAX = 4096,
	NAME_MAX_OCTETS = 255,
	ADDRESS_MAX = 254, /* RFC 5321 4.5.3.1.3: a path of 256 octets less its brackets */
	CONTACTS_MAX = 200,
	PEM_MAX = 65536,
	KEY_MAX = 16384,
};

const struct setting settings_table[SETTING_COUNT] = {
	[SETTING_SITE_NAME] = {
		.key = "site.name", .type = SETTING_TYPE_TEXT, .max = 100, .initial = "Tocsin",
		.label = "Site Name",
		.help = "Names this site in the subject of every mail and on every page.",
		.synced = true,
	},
	[SETTING_SITE_HOST_NAME] = {
		.key = "site.host_name", .type = SETTING_TYPE_HOST, .max = NAME_MAX_OCTETS, .initial = "",
		.label = "Site Host Name",
		.help = "The name under which clients reach the site. Mail from local programs to or from a "
			"bare name gets this domain.",
		.synced = true,
	},
	[SETTING_SITE_URL] = {
		.key = "site.url", .type = SETTING_TYPE_URL, .max = NAME_MAX_OCTETS, .initial = "",
		.label = "Site Address",
		.help = "The address of this site in a browser, such as https://alerts.example.com. The "
			"redirect URI for OAuth2 is built from it. When empty it is made from the host name and "
			"the port.",
		.synced = true,
	},
	[SETTING_EMAIL_FROM_ADDRESS] = {
		.key = "email.from_address", .type = SETTING_TYPE_ADDRESS, .max = ADDRESS_MAX, .initial = "",
		.label = "From Address",
		.help = "The address from which automatic messages of this node are sent. The relay must let "
			"the account below send as this address.",
		.synced = true,
	},
	[SETTING_EMAIL_RELAY_HOST] = {
		.key = "email.relay_host", .type = SETTING_TYPE_HOST, .max = NAME_MAX_OCTETS, .initial = "",
		.label = "SMTP Relay Server",
		.help = "The host name, IPv4 or IPv6 address of the server that takes this node's mail and "
			"delivers it, such as smtp.example.com.",
		.synced = true,
	},
	[SETTING_EMAIL_RELAY_PORT] = {
		.key = "email.relay_port", .type = SETTING_TYPE_NUMBER, .min = 1, .max = 65535,
		.initial = "587",
		.label = "SMTP Port",
		.help = "The port of the relay: as a rule 465 with TLS, 587 with STARTTLS, 25 without "
			"encryption.",
		.synced = true,
	},
	[SETTING_EMAIL_ENCRYPTION] = {
		.key = "email.encryption", .type = SETTING_TYPE_CHOICE, .choices = encryptions,
		.initial = "starttls",
		.label = "SMTP Encryption",
		.help = "TLS encrypts from the first byte; STARTTLS begins in clear text and then must "
			"switch, or nothing is sent. With both, the relay's certificate is checked.",
		.synced = true,
	},
	[SETTING_EMAIL_AUTH] = {
		.key = "email.auth", .type = SETTING_TYPE_CHOICE, .choices = authentications,
		.initial = "none",
		.label = "SMTP Authentication Type",
		.help = "How this node signs in to the relay. When sign-in is set and fails, mail waits; it "
			"is never sent without it.",
		.synced = true,
	},
	[SETTING_EMAIL_USERNAME] = {
		.key = "email.username", .type = SETTING_TYPE_TEXT, .max = NAME_MAX_OCTETS, .initial = "",
		.label = "Username",
		.help = "The account at the relay, often a whole mail address.",
		.synced = true,
	},
	[SETTING_EMAIL_PASSWORD] = {
		.key = "email.password", .type = SETTING_TYPE_TEXT, .max = SECRET_MAX, .initial = "",
		.label = "Password",
		.help = "Stored sealed and never shown again. Leave empty to keep the one that is set.",
		.secret = true, .synced = true,
	},
	[SETTING_EMAIL_ALLOW_CLEAR_PASSWORD] = {
		.key = "email.allow_clear_password", .type = SETTING_TYPE_SWITCH, .initial = "no",
		.label = "Send the password unencrypted to this relay",
		.help = "Everybody on the way to the relay can read the password then. Only for a relay that "
			"offers no encryption, on a network you trust.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_EMAIL] = {
		.key = "email.oauth_email", .type = SETTING_TYPE_ADDRESS, .max = ADDRESS_MAX, .initial = "",
		.label = "Email",
		.help = "The mailbox that signs in to the relay. Sign in to the provider as this mailbox, "
			"not as yourself.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_CLIENT_ID] = {
		.key = "email.oauth_client_id", .type = SETTING_TYPE_TEXT, .max = TEXT_MAX, .initial = "",
		.label = "SMTP OAuth Provider ID",
		.help = "The application (client) ID that the provider gave this node: Application ID at "
			"Azure AD, client_id at Google.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_CLIENT_SECRET] = {
		.key = "email.oauth_client_secret", .type = SETTING_TYPE_TEXT, .max = SECRET_MAX,
		.initial = "",
		.label = "SMTP OAuth Client Secret",
		.help = "The secret's value, not its ID. Stored sealed and never shown again. Leave empty to "
			"keep the one that is set.",
		.secret = true, .synced = true,
	},
	[SETTING_EMAIL_OAUTH_SCOPES] = {
		.key = "email.oauth_scopes", .type = SETTING_TYPE_TEXT, .max = TEXT_MAX, .initial = "",
		.label = "SMTP OAuth Scopes",
		.help = "What is asked of the provider, separated by spaces. Microsoft 365: "
			"https://outlook.office.com/SMTP.Send offline_access. Google: https://mail.google.com/",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_AUTH_ENDPOINT] = {
		.key = "email.oauth_auth_endpoint", .type = SETTING_TYPE_URL, .max = TEXT_MAX, .initial = "",
		.label = "SMTP OAuth Authentication Endpoint",
		.help = "The provider's address where you sign in, as its console shows it (auth_uri at "
			"Google).",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT] = {
		.key = "email.oauth_token_endpoint", .type = SETTING_TYPE_URL, .max = TEXT_MAX,
		.initial = "",
		.label = "SMTP OAuth Token Endpoint",
		.help = "The provider's address where this node fetches its tokens (token_uri at Google).",
		.synced = true,
	},
	[SETTING_EMAIL_ADMIN_CONTACTS] = {
		.key = "email.admin_contacts", .type = SETTING_TYPE_ADDRESS_LIST, .max = CONTACTS_MAX,
		.initial = "",
		.label = "Default Admin Contact Email Addresses",
		.help = "Who gets alerts, test mails and the mail of this server's root. Up to 200 addresses, "
			"separated by spaces, commas, semicolons or lines.",
		.synced = true,
	},
	[SETTING_EMAIL_DAILY_NOTICE] = {
		.key = "email.daily_notice", .type = SETTING_TYPE_SWITCH, .initial = "no",
		.label = "Send Daily Communication Notice",
		.help = "One mail a day to the admin contacts, with what was sent and what waits. The day it does "
			"not come, mail is broken.",
		.synced = true,
	},
	[SETTING_EMAIL_CA_CERTIFICATE] = {
		.key = "email.ca_certificate", .type = SETTING_TYPE_PEM, .max = PEM_MAX, .initial = "",
		.label = "CA Certificate",
		.help = "Only when the relay's certificate comes from a private authority: that authority's "
			"certificate (PEM). It is then trusted for this relay alone, instead of the public ones.",
		.synced = true,
	},
	[SETTING_EMAIL_HELO_NAME] = {
		.key = "email.helo_name", .type = SETTING_TYPE_HOST, .max = NAME_MAX_OCTETS, .initial = "",
		.label = "HELO Name",
		.help = "The name by which this node greets the relay. When empty, the site's host name, or "
			"else the node's.",
		.synced = false,
	},
	[SETTING_EMAIL_MAX_CONNECTIONS] = {
		.key = "email.max_connections", .type = SETTING_TYPE_NUMBER, .min = 1, .max = 20,
		.initial = "1",
		.label = "Connections",
		.help = "How many connections to the relay at a time at the most. Microsoft 365 allows 3.",
		.synced = true,
	},
	[SETTING_EMAIL_MESSAGES_PER_MINUTE] = {
		.key = "email.messages_per_minute", .type = SETTING_TYPE_NUMBER, .min = 0, .max = 100000,
		.initial = "0",
		.label = "Messages per Minute",
		.help = "No more than this many messages a minute go to the relay; 0 sets no limit. "
			"Microsoft 365 allows 30.",
		.synced = true,
	},
	[SETTING_EMAIL_ENVELOPE_SENDER] = {
		.key = "email.envelope_sender", .type = SETTING_TYPE_ADDRESS, .max = ADDRESS_MAX,
		.initial = "",
		.label = "Envelope Sender",
		.help = "The address that gets delivery failures from other servers. When empty, the From "
			"Address.",
		.synced = true,
	},
	[SETTING_EMAIL_REWRITE_FROM] = {
		.key = "email.rewrite_from", .type = SETTING_TYPE_CHOICE, .choices = rewrites,
		.initial = "auto",
		.label = "From Rewriting",
		.help = "Most relays refuse mail from any address but the account's. Rewriting sends local "
			"programs' mail as \"root on this-node\" from the From Address and keeps the original "
			"sender in X-Original-From.",
		.synced = true,
	},
	[SETTING_EMAIL_DAILY_NOTICE_TIME] = {
		.key = "email.daily_notice_time", .type = SETTING_TYPE_TIME, .initial = "08:00",
		.label = "Time of the Daily Notice",
		.help = "HH:MM, in the time zone below. When it is switched on later in the day, the first one "
			"comes at once.",
		.synced = true,
	},
	[SETTING_EMAIL_TIME_ZONE] = {
		.key = "email.time_zone", .type = SETTING_TYPE_ZONE, .initial = "UTC",
		.label = "Time Zone",
		.help = "Region and city, such as Europe/Berlin, or UTC. The notice keeps to the clock on the "
			"wall there, also when summer time begins and ends; times in mails are of this zone.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_FLOW] = {
		.key = "email.oauth_flow", .type = SETTING_TYPE_CHOICE, .choices = oauth_flows,
		.initial = "code",
		.label = "SMTP OAuth Flow",
		.help = "How this node gets its tokens. As a rule somebody signs in on the provider's page. "
			"A code for a device is typed into any browser. The application itself needs no person "
			"(Microsoft 365: permission SMTP.SendAsApp), nor does a service account (Google Workspace: "
			"domain-wide delegation).",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_TENANT] = {
		.key = "email.oauth_tenant", .type = SETTING_TYPE_HOST, .max = NAME_MAX_OCTETS,
		.initial = "",
		.label = "Tenant",
		.help = "Microsoft 365 only: the directory (tenant) ID of your organisation, or its domain.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_SECRET_EXPIRES] = {
		.key = "email.oauth_secret_expires", .type = SETTING_TYPE_DATE, .initial = "",
		.label = "Client Secret Expires",
		.help = "The day on which the client secret ends, as the provider shows it (YYYY-MM-DD). The "
			"admin contacts get a mail 30, 14, 7, 3 and 1 days before, and pages show it from 30 "
			"days before.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_PRIVATE_KEY] = {
		.key = "email.oauth_private_key", .type = SETTING_TYPE_KEY, .max = KEY_MAX, .initial = "",
		.label = "Private Key",
		.help = "Of a service account, or instead of a client secret: an RSA key (PEM) that signs "
			"each request. The key itself is never sent. Stored sealed and never shown again. Leave "
			"empty to keep the one that is set.",
		.secret = true, .synced = true,
	},
	[SETTING_EMAIL_OAUTH_KEY_ID] = {
		.key = "email.oauth_key_id", .type = SETTING_TYPE_TEXT, .max = NAME_MAX_OCTETS,
		.initial = "",
		.label = "Key ID",
		.help = "By which name the provider knows the key: private_key_id in Google's JSON file. "
			"Microsoft knows it by its certificate and needs none.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_CERTIFICATE] = {
		.key = "email.oauth_certificate", .type = SETTING_TYPE_PEM, .max = KEY_MAX, .initial = "",
		.label = "Certificate of the Private Key",
		.help = "The certificate (PEM) that was uploaded at the provider; by it Microsoft knows the "
			"key. A service account has none.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_CA_CERTIFICATE] = {
		.key = "email.oauth_ca_certificate", .type = SETTING_TYPE_PEM, .max = PEM_MAX,
		.initial = "",
		.label = "CA Certificate of the OAuth Provider",
		.help = "Only when the provider's certificate comes from a private authority, such as that of "
			"a provider in your own house: that authority's certificate (PEM). It is then trusted "
			"for the provider alone, instead of the public ones.",
		.synced = true,
	},
	[SETTING_EMAIL_OAUTH_PROXY] = {
		.key = "email.oauth_proxy", .type = SETTING_TYPE_PROXY, .max = TEXT_MAX, .initial = "",
		.label = "Proxy for OAuth",
		.help = "Only when this node reaches the provider by a proxy: its address, such as "
			"http://proxy.example.com:3128.",
		.synced = false,
	},
	[SETTING_QUEUE_RETENTION_DAYS] = {
		.key = "queue.retention_days", .type = SETTING_TYPE_NUMBER, .min = 2, .max = 3650,
		.initial = "30",
		.label = "Days in the Mail Log",
		.help = "How long finished mail stays in the mail log, and the content of mail that failed "
			"is kept to be sent again. Mail that waits is never removed.",
	},
	[SETTING_QUEUE_RETENTION_SIZE] = {
		.key = "queue.retention_size", .type = SETTING_TYPE_NUMBER, .min = 10, .max = 1000000,
		.initial = "1000",
		.label = "Size of the Mail Log (MB)",
		.help = "When the mail log takes up more than this many megabytes, the content of failed "
			"mail goes first, then finished mail older than two days, the oldest first.",
	},
};

const struct setting *setting_find(struct slice key)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (slice_is(key, settings_table[i].key))
			return &settings_table[i];
	return NULL;
}

enum setting_id setting_id_of(const struct setting *s)
{
	return (enum setting_id)(s - settings_table);
}

struct slice setting_section(const char *key)
{
	struct slice s = slice_of(key);

	return slice_sub(s, 0, slice_find_char(s, '.') + 1);
}
