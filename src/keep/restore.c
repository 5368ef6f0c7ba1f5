/*
 * restore.c - putting a backup back: taken in, opened and looked at to its last octet, shown, and
 * then applied in one transaction of the store, or not at all.
 */
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/secret.h"
#include "core/time_format.h"
#include "keep/alerts.h"
#include "keep/daily.h"
#include "keep/handlers.h"
#include "keep/oauth.h"
#include "keep/queue.h"
#include "keep/restore_private.h"
#include "keep/retention.h"
#include "store/aliases.h"
#include "sys/clock.h"
#include "sys/spool.h"

void keep_restore_free(struct keep_restore *restore)
{
	if (restore != NULL)
		arena_free(restore->arena);
}

/* ---- taking it in ---- */

static void reply_started(struct request *r, const struct keep_run *run)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, run->id);
	keep_reply(r, WORD_RESTORE_STARTED, &body);
	buffer_release(&body);
}

void keep_restore(struct request *r)
{
	struct keep_run *run = keep_run_new(r, RUN_TAKES);

	if (run == NULL)
		return;
	run->restore = arena_alloc(run->arena, sizeof(*run->restore));
	if (run->restore == NULL) {
		keep_run_free(run);
		keep_refuse(r, EX_TEMPFAIL, "", "Out of memory. Try again in a moment.");
		return;
	}
	reply_started(r, run);
}

void keep_restore_data(struct request *r)
{
	struct keep_run *run = keep_run_find(r, RUN_TAKES);
	struct slice octets;
	struct fault fault;

	if (run == NULL)
		return;
	octets = unpack_slice(&r->body, WIRE_CHUNK_MAX);
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
	} else if (run->size + octets.len > BACKUP_FILE_MAX) {
		keep_run_free(run);
		keep_refuse(r, EX_DATAERR, "", "This is longer than a backup can be. Nothing was changed.");
	} else if (!backup_file_has_room(run->fd) || spool_add(run->fd, octets, &fault) != 0) {
		keep_run_free(run);
		keep_refuse(r, EX_CANTCREAT, "", "The disk of the state folder has too little room for the "
			"backup. Nothing was changed.");
	} else {
		run->size += octets.len;
		keep_done(r, run->size);
	}
}

/* ---- looking at it, and showing what it would change ---- */

static void work_check(struct job *job)
{
	struct keep_run *run = CONTAINER_OF(job, struct keep_run, job);

	run->result = keep_restore_look(run);
}

/* The values by the rules of this version, on the loop: the rules of zones are there. */
static int check_settings(struct keep_run *run)
{
	struct keep_restore *s = run->restore;

	s->values = (struct keep_values){ 0 };
	settings_init(&s->values.settings);
	for (size_t i = 0; i < s->n_settings; i++)
		if (keep_values_take(run->keeper, &s->values, s->settings[i].key,
			s->settings[i].value, s->arena) != 0)
			return -1;
	s->seen = run->keeper->settings_version;
	keep_restore_weigh_certificate(run);
	return arena_failed(s->arena) ? -1 : 0;
}

static void check_done(struct job *job)
{
	struct keep_run *run = CONTAINER_OF(job, struct keep_run, job);
	struct keep_restore *s = run->restore;
	struct request *r = run->request;

	run->request = NULL;
	if (run->result == 0 && check_settings(run) != 0)
		run->result = -1;
	if (run->result == 0 && s->values.problems.n == 0) {
		run->state = RUN_CHECKED;
		timer_set(&run->keeper->backup->idle, KEEP_BACKUP_IDLE);
		keep_restore_show(r, run);
		return;
	}
	if (run->result == 0)
		keep_refuse_problems(r, &s->values.problems);
	else
		keep_refuse(r, run->result > 0 ? EX_DATAERR : EX_TEMPFAIL, "",
			arena_printf(r->arena, "%s Nothing was changed.", s->fault.text));
	keep_run_free(run);
}

/* Once more while a person thinks it over: what was compared then is what counts. */
static bool is_checked(const struct keeper *k)
{
	return k->backup->run != NULL && k->backup->run->state == RUN_CHECKED;
}

void keep_restore_check(struct request *r)
{
	bool checked = is_checked(r->keeper);
	struct keep_run *run = keep_run_find(r, checked ? RUN_CHECKED : RUN_TAKES);

	if (run == NULL)
		return;
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (checked) {
		keep_restore_show(r, run);
		return;
	}
	run->state = RUN_CHECKS;
	if (!keep_run_start(run, r, work_check, check_done))
		run->state = RUN_TAKES;
}

/* ---- applying ---- */

static int put_row(void *arg, const struct backup_row *row)
{
	struct keep_restore *s = arg;

	if (row->kind == BACKUP_CERTIFICATE && s->no_certificate != NULL)
		return 0;
	return store_restore_row(&s->rows, row);
}

