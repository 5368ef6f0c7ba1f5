/*
 * keeper.h - a keeper with sample data for every page, for tests that look at pages. With
 * b->hostile every text it tells is HOSTILE.
 */
#ifndef TOCSIN_TESTS_WEB_KEEPER_H
#define TOCSIN_TESTS_WEB_KEEPER_H

#include "web/browser.h"

/* For browser.answer. */
bool keeper_sample(struct browser *b, const struct message *m, struct unpack *body);

/* States of the sample. */
void keeper_mail_broken(struct browser *b);
void keeper_mail_not_set_up(struct browser *b);

#endif
