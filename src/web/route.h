/*
 * route.h - every address of the site in one table, and the one way to its page. What is not in
 * the table does not exist; what it lets in without a session says so.
 */
#ifndef TOCSIN_WEB_ROUTE_H
#define TOCSIN_WEB_ROUTE_H

#include "web/visit.h"

enum route_for {
	FOR_SIGNED_IN,
	FOR_ANYBODY,
};

struct route {
	enum http_method method; /* HTTP_GET serves HEAD too */
	const char *path; /* "*" stands for one segment, kept in v->name */
	enum route_for who;
	visit_fn *ask; /* asks what the page needs; of a form: does what it says */
	visit_fn *show; /* when that is answered */
	/* Of a form: it was made for another session of the same browser; shows it again with what
	 * was typed. NULL: it is refused. Of a page: shown to who is not signed in. NULL: is led to
	 * the sign-in. */
	visit_fn *stale;
};

extern const struct route routes[];
extern const size_t n_routes;

/* The row, or NULL; *ret_path_known tells 404 from 405. */
const struct route *route_find(enum http_method method, struct slice path, struct slice *ret_name,
	bool *ret_path_known);

/* True when path is of that pattern; *ret_name is what its "*" stands for, absent without one. */
bool route_matches(const char *pattern, struct slice path, struct slice *ret_name);

#endif
