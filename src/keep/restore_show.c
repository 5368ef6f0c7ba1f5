/* restore_show.c - what a restore would change, and what it did; see restore_private.h. */
#include "keep/restore_private.h"

#include <string.h>

#include "core/settings_lower.h"
#include "core/time_format.h"
#include "keep/oauth.h"
#include "sys/clock.h"

enum {
	SHOWN_MAX = 300, /* octets of one value */
};

bool keep_restore_differs(const struct keep_run *run, int id)
{
	return strcmp(run->restore->values.settings.value[id],
		run->keeper->settings.value[id]) != 0;
}

static const char *shown(struct arena *a, int id, const char *value)
{
	if (value[0] == '\0')
		return "";
	if (settings_table[id].secret)
		return "(set)";
	return arena_text(a, slice_sub(slice_of(value), 0, SHOWN_MAX));
}

static void pack_changes(struct buffer *body, const struct keep_run *run, struct arena *a)
{
	const struct settings *now = &run->keeper->settings;
	const struct settings *wanted = &run->restore->values.settings;
	uint64_t n = 0;

	for (int i = 0; i < SETTING_COUNT; i++)
		n += keep_restore_differs(run, i);
	pack_number(body, n);
	for (int i = 0; i < SETTING_COUNT; i++) {
		if (!keep_restore_differs(run, i))
			continue;
		pack_text(body, settings_table[i].key);
		pack_text(body, shown(a, i, now->value[i]));
		pack_text(body, shown(a, i, wanted->value[i]));
		pack_text(body, settings_lower((enum setting_id)i, now, wanted));
	}
}

/* ---- what people should know besides ---- */

enum {
	NOTES_MAX = 4,
};

struct notes {
	const char *text[NOTES_MAX];
	size_t n;
};

static void add_note(struct notes *notes, const char *text)
{
	notes->text[notes->n++] = text;
}

static void pack_notes(struct buffer *body, const struct notes *notes)
{
	pack_number(body, notes->n);
	for (size_t i = 0; i < notes->n; i++)
		pack_text(body, notes->text[i]);
}

static const char *day_of(int64_t at, struct arena *a)
{
	char text[TIME_RFC3339_SIZE];

	time_format_rfc3339(at, text);
	return arena_text(a, slice_sub(slice_of(text), 0, sizeof("2026-03-17") - 1));
}

/* A refresh token may have been used, and ended by that, since the backup was made. */
static void note_sign_in(struct notes *notes, const struct keep_run *run, struct arena *a)
{
	const struct keep_restore *s = run->restore;
	const struct store_oauth_token *t = &s->sign_in;

	if (s->n[BACKUP_SIGN_IN] == 0)
		return;
	if (keep_oauth_outlives(run->keeper, t))
		add_note(notes, "The OAuth2 sign-in that is here is newer than the backup's and stays.");
	else if (!keep_oauth_is_for(&s->values.settings, t))
		add_note(notes, "The backup's OAuth2 sign-in is for other settings than the backup's: it "
			"comes back, but is not used.");
	else
		add_note(notes, arena_printf(a, "The relay's OAuth2 sign-in%s%s is as of %s, the day of "
			"the backup. If the provider refuses it, sign in again; another machine that "
			"uses it, too, must stop.", t->account[0] != '\0' ? " of " : "", t->account,
			day_of(s->made, a)));
}

/* Looked at once, so that what is shown is what is done. */
void keep_restore_weigh_certificate(struct keep_run *run)
{
	struct keep_restore *s = run->restore;
	struct store_certificate here;

	if (s->n[BACKUP_CERTIFICATE] == 0)
		s->no_certificate = "is not in it";
	else if (s->no_certificate != NULL)
		return;
	else if (run->keeper->config->tls_certificate[0] != '\0')
		s->no_certificate = "is not used, since tocsin.conf names one";
	else if (s->certificate.not_after <= clock_wall())
		s->no_certificate = arena_printf(s->arena, "ended on %s",
			day_of(s->certificate.not_after, s->arena));
	else if (keep_page_certificate_read(run->keeper, s->arena, &here) &&
		slice_equal(here.chain, s->chain))
		s->no_certificate = "is the one that is here";
}

static void note_certificate(struct notes *notes, const struct keep_run *run, struct arena *a)
{
	const struct keep_restore *s = run->restore;

	if (s->no_certificate != NULL)
		add_note(notes, arena_printf(a, "The backup's certificate of the pages %s: this machine "
			"keeps its own.", s->no_certificate));
	else
		add_note(notes, arena_printf(a, "The pages get the backup's certificate, good until %s, "
			"SHA-256 fingerprint %s.", day_of(s->certificate.not_after, a),
			s->certificate.fingerprint));
}

void keep_restore_show(struct request *r, const struct keep_run *run)
{
	const struct keep_restore *s = run->restore;
	struct notes notes = { 0 };
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_text(&body, s->node);
	pack_number(&body, (uint64_t)s->made);
	pack_text(&body, s->program);
	pack_number(&body, s->n[BACKUP_ACCOUNT]);
	pack_number(&body, s->n[BACKUP_TOKEN]);
	pack_number(&body, s->n[BACKUP_ALIAS]);
	pack_number(&body, s->n[BACKUP_MESSAGE]);
	pack_number(&body, s->n[BACKUP_AUDIT]);
	pack_bool(&body, s->audit_whole);
	if (s->n[BACKUP_ACCOUNT] == 0)
		add_note(&notes, "It has no account: afterwards nobody can sign in to the pages until one "
			"is made. For a link that makes it run: tocsin admin setup-link");
	note_sign_in(&notes, run, r->arena);
	note_certificate(&notes, run, r->arena);
	pack_notes(&body, &notes);
	pack_changes(&body, run, r->arena);
	keep_reply(r, WORD_RESTORE_IS, &body);
	buffer_release(&body);
}


static const char *const what_became[CERTIFICATE_KEPT_COUNT] = {
	[CERTIFICATE_IN_FORCE] = "The pages answer with the backup's certificate.",
	[CERTIFICATE_NOT_OURS] = "The backup's certificate is not used, since tocsin.conf names one.",
	[CERTIFICATE_FAILED] = "The backup's certificate could not be put in place yet; the log says "
		"why, and it is tried again each minute.",
};

void keep_restore_tell(struct request *r, const struct keep_run *run)
{
	const struct keep_restore *s = run->restore;
	struct notes notes = { 0 };
	struct buffer body;

	if (s->rows.sign_in && keep_oauth_is_for(&run->keeper->settings, &s->sign_in))
		add_note(&notes, "The OAuth2 sign-in is back; whether the provider still takes it is told "
			"by: tocsin oauth status");
	if (s->rows.certificate)
		add_note(&notes, what_became[s->kept]);
	buffer_init(&body, 16 * 1024);
	pack_number(&body, s->rows.n_messages);
	pack_number(&body, s->rows.n_audit);
	pack_notes(&body, &notes);
	keep_reply(r, WORD_RESTORED, &body);
	buffer_release(&body);
}
