/*
 * visit.h - one request on its way through the pages: what came, whose session it is, what the
 * keeper was asked, and the answer.
 *
 * A page works in steps. A step puts questions to the keeper and names the step that is to follow;
 * that one runs when every question is answered, or refused, or VISIT_WAIT_MS went by. A step that
 * asks nothing answers the request; the answer goes out when the step returns, so the visit stays
 * good to its last line. When the browser goes away the visit ends and no step runs any more.
 */
#ifndef TOCSIN_WEB_VISIT_H
#define TOCSIN_WEB_VISIT_H

#include "http/form.h"
#include "http/head.h"
#include "sys/loop.h"
#include "web/server.h"
#include "web/web.h"
#include "wire/pack.h"
#include "wire/status.h"
#include "wire/words.h"

struct api_route;
struct question;
struct route;
struct visit;

typedef void visit_fn(struct visit *v);

enum {
	VISIT_WAIT_MS = 5000,
	VISIT_QUESTIONS_MAX = 64, /* in one visit */
};

/* The keeper's answer to WORD_SESSION. */
struct web_session {
	uint64_t account;
	const char *name;
	const char *csrf;
	uint64_t n_others; /* of the same account */
	uint64_t signed_in; /* since the epoch */
};

/* Who has the token of a request to the API: the keeper's answer to WORD_BEARER. */
struct web_bearer {
	uint64_t id;
	const char *name;
	uint64_t scopes; /* of wire/token.h */
	const char *from_address; /* the site's, "" when none is set */
};

struct visit {
	struct web *web;
	struct web_request *request;
	struct arena *arena; /* the request's */
	const struct route *route;
	const char *from; /* the browser's address */
	struct slice name; /* what the "*" of the route's path stood for */
	struct form query;
	struct form form; /* of a POST */
	bool stale; /* it was made for an earlier session */
	const char *token; /* the session cookie's value or the API's token, "" without one */
	const struct api_route *api; /* of a request to the API: then token is its token */
	struct web_bearer bearer; /* its holder, once known */
	bool signed_in; /* then session is set */
	struct web_session session;
	bool has_status; /* then status is set: known on every page for people signed in */
	struct status status;
	void *page; /* the page's own state between its steps */

	/* visit.c's own */
	struct timer timer;
	struct question *questions; /* all that were asked, the newest first */
	size_t n_questions;
	size_t n_open;
	visit_fn *next;
	bool streaming;
	enum visit_end {
		VISIT_OPEN,
		VISIT_ANSWERED, /* status_code, lines and body are to be sent */
		VISIT_ENDED, /* a stream is over */
	} end;
	unsigned status_code;
	struct buffer lines, body;
};

/* Makes a visit of a request and runs its first step; NULL members of web are allowed. */
void visit_begin(struct web *web, struct web_request *r, visit_fn *first);

/* ---- asking the keeper ---- */

/* A body that begins with WHO; visit_ask() releases it. */
void visit_start_body(struct visit *v, struct buffer *body);

/* Asks; body may be NULL, and is empty after. Never NULL: without a keeper nothing comes. */
struct question *visit_ask(struct visit *v, enum word word, struct buffer *body);

/*
 * A question to somebody else than the keeper, who answers it by visit_told(), once and not from
 * inside this call; forget is called when the visit ends before. NULL without memory.
 */
struct question *visit_ask_other(struct visit *v, void (*forget)(void *arg), void *arg);
void visit_told(struct question *q, enum word word, struct slice body);

void visit_then(struct visit *v, visit_fn *step);
void visit_wait(struct visit *v, int64_t ms); /* instead of VISIT_WAIT_MS, for the step to come */

/* The word that came, WORD_NONE when none did; ret_body may be NULL. */
enum word visit_answer_word(const struct question *q, struct unpack *ret_body);

/* True when it was answered with that word. Else the request is answered with what went wrong. */
bool visit_answered(struct visit *v, const struct question *q, enum word word,
	struct unpack *ret_body) MUST_CHECK;

struct refusal_row {
	const char *field; /* settings key or name of a field, or "" */
	const char *text;
};

struct refusal {
	int code; /* of sysexits.h */
	struct refusal_row *rows;
	size_t n_rows; /* at least 1 */
};

/* True when it was refused and the refusal is well-formed. */
bool visit_refused(struct visit *v, const struct question *q, struct refusal *ret_refusal);

/* ---- answering: lines and body, once ---- */

void visit_answer(struct visit *v, unsigned status); /* with v->lines and v->body as they are */
void visit_redirect(struct visit *v, const char *url); /* 303 See Other */

/* A page of the house that says what is wrong and, in one or two sentences, what to do. */
void visit_error(struct visit *v, unsigned status, const char *title, const char *text);
void visit_unanswered(struct visit *v, const struct question *q);
unsigned visit_status_of(int code); /* the HTTP status for an exit code of sysexits.h */

/* A stream with the lines of v: false when nobody listens (any more), or too slowly. */
bool visit_start_stream(struct visit *v) MUST_CHECK;
bool visit_send(struct visit *v, struct slice octets) MUST_CHECK;
void visit_end_stream(struct visit *v);

#endif
