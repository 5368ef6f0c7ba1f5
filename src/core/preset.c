/*
 * preset.c - the table of providers; see preset.h. Figures are those that the providers publish
 * (state of November 2026); where they name a limit, the preset stays a little below it.
 */
#include "core/preset.h"

#include <string.h>

#define MICROSOFT "https://login.microsoftonline.com/"
#define MICROSOFT_SCOPES "https://outlook.office.com/SMTP.Send offline_access"
#define MICROSOFT_LIMITS \
	"30 messages a minute and 3 connections for each mailbox, 10,000 recipients a day, " \
	"150 MB a message."
#define MICROSOFT_US "https://login.microsoftonline.us/"
#define MICROSOFT_CN "https://login.partner.microsoftonline.cn/"

#define MICROSOFT_STEPS \
	"Enter your tenant (Directory ID or domain) above before you fill in: it goes into both " \
	"endpoints. Without one they stand for any organisation, which an application of a single " \
	"tenant refuses.", \
	"In the Microsoft 365 admin centre, open the mailbox that will send, then Mail, Manage " \
	"email apps, and switch on Authenticated SMTP. It takes up to an hour.", \
	"In the Entra admin centre, under App registrations, register an application of type Web " \
	"with the Redirect URI that stands on this page.", \
	"Put its Application (client) ID into SMTP OAuth Provider ID.", \
	"Under Certificates & secrets, make a client secret and copy its value, not its ID. Note " \
	"the day on which it expires.", \
	"When you press Verify, sign in as the mailbox, not as yourself."

