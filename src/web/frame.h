/*
 * frame.h - what stands around every page: the bar with node, role and mail health, the
 * navigation, the heading. Without a session only the heading and the page stand there.
 */
#ifndef TOCSIN_WEB_FRAME_H
#define TOCSIN_WEB_FRAME_H

#include "web/trouble.h"
#include "web/visit.h"
#include "web/write.h"

/* A word never stands alone, nor a colour: each has its shape. */
enum shape_kind {
	SHAPE_GOOD, /* a disc with a tick */
	SHAPE_BAD, /* a triangle with a mark */
	SHAPE_WAIT, /* a ring, half filled */
	SHAPE_OFF, /* an empty ring */
	SHAPE_RUN, /* a turning ring */
	SHAPE_NODE, /* a square: this node's role */
};

struct shape_view {
	enum shape_kind kind;
};

struct nav_view {
	const char *group; /* a heading above it, or NULL */
	const char *label;
	const char *url;
	bool current;
};

struct nav_list_view {
	const struct nav_view *rows;
	size_t n_rows;
};

/* On every page while mail is broken. */
struct alarm_view {
	uint64_t since; /* 0 not known */
	uint64_t waiting; /* recipients */
	uint64_t next_try; /* seconds from now, 0 none is planned */
	const char *first_step; /* what to do, or "" */
	bool sign_in; /* signing in again by OAuth2 is the cure */
	const char *csrf;
	struct trouble_view trouble;
};

struct ending_view {
	const char *sentence; /* "OAuth2 client secret ends in 14 days" */
	uint64_t until;
	const char *cure; /* sentences */
	bool sign_in; /* signing in again is part of the cure */
	const char *csrf;
};

/* On every page while something ends soon. */
struct endings_view {
	const struct ending_view *rows;
	size_t n_rows;
};

struct frame_view {
	const char *title;
	bool is_error; /* said before the title, where tabs and screen readers show it */
	const char *node_name;
	const char *csrf;
	const char *user; /* "" without a session: then no bar and no navigation */
	struct shape_view role_shape;
	bool has_mail;
	bool disk_full;
	struct shape_view disk_shape;
	struct shape_view mail_shape;
	const char *mail_word;
	const struct alarm_view *alarm; /* or NULL */
	const struct endings_view *endings; /* or NULL */
	struct nav_list_view nav;
	unsigned refresh; /* seconds, for browsers without script; 0 = not */
	const char *lead_to; /* another site's page that every browser goes to by itself, or NULL */
	struct html_part content;
};

struct error_view {
	const char *text;
	bool signed_in;
};

/* Answers with a page; its title is its heading. */
void frame_page(struct visit *v, unsigned status, const char *title, struct html_part content);

/* The same for a page that browsers without script load again after that many seconds. */
void frame_page_refreshed(struct visit *v, unsigned seconds, const char *title,
	struct html_part content);

/* And for one that every browser leaves by itself for that https address. */
void frame_page_leading(struct visit *v, const char *url, const char *title,
	struct html_part content);

void frame_error(struct visit *v, unsigned status, const char *title, const char *text);

/* For what cannot be: the keeper's answer is not well-formed, or memory ran out. */
void frame_broken(struct visit *v);

/* Shape and word of the mail's health. */
struct shape_view frame_mail_shape(enum mail_state state);
const char *frame_mail_word(enum mail_state state);

#endif
