/* backup.c - making a backup, and what a backup and a restore share; see backup.h. */
#include "keep/backup.h"

#include <stdlib.h>
#include <sysexits.h>

#include "base/log.h"
#include "core/password_rule.h"
#include "keep/handlers.h"
#include "keep/page_certificate.h"
#include "store/audit.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/spool.h"

enum {
	RUN_MEMORY = 16 * 1024 * 1024,
	PART_MAX = WIRE_CHUNK_MAX,
};

/* ---- one at a time ---- */

static void on_idle(void *arg)
{
	struct keeper *k = arg;
	struct keep_run *run = k->backup->run;

	if (run != NULL && run->request == NULL) {
		log_info("a backup or restore was given up: its program says nothing more");
		keep_run_free(run);
	}
}

int keep_backup_init(struct keeper *k)
{
	k->backup = calloc(1, sizeof(*k->backup));
	if (k->backup == NULL)
		return -1;
	timer_init(&k->backup->idle, k->loop, on_idle, k);
	k->backup->worker = worker_new(k->loop, 1, "backup");
	return k->backup->worker != NULL ? 0 : -1;
}

void keep_backup_stop(struct keeper *k)
{
	if (k->backup == NULL)
		return;
	timer_cancel(&k->backup->idle);
	worker_free(k->backup->worker);
	k->backup->worker = NULL;
}

void keep_backup_release(struct keeper *k)
{
	if (k->backup == NULL)
		return;
	if (k->backup->run != NULL)
		keep_run_free(k->backup->run);
	free(k->backup);
	k->backup = NULL;
}

/* Hashes and secrets leave in a backup and come in by a restore: no group and no page may. */
static bool may(struct request *r)
{
	const struct who *who = &r->asker.who;

	if (who->kind == WHO_LOCAL && (who->uid == 0 || who->uid == r->keeper->starter))
		return true;
	keep_refuse(r, EX_NOPERM, "", "You may not do this: only root and the user who started the "
		"daemon may, on this machine.");
	return false;
}

void keep_run_free(struct keep_run *run)
{
	struct keep_backup *b = run->keeper->backup;

	timer_cancel(&b->idle);
	b->run = NULL;
	keep_restore_free(run->restore);
	descriptor_close(run->fd);
	arena_free(run->arena); /* run lies in it; wipes */
}

static struct keep_run *new_run(struct keeper *k, struct slice passphrase)
{
	struct arena *a = arena_new(RUN_MEMORY);
	struct keep_run *run = a != NULL ? arena_alloc(a, sizeof(*run)) : NULL;

	if (run == NULL) {
		arena_free(a);
		return NULL;
	}
	*run = (struct keep_run){ .keeper = k, .arena = a, .fd = -1,
		.passphrase = arena_slice(a, passphrase) };
	return run;
}

struct keep_run *keep_run_new(struct request *r, enum keep_run_state state)
{
	struct slice passphrase = unpack_slice(&r->body, KEEP_PASSPHRASE_MAX);
	struct keep_backup *b = r->keeper->backup;
	struct keep_run *run;
	struct fault fault;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return NULL;
	}
	if (!may(r))
		return NULL;
	if (b->run != NULL) {
		keep_refuse(r, EX_TEMPFAIL, "", "Another backup or restore is under way. Try again in a "
			"minute.");
		return NULL;
	}
	run = new_run(r->keeper, passphrase);
	if (run == NULL) {
		keep_refuse(r, EX_TEMPFAIL, "", "Out of memory. Try again in a moment.");
		return NULL;
	}
	b->run = run;
	run->id = ++b->last_id;
	run->state = state;
	if (spool_open(store_folder(r->keeper->store), &run->fd, &fault) != 0) {
		keep_run_free(run);
		keep_refuse(r, EX_CANTCREAT, "", arena_copy(r->arena, fault.text));
		return NULL;
	}
	timer_set(&b->idle, KEEP_BACKUP_IDLE);
	return run;
}

struct keep_run *keep_run_find(struct request *r, enum keep_run_state state)
{
	struct keep_backup *b = r->keeper->backup;
	uint64_t id = unpack_number(&r->body);

	if (!may(r))
		return NULL;
	if (r->body.failed || b->run == NULL || b->run->id != id || b->run->state != state) {
		keep_refuse(r, EX_TEMPFAIL, "", "The daemon does not know of this any more: it was started "
			"again, or it waited too long. Nothing was changed; begin again.");
		return NULL;
	}
	timer_set(&b->idle, KEEP_BACKUP_IDLE);
	return b->run;
}

