/*
 * smtp_reply.c - replies out of any bytes. The first octet is the size of the pieces they come in;
 * cut otherwise they must give the same replies.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "smtp/ehlo.h"

/* Reads all replies there are; a number that depends on everything that was found. */
static unsigned long read_all(struct slice bytes, size_t piece)
{
	struct smtp_capabilities c;
	unsigned long sum = 0;
	struct smtp_reply r;
	struct buffer words;

	smtp_reply_init(&r);
	while (bytes.len > 0) {
		struct slice part = slice_sub(bytes, 0, piece);
		size_t len = part.len;
		enum smtp_reply_status status = smtp_reply_feed(&r, &part);

		bytes = slice_sub(bytes, len - part.len, bytes.len);
		if (r.text.len > SMTP_REPLY_READ_MAX || r.line.len > SMTP_REPLY_LINE_MAX)
			abort();
		if (status == SMTP_REPLY_MORE)
			continue;
		sum = sum * 31 + (unsigned long)status;
		if (status != SMTP_REPLY_DONE)
			break;
		if (r.code < 200 || r.code > 599)
			abort();
		if (r.enhanced.class != 0 && r.enhanced.class != r.code / 100)
			abort();
		smtp_capabilities_read(&r, &c);
		buffer_init(&words, SMTP_REPLY_READ_MAX);
		smtp_reply_words(&r, &words);
		sum = sum * 31 + r.code * 7 + r.text.len + words.len + c.size + c.auth;
		buffer_release(&words);
		smtp_reply_clear(&r);
	}
	smtp_reply_release(&r);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes;

	if (size < 2)
		return 0;
	bytes = slice_make((const char *)data + 1, size - 1);
	if (read_all(bytes, data[0] == 0 ? size : data[0]) != read_all(bytes, 1))
		abort();
	return 0;
}
