/* packet.c - heads of messages; see packet.h. */
#include "wire/packet.h"

enum {
	FDS_MAX = 8,
};

static void put(struct buffer *out, uint64_t value, int n_octets)
{
	for (int i = n_octets - 1; i >= 0; i--)
		buffer_append_char(out, (char)(unsigned char)(value >> (8 * i)));
}

static uint64_t get(const char *in, size_t n_octets)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n_octets; i++)
		value = value << 8 | (unsigned char)in[i];
	return value;
}

void packet_write(struct buffer *out, enum word word, uint64_t id, size_t n_fds, struct slice body)
{
	put(out, body.len, 4);
	put(out, word, 2);
	put(out, 0, 1);
	put(out, n_fds, 1);
	put(out, id, 8);
	buffer_append_slice(out, body);
}

int packet_read_head(struct slice in, struct packet *ret_packet)
{
	struct packet p;

	if (in.len < PACKET_HEAD_SIZE)
		return PACKET_SHORT;
	p.body_len = (size_t)get(in.data, 4);
	p.word = (enum word)get(in.data + 4, 2);
	p.n_fds = (size_t)get(in.data + 7, 1);
	p.id = get(in.data + 8, 8);
	if (p.word <= WORD_NONE || p.word >= WORD_COUNT || p.body_len > WIRE_BODY_MAX ||
		in.data[6] != 0 || p.n_fds > FDS_MAX)
		return PACKET_BAD;
	*ret_packet = p;
	return PACKET_OK;
}
