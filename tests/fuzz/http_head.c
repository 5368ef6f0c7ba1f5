/*
 * Request heads. Whatever is taken obeys what head.h promises: a plain path, one valid Host, no
 * control character in any field, one framing.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "http/grammar.h"
#include "http/head.h"

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_head(const struct http_head *head)
{
	check(slice_starts(head->path, "/") && head->path.len <= HTTP_PATH_MAX);
	check(slice_is_printable(head->path) && slice_is_utf8(head->path));
	check(slice_find(head->path, SLICE("/../")) == head->path.len);
	check(!slice_ends(head->path, "/.."));
	check(slice_find(head->path, SLICE("//")) == head->path.len);
	check(slice_is_ascii(head->target) && slice_is_printable(head->target));
	check(head->minor == 0 || http_host_is_valid(head->host));
	check(http_head_field_count(head, "Host") == 1 || head->minor == 0);
	check(http_head_field_count(head, "Content-Length") == (head->has_length ? 1 : 0));
	check(http_head_field_count(head, "Transfer-Encoding") == 0);
	check(head->n_fields <= HTTP_FIELDS_MAX);
	for (size_t i = 0; i < head->n_fields; i++) {
		check(http_is_token(head->fields[i].name));
		check(http_is_field_value(head->fields[i].value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head head;
	struct slice text = slice_make((const char *)data, size);
	struct http_scan scan = { 0 };
	const char *reason = NULL;
	size_t len = 0;
	unsigned status = http_scan(&scan, text, &len, &reason);

	if (status == 0) {
		check(len <= size && len <= HTTP_HEAD_MAX);
		status = http_head_parse(&head, slice_sub(text, 0, len), &reason);
		if (status == 0)
			check_head(&head);
	}
	check(status <= HTTP_SCAN_MORE || (status >= 400 && status < 600 && reason != NULL));
	return 0;
}
