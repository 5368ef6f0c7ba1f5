/*
 * pages.h - the steps of every page, by page: what stands in the table of route.c. Each page is one
 * file of this folder, with its template of the same name.
 */
#ifndef TOCSIN_WEB_PAGES_PAGES_H
#define TOCSIN_WEB_PAGES_PAGES_H

#include "web/visit.h"

visit_fn home_show;

visit_fn health_ask, health_show;

visit_fn status_show;

#endif
