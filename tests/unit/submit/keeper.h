/*
 * keeper.h - what the tests of front's mail doors stand on: a loop, a struct submit on it, a tool
 * at its local socket, and a keeper of straw that notes what it is told and answers as the test
 * likes. setup and teardown are cmocka's.
 */
#ifndef TOCSIN_TESTS_SUBMIT_KEEPER_H
#define TOCSIN_TESTS_SUBMIT_KEEPER_H

#include "unit/unit.h"

#include "submit/submit.h"
#include "wire/envelope.h"

enum keeper_way {
	KEEPER_TAKES, /* answers WORD_POSTED "Q1", "Q2", ... */
	KEEPER_WAITS, /* answers nothing */
	KEEPER_REFUSES, /* with refusal_code */
	KEEPER_TAKES_SMALL, /* and refuses those above refused_size */
	KEEPER_DIES, /* hangs up at the end of a message */
};

struct keeper {
	enum keeper_way way;
	int refusal_code;
	uint64_t refused_size;
	struct channel *front; /* NULL: it is away */
	/* the newest message */
	struct who who;
	struct envelope envelope;
	struct buffer content;
	bool ended;
	/* counts */
	unsigned n_submits, n_posted;
	/* the newest other request, and its body with WHO */
	enum word word;
	uint64_t id;
	struct buffer body;
};

struct tool {
	struct channel *channel; /* NULL: closed */
	enum word answer; /* the newest */
	struct buffer body;
	unsigned n_answers, n_none;
};

extern struct loop *loop;
extern struct submit submit;
extern struct keeper keeper;
extern struct tool tool;
extern struct arena *arena;

int setup(void **state); /* no drop folder, a keeper, a tool */
int teardown(void **state);

void start_submit(int drop_fd, const char *drop_path); /* anew */
void keeper_comes(void);
void keeper_goes(void);

void tool_comes(struct tool *t);
void tool_goes(struct tool *t);
void tool_asks(struct tool *t, enum word word, const struct buffer *body);
/* A whole message under a fresh or the given submission id. */
void tool_posts(struct tool *t, const struct post *post, struct slice message);
const char *tool_text(struct tool *t); /* POSTED's queue id, or the refusal's first sentence */
int tool_code(struct tool *t); /* the refusal's exit code, 0 when it is none */

struct post some_post(const char *recipient);

/* Turns the loop until the condition holds; fails the test after 10 s. */
void run_until_(bool (*holds)(void), const char *what);
void run_for(int64_t ms);
#define run_until(holds) run_until_(holds, #holds)

bool tool_is_answered(void);
bool keeper_has_message(void);
bool tool_is_closed(void);

#endif
