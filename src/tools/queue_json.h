/*
 * queue_json.h - the queue for programs: `tocsin queue list --json` and `queue show --json`. Names
 * are stable: others parse them. Times are seconds since the epoch, 0 for none. Texts as in
 * json_print.h.
 */
#ifndef TOCSIN_TOOLS_QUEUE_JSON_H
#define TOCSIN_TOOLS_QUEUE_JSON_H

#include "wire/queue_view.h"

/* An object on one line of standard output, without an end of line. */
void queue_row_print_json(const struct queue_row *r);
/* The same with message_id and recipients, and an end of line. */
void message_view_print_json(const struct message_view *m, const struct tries_view *t);

#endif
