/*
 * grant_run.h - one question of keeper's put to an OAuth2 provider: the request is made, the answer
 * read, and a client that wants its secret in the Authorization header gets it there in a second
 * try. Discovery looks at both places where an issuer may publish.
 * Sources: RFC 6749 2.3.1, 5.2; RFC 7009 2.2; RFC 8414 3; RFC 8628 3.1.
 */
#ifndef TOCSIN_DELIVERY_GRANT_RUN_H
#define TOCSIN_DELIVERY_GRANT_RUN_H

#include "sys/http_client.h"
#include "sys/tls_client.h"
#include "wire/grant.h"

struct grant_run;

/* Called once, from the loop; the answer is good during the call, which frees the run. */
typedef void grant_done_fn(void *arg, struct grant_run *g, const struct grant_answer *answer);

/* packed is a GRANT. NULL: malformed, or memory. system_trust may be NULL. */
struct grant_run *grant_run_new(struct http_client *http, struct tls_client *system_trust,
	struct slice packed, grant_done_fn *done, void *arg);
/* Before done was called: it never will be. NULL is fine. */
void grant_run_free(struct grant_run *g);

#endif
