/*
 * connection_open.c - how a connection to the relay comes up: its name, its addresses in order,
 * the trust it needs, the handshake; and what each way to fail is called.
 */
#include "delivery/connection_private.h"

#include <stdio.h>

enum {
	INPUT_LIMIT = 64 * 1024,
	/* small: what the stream takes counts as sent, and a block's deadline goes by that */
	OUTPUT_LIMIT = 64 * 1024,
};

static const struct relay *relay_of(const struct connection *c)
{
	return c->options.relay;
}

/* ---- the name ---- */

static enum verdict_reason reason_of_resolver(enum resolver_error error)
{
	switch (error) {
	case RESOLVER_NO_NAME:
		return REASON_NO_NAME;
	case RESOLVER_NO_ADDRESS:
		return REASON_NO_ADDRESS;
	case RESOLVER_OK:
	case RESOLVER_TEMPORARY:
	case RESOLVER_TIMEOUT:
	case RESOLVER_BUSY:
		break;
	}
	return REASON_NAME_TEMPORARY;
}

static void connect_next(struct connection *c);

static void tell_found(struct connection *c)
{
	char ip[ENDPOINT_TEXT_SIZE], result[VERDICT_TEXT_SIZE] = "";
	struct connection_step step = { .stage = STAGE_RESOLVE, .subject = "", .result = result };
	struct buffer text;

	buffer_init(&text, sizeof(result) - 1);
	for (size_t i = 0; i < c->n_addresses; i++)
		buffer_appendf(&text, "%s%s", i > 0 ? ", " : "",
		    endpoint_ip_text(&c->addresses[i], ip));
	(void)!slice_copy(buffer_slice(&text), result, sizeof(result));
	buffer_release(&text);
	connection_tell_step(c, &step);
}

static void on_resolved(void *arg, enum resolver_error error, const struct endpoint *addresses,
	size_t n)
{
	struct connection *c = arg;

	connection_enter(c);
	c->query = NULL;
	if (error != RESOLVER_OK || n == 0) {
		connection_fail(c, STAGE_RESOLVE, reason_of_resolver(error),
		    resolver_error_text(error));
	} else {
		c->n_addresses = size_min(n, COUNT_OF(c->addresses));
		for (size_t i = 0; i < c->n_addresses; i++)
			c->addresses[i] = addresses[i];
		tell_found(c);
		if (!c->freed)
			connect_next(c);
	}
	connection_leave(c);
}

void connection_resolve(struct connection *c)
{
	const struct relay *r = relay_of(c);
	struct connection_step step = {
		.stage = STAGE_RESOLVE, .begins = true, .subject = r->host, .result = "",
	};

	if (r->host[0] == '\0') {
		connection_fail(c, STAGE_SETTINGS, REASON_SETTINGS, "No mail relay is set.");
		return;
	}
	if (r->auth == RELAY_AUTH_OAUTH2 && r->token[0] == '\0') {
		connection_fail(c, STAGE_SETTINGS, REASON_SETTINGS,
		    "There is no access token: nobody has signed in at the OAuth2 provider.");
		return;
	}
	connection_tell_step(c, &step);
	if (c->freed)
		return;
	c->query = resolver_ask(c->options.resolver, slice_of(r->host), r->port, on_resolved, c);
	if (c->query == NULL)
		connection_fail(c, STAGE_RESOLVE, REASON_FAULT, "There was not enough memory.");
}

/* ---- the addresses ---- */

static void connect_next(struct connection *c)
{
	struct stream_options options = {
		.loop = c->options.loop, .events = &connection_stream_events, .arg = c,
		.input_limit = INPUT_LIMIT, .output_limit = OUTPUT_LIMIT,
	};
	const struct endpoint *to = &c->addresses[c->at];
	char ip[ENDPOINT_TEXT_SIZE], subject[ENDPOINT_TEXT_SIZE + 16];
	struct connection_step step = {
		.stage = STAGE_CONNECT, .begins = true, .subject = subject, .result = "",
	};

	connection_set_state(c, CONNECTION_CONNECTING);
	(void)snprintf(subject, sizeof(subject), "%s port %u", endpoint_ip_text(to, ip),
	    endpoint_port(to));
	connection_tell_step(c, &step);
	if (c->freed)
		return;
	c->stream = stream_connect(&options, to);
	if (c->stream == NULL) {
		connection_fail(c, STAGE_CONNECT, REASON_FAULT, "There was not enough memory.");
		return;
	}
	c->phase_deadline = loop_now(c->options.loop) + CONNECTION_CONNECT_MS;
	timer_set_at(&c->timer, c->phase_deadline);
}

/* The more somebody can do about it, the higher. */
static int rank(enum verdict_reason reason)
{
	switch (reason) {
	case REASON_REFUSED:
		return 3;
	case REASON_CONNECT_TIMEOUT:
		return 2;
	default:
		return 1;
	}
}