bool keep_run_start(struct keep_run *run, struct request *r, void (*work)(struct job *job),
	void (*done)(struct job *job))
{
	run->request = r;
	run->job = (struct job){ .run = work, .done = done };
	if (worker_submit(run->keeper->backup->worker, &run->job) == 0)
		return true;
	run->request = NULL;
	keep_refuse(r, EX_TEMPFAIL, "", "Too much is under way. Try again in a moment.");
	return false;
}

/* ---- making ---- */

static int write_note(struct store_db *db, void *arg)
{
	struct request *r = arg;
	const struct audit_entry entry = {
		.at = clock_wall(), .who = r->asker.name, .from = r->asker.who.from,
		.what = "a backup was made",
	};

	return audit_append(db, &entry);
}

/* It is handed out only when the audit log has it. */
static void note_done(void *arg, int result)
{
	struct request *r = arg;
	struct keep_run *run = r->data;
	struct buffer body;

	run->request = NULL;
	if (result != STORE_OK) {
		keep_run_free(run);
		keep_refuse_store(r, result);
		return;
	}
	log_info("a backup was made by %s: %ju octets", r->asker.name, (uintmax_t)run->making.size);
	run->state = RUN_READY;
	timer_set(&run->keeper->backup->idle, KEEP_BACKUP_IDLE);
	buffer_init(&body, 200);
	pack_number(&body, run->id);
	pack_number(&body, run->making.size);
	pack_number(&body, run->making.n_messages);
	pack_number(&body, run->making.n_left_out);
	pack_bool(&body, run->making.sign_in);
	pack_bool(&body, run->making.key.len > 0);
	keep_reply(r, WORD_BACKUP_MADE, &body);
	buffer_release(&body);
}

static void work_make(struct job *job)
{
	struct keep_run *run = CONTAINER_OF(job, struct keep_run, job);

	run->result = backup_file_make(&run->making);
}

static void make_done(struct job *job)
{
	struct keep_run *run = CONTAINER_OF(job, struct keep_run, job);
	struct request *r = run->request;

	if (run->result != 0) {
		const char *text = arena_copy(r->arena, run->making.fault.text);

		keep_run_free(run);
		keep_refuse(r, EX_TEMPFAIL, "", text);
		return;
	}
	r->data = run;
	r->job = (struct store_job){ .run = write_note, .done = note_done, .arg = r };
	store_write(r->keeper->store, &r->job);
}

void keep_backup(struct request *r)
{
	struct keeper *k = r->keeper;
	struct keep_run *run = keep_run_new(r, RUN_MAKES);
	struct store_certificate certificate;

	if (run == NULL)
		return;
	if (password_objection(run->passphrase, SLICE("")) != NULL) {
		const char *text = password_objection(run->passphrase, SLICE(""));

		keep_run_free(run);
		keep_refuse(r, EX_DATAERR, "passphrase", text);
		return;
	}
	run->making = (struct backup_making){
		.fd = run->fd, .db = store_snapshot(k->store), .passphrase = run->passphrase,
		.program = TOCSIN_VERSION, .node = k->config->node_name,
		.by = arena_copy(run->arena, r->asker.name), .at = clock_wall(),
	};
	if (keep_page_certificate_read(k, run->arena, &certificate)) {
		run->making.chain = certificate.chain;
		run->making.key = certificate.key;
	}
	if (!keep_run_start(run, r, work_make, make_done))
		keep_run_free(run);
}

void keep_backup_read(struct request *r)
{
	struct keep_run *run = keep_run_find(r, RUN_READY);
	struct buffer body;
	struct fault fault;
	size_t len = 0;
	uint64_t offset;
	char *part;

	if (run == NULL)
		return;
	offset = unpack_below(&r->body, (uint64_t)BACKUP_FILE_MAX * 2);
	part = arena_alloc(r->arena, PART_MAX);
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
	} else if (part == NULL || spool_read(run->fd, offset, part, PART_MAX, &len, &fault) != 0) {
		keep_refuse(r, EX_IOERR, "", "The backup cannot be read back.");
	} else {
		buffer_init(&body, WIRE_BODY_MAX);
		pack_slice(&body, slice_make(part, len));
		keep_reply(r, WORD_BACKUP_PART, &body);
		buffer_release(&body);
	}
}

/* In any state that waits for the tool: what the thread has ends by itself. */
void keep_backup_end(struct request *r)
{
	struct keep_backup *b = r->keeper->backup;
	uint64_t id = unpack_number(&r->body);

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (!may(r))
		return;
	if (b->run != NULL && b->run->id == id && b->run->request == NULL)
		keep_run_free(b->run);
	keep_done(r, 0);
}
