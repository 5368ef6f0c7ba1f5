/* proof.c - one's own password once more; see proof.h. */
#include "keep/proof.h"

#include <sysexits.h>

#include "base/password.h"
#include "keep/signin.h"
#include "store/audit.h"
#include "sys/clock.h"

#define FIELD "current"

static void end(struct keep_proof *p)
{
	if (p->problems.n > 0)
		keep_refuse_problems(p->request, &p->problems);
	else
		p->then(p);
}

static void end_with(struct keep_proof *p, const char *text)
{
	keep_problem(&p->problems, FIELD, text);
	end(p);
}

static struct throttle_subject subject_of(const struct keep_proof *p)
{
	return (struct throttle_subject){
		p->account.realm, p->account.name, p->request->asker.who.from,
	};
}

/* ---- a wrong one ---- */

static int run_wrong(struct store_db *db, void *arg)
{
	const struct keep_proof *p = arg;
	const struct throttle_subject subject = subject_of(p);
	const struct audit_entry entry = {
		.at = clock_wall(),
		.who = p->request->asker.name,
		.from = p->request->asker.who.from,
		.what = "the own password was typed wrongly",
	};
	int result = throttle_failed(db, &subject, entry.at);

	return result == STORE_OK ? audit_append(db, &entry) : result;
}

static void wrong_done(void *arg, int result)
{
	struct keep_proof *p = arg;

	if (result == STORE_OK)
		end_with(p, "is not the one you signed in with.");
	else
		keep_refuse_store(p->request, result);
}

/* ---- looking ---- */

static void run_verify(struct job *job)
{
	struct keep_proof *p = CONTAINER_OF(job, struct keep_proof, job);

	p->fits = password_verify(p->account.hash, p->typed);
}

static void verify_done(struct job *job)
{
	struct keep_proof *p = CONTAINER_OF(job, struct keep_proof, job);
	struct request *r = p->request;

	if (job->displaced) {
		keep_refuse(r, EX_TEMPFAIL, "", "Too many sign-ins are under way. Try again.");
	} else if (p->fits) {
		end(p);
	} else {
		r->job = (struct store_job){ .run = run_wrong, .done = wrong_done, .arg = p };
		store_write(r->keeper->store, &r->job);
	}
}

static void verify(struct keep_proof *p)
{
	p->job = (struct job){ .run = run_verify, .done = verify_done, .known = true };
	if (keep_hash(p->request->keeper, &p->job) != 0)
		keep_refuse(p->request, EX_TEMPFAIL, "", "Too many sign-ins are under way. Try again.");
}

void keep_prove(struct keep_proof *p)
{
	struct request *r = p->request;
	const struct store_session *session = r->asker.session;
	struct throttle_subject subject;
	int64_t wait;

	if (session == NULL) {
		end(p);
		return;
	}
	if (store_account_find(store_reader(r->keeper->store), session->realm, session->name,
		r->arena, &p->account) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	subject = subject_of(p);
	wait = keep_throttled(r->keeper, &subject);
	if (wait < 0)
		keep_refuse_store(r, STORE_FAILED);
	else if (wait > 0)
		end_with(p, arena_printf(r->arena, "was wrong too often. Wait %jd seconds.",
			(intmax_t)wait));
	else if (p->typed.len == 0)
		end_with(p, "is missing: it shows that it is you.");
	else
		verify(p);
}
