/*
 * queue.h - keeper's side of the queue: takes mail in, hands out what is due, keeps verdicts,
 * follows the relay's health. Nothing is handed out while the relay is broken or not set up.
 */
#ifndef TOCSIN_KEEP_QUEUE_H
#define TOCSIN_KEEP_QUEUE_H

#include "keep/keeper.h"

/* After the store is open and the settings are loaded: recovers what a crash left. */
int keep_queue_init(struct keeper *k) MUST_CHECK;
void keep_queue_release(struct keeper *k);

/* The sender came (its relay settings were sent already) or went away. */
void keep_queue_sender_came(struct keeper *k);
void keep_queue_sender_went(struct keeper *k);

/* Front went away: what it had half handed in is dropped, nobody was told that it is safe. */
void keep_queue_front_went(struct keeper *k);

/* New settings are in force: due mail is tried at once, held mail for local users finds its way. */
void keep_queue_settings_changed(struct keeper *k);

/*
 * There is another access token, or none any more: the relay is tried with it when it is broken.
 * by_person: somebody signed in or out, so what is mended by that counts as mended.
 */
void keep_queue_token_changed(struct keeper *k, bool by_person);

/* New mail aliases are in force: held mail for local users finds its way. */
void keep_queue_aliases_changed(struct keeper *k);

/* Fills what the queue knows of struct status: mail, mail_since, ..., oldest_waiting. */
int keep_queue_status(struct keeper *k, struct arena *a, struct status *s) MUST_CHECK;

/* Into METRICS_ARE: n x (class of a verdict, tries of the relay). */
void keep_queue_pack_tries(const struct keeper *k, struct buffer *body);

/* Handlers of words (keeper.c's table). */
void keep_queue_submit(struct request *r);
void keep_queue_submit_data(struct request *r);
void keep_queue_submit_end(struct request *r);
void keep_queue_list(struct request *r);
void keep_queue_show(struct request *r);
void keep_queue_tries(struct request *r);
void keep_queue_retry(struct request *r);
void keep_queue_act(struct request *r);
void keep_queue_resend(struct request *r);
void keep_queue_next(struct request *r);
void keep_queue_body(struct request *r);
void keep_queue_dot(struct request *r);
void keep_queue_verdict(struct request *r);

#endif
