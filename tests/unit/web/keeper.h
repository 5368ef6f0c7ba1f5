/*
 * keeper.h - a keeper with sample data for every page, for tests that look at pages. With
 * b->hostile every text it tells is HOSTILE.
 */
#ifndef TOCSIN_TESTS_WEB_KEEPER_H
#define TOCSIN_TESTS_WEB_KEEPER_H

#include "web/browser.h"

/* For browser.answer. */
bool keeper_sample(struct browser *b, const struct channel_message *m, struct unpack *body);

/* A refusal of one field or two; NULL leaves one out. */
void keeper_refuses_fields(struct browser *b, const struct channel_message *m, const char *one,
	const char *text, const char *two, const char *text_two);

/* Its parts. */
void keeper_tells_settings(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_has_saved(struct browser *b, const struct channel_message *m);
void keeper_saves(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_starts_test(struct browser *b, const struct channel_message *m);
/* Runs 1: under way, done when looked at again; 2: good; 3: bad password; 4: one refused. */
void keeper_tells_run(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_lists_queue(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_shows_message(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_tells_tries(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_resends(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_acts(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_lists_aliases(struct browser *b, const struct channel_message *m, struct unpack *u);
/* "circle" is refused. */
void keeper_sets_alias(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_lists_audit(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_lists_tokens(struct browser *b, const struct channel_message *m, struct unpack *u);
/* The name says what comes of it: "taken" is refused. */
void keeper_makes_token(struct browser *b, const struct channel_message *m, struct unpack *u);

/* The sign-in by OAuth2, in the state b->oauth. */
void keeper_tells_oauth(struct browser *b, const struct channel_message *m);
void keeper_begins_oauth(struct browser *b, const struct channel_message *m, struct unpack *u);
void keeper_leads_oauth(struct browser *b, const struct channel_message *m, struct unpack *u);
/* The state says what comes of it: "old", "other", "issuer", "changed", "why" are refused. */
void keeper_finishes_oauth(struct browser *b, const struct channel_message *m, struct unpack *u);
/* "https://nowhere.example" is refused. */
void keeper_discovers(struct browser *b, const struct channel_message *m, struct unpack *u);

/* States of the sample. */
void keeper_mail_broken(struct browser *b);
void keeper_mail_not_set_up(struct browser *b);

#endif
