/* relay.c - the relay's fields on the wire; see relay.h. */
#include "wire/relay.h"

enum {
	NAME_MAX_OCTETS = 512,
	SECRET_MAX = 4096,
	PEM_MAX = 65536,
};

void relay_pack(struct buffer *b, const struct relay *r)
{
	pack_number(b, r->version);
	pack_text(b, r->host);
	pack_number(b, r->port);
	pack_number(b, r->encryption);
	pack_number(b, r->auth);
	pack_text(b, r->username);
	pack_text(b, r->password);
	pack_text(b, r->token);
	pack_number(b, r->token_number);
	pack_bool(b, r->allow_clear_password);
	pack_text(b, r->ca_certificate);
	pack_text(b, r->helo_name);
	pack_text(b, r->from_address);
	pack_text(b, r->envelope_sender);
	pack_bool(b, r->rewrite_from);
	pack_text(b, r->node_name);
	pack_number(b, r->max_connections);
}

void relay_unpack(struct unpack *u, struct arena *a, struct relay *ret_relay)
{
	struct relay *r = ret_relay;

	r->version = unpack_number(u);
	r->host = unpack_text(u, NAME_MAX_OCTETS, a);
	r->port = (uint16_t)unpack_below(u, 65536);
	r->encryption = (enum relay_encryption)unpack_below(u, RELAY_ENCRYPTION_COUNT);
	r->auth = (enum relay_auth)unpack_below(u, RELAY_AUTH_COUNT);
	r->username = unpack_text(u, NAME_MAX_OCTETS, a);
	r->password = unpack_text(u, SECRET_MAX, a);
	r->token = unpack_text(u, RELAY_TOKEN_MAX, a);
	r->token_number = unpack_number(u);
	r->allow_clear_password = unpack_bool(u);
	r->ca_certificate = unpack_text(u, PEM_MAX, a);
	r->helo_name = unpack_text(u, NAME_MAX_OCTETS, a);
	r->from_address = unpack_text(u, NAME_MAX_OCTETS, a);
	r->envelope_sender = unpack_text(u, NAME_MAX_OCTETS, a);
	r->rewrite_from = unpack_bool(u);
	r->node_name = unpack_text(u, NAME_MAX_OCTETS, a);
	r->max_connections = (unsigned)unpack_below(u, RELAY_CONNECTIONS_MAX + 1);
}
