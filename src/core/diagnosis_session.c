/*
 * diagnosis_session.c - rows of the diagnosis for dialogues that no reply ended: what the server
 * does not offer, broken connections, messages that do not fit the relay, faults of our own. Rows
 * for particular settings and stages come before those for any. See diagnosis.h.
 */
#include "core/diagnosis.h"

const struct diagnosis diagnosis_session[] = {
	/* ---- what the server does not offer ---- */
	{
		.reason = REASON_NO_STARTTLS, .port = 465,
		.title = "This port does not know STARTTLS",
		.meaning = "Port 465 is made for TLS from the first byte; the encryption is set to STARTTLS.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to TLS." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_NO_STARTTLS,
		.title = "The server does not offer STARTTLS",
		.meaning = "Encryption is wanted and the server does not offer it here, so nothing was sent. "
		    "Somebody on the way may also have removed the offer.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the port: STARTTLS is as a rule offered on 587.",
		    "Try TLS with port 465.",
		    "Ask whoever runs the relay whether it can encrypt.",
		    "Only for a relay on a network you trust, and without a password: set the encryption to "
		    "None." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_INJECTED,
		.title = "Somebody may be tampering with the connection",
		.meaning = "Clear text came in where encryption was to begin. A healthy server does not do "
		    "that, an attacker on the way does. Nothing was sent.",
		.who = DIAGNOSIS_NETWORK,
		.cure = { "Set the encryption to TLS with port 465, if the relay offers it.",
		    "Have the way to the relay checked: proxies, mail filters, unknown machines.",
		    "If it happens on every way, ask whoever runs the relay." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_NO_AUTH, .encryption = DIAGNOSIS_ENCRYPTION_NONE,
		.title = "The server does not let you sign in here",
		.meaning = "A username is set, but the server offers no sign-in. Most relays offer it only "
		    "after encryption.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS with port 587, or to TLS with port 465.",
		    "If the relay knows this node by its address and needs no sign-in, set the authentication "
		    "type to None." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_NO_AUTH,
		.title = "The server does not let you sign in here",
		.meaning = "A username is set, but the server offers no sign-in on this port. Nothing is sent "
		    "without it.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the port: sign-in is as a rule offered on 587 and 465, not on 25.",
		    "If the relay knows this node by its address and needs no sign-in, set the authentication "
		    "type to None." },
		.field = "email.relay_port",
	},
	{
		.reason = REASON_NO_MECHANISM,
		.title = "The server takes no username and password",
		.meaning = "It offers only ways to sign in that do not work with a plain username and "
		    "password. Many providers want OAuth2 now.",
		.who = DIAGNOSIS_YOU,
		.cure = { "If it offers XOAUTH2 or OAUTHBEARER, set the authentication type to OAuth2.",
		    "Else ask whoever runs the relay to allow PLAIN or LOGIN inside TLS." },
		.field = "email.auth",
	},
	{
		.reason = REASON_CLEAR_PASSWORD,
		.title = "The password was not sent in clear text",
		.meaning = "The connection is not encrypted, so anybody on the way could read the password.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS or TLS.",
		    "Only on a network you trust: tick that the password may be sent unencrypted to this "
		    "relay." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_CHALLENGE,
		.title = "The server asked a question nobody knows",
		.meaning = "During the sign-in the relay asked for something that does not belong to it.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that the server is the right one.",
		    "Ask whoever runs the relay how to sign in: its log says more." },
		.field = "email.auth",
	},

	/* ---- the dialogue broke off ---- */
	{
		.reason = REASON_TIMEOUT, .when.stages = AT(STAGE_DOT),
		.title = "Possibly delivered: no answer came",
		.meaning = "The whole message was sent, but the relay did not say in time whether it took it. "
		    "It is tried again later, so the recipient may get it twice.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Look whether the mail arrived, before it is sent again.",
		    "If this is frequent, ask whoever runs the relay: a filter there may be slow." },
	},
	{
		.reason = REASON_CLOSED, .when.stages = AT(STAGE_DOT),
		.title = "Possibly delivered: the connection broke",
		.meaning = "The whole message was sent, but the connection ended before the relay said "
		    "whether it took it. It is tried again later, so the recipient may get it twice.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Look whether the mail arrived, before it is sent again." },
	},
	{
		.reason = REASON_RESET, .when.stages = AT(STAGE_DOT),
		.title = "Possibly delivered: the connection broke",
		.meaning = "The whole message was sent, but the connection was cut before the relay said "
		    "whether it took it. It is tried again later, so the recipient may get it twice.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Look whether the mail arrived, before it is sent again." },
	},
	{
		.reason = REASON_CLOSED, .when.stages = AT(STAGE_GREETING),
		.title = "The server hung up at once",
		.meaning = "The connection was taken and closed again without a word. The relay may not want "
		    "connections from this address, or expect TLS from the first byte.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that encryption and port belong together: 465 with TLS, 587 with STARTTLS.",
		    "Ask whoever runs the relay whether this node's address is allowed." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_RESET, .when.stages = AT(STAGE_GREETING),
		.title = "The server hung up at once",
		.meaning = "The connection was taken and cut again without a word. The relay, or a firewall "
		    "before it, may not want connections from this address.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that encryption and port belong together: 465 with TLS, 587 with STARTTLS.",
		    "Ask whoever runs the relay whether this node's address is allowed." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_TIMEOUT, .when.stages = AT(STAGE_GREETING),
		.title = "The server does not greet",
		.meaning = "The connection was made, but the relay said nothing. It may be overloaded, or "
		    "expect TLS from the first byte.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that encryption and port belong together: 465 with TLS, 587 with STARTTLS.",
		    "If they do, ask whoever runs the relay." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_CLOSED,
		.title = "The connection broke off",
		.meaning = "The relay ended the connection in the middle of the dialogue. Nothing was "
		    "delivered by it; the mail is tried again.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "If it goes on, ask whoever runs the relay: its log says why it hung up." },
	},
	{
		.reason = REASON_RESET,
		.title = "The connection was cut",
		.meaning = "The connection to the relay was cut in the middle of the dialogue. Nothing was "
		    "delivered by it; the mail is tried again.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "If it goes on, check the network and the firewalls on the way." },
	},
	{
		.reason = REASON_TIMEOUT,
		.title = "The server stopped answering",
		.meaning = "The relay did not answer in time in the middle of the dialogue. Nothing was "
		    "delivered by it; the mail is tried again.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "If it goes on, check the network: large packets that get lost look like this "
		    "(MTU of a VPN).",
		    "Ask whoever runs the relay whether it is overloaded." },
	},
	{
		.reason = REASON_PROTOCOL,
		.title = "The server's answer makes no sense",
		.meaning = "The relay, or something between it and this node, does not keep to SMTP.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that the server and the port are a mail relay's.",
		    "Show whoever runs it the dialogue of the test." },
		.field = "email.relay_host",
	},
	{
		.reason = REASON_REPLY_TOO_LONG,
		.title = "The server's answer does not end",
		.meaning = "The relay sends more than any answer may hold.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that the server and the port are a mail relay's." },
		.field = "email.relay_host",
	},
	{
		.reason = REASON_UNEXPECTED,
		.title = "The server's answer does not fit",
		.meaning = "The relay said something that does not belong to the question, so the connection "
		    "was ended before anything could go wrong.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "If it goes on, show whoever runs the relay the dialogue of the test.",
		    "Check for a firewall or filter on the way that changes mail." },
	},

	/* ---- the message does not fit the relay ---- */
	{
		.reason = REASON_TOO_LARGE,
		.title = "The message is larger than the relay takes",
		.meaning = "The relay says how much a message may hold, and this one holds more. It was not "
		    "sent.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Send it smaller, or by another way.",
		    "Ask whoever runs the relay for a higher limit." },
	},
	{
		.reason = REASON_NO_SMTPUTF8,
		.title = "The relay takes no internationalised addresses",
		.meaning = "An address holds letters beyond ASCII before the \"@\", and the relay cannot carry "
		    "that.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Use another address of the same person.",
		    "Ask whoever runs the relay to switch SMTPUTF8 on." },
	},
	{
		.reason = REASON_NO_8BITMIME,
		.title = "The relay takes no 8-bit text",
		.meaning = "The message could not be re-encoded for a relay that carries ASCII only.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay to switch 8BITMIME on." },
	},
	{
		.reason = REASON_BAD_ADDRESS,
		.title = "The address cannot be sent",
		.meaning = "An address holds characters that have no place in SMTP, or is too long.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Correct the address." },
	},
	{
		.reason = REASON_NO_RECIPIENTS,
		.title = "Every recipient was refused",
		.meaning = "The relay took none of the recipients; each has its own reason.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Look at the reason of each recipient." },
		.field = "email.admin_contacts",
	},

	/* ---- ourselves ---- */
	{
		.reason = REASON_STOPPED,
		.title = "Stopped by this node",
		.meaning = "The attempt was ended here: the service was stopped, or the settings changed.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Nothing needs to be done: the mail is tried again." },
	},
	{
		.reason = REASON_FAULT,
		.title = "This node could not do it",
		.meaning = "Memory, files or another thing of this node ran out.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Look at this node's log.", "Check free memory and disk space." },
	},
};

const size_t diagnosis_session_count = COUNT_OF(diagnosis_session);