/* In the commit thread, perhaps twice: from the first row each time. */
static int run_apply(struct store_db *db, void *arg)
{
	struct request *r = arg;
	struct keep_run *run = r->data;
	struct keep_restore *s = run->restore;
	uint64_t version;
	size_t n_changed;
	int result = store_restore_begin(&s->rows, db, s->node);

	if (result == STORE_OK)
		result = backup_file_read(run->fd, &s->seal, put_row, s, &s->fault);
	if (result == STORE_OK)
		result = store_restore_end(&s->rows);
	if (result == STORE_OK)
		result = store_settings_save(db, &s->save, &version, &n_changed);
	return result == STORE_OK ? audit_append(db, &s->audit) : result;
}

/* What holds the old state in memory reads it anew. */
static int take_effect(struct keeper *k, const struct keep_restore *s)
{
	if (keep_settings_load(k) != 0 || keep_aliases_load(k) != 0 ||
		(s->rows.sign_in && keep_oauth_reload(k) != 0))
		return -1;
	keep_oauth_settings_changed(k);
	keep_settings_push(k, ROLE_SENDER);
	keep_settings_push(k, ROLE_FRONT);
	keep_queue_settings_changed(k);
	keep_queue_aliases_changed(k);
	keep_retention_settings_changed(k);
	keep_daily_reload(k);
	keep_alerts_look(k);
	if (s->n[BACKUP_ACCOUNT] == 0)
		keep_accounts_greet(k);
	return 0;
}

static void certificate_done(void *arg, enum certificate_kept kept)
{
	struct request *r = arg;
	struct keep_run *run = r->data;

	run->restore->kept = kept;
	keep_restore_tell(r, run);
	keep_run_free(run);
}

/* The certificate is in files, which are written behind the commit, once or at the next start. */
static void finish(struct keep_run *run, struct request *r)
{
	if (run->restore->rows.certificate) {
		run->request = r;
		keep_page_certificate_restore(run->keeper, certificate_done, r);
	} else {
		keep_restore_tell(r, run);
		keep_run_free(run);
	}
}

static void apply_done(void *arg, int result)
{
	struct request *r = arg;
	struct keep_run *run = r->data;
	struct keep_restore *s = run->restore;

	run->request = NULL;
	if (result == STORE_OK && take_effect(r->keeper, s) != 0) {
		/* it is on the disk: the next start reads it */
		log_alert("a backup was restored, but memory is short; the keeper starts again");
		loop_stop(r->keeper->loop);
	}
	keep_oauth_hold(r->keeper, false);
	if (result == STORE_CONFLICT)
		keep_refuse(r, EX_TEMPFAIL, "", "The settings were changed meanwhile. Nothing was restored; "
			"begin again.");
	else if (result == STORE_EXISTS)
		keep_refuse(r, EX_DATAERR, "", "The backup is damaged: something is in it twice. Nothing was "
			"changed.");
	else if (result != STORE_OK)
		keep_refuse_store(r, result);
	else {
		log_info("a backup of %s was restored by %s", s->node, r->asker.name);
		finish(run, r);
		return;
	}
	keep_run_free(run);
}

/* The chain the backup's own log had is named, so that both can be held against each other. */
static const char *what_happened(const struct keep_restore *s, struct arena *a)
{
	char made[TIME_RFC3339_SIZE];
	struct buffer chain;
	const char *what;

	time_format_rfc3339(s->made, made);
	buffer_init(&chain, 100);
	hex_encode(&chain, slice_make((const char *)s->walk.chain, sizeof(s->walk.chain)));
	what = arena_printf(a, "restored from a backup of %s made at %s: settings, %ju accounts, "
		"%ju tokens, %ju aliases, history; its audit log of %ju entries is %s, chain %s",
		s->node, made, (uintmax_t)s->n[BACKUP_ACCOUNT], (uintmax_t)s->n[BACKUP_TOKEN],
		(uintmax_t)s->n[BACKUP_ALIAS], (uintmax_t)s->n[BACKUP_AUDIT],
		s->audit_whole ? "whole" : "not whole", buffer_text(&chain));
	buffer_release(&chain);
	return what;
}

static void fill_save(struct request *r, struct keep_run *run)
{
	struct keep_restore *s = run->restore;

	s->save = (struct store_settings_save){
		.seen = s->seen, .at = clock_wall(), .by = r->asker.name,
		.from = r->asker.who.from, .values = s->save_values,
	};
	for (int i = 0; i < SETTING_COUNT; i++)
		if (keep_restore_differs(run, i))
			s->save_values[s->save.n++] = (struct store_setting_value){
				.key = settings_table[i].key,
				.value = s->values.given[i] ? s->values.settings.value[i] : NULL,
				.secret = settings_table[i].secret,
			};
	s->audit = (struct audit_entry){
		.at = s->save.at, .who = r->asker.name, .from = r->asker.who.from,
		.what = what_happened(s, r->arena),
	};
}

void keep_restore_apply(struct request *r)
{
	struct keep_run *run = keep_run_find(r, RUN_CHECKED);

	if (run == NULL)
		return;
	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	fill_save(r, run);
	run->state = RUN_APPLIES;
	run->request = r;
	r->data = run;
	keep_oauth_hold(r->keeper, true);
	r->job = (struct store_job){ .run = run_apply, .done = apply_done, .arg = r };
	store_write(r->keeper->store, &r->job);
}
