/*
 * bench.h - what the sender is tested with: a relay that answers by rules, over real sockets, and a
 * keeper that is one end of a channel, all in one loop.
 */
#ifndef TOCSIN_TESTS_DELIVERY_BENCH_H
#define TOCSIN_TESTS_DELIVERY_BENCH_H

#include "delivery/sender.h"
#include "sys/listener.h"
#include "sys/stream.h"
#include "sys/tls_server.h"
#include "unit/sys/certificates.h"
#include "wire/channel.h"
#include "wire/envelope.h"
#include "wire/relay.h"
#include "wire/trial.h"

/* The first rule whose command begins so answers instead of the relay's own answer. */
struct rule {
	const char *command; /* "EHLO", "RCPT TO:<bob@", "." the final dot, "" the greeting */
	const char *reply; /* NULL: hang up without one */
	unsigned times; /* it counts; 0 always */
};

struct bench_relay {
	struct listener listener;
	int listener_fd;
	uint16_t port;
	bool tls_at_once;
	struct tls_server *tls; /* for that and for STARTTLS */
	const char *offers; /* EHLO's lines but the last, each with its CRLF */
	struct rule rules[8];
	unsigned used[8];
	struct client *clients[16];
	unsigned n_connections;
	struct buffer said; /* every command, an LF behind each */
	struct buffer content; /* all that came as content, dots stuffed */
	unsigned n_dots;
};

struct bench_mail {
	struct envelope envelope;
	struct slice content;
	bool given;
};

struct bench_keeper {
	struct channel *channel;
	struct bench_mail mails[16];
	size_t n_mails;
	uint64_t questions[64]; /* the open WORD_NEXT, the oldest first */
	size_t n_questions;
	unsigned n_next, n_bodies;
	bool hold_dot, refuse_dot; /* WORD_DOT waits in dot, or is refused */
	uint64_t dots[16]; /* that wait */
	size_t n_held;
	unsigned n_dots;
	bool lose_verdicts; /* they are not answered */
	/*
	 * Not 0: marks and verdicts are kept by commits that take so long. One is under way at a
	 * time, and what comes meanwhile shares the next.
	 */
	int64_t commit_ms;
	struct commit {
		struct timer timer;
		bool runs;
		unsigned n; /* ended */
		struct bench_job {
			uint64_t id;
			enum word answer;
		} jobs[32];
		size_t n_jobs, n_running; /* the first ones run */
	} commit;
	struct delivery delivery; /* the newest */
	unsigned n_verdicts;
	unsigned n_accepted, n_tried; /* of them, and recipients that were tried */
	bool probed;
	struct verdict probe;
	struct trial trial; /* the newest */
	unsigned n_stages, n_done;
};

struct bench {
	struct loop *loop;
	struct resolver *resolver;
	struct http_client *http;
	struct tls_client *trust;
	struct sender *sender;
	struct bench_relay relay;
	struct bench_keeper keeper;
	struct relay settings;
	struct arena *arena;
	struct identity identity, authority;
	bool check; /* test mails are checks without sending */
	bool stopped;
	struct timer end_of_run;
	bool late; /* the run ended by its time */
};

void bench_init(struct bench *b);
void bench_release(struct bench *b);

void bench_rule(struct bench *b, const char *command, const char *reply);
/* Says something to the relay's client of that slot. */
void bench_say(struct bench *b, size_t client, const char *text);
/* Answers a DATA that a rule has left open. */
void bench_take_content(struct bench *b, size_t client);
/* A certificate for 127.0.0.1 that the settings trust. */
void bench_use_tls(struct bench *b, enum relay_encryption encryption);

/* A fresh channel; the settings are told. */
void bench_link(struct bench *b);
void bench_lose_keeper(struct bench *b);
void bench_tell_relay(struct bench *b);
void bench_probe(struct bench *b);
/* to: addresses separated by commas. */
void bench_try(struct bench *b, const char *to, const char *message);
void bench_pack_trial(const struct bench *b, const char *to, const char *message,
	struct buffer *body);
void bench_mark_dot(struct bench *b); /* all that wait */

/* Puts mail for these recipients (ids from 10 * message on) into the queue. */
void bench_mail(struct bench *b, uint64_t message, const char *to, struct slice content);

/* Until done, at most 5 s; the test fails when it is not. */
void bench_run_until(struct bench *b, bool (*done)(const struct bench *b));
void bench_run(struct bench *b, int64_t ms);

/* True when the text is in what the relay was told. */
bool bench_heard(const struct bench *b, const char *text);

#endif