const struct preset presets[] = {
	{
		.name = "microsoft365", .label = "Microsoft 365 (OAuth2)",
		.limits = MICROSOFT_LIMITS,
		.host = "smtp.office365.com", .port = "587", .encryption = "starttls",
		.auth = "oauth2", .connections = "1", .per_minute = "25",
		.scopes = MICROSOFT_SCOPES,
		.auth_endpoint = MICROSOFT "organizations/oauth2/v2.0/authorize",
		.token_endpoint = MICROSOFT "organizations/oauth2/v2.0/token",
		.any_tenant = "organizations",
		.app_scopes = "https://outlook.office365.com/.default",
		.steps = { MICROSOFT_STEPS },
	},
	{
		.name = "microsoft365-us", .label = "Microsoft 365 for US Government (OAuth2)",
		.limits = MICROSOFT_LIMITS,
		.host = "smtp.office365.us", .port = "587", .encryption = "starttls",
		.auth = "oauth2", .connections = "1", .per_minute = "25",
		.scopes = "https://outlook.office365.us/SMTP.Send offline_access",
		.auth_endpoint = MICROSOFT_US "organizations/oauth2/v2.0/authorize",
		.token_endpoint = MICROSOFT_US "organizations/oauth2/v2.0/token",
		.any_tenant = "organizations",
		.app_scopes = "https://outlook.office365.us/.default",
		.steps = { MICROSOFT_STEPS },
	},
	{
		.name = "microsoft365-cn", .label = "Microsoft 365 by 21Vianet, China (OAuth2)",
		.limits = MICROSOFT_LIMITS,
		.host = "smtp.partner.outlook.cn", .port = "587", .encryption = "starttls",
		.auth = "oauth2", .connections = "1", .per_minute = "25",
		.scopes = "https://partner.outlook.cn/SMTP.Send offline_access",
		.auth_endpoint = MICROSOFT_CN "organizations/oauth2/v2.0/authorize",
		.token_endpoint = MICROSOFT_CN "organizations/oauth2/v2.0/token",
		.any_tenant = "organizations",
		.app_scopes = "https://partner.outlook.cn/.default",
		.steps = { MICROSOFT_STEPS },
	},
	{
		.name = "outlook", .label = "Outlook.com (OAuth2)",
		.limits = "A few hundred recipients a day; a personal mailbox is not meant for a server's mail.",
		.host = "smtp-mail.outlook.com", .port = "587", .encryption = "starttls",
		.auth = "oauth2", .connections = "1", .per_minute = "10",
		.scopes = MICROSOFT_SCOPES,
		.auth_endpoint = MICROSOFT "consumers/oauth2/v2.0/authorize",
		.token_endpoint = MICROSOFT "consumers/oauth2/v2.0/token",
		.steps = {
			"In the Entra admin centre, under App registrations, register an application of type Web "
			"for personal Microsoft accounts, with the Redirect URI that stands on this page.",
			"Put its Application (client) ID into SMTP OAuth Provider ID, and the value of a new "
			"client secret into SMTP OAuth Client Secret.",
			"Passwords do not work here any more, app passwords neither.",
		},
	},
	{
		.name = "google", .label = "Google (OAuth2)",
		.limits = "2,000 messages a day with Google Workspace, 500 with Gmail, 100 recipients a "
			"message.",
		.host = "smtp.gmail.com", .port = "465", .encryption = "tls",
		.auth = "oauth2", .connections = "1", .per_minute = "60",
		.scopes = "https://mail.google.com/",
		.auth_endpoint = "https://accounts.google.com/o/oauth2/v2/auth",
		.token_endpoint = "https://oauth2.googleapis.com/token",
		.steps = {
			"In the Google Cloud console, make a project and enable the Gmail API in it.",
			"Set up the OAuth consent screen with the scope https://mail.google.com/ and publish it "
			"(\"In production\"): while it is in testing, each sign-in dies after seven days.",
			"Under Credentials, make an OAuth client ID of type Web application with the Redirect URI "
			"that stands on this page.",
			"Download the JSON file and paste it under OAuth2 on this page, or copy client_id and "
			"client_secret from it into SMTP OAuth Provider ID and SMTP OAuth Client Secret.",
			"When you press Verify, sign in as the mailbox, not as yourself.",
		},
	},
	{
		.name = "google-password", .label = "Google (app password)",
		.limits = "2,000 messages a day with Google Workspace, 500 with Gmail, 100 recipients a "
			"message.",
		.host = "smtp.gmail.com", .port = "465", .encryption = "tls",
		.auth = "password", .connections = "1", .per_minute = "60",
		.steps = {
			"Switch on 2-Step Verification for the account that will send.",
			"In the account's security settings, make an app password and use it as Password; the "
			"account's own password is refused.",
			"Username is the whole mail address.",
		},
	},
	{
		.name = "fastmail-oauth2", .label = "Fastmail (OAuth2)",
		.limits = "4,000 messages a day with most plans.",
		.host = "smtp.fastmail.com", .port = "465", .encryption = "tls",
		.auth = "oauth2", .connections = "2", .per_minute = "60",
		.scopes = "https://www.fastmail.com/dev/protocol-smtp",
		.auth_endpoint = "https://api.fastmail.com/oauth/authorize",
		.token_endpoint = "https://api.fastmail.com/oauth/refresh",
		.steps = {
			"Ask Fastmail to register a client with the Redirect URI that stands on this page; it is a "
			"public client, so SMTP OAuth Client Secret stays empty.",
			"An app password does the same with less work: see Fastmail (app password).",
		},
	},
	{
		.name = "fastmail", .label = "Fastmail (app password)",
		.limits = "4,000 messages a day with most plans.",
		.host = "smtp.fastmail.com", .port = "465", .encryption = "tls",
		.auth = "password", .connections = "2", .per_minute = "60",
		.steps = {
			"In Fastmail's settings under Privacy & Security, make an app password that may use SMTP.",
			"Username is the whole mail address, Password the app password.",
			"The From Address must be the account's own or one of its identities.",
		},
	},
	{
		.name = "ses", .label = "Amazon SES",
		.limits = "Until Amazon lifts the sandbox: 200 messages a day, one a second, and only to "
			"verified addresses. Afterwards what your account's page shows.",
		.host = "email-smtp.us-east-1.amazonaws.com", .port = "587", .encryption = "starttls",
		.auth = "password", .connections = "2", .per_minute = "60",
		.steps = {
			"Replace us-east-1 in SMTP Relay Server with the region of your account.",
			"In the SES console, verify the domain or address that stands in From Address.",
			"Under SMTP settings, make SMTP credentials and use them as Username and Password; the "
			"account's access keys do not work.",
			"Ask for production access, or only verified addresses get mail.",
		},
	},
	{
		.name = "own-relay", .label = "A relay of your own",
		.limits = "Whatever its administrator allows.",
		.port = "587", .encryption = "starttls", .auth = "password",
		.connections = "4", .per_minute = "0",
		.steps = {
			"Enter the relay's host name: the one in its certificate.",
			"Ask for an account of this node's own, and for leave to send as the From Address.",
			"When its certificate comes from a private authority, put that authority's certificate "
			"into CA Certificate under Advanced.",
			"When it knows this node by its address instead, choose None as Authentication Type.",
		},
	},
};

