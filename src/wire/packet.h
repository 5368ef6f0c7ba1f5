/*
 * packet.h - one message on a stream socket: its head. Used by channel.h and by the blocking
 * client of the tools.
 *   packet = 4OCTET body length, 2OCTET word, 1OCTET zero, 1OCTET descriptors, 8OCTET request id,
 *            body                                                              ; big endian
 */
#ifndef TOCSIN_WIRE_PACKET_H
#define TOCSIN_WIRE_PACKET_H

#include "base/buffer.h"
#include "wire/words.h"

enum {
	PACKET_HEAD_SIZE = 16,
};

struct packet {
	enum word word;
	uint64_t id;
	size_t n_fds;
	size_t body_len;
};

void packet_write(struct buffer *out, enum word word, uint64_t id, size_t n_fds,
	struct slice body);

enum packet_result {
	PACKET_OK = 0, /* the head is whole; the body's body_len octets follow it */
	PACKET_SHORT = 1, /* fewer than PACKET_HEAD_SIZE octets yet */
	PACKET_BAD = 2, /* no such word, a body past WIRE_BODY_MAX, or a reserved octet set */
};

int packet_read_head(struct slice in, struct packet *ret_packet) MUST_CHECK;

#endif
