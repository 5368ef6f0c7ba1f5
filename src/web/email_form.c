/* email_form.c - see email_form.h. */
#include "web/email_form.h"

static const struct form_section sections[] = {
	{
		.id = "provider", .heading = "Start from a provider",
		.n_groups = 1,
		.groups = {
			{
				.has_presets = true,
				.n_entries = 1,
				.entries = { { SETTING_EMAIL_OAUTH_TENANT, true } },
			},
		},
	},
	{
		.id = "address", .heading = "Email Address",
		.intro = "On a backup or traffic node these settings are overwritten with those of the "
		    "primary node.",
		.n_groups = 1,
		.groups = {
			{ .n_entries = 1, .entries = { { SETTING_EMAIL_FROM_ADDRESS, false } } },
		},
	},
	{
		.id = "relay", .heading = "SMTP Relay Server",
		.intro = "The server of your house or provider that takes this node's mail and delivers it.",
		.n_groups = 5,
		.groups = {
			{
				.n_entries = 4,
				.entries = {
					{ SETTING_EMAIL_RELAY_HOST, false },
					{ SETTING_EMAIL_RELAY_PORT, false },
					{ SETTING_EMAIL_ENCRYPTION, false },
					{ SETTING_EMAIL_AUTH, false },
				},
			},
			{
				.legend = "Username and Password", .when = "email.auth=password",
				.n_entries = 2,
				.entries = {
					{ SETTING_EMAIL_USERNAME, false },
					{ SETTING_EMAIL_PASSWORD, false },
				},
			},
			{
				.legend = "Password without encryption",
				.when = "email.auth=password email.encryption=none",
				.n_entries = 1,
				.entries = { { SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, false } },
			},
			{
				.legend = "OAuth2", .when = "email.auth=oauth2",
				.note = "These values come from your provider's console. Save them, then press Verify "
				    "OAuth2 Provider on top of this page.",
				.has_fill = true,
				.n_entries = 8,
				.entries = {
					{ SETTING_EMAIL_OAUTH_EMAIL, false },
					{ SETTING_EMAIL_OAUTH_CLIENT_ID, false },
					{ SETTING_EMAIL_OAUTH_CLIENT_SECRET, true },
					{ SETTING_EMAIL_OAUTH_SECRET_EXPIRES, true },
					{ SETTING_EMAIL_OAUTH_SCOPES, false },
					{ SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, false },
					{ SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, false },
					{ SETTING_EMAIL_OAUTH_FLOW, false },
				},
			},
			{
				.legend = "Private key for OAuth2", .when = "email.auth=oauth2",
				.note = "Only for a service account, or for an application that proves itself by a "
				    "certificate instead of a secret. This node can make both itself: see \"Key and "
				    "certificate\" above.",
				.n_entries = 3,
				.entries = {
					{ SETTING_EMAIL_OAUTH_PRIVATE_KEY, true },
					{ SETTING_EMAIL_OAUTH_KEY_ID, true },
					{ SETTING_EMAIL_OAUTH_CERTIFICATE, true },
				},
			},
		},
	},
	{
		.id = "contact", .heading = "Admin Contact",
		.intro = "Who is told when something happens on this node.",
		.n_groups = 1,
		.groups = {
			{
				.has_test = true,
				.n_entries = 4,
				.entries = {
					{ SETTING_EMAIL_ADMIN_CONTACTS, false },
					{ SETTING_EMAIL_DAILY_NOTICE, false },
					{ SETTING_EMAIL_DAILY_NOTICE_TIME, false },
					{ SETTING_EMAIL_TIME_ZONE, false },
				},
			},
		},
	},
	{
		.id = "advanced", .heading = "Advanced", .folded = true,
		.n_groups = 2,
		.groups = {
			{
				.n_entries = 6,
				.entries = {
					{ SETTING_EMAIL_CA_CERTIFICATE, true },
					{ SETTING_EMAIL_HELO_NAME, true },
					{ SETTING_EMAIL_MAX_CONNECTIONS, false },
					{ SETTING_EMAIL_MESSAGES_PER_MINUTE, false },
					{ SETTING_EMAIL_ENVELOPE_SENDER, true },
					{ SETTING_EMAIL_REWRITE_FROM, false },
				},
			},
			{
				.legend = "The way to the OAuth2 provider", .when = "email.auth=oauth2",
				.n_entries = 2,
				.entries = {
					{ SETTING_EMAIL_OAUTH_CA_CERTIFICATE, true },
					{ SETTING_EMAIL_OAUTH_PROXY, true },
				},
			},
		},
	},
};

const struct settings_form email_form = { sections, COUNT_OF(sections) };
