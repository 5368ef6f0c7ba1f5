/*
 * diagnosis_mail.c - rows of the diagnosis for replies to a message: sender, limits, relaying,
 * size, recipients, content; last those that go by the code, then by its first digit. See
 * diagnosis.h.
 */
#include "core/diagnosis.h"

#define NO_RELAYING "The relay does not carry mail for this node"

const struct diagnosis diagnosis_mail[] = {
	/* ---- the sender ---- */
	{
		.when = { .stages = AT_MESSAGE, .words = "SendAsDenied" },
		.title = "The account may not send as this address",
		.meaning = "The account that signed in and the sender's address differ, and the account has no "
		    "right to send for it.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set From Address to the address of the account that signs in.",
		    "Leave From rewriting, under Advanced, on Automatic.",
		    "Or have the account given the right \"Send as\" for this address." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.7.60" },
		.title = "The account may not send as this address",
		.meaning = "The account that signed in and the sender's address differ, and the account has no "
		    "right to send for it.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set From Address to the address of the account that signs in.",
		    "Leave From rewriting, under Advanced, on Automatic.",
		    "Or have the account given the right \"Send as\" for this address." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "not owned by user" },
		.title = "The sender's address is not the account's",
		.meaning = "The relay lets an account send only with its own addresses.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set From Address, and the envelope sender under Advanced, to an address of the "
		    "account.",
		    "Leave From rewriting, under Advanced, on Automatic." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.1.8" },
		.title = "The sender is refused",
		.meaning = "The sender's domain does not exist for the relay, or at Microsoft the account is "
		    "blocked because it seemed to send spam.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the domain of From Address: it must exist in DNS.",
		    "At Microsoft 365: have the account released under \"Restricted entities\" in the security "
		    "portal." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "sender address rejected" },
		.title = "The sender's address is refused",
		.meaning = "The relay does not take mail from this sender's address.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set From Address, and the envelope sender under Advanced, to an address that the "
		    "relay knows.",
		    "Check that its domain exists." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 553, .enhanced = "5.7.1" },
		.title = "The sender's address is refused",
		.meaning = "The relay does not let this account send with this address.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set From Address, and the envelope sender under Advanced, to an address of the "
		    "account." },
		.field = "email.from_address",
	},

	/* ---- the account's limits ---- */
	{
		.when = { .stages = AT_MESSAGE, .words = "SubmissionQuotaExceeded" },
		.title = "The account has sent too much today",
		.meaning = "The account has used up what it may send in 24 hours. The mail is held, not lost.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait until the day is over: the mail is tried again by itself.",
		    "Find out what sent so much: look at the mail log." },
		.field = "email.messages_per_minute",
	},
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.1.90" },
		.title = "The account has reached its daily limit",
		.meaning = "The account has sent to as many recipients as it may in 24 hours.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait until the day is over: the mail is tried again by itself.",
		    "Find out what sent so much: look at the mail log." },
		.field = "email.messages_per_minute",
	},
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.4.5" },
		.title = "The account has reached its daily limit",
		.meaning = "The provider lets an account send only so much in 24 hours.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait until the day is over: the mail is tried again by itself.",
		    "Find out what sent so much: look at the mail log." },
		.field = "email.messages_per_minute",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "sending limit" },
		.title = "The account has reached its limit",
		.meaning = "The provider lets an account send only so much in a time.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait: the mail is tried again by itself." },
		.field = "email.messages_per_minute",
	},
	{
		.when = {
			.stages = AT_MESSAGE, .code = 500, .code_to = 599, .words = "limit exceeded",
		},
		.title = "The account has reached its limit",
		.meaning = "The provider lets an account send only so much in a time.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Wait: the mail is tried again by itself." },
		.field = "email.messages_per_minute",
	},
	{
		.when = { .stages = AT_CONTENT, .enhanced = "5.2.2" },
		.title = "The sending mailbox is full",
		.meaning = "The relay keeps a copy of what is sent, and the mailbox of the account has no "
		    "room left for it.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Empty Sent Items and Deleted Items of the account's mailbox.",
		    "Set a rule there that removes old mail by itself." },
		.field = "email.username",
	},
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.7.708" },
		.title = "Microsoft does not take mail from this address",
		.meaning = "The organisation is too new, or this network's address has a bad name.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Ask Microsoft's support to release the organisation." },
	},
	{
		.when = { .stages = AT_MESSAGE, .code = 550, .enhanced = "5.7.705" },
		.title = "Microsoft has blocked the organisation",
		.meaning = "The organisation has sent what looked like spam.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Find the account that was misused and change its password.",
		    "Have the organisation released by Microsoft's support." },
	},
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.7.750" },
		.title = "The sender's domain is not registered",
		.meaning = "Microsoft takes mail of this organisation only from domains that are registered in "
		    "it.",
		.who = DIAGNOSIS_ACCOUNT,
		.cure = { "Set From Address to an address in a registered domain.",
		    "Or have the domain added to the organisation." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT_MESSAGE, .code = 432 },
		.title = "Too many connections at the same time",
		.meaning = "The account has more connections open than the relay allows; Microsoft allows "
		    "three.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "Set the connections under Advanced to 1, if other programs use the same account." },
		.field = "email.max_connections",
	},

	/* ---- the relay does not carry our mail ---- */
	{
		.when = { .stages = AT_MESSAGE, .words = "relay access denied" },
		.title = NO_RELAYING,
		.meaning = "The relay delivers only its own mail for whoever has not signed in, or does not "
		    "know this node.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type and the account, if the relay knows accounts.",
		    "Else ask whoever runs the relay to allow this node's address to relay.",
		    "Check that the port is the one for sending (587 or 465), not 25." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "relaying denied" },
		.title = NO_RELAYING,
		.meaning = "The relay delivers only its own mail for whoever has not signed in, or does not "
		    "know this node.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type and the account, if the relay knows accounts.",
		    "Else ask whoever runs the relay to allow this node's address to relay." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "unable to relay" },
		.title = NO_RELAYING,
		.meaning = "The relay delivers only its own mail for whoever has not signed in, or does not "
		    "know this node.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the authentication type and the account, if the relay knows accounts.",
		    "With Exchange: have this node's address added to the connector that may relay." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "relaying not" },
		.title = NO_RELAYING,
		.meaning = "The relay refuses to pass mail on for this node or account.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Set the authentication type and the account, if the relay knows accounts.",
		    "Else ask whoever runs the relay to allow this node's address to relay." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "permitted to relay" },
		.title = NO_RELAYING,
		.meaning = "The relay refuses to pass mail on for this node or account.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Set the authentication type and the account, if the relay knows accounts.",
		    "Else ask whoever runs the relay to allow this node's address to relay." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "relay not permitted" },
		.title = NO_RELAYING,
		.meaning = "The relay refuses to pass mail on for this node or account.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Set the authentication type and the account, if the relay knows accounts.",
		    "Else ask whoever runs the relay to allow this node's address to relay." },
		.field = "email.auth",
	},
	{
		.when = { .stages = AT_MESSAGE, .words = "client host rejected" },
		.title = "The relay does not want this node",
		.meaning = "The relay refuses mail from this node's address.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay to allow this node's address.",
		    "Or set the authentication type and an account." },
		.field = "email.auth",
	},

	/* ---- the message's size ---- */
	{
		.when = { .stages = AT_MESSAGE, .enhanced = "5.3.4" },
		.title = "The message is too large",
		.meaning = "The message is larger than the relay takes.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Send it smaller, or by another way.",
		    "Ask whoever runs the relay for a higher limit." },
	},
	{
		.when = { .stages = AT(STAGE_MAIL) | AT_CONTENT, .code = 552 },
		.title = "The message is too large",
		.meaning = "The message is larger than the relay, or the mailbox, takes.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Send it smaller, or by another way.",
		    "Ask whoever runs the relay for a higher limit." },
	},

	/* ---- sender refused, by the code alone ---- */
	{
		.when = { .stages = AT(STAGE_MAIL), .code = 400, .code_to = 499, .words = "sender" },
		.title = "The relay cannot check the sender now",
		.meaning = "The relay could not find out whether the sender's address exists.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "If it goes on, check that the domain of From Address exists in DNS." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT(STAGE_MAIL), .code = 550, .code_to = 554 },
		.title = "The sender's address is refused",
		.meaning = "The relay does not take mail from this sender's address.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set From Address, and the envelope sender under Advanced, to an address that the "
		    "relay knows, as a rule that of the account.",
		    "Check that its domain exists." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT(STAGE_MAIL), .code = 500, .code_to = 599 },
		.title = "The relay does not understand the sender",
		.meaning = "The relay refused the command that names the sender.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check From Address, and the envelope sender under Advanced.",
		    "Show whoever runs the relay the dialogue of the test." },
		.field = "email.from_address",
	},

	/* ---- recipients ---- */
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 400, .code_to = 499, .words = "greylist" },
		.title = "The relay wants to see the mail a second time",
		.meaning = "This is greylisting: the first attempt is put off, a later one is taken.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Nothing needs to be done: the mail is tried again." },
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 400, .code_to = 499, .words = "graylist" },
		.title = "The relay wants to see the mail a second time",
		.meaning = "This is greylisting: the first attempt is put off, a later one is taken.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Nothing needs to be done: the mail is tried again." },
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 452, .enhanced = "4.5.3" },
		.title = "Too many recipients at once",
		.meaning = "The relay takes fewer recipients with one message. The others follow with the "
		    "next attempt.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "Nothing needs to be done: the mail is tried again." },
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 452 },
		.title = "The recipient's mailbox or the relay is full",
		.meaning = "There is no room at the moment.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "If it goes on, tell the recipient by another way." },
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .enhanced = "5.2.2" },
		.title = "The recipient's mailbox is full",
		.meaning = "The recipient has no room for more mail.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Tell the recipient by another way to make room." },
		.field = "email.admin_contacts",
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .enhanced = "5.2.1" },
		.title = "The recipient's mailbox is closed",
		.meaning = "The address exists, but takes no mail.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Ask the recipient for another address." },
		.field = "email.admin_contacts",
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .enhanced = "5.7." },
		.title = "The relay does not let this account write to the recipient",
		.meaning = "A rule of the relay, or of the recipient, forbids it.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Read the relay's words below.",
		    "Ask whoever runs the relay which recipients this account may write to." },
		.field = "email.admin_contacts",
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 550, .code_to = 559 },
		.title = "The recipient is unknown",
		.meaning = "The relay says that this address does not exist. Other recipients are not "
		    "concerned.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Check the spelling of the address.",
		    "If the person has gone, remove the address from the admin contacts." },
		.field = "email.admin_contacts",
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 400, .code_to = 499 },
		.title = "The recipient is put off",
		.meaning = "The relay does not take mail for this recipient at the moment. That may be "
		    "greylisting.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself." },
	},
	{
		.when = { .stages = AT(STAGE_RCPT), .code = 500, .code_to = 599 },
		.title = "The relay does not understand the recipient",
		.meaning = "The relay refused the command that names the recipient.",
		.who = DIAGNOSIS_RECIPIENT,
		.cure = { "Check the spelling of the address." },
		.field = "email.admin_contacts",
	},

	/* ---- the content ---- */
	{
		.when = { .stages = AT_CONTENT, .code = 500, .code_to = 599, .words = "spam" },
		.title = "The relay takes the message for spam",
		.meaning = "A filter of the relay refused this message.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay to let this node's mail past the filter.",
		    "Use a From Address in a domain of your own, with SPF and DKIM." },
		.field = "email.from_address",
	},
	{
		.when = { .stages = AT_CONTENT, .code = 500, .code_to = 599, .words = "virus" },
		.title = "The relay found a virus",
		.meaning = "A filter of the relay refused this message for something attached to it.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Look at what was attached, before it is sent by another way." },
	},
	{
		.when = { .stages = AT_CONTENT, .code = 500, .code_to = 599 },
		.title = "The relay refused the message",
		.meaning = "The relay does not take this message, whoever it is for.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Read the relay's words below.", "Ask whoever runs the relay; its log says why." },
	},

	/* ---- by the code, then by the first digit ---- */
	{
		.when = { .code = 421 },
		.title = "The relay is closing down or overloaded",
		.meaning = "The relay ended the dialogue. Nothing was delivered by it; the mail is tried again.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "If it goes on for hours, ask whoever runs the relay." },
	},
	{
		.when = { .code = 451 },
		.title = "The relay has a fault of its own",
		.meaning = "Something at the relay does not work at the moment.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "If it goes on for hours, ask whoever runs the relay." },
	},
	{
		.when = { .code = 452 },
		.title = "The relay is full",
		.meaning = "The relay has no room for the message at the moment.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "If it goes on for hours, ask whoever runs the relay." },
	},
	{
		.when = { .code = 400, .code_to = 499 },
		.title = "The relay puts the mail off",
		.meaning = "The relay does not take it at the moment, and says that it is worth trying again.",
		.who = DIAGNOSIS_NOBODY,
		.cure = { "The mail is tried again by itself.",
		    "If it goes on for hours, read the relay's words and ask whoever runs it." },
	},
	{
		.when = { .code = 500, .code_to = 504 },
		.title = "The relay does not understand a command",
		.meaning = "The relay does not know, or does not want, what it was asked.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that the server and the port are a mail relay's.",
		    "Show whoever runs it the dialogue of the test." },
		.field = "email.relay_host",
	},
	{
		.title = "The relay refused",
		.meaning = "The relay refused for good; its words say more.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Read the relay's words below.", "Ask whoever runs the relay." },
	},
};

const size_t diagnosis_mail_count = COUNT_OF(diagnosis_mail);
