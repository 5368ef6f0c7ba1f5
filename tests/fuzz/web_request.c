/*
 * Whole requests at the pages while the keeper is away: a head, then a body. Each gets exactly one
 * answer with the guarding headers; nothing is let in, and no redirect leads off this site.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/log.h"
#include "sys/loop.h"
#include "web/server.h"
#include "web/web.h"

static unsigned n_answers;

static bool has_line(struct slice lines, const char *start)
{
	while (lines.data != NULL)
		if (slice_starts(slice_cut(&lines, '\n'), start))
			return true;
	return false;
}

void web_request_answer(struct web_request *r, unsigned status, struct slice lines,
	struct slice body)
{
	n_answers++;
	REQUIRE(status >= 200 && status < 600);
	REQUIRE(has_line(lines, "Content-Security-Policy: default-src 'none';"));
	REQUIRE(has_line(lines, "X-Content-Type-Options: nosniff"));
	if (status == 303)
		REQUIRE(has_line(lines, "Location: /login"));
	else
		REQUIRE(body.len > 0);
	REQUIRE(!has_line(lines, "Set-Cookie: ") || has_line(lines, "Set-Cookie: __Host-login=; "));
	arena_free(r->arena);
}

int web_request_start(struct web_request *r, unsigned status, struct slice lines)
{
	(void)status;
	(void)lines;
	REQUIRE(r == NULL); /* no stream without a session */
	return 0;
}

int web_request_more(struct web_request *r, struct slice octets)
{
	(void)r;
	(void)octets;
	return 0;
}

void web_request_end(struct web_request *r)
{
	REQUIRE(r == NULL); /* no request goes without an answer */
}

void web_request_set_session(struct web_request *r, bool has_session)
{
	(void)r;
	REQUIRE(!has_session);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head head;
	static struct loop *loop;
	struct web web = { .node_name = "node-a", .https_port = 8443 };
	struct slice text = slice_make((const char *)data, size);
	struct web_request request = { .head = &head };
	struct http_scan scan = { 0 };
	const char *reason = NULL;
	struct endpoint peer;
	size_t len = 0;

	if (loop == NULL)
		loop = loop_new();
	log_set_level(LOG_LEVEL_ALERT);
	web.loop = loop;
	if (http_scan(&scan, text, &len, &reason) != 0 ||
	    http_head_parse(&head, slice_sub(text, 0, len), &reason) != 0 ||
	    !endpoint_from_ip(SLICE("192.0.2.7"), 40000, &peer))
		return 0;
	request.arena = arena_new(WEB_ARENA_MAX);
	request.body = slice_sub(text, len, size);
	request.peer = &peer;
	REQUIRE(request.body.len <= size && web_body_limit(&web, &head) <= 10 * 1024 * 1024);
	n_answers = 0;
	web_handle(&web, &request);
	REQUIRE(n_answers == 1);
	return 0;
}
