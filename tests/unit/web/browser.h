/*
 * browser.h - the pages without a network: a browser that sends one request and gets one answer,
 * and a keeper at the other end of a real channel, which answers as the test tells it.
 */
#ifndef TOCSIN_TESTS_WEB_BROWSER_H
#define TOCSIN_TESTS_WEB_BROWSER_H

#include "web/visit.h"
#include "web/web.h"
#include "wire/channel.h"

enum {
	TEST_PORT = 8443,
};

#define TEST_TOKEN "the-session-of-anna"
#define TEST_BEARER "tocsin_of_a_program"
#define TEST_CSRF "the-token-of-anna's-forms"
#define TEST_ORIGIN "https://node-a.example:8443"

/* What the keeper was asked last, by word, and how often. */
struct heard {
	unsigned times;
	struct slice body; /* in the browser's arena; WHO is still in front */
};

struct browser {
	struct loop *loop;
	struct web web;
	struct arena *arena; /* of what was heard and answered */
	struct channel *keeper; /* the keeper's end */
	struct timer patience;
	bool waiting; /* for an answer, in the loop */
	bool late; /* no answer came in time: the test fails */

	/* what the keeper does */
	struct heard heard[WORD_COUNT];
	enum mail_state mail;
	bool disk_full;
	bool secret_ends; /* in 12 days */
	bool nothing_saved;
	bool full_pages; /* lists are as long as they may be */
	bool changed_by_bert; /* the port, after the form was made */
	bool refuse_port, refuse_test;
	enum oauth_sample {
		OAUTH_SAMPLE_OFF, /* OAuth2 is not chosen */
		OAUTH_SAMPLE_NEW, /* nobody has signed in */
		OAUTH_SAMPLE_GOOD,
		OAUTH_SAMPLE_NEEDED, /* the refresh token is dead */
		OAUTH_SAMPLE_BEGUN,
		OAUTH_SAMPLE_EXCHANGING,
		OAUTH_SAMPLE_DEVICE,
		OAUTH_SAMPLE_CHECKING,
		OAUTH_SAMPLE_FAILED,
		OAUTH_SAMPLE_DONE,
	} oauth;
	const char *oauth_flow; /* NULL: code */
	bool begun_loopback; /* of the sign-in that waits */
	unsigned led; /* 0: none waits; then one more than how often a page has led on */
	bool silent; /* it never answers */
	bool hostile; /* every text it tells is HOSTILE */
	uint64_t scopes; /* of the token TEST_BEARER */
	bool wrong_tokens_wait; /* another one is told to wait */
	/* Answers a word in the place of the usual: true when it did. */
	bool (*answer)(struct browser *b, const struct channel_message *m, struct unpack *body);

	/* what the browser sends besides the address */
	const char *cookie; /* NULL: none */
	const char *authorization; /* NULL: none */
	const char *if_match; /* NULL: none */
	const char *origin; /* NULL: none */
	const char *referer; /* NULL: none */
	const char *content_type;

	/* what came back; in the arena */
	unsigned n_answers;
	unsigned status;
	const char *lines;
	const char *page;
	bool stream;

	struct web_request *request; /* under way; NULL when it was answered */
};

#define HOSTILE "<i a=\"b\" c='d'>&amp;\x01"

void browser_init(struct browser *b); /* signed in, with an origin that is right */
void browser_release(struct browser *b);

void browser_get(struct browser *b, const char *target);
void browser_post(struct browser *b, const char *target, const char *form);
void browser_send(struct browser *b, const char *method, const char *target, const char *form);

void browser_cut_keeper(struct browser *b); /* it is away from now on */

/* The value of a field line of the answer, "" when there is none. */
const char *browser_line(const struct browser *b, const char *name);

#define assert_page_has(b, text) assert_non_null(strstr((b)->page, text))
#define assert_page_lacks(b, text) assert_null(strstr((b)->page, text))
#define assert_redirect(b, url) \
	do { \
		assert_int_equal((b)->status, 303); \
		assert_string_equal(browser_line(b, "Location"), url); \
	} while (0)

/* ---- for answers of the keeper ---- */

const char *told(const struct browser *b, const char *text); /* the text, or HOSTILE */
void keeper_answers(struct browser *b, const struct channel_message *m, enum word word,
	struct buffer *body); /* releases body */
void keeper_refuses(struct browser *b, const struct channel_message *m, int code, const char *text);
void sample_status(const struct browser *b, struct status *ret_status);

/* The fields behind WHO of what was heard last; fails the test when it never was. */
struct unpack browser_heard(struct browser *b, enum word word);

#endif
