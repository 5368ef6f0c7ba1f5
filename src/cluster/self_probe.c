/* self_probe.c - the node asks itself how it is; see self_probe.h. */
#include "cluster/self_probe.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "sys/tls_certificate.h"

enum {
	ANSWER_MAX = 16 * 1024,
	REQUEST_MAX = 1024,
};

static void end_probe(struct self_probe *p, bool good, const char *detail)
{
	stream_free(p->stream);
	p->stream = NULL;
	timer_cancel(&p->timeout);
	timer_set(&p->interval, SELF_PROBE_INTERVAL_MS);
	fact_probed(&p->fact, good);
	p->told(p->arg, p->fact.good, detail);
}

static void on_connected(void *arg)
{
	struct self_probe *p = arg;

	if (stream_start_tls(p->stream, p->trust, p->host) != 0)
		end_probe(p, false, "TLS could not be started");
}

static void on_secured(void *arg)
{
	struct self_probe *p = arg;
	struct buffer request;
	bool written;

	buffer_init(&request, REQUEST_MAX);
	buffer_appendf(&request, "GET /check_health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
		strchr(p->host, ':') != NULL ? "localhost" : p->host);
	written = buffer_ok(&request) && stream_write(p->stream, buffer_slice(&request)) == 0;
	buffer_release(&request);
	if (!written)
		end_probe(p, false, "the question could not be sent");
}

/* status-line = "HTTP/1.1" SP 3DIGIT ...; the answer's one line of text is its last. */
static void judge(struct self_probe *p, struct slice answer)
{
	bool good = slice_starts(answer, "HTTP/1.1 200");
	size_t body = slice_find(answer, SLICE("\r\n\r\n"));
	struct slice text = slice_trim(slice_sub(answer, body, answer.len));
	char detail[256];

	if (answer.len == 0) {
		end_probe(p, false, "the listener closed without an answer");
		return;
	}
	snprintf(detail, sizeof(detail), "%.*s", (int)size_min(text.len, sizeof(detail) - 1),
		text.len > 0 ? text.data : "");
	end_probe(p, good, detail);
}

static void on_closed(void *arg, enum stream_end end, const char *text)
{
	struct self_probe *p = arg;

	if (end == STREAM_END_EOF || end == STREAM_END_TRUNCATED)
		judge(p, stream_input(p->stream));
	else
		end_probe(p, false, text);
}

static void on_timeout(void *arg)
{
	end_probe(arg, false, "no answer within 3 s");
}

static const struct stream_events probe_events = {
	.connected = on_connected,
	.secured = on_secured,
	.closed = on_closed,
};

static void on_interval(void *arg)
{
	struct self_probe *p = arg;
	struct stream_options options = {
		.loop = p->loop, .events = &probe_events, .arg = p,
		.input_limit = ANSWER_MAX, .output_limit = REQUEST_MAX,
	};

	if (p->trust == NULL) {
		timer_set(&p->interval, SELF_PROBE_INTERVAL_MS);
		return;
	}
	timer_set(&p->timeout, SELF_PROBE_TIMEOUT_MS);
	p->stream = stream_connect(&options, &p->to);
	if (p->stream == NULL)
		end_probe(p, false, "out of memory");
}

/* Where a client on this machine reaches the listener: the wildcard address means loopback. */
static struct endpoint reach(const struct endpoint *listening)
{
	struct endpoint to;

	if (!endpoint_is_unicast(listening) &&
		endpoint_from_ip(SLICE("127.0.0.1"), endpoint_port(listening), &to))
		return to;
	return *listening;
}

void self_probe_init(struct self_probe *p, struct loop *loop, const struct endpoint *listening,
	void (*told)(void *arg, bool good, const char *detail), void *arg)
{
	*p = (struct self_probe){ .loop = loop, .to = reach(listening), .told = told, .arg = arg };
	timer_init(&p->interval, loop, on_interval, p);
	timer_init(&p->timeout, loop, on_timeout, p);
	timer_set(&p->interval, 1000); /* front has just been started too */
}

void self_probe_release(struct self_probe *p)
{
	timer_cancel(&p->interval);
	timer_cancel(&p->timeout);
	stream_free(p->stream);
	tls_client_free(p->trust);
	*p = (struct self_probe){ 0 };
}

bool self_probe_trust(struct self_probe *p, struct slice chain)
{
	struct tls_certificate certificate;
	struct tls_client *trust;
	struct slice names, name;
	struct fault fault;

	if (tls_certificate_read(chain, &certificate, &fault) != 0 ||
		tls_client_new_pem(chain, &trust, &fault) != 0) {
		log_error("the certificate cannot be read: %s", fault.text);
		return false;
	}
	tls_client_free(p->trust);
	p->trust = trust;
	/* any of its names will do; one of a wildcard is not a name to ask for */
	names = slice_of(certificate.names);
	do
		name = slice_trim(slice_cut(&names, ','));
	while (names.data != NULL && slice_starts(name, "*"));
	if (slice_starts(name, "*.") || !slice_copy(name, p->host, sizeof(p->host)))
		snprintf(p->host, sizeof(p->host), "localhost");
	return true;
}
