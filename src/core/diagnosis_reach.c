/*
 * diagnosis_reach.c - rows of the diagnosis for the way to the server, before anything is said:
 * settings, name, network, the wrong language on the port, TLS. See diagnosis.h.
 */
#include "core/diagnosis.h"

#define NO_TLS_CURE "Do not turn encryption off to get past this: the password would be readable."

const struct diagnosis diagnosis_reach[] = {
	{
		.reason = REASON_SETTINGS,
		.title = "The relay is not set up",
		.meaning = "Something that is needed to send mail is missing in the settings or cannot be "
		    "used as it is.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Open Management > Email Configuration.",
		    "Fill in the fields that are marked, then save." },
		.field = "email.relay_host",
	},

	/* ---- the name ---- */
	{
		.reason = REASON_NO_NAME,
		.title = "There is no server of that name",
		.meaning = "The name servers say that the relay's name does not exist.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the spelling of the SMTP relay server against your provider's page.",
		    "If the name is known inside your network only, check that this node asks the name "
		    "servers of that network (/etc/resolv.conf)." },
		.field = "email.relay_host",
	},
	{
		.reason = REASON_NO_ADDRESS,
		.title = "The server's name has no address",
		.meaning = "The relay's name exists, but no IPv4 or IPv6 address belongs to it.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the name: a mail domain (example.com) is often not the name of its relay "
		    "(smtp.example.com).",
		    "Ask whoever runs the relay for the name to use." },
		.field = "email.relay_host",
	},
	{
		.reason = REASON_NAME_TEMPORARY,
		.title = "No name server answered",
		.meaning = "This node could not find out the relay's address, because its name servers gave "
		    "no usable answer.",
		.who = DIAGNOSIS_NETWORK,
		.cure = { "Check that this node is connected to the network.",
		    "Check the name servers in /etc/resolv.conf: try \"getent hosts\" with the relay's name.",
		    "Mail waits meanwhile; nothing is lost." },
	},

	/* ---- the way there ---- */
	{
		.reason = REASON_REFUSED,
		.title = "Nobody listens on that port",
		.meaning = "The machine was reached, but it, or a firewall on the way, refused the connection "
		    "to this port.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the port: as a rule 465 with TLS, 587 with STARTTLS, 25 without encryption.",
		    "Check that the relay is running and takes connections from this node.",
		    "Check the firewalls on the way." },
		.field = "email.relay_port",
	},
	{
		.reason = REASON_UNREACHABLE,
		.title = "The server cannot be reached",
		.meaning = "There is no way from this node to the relay's address.",
		.who = DIAGNOSIS_NETWORK,
		.cure = { "Check this node's address, gateway and cable.",
		    "If only the relay cannot be reached, check the route or the VPN that leads to it." },
	},
	{
		.reason = REASON_CONNECT_TIMEOUT, .port = 25,
		.title = "Port 25 seems to be blocked",
		.meaning = "The relay did not answer. Many networks and providers block port 25 to keep spam "
		    "in.",
		.who = DIAGNOSIS_NETWORK,
		.cure = { "Use port 587 with STARTTLS, or 465 with TLS, if the relay offers them.",
		    "If it must be port 25, ask whoever runs the network to open it to the relay." },
		.field = "email.relay_port",
	},
	{
		.reason = REASON_CONNECT_TIMEOUT,
		.title = "The server did not answer",
		.meaning = "No answer came to the attempt to connect. Either the machine is off, or a "
		    "firewall drops the packets.",
		.who = DIAGNOSIS_NETWORK,
		.cure = { "Check the server's name and port.",
		    "Ask whoever runs the network whether connections to this port may leave it.",
		    "Check that the relay is up." },
		.field = "email.relay_port",
	},

	/* ---- the wrong language on the port ---- */
	{
		.reason = REASON_SPEAKS_TLS,
		.title = "This port wants TLS from the first byte",
		.meaning = "The server answered in TLS, but the encryption is set to begin in clear text.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to TLS, or use the relay's port for STARTTLS (587)." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_TIMEOUT, .when.stages = AT(STAGE_GREETING), .port = 465,
		.encryption = DIAGNOSIS_ENCRYPTION_STARTTLS,
		.title = "Port 465 wants TLS from the first byte",
		.meaning = "The server says nothing, because on port 465 it waits for TLS, and the encryption "
		    "is set to STARTTLS.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to TLS, or the port to 587." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_TIMEOUT, .when.stages = AT(STAGE_GREETING), .port = 465,
		.encryption = DIAGNOSIS_ENCRYPTION_NONE,
		.title = "Port 465 wants TLS from the first byte",
		.meaning = "The server says nothing, because on port 465 it waits for TLS, and the encryption "
		    "is set to None.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to TLS." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_TLS_NOT_TLS,
		.title = "The server answered in clear text",
		.meaning = "The encryption is set to TLS, but this port begins in clear text.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Set the encryption to STARTTLS (as a rule with port 587).",
		    "Or use the relay's port for TLS, as a rule 465." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_NOT_SMTP,
		.title = "That is no mail server",
		.meaning = "Something answered on this port, but it does not speak SMTP.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check the port: as a rule 465 with TLS, 587 with STARTTLS, 25 without encryption.",
		    "Check the server's name." },
		.field = "email.relay_port",
	},

	/* ---- certificate and handshake ---- */
	{
		.reason = REASON_TLS_EXPIRED,
		.title = "The server's certificate has expired",
		.meaning = "The relay shows a certificate whose time is over, so nobody can be sure who it is. "
		    "Nothing was sent.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check this node's date and time.",
		    "Ask whoever runs the relay to renew its certificate.", NO_TLS_CURE },
	},
	{
		.reason = REASON_TLS_NOT_YET_VALID,
		.title = "The server's certificate is not valid yet",
		.meaning = "By this node's clock the relay's certificate begins in the future. Most often the "
		    "clock is wrong.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check this node's date and time, and its time server.",
		    "If they are right, ask whoever runs the relay." },
	},
	{
		.reason = REASON_TLS_WRONG_NAME,
		.title = "The certificate is for another name",
		.meaning = "The relay shows a valid certificate, but not for the name in the settings. Nothing "
		    "was sent.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Compare the names in the certificate, shown with the test, with the SMTP relay "
		    "server in the settings, and use one that is in the certificate.",
		    "If the settings hold an IP address, use the server's name instead.",
		    "If the names are foreign, somebody on the way may be answering in the relay's place." },
		.field = "email.relay_host",
	},
	{
		.reason = REASON_TLS_UNKNOWN_ISSUER,
		.title = "The certificate is from an unknown authority",
		.meaning = "The relay's certificate was signed by an authority that this node does not trust. "
		    "Inside companies that is often their own.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Ask whoever runs the relay for the certificate of their authority (a PEM file).",
		    "Paste it into CA certificate, under Advanced, and save.",
		    "If the relay is public, its certificate chain may be incomplete: tell whoever runs it." },
		.field = "email.ca_certificate",
	},
	{
		.reason = REASON_TLS_SELF_SIGNED,
		.title = "The certificate is signed by itself",
		.meaning = "No authority vouches for the relay's certificate, so it cannot be told from a "
		    "forged one.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Get the certificate from whoever runs the relay, by a safe way, and compare its "
		    "fingerprint with the one shown with the test.",
		    "Paste it into CA certificate, under Advanced, and save." },
		.field = "email.ca_certificate",
	},
	{
		.reason = REASON_TLS_TOO_WEAK,
		.title = "The server's encryption is too weak",
		.meaning = "The relay's key or signature (for example SHA-1, or RSA with 1024 bits) can be "
		    "forged today.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay for a certificate with at least RSA 2048 and SHA-256.",
		    NO_TLS_CURE },
	},
	{
		.reason = REASON_TLS_REVOKED,
		.title = "The server's certificate was revoked",
		.meaning = "The authority has taken the relay's certificate back.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay for a new certificate." },
	},
	{
		.reason = REASON_TLS_BAD_CERTIFICATE,
		.title = "The server's certificate cannot be used",
		.meaning = "The relay's certificate is damaged, or not made for servers.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay to check the certificate.", NO_TLS_CURE },
	},
	{
		.reason = REASON_TLS_PROTOCOL_VERSION,
		.title = "The server knows only old TLS",
		.meaning = "The relay does not offer TLS 1.2 or later, and older versions are not safe.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Ask whoever runs the relay to allow TLS 1.2 or 1.3." },
	},
	{
		.reason = REASON_TLS_REFUSED,
		.title = "The server refused to encrypt",
		.meaning = "The relay broke off the TLS handshake with an alert. It may not know the name it "
		    "was called by, or may want a certificate of this node.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check the server's name.", "Ask whoever runs the relay; its log says why." },
		.field = "email.relay_host",
	},
	{
		.reason = REASON_TLS_CLOSED,
		.title = "The server hung up during the handshake",
		.meaning = "The connection ended while encryption was being agreed. The port may not speak "
		    "TLS, or something on the way does not let it through.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check that encryption and port belong together: 465 with TLS, 587 with STARTTLS.",
		    "Check for a firewall or filter on the way that looks into mail." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_TLS_TIMEOUT,
		.title = "The handshake did not end",
		.meaning = "The server did not finish agreeing on encryption in time. The port may not speak "
		    "TLS.",
		.who = DIAGNOSIS_YOU,
		.cure = { "Check that encryption and port belong together: 465 with TLS, 587 with STARTTLS.",
		    "If they do, the relay is overloaded or something on the way interferes." },
		.field = "email.encryption",
	},
	{
		.reason = REASON_TLS_HANDSHAKE,
		.title = "Encryption could not be agreed",
		.meaning = "The TLS handshake with the relay failed.",
		.who = DIAGNOSIS_RELAY,
		.cure = { "Check that encryption and port belong together: 465 with TLS, 587 with STARTTLS.",
		    "Ask whoever runs the relay; its log says why." },
		.field = "email.encryption",
	},
};

const size_t diagnosis_reach_count = COUNT_OF(diagnosis_reach);
