/*
 * diagnosis_signin.c - rows of the diagnosis for replies up to the sign-in, and those that ask for
 * encryption or sign-in only when a message begins. What is known of a provider comes before what a
 * code means by itself. See diagnosis.h.
 */
#include "core/diagnosis.h"

#define AT_LOGIN (AT(STAGE_AUTH) | AT_MESSAGE)

const struct diagnosis diagnosis_signin[] = {
	/* ---- greeting, EHLO, STARTTLS ---- */
	{
		.when = { .stages = AT(STAGE_GREETING), .code = 400, .code_to = 499 },
		.title = "The relay is busy",
		.meaning = "The relay takes no connection at the moment. It may be overloaded, or have too "
		    "many connections of this address.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait: mail goes on as soon as the relay answers.",
		    "If it goes on for hours, lower the connections under Advanced and ask whoever runs the "
		    "relay." },
		.field = "email.max_connections",
	},
	{
		.when = { .stages = AT(STAGE_GREETING) },
		.title = "The relay does not want this node",
		.meaning = "The relay refused the connection before anything was said. It may not know this "
		    "node's address, or have it on a blocking list.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that the server is the relay for sending, not one for receiving.",
		    "Ask whoever runs the relay to allow this node's address." },
		.field = "email.relay_host",
	},
	{
		.when = { .stages = AT(STAGE_EHLO) },
		.title = "The relay does not like this node's name",
		.meaning = "The relay refused the name that this node gave of itself.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set HELO name, under Advanced, to a full host name such as node.example.com that "
		    "exists in DNS.",
		    "With Google's smtp-relay it must be a name in your own domain." },
		.field = "email.helo_name",
	},
	{
		.when = { .stages = AT(STAGE_STARTTLS) },
		.title = "The relay cannot encrypt now",
		.meaning = "The relay offered STARTTLS and then refused it. Nothing was sent in clear text.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Try TLS with port 465.",
		    "Ask whoever runs the relay: as a rule its certificate or key cannot be read." },
		.field = "email.encryption",
	},

	/* ---- encryption wanted, said late ---- */
	{
		.when = { .code = 530, .words = "STARTTLS" },
		.title = "The relay wants encryption",
		.meaning = "The relay takes no mail over an unencrypted connection.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS." },
		.field = "email.encryption",
	},
	{
		.when = { .code = 451, .words = "STARTTLS is required" },
		.title = "The relay wants encryption",
		.meaning = "The relay takes no mail over an unencrypted connection.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS." },
		.field = "email.encryption",
	},
	{
		.when = { .stages = AT_LOGIN, .code = 530, .words = "TLS required" },
		.title = "The relay wants encryption",
		.meaning = "The relay lets nobody sign in over an unencrypted connection.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS." },
		.field = "email.encryption",
	},

	/* ---- sign-in: Microsoft ---- */
	{
		.when = { .stages = AT_LOGIN, .words = "basic authentication is disabled" },
		.title = "Microsoft takes no passwords any more",
		.meaning = "Signing in with username and password is switched off for this organisation or "
		    "account. The password may well be right.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type to OAuth2 and sign in.",
		    "For some months an administrator of Microsoft 365 may still allow passwords: authenticated "
		    "SMTP for the organisation and for this mailbox." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_LOGIN, .enhanced = "5.7.30" },
		.title = "Microsoft takes no passwords any more",
		.meaning = "Signing in with username and password is no longer supported by this relay.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type to OAuth2 and sign in." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_LOGIN, .words = "SmtpClientAuthentication is disabled" },
		.title = "Authenticated SMTP is switched off at Microsoft",
		.meaning = "The account is right, but the organisation or the mailbox may not send by SMTP.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "In the Exchange admin centre allow \"Authenticated SMTP\" for the mailbox "
		    "(Set-CASMailbox -SmtpClientAuthenticationDisabled $false).",
		    "If the answer names the tenant, allow it for the organisation as well "
		    "(Set-TransportConfig -SmtpClientAuthenticationDisabled $false).",
		    "Wait up to an hour, then test again." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_LOGIN, .words = "security defaults" },
		.title = "Security defaults block passwords",
		.meaning = "The organisation's security defaults at Microsoft do not let anybody sign in with "
		    "a password alone.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type to OAuth2 and sign in." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_LOGIN, .words = "did not meet the criteria" },
		.title = "A rule of the organisation blocks the sign-in",
		.meaning = "Conditional Access at Microsoft does not let this account sign in from here or in "
		    "this way.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Ask whoever runs Microsoft 365 to look at the sign-in log of the account.",
		    "Have this node's public address or this account excepted from the rule." },
		.field = "email.username",
	},
	{
		.when = { .stages = AT_LOGIN, .words = "account is locked" },
		.title = "The account is locked",
		.meaning = "The relay has locked the account, as a rule after too many failures.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Have the account unlocked.", "Then enter its password anew and save." },
		.field = "email.username",
	},
	{
		.when = { .stages = AT_LOGIN, .enhanced = "5.7.139" },
		.title = "Microsoft refused the sign-in",
		.meaning = "The account, the password or a rule of the organisation does not allow it.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Enter username and password anew and save.",
		    "Check that \"Authenticated SMTP\" is allowed for the mailbox.",
		    "Better: set the authentication type to OAuth2." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_LOGIN, .enhanced = "5.7.57" },
		.title = "The relay wants you to sign in",
		.meaning = "The relay takes no mail from a client that has not signed in.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type, and the account's data, and save." },
		.field = "email.auth",
	},

	/* ---- sign-in: Google ---- */
	{
		.when = { .stages = AT(STAGE_AUTH), .words = "Application-specific password required" },
		.title = "Google wants an app password",
		.meaning = "The account has 2-step verification, so its own password does not work here.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Make an app password in the Google account, under Security.",
		    "Enter it as the password and save.",
		    "Or set the authentication type to OAuth2." },
		.field = "email.password",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 534, .enhanced = "5.7.14" },
		.title = "Google wants you to sign in with a browser",
		.meaning = "Google blocked this sign-in as unusual.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Sign in to the account with a browser, from this network, and confirm that it was "
		    "you.",
		    "Test again; if it stays, use an app password or OAuth2." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 535, .words = "BadCredentials" },
		.title = "Google refused username and password",
		.meaning = "The password is wrong, or it is the account's own where an app password is wanted.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the username: it is the whole mail address.",
		    "Make an app password in the Google account, under Security, and enter it.",
		    "Or set the authentication type to OAuth2." },
		.field = "email.password",
	},

	/* ---- sign-in: anybody ---- */
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 535 },
		.title = "Username or password was refused",
		.meaning = "The relay does not take this username with this password. Some relays say the same "
		    "when their own password server is down.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Enter username and password anew and save; mind blanks at the ends.",
		    "Check the form of the username: some relays want the whole address, some the part before "
		    "the \"@\".",
		    "With 2-step verification the provider wants an app password.",
		    "Check that the account may send by SMTP, and is not locked." },
		.field = "email.password",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 432 },
		.title = "The account needs a new password",
		.meaning = "The relay wants the account's password to be changed once before it can be used.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Change the account's password at the provider, then enter the new one and save." },
		.field = "email.password",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 534 },
		.title = "The relay wants another way to sign in",
		.meaning = "The relay finds this way to sign in too weak for the account.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Ask whoever runs the account for an app password, or set the authentication type to "
		    "OAuth2." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 538 },
		.title = "The relay wants encryption before the password",
		.meaning = "The relay does not let anybody sign in this way without encryption.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS or TLS." },
		.field = "email.encryption",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 454, .words = "too many" },
		.title = "Too many sign-ins",
		.meaning = "The relay has had too many sign-ins of this account and wants a pause.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait: it is tried again by itself, less and less often.",
		    "Check whether other programs sign in with the same account and a wrong password." },
		.field = "email.username",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 400, .code_to = 499 },
		.title = "The relay cannot check passwords now",
		.meaning = "The relay's own sign-in does not work at the moment. Your password is not the "
		    "matter.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait: it is tried again by itself.",
		    "If it goes on for hours, ask whoever runs the relay." },
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 503 },
		.title = "The relay lets nobody sign in here",
		.meaning = "Sign-in is switched off on this port.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the port: sign-in is as a rule on 587 and 465, not on 25.",
		    "If the relay needs no sign-in, set the authentication type to None." },
		.field = "email.relay_port",
	},
	{
		.when = { .stages = AT(STAGE_AUTH), .code = 500, .code_to = 504 },
		.title = "The relay does not know this way to sign in",
		.meaning = "The relay did not understand the sign-in, although it had offered it.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Set the authentication type to OAuth2 if the provider uses it.",
		    "Show whoever runs the relay the dialogue of the test." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT(STAGE_AUTH) },
		.title = "The sign-in was refused",
		.meaning = "The relay does not let this account sign in; its words say more.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Read the relay's words below.", "Ask whoever runs the mail accounts there." },
		.field = "email.username",
	},
	{
		.when = { .stages = AT_MESSAGE, .code = 530 },
		.title = "The relay wants you to sign in",
		.meaning = "The relay takes no mail from a client that has not signed in.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type to Username and Password or OAuth2, and fill in the "
		    "account." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .code = 534, .code_to = 538 },
		.title = "The relay does not take the sign-in for sending",
		.meaning = "The account was let in, but may not send mail this way.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Read the relay's words below.",
		    "Ask whoever runs the account to allow it to send by SMTP." },
		.field = "email.auth",
	},
};

const size_t diagnosis_signin_count = COUNT_OF(diagnosis_signin);