void connection_address_failed(struct connection *c, enum verdict_reason reason, const char *text)
{
	char at[ENDPOINT_TEXT_SIZE];

	stream_free(c->stream);
	c->stream = NULL;
	c->phase_deadline = INT64_MAX;
	if (c->tried.len == 0 || rank(reason) > rank(c->tried_why))
		c->tried_why = reason;
	buffer_appendf(&c->tried, "%s%s: %s", c->tried.len > 0 ? "\n" : "",
	    endpoint_text(&c->addresses[c->at], at), text);
	if (++c->at < c->n_addresses)
		connect_next(c);
	else
		connection_fail(c, STAGE_CONNECT, c->tried_why, buffer_text(&c->tried));
}

void connection_connect_timed_out(struct connection *c)
{
	connection_address_failed(c, REASON_CONNECT_TIMEOUT, "no answer within 30 seconds");
}

/* ---- TLS ---- */

/* The authorities to trust; NULL with words for the field. */
static struct tls_client *trust_of(struct connection *c, struct fault *f)
{
	const char *pem = relay_of(c)->ca_certificate;

	if (pem[0] == '\0') {
		if (c->options.system_trust == NULL)
			fault_set(f, "The certificate authorities of this system cannot be read.");
		return c->options.system_trust;
	}
	if (c->own_trust == NULL && tls_client_new_pem(slice_of(pem), &c->own_trust, f) != 0)
		return NULL;
	return c->own_trust;
}

void connection_start_tls(struct connection *c)
{
	struct connection_step step = {
		.stage = STAGE_TLS, .begins = true, .subject = "", .result = "",
	};
	int64_t now = loop_now(c->options.loop);
	struct tls_client *trust;
	struct fault fault;
	int result;

	connection_tell_step(c, &step);
	if (c->freed)
		return;
	trust = trust_of(c, &fault);
	if (trust == NULL) {
		smtp_session_closed(c->session, REASON_SETTINGS, slice_of(fault.text), now);
		return;
	}
	result = stream_start_tls(c->stream, trust, relay_of(c)->host);
	if (result == STREAM_DIRTY) {
		smtp_session_injected(c->session, now);
	} else if (result != 0) {
		smtp_session_closed(c->session, REASON_FAULT, SLICE("TLS could not be started."), now);
	} else {
		c->handshaking = true;
		c->phase_deadline = now + CONNECTION_HANDSHAKE_MS;
	}
}

void connection_handshake_timed_out(struct connection *c)
{
	c->handshaking = false;
	stream_free(c->stream);
	c->stream = NULL;
	smtp_session_closed(c->session, REASON_TLS_TIMEOUT,
	    SLICE("The TLS handshake did not end within 60 seconds."), loop_now(c->options.loop));
}

/* ---- why it ended ---- */

static enum verdict_reason reason_of_tls(const struct stream *s)
{
	const struct tls_peer_info *info = stream_tls_info(s);

	switch (info != NULL ? info->error : TLS_HANDSHAKE) {
	case TLS_EXPIRED:
		return REASON_TLS_EXPIRED;
	case TLS_NOT_YET_VALID:
		return REASON_TLS_NOT_YET_VALID;
	case TLS_WRONG_NAME:
		return REASON_TLS_WRONG_NAME;
	case TLS_UNKNOWN_ISSUER:
		return REASON_TLS_UNKNOWN_ISSUER;
	case TLS_SELF_SIGNED:
		return REASON_TLS_SELF_SIGNED;
	case TLS_TOO_WEAK:
		return REASON_TLS_TOO_WEAK;
	case TLS_REVOKED:
		return REASON_TLS_REVOKED;
	case TLS_BAD_CERTIFICATE:
		return REASON_TLS_BAD_CERTIFICATE;
	case TLS_PROTOCOL_VERSION:
		return REASON_TLS_PROTOCOL_VERSION;
	case TLS_NOT_TLS:
		return REASON_TLS_NOT_TLS;
	case TLS_REFUSED:
		return REASON_TLS_REFUSED;
	case TLS_CLOSED:
		return REASON_TLS_CLOSED;
	case TLS_OK:
	case TLS_HANDSHAKE:
		break;
	}
	return REASON_TLS_HANDSHAKE;
}

enum verdict_reason connection_reason(const struct connection *c, enum stream_end end)
{
	bool connecting = c->state == CONNECTION_CONNECTING;

	switch (end) {
	case STREAM_END_EOF:
	case STREAM_END_TRUNCATED:
	case STREAM_END_WRITTEN:
		return c->handshaking ? REASON_TLS_CLOSED : REASON_CLOSED;
	case STREAM_END_RESET:
		return c->handshaking ? REASON_TLS_CLOSED : REASON_RESET;
	case STREAM_END_REFUSED:
		return REASON_REFUSED;
	case STREAM_END_UNREACHABLE:
		return connecting ? REASON_UNREACHABLE : REASON_RESET;
	case STREAM_END_TIMEOUT:
		return connecting ? REASON_CONNECT_TIMEOUT : REASON_TIMEOUT;
	case STREAM_END_TLS:
		return reason_of_tls(c->stream);
	case STREAM_END_FAULT:
		break;
	}
	/* while connecting: a firewall of this machine, or the like */
	return connecting ? REASON_UNREACHABLE : REASON_FAULT;
}
