/*
 * pages.h - the steps of every page, by page: what stands in the table of route.c. Each page is one
 * file of this folder, with its template of the same name.
 */
#ifndef TOCSIN_WEB_PAGES_PAGES_H
#define TOCSIN_WEB_PAGES_PAGES_H

#include "web/visit.h"

visit_fn account_show, end_others_act, end_others_acted, sign_out_act, sign_out_acted;
visit_fn health_ask, health_show;
visit_fn home_show;
visit_fn login_ask, login_show, login_act, login_acted;
visit_fn setup_ask, setup_show, setup_act, setup_acted;
visit_fn status_show;

#endif