const size_t n_presets = COUNT_OF(presets);

const struct preset *preset_find(struct slice name)
{
	for (size_t i = 0; i < n_presets; i++)
		if (slice_is(name, presets[i].name))
			return &presets[i];
	return NULL;
}

/* The domain itself, or a host in it; in any case, a dot at the end is none. */
static bool is_in_domain(struct slice host, struct slice domain)
{
	struct slice end;

	if (slice_ends(host, "."))
		host.len--;
	if (host.len < domain.len)
		return false;
	end = slice_sub(host, host.len - domain.len, domain.len);
	return slice_equal_nocase(end, domain) &&
		(host.len == domain.len || host.data[host.len - domain.len - 1] == '.');
}

bool preset_prefers_xoauth2(struct slice host)
{
	static const char *const domains[] = {
		"office365.com", "office365.us", "outlook.com", "partner.outlook.cn", "azurecomm.net",
		"gmail.com", "googlemail.com", "google.com", "yahoo.com", "aol.com",
	};

	for (size_t i = 0; i < COUNT_OF(domains); i++)
		if (is_in_domain(host, slice_of(domains[i])))
			return true;
	return false;
}

const char *preset_value(const struct preset *p, enum setting_id id)
{
	switch (id) {
	case SETTING_EMAIL_RELAY_HOST:
		return p->host;
	case SETTING_EMAIL_RELAY_PORT:
		return p->port;
	case SETTING_EMAIL_ENCRYPTION:
		return p->encryption;
	case SETTING_EMAIL_AUTH:
		return p->auth;
	case SETTING_EMAIL_MAX_CONNECTIONS:
		return p->connections;
	case SETTING_EMAIL_MESSAGES_PER_MINUTE:
		return p->per_minute;
	case SETTING_EMAIL_OAUTH_SCOPES:
		return p->scopes;
	case SETTING_EMAIL_OAUTH_AUTH_ENDPOINT:
		return p->auth_endpoint;
	case SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT:
		return p->token_endpoint;
	default:
		return NULL;
	}
}

/* An endpoint with the tenant in the place of "organizations". */
static const char *with_tenant(const char *endpoint, const char *any, const char *tenant,
	struct arena *a)
{
	const char *at = endpoint != NULL && any != NULL ? strstr(endpoint, any) : NULL;

	if (at == NULL || tenant[0] == '\0')
		return endpoint;
	return arena_printf(a, "%.*s%s%s", (int)(at - endpoint), endpoint, tenant, at + strlen(any));
}

const char *preset_value_beside(const struct preset *p, enum setting_id id,
	const struct settings *s, struct arena *a)
{
	const char *value = preset_value(p, id);

	switch (id) {
	case SETTING_EMAIL_OAUTH_AUTH_ENDPOINT:
	case SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT:
		return with_tenant(value, p->any_tenant, s->value[SETTING_EMAIL_OAUTH_TENANT], a);
	case SETTING_EMAIL_OAUTH_SCOPES:
		return p->app_scopes != NULL && setting_is(s, SETTING_EMAIL_OAUTH_FLOW, "client") ?
			p->app_scopes : value;
	default:
		return value;
	}
}
