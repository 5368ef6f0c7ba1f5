/* restore_look.c - a backup opened and looked at to its last octet; see restore_private.h. */
#include "keep/restore_private.h"

#include "base/password.h"
#include "sys/tls_certificate.h"
#include "sys/tls_server.h"

enum {
	LOOK_MEMORY = 4 * 1024 * 1024, /* settings and what else is kept of it */
	ENTRY_MEMORY = 64 * 1024, /* of one audit entry */
};

static int bad(struct keep_restore *s, const char *text)
{
	fault_set(&s->fault, "%s", text);
	return BACKUP_FILE_BAD;
}

static int look_at_audit(struct keep_restore *s, const struct backup_row *row)
{
	struct arena *a = arena_new(ENTRY_MEMORY);
	struct audit_entry entry;
	bool failed;

	if (a == NULL)
		return -1;
	entry = (struct audit_entry){
		.seq = (uint64_t)row->values[0].number, .at = row->values[1].number,
		.who = arena_text(a, row->values[2].octets),
		.from = arena_text(a, row->values[3].octets),
		.what = arena_text(a, row->values[4].octets),
	};
	failed = arena_failed(a);
	s->audit_whole = audit_walk_fits(&s->walk, &entry, row->values[5].octets) && s->audit_whole;
	arena_free(a);
	return !failed ? 0 :
		bad(s, "The backup is damaged: an entry of its audit log is too long.");
}

/* One that this machine cannot use, or no more, is no reason to refuse all the rest. */
static int look_at_certificate(struct keep_restore *s, const struct backup_row *row)
{
	struct slice chain = row->values[0].octets, key = row->values[1].octets;
	struct tls_server *server;
	struct fault fault;

	if (chain.len >= STORE_CERTIFICATE_MAX || key.len >= STORE_CERTIFICATE_MAX)
		return bad(s, "The backup is damaged: its certificate is too long.");
	s->chain = arena_slice(s->arena, chain);
	if (tls_certificate_read(chain, &s->certificate, &fault) == 0 &&
		tls_server_new(chain, key, &server, &fault) == 0)
		tls_server_free(server);
	else
		s->no_certificate = arena_printf(s->arena, "cannot be used here: %s", fault.text);
	return 0;
}

static int look_at_sign_in(struct keep_restore *s, const struct backup_row *row)
{
	return backup_sign_in(row, s->arena, &s->sign_in) ? 0 :
		bad(s, "The backup is damaged: it has no good sign-in.");
}

static int look_at_setting(struct keep_restore *s, const struct backup_row *row)
{
	if (s->n_settings == SETTING_COUNT)
		return bad(s, "The backup has settings that this version does not know: restore it with "
			"the version of Tocsin that made it, or a newer one.");
	s->settings[s->n_settings].key = arena_slice(s->arena, row->values[0].octets);
	s->settings[s->n_settings++].value = arena_slice(s->arena, row->values[1].octets);
	return 0;
}

/* What the constraints of the store do not see. */
static int look_at_row(void *arg, const struct backup_row *row)
{
	struct keep_restore *s = arg;
	int64_t state;

	s->n[row->kind]++;
	switch (row->kind) {
	case BACKUP_HEAD:
		s->program = arena_text(s->arena, slice_sub(row->values[0].octets, 0, 100));
		s->node = arena_text(s->arena, slice_sub(row->values[1].octets, 0, 300));
		s->made = row->values[2].number;
		return 0;
	case BACKUP_SETTING:
		return look_at_setting(s, row);
	case BACKUP_ACCOUNT:
		return password_is_hash(arena_text(s->arena, row->values[2].octets)) ? 0 :
			bad(s, "The backup is damaged: an account has no good password hash.");
	case BACKUP_AUDIT:
		return look_at_audit(s, row);
	case BACKUP_RECIPIENT:
		state = row->values[2].number;
		return state == 3 || state == 5 ? 0 :
			bad(s, "The backup is damaged: it has mail that is not finished.");
	case BACKUP_CERTIFICATE:
		return look_at_certificate(s, row);
	case BACKUP_SIGN_IN:
		return look_at_sign_in(s, row);
	case BACKUP_NONE:
	case BACKUP_TOKEN:
	case BACKUP_ALIAS:
	case BACKUP_NOTICE:
	case BACKUP_MESSAGE:
	case BACKUP_ATTEMPT:
	case BACKUP_DEED:
	case BACKUP_KINDS:
		break;
	}
	return 0;
}

int keep_restore_look(struct keep_run *run)
{
	struct keep_restore *s = run->restore;
	int result;

	s->arena = arena_new(LOOK_MEMORY);
	s->audit_whole = true;
	fault_set(&s->fault, "Not enough memory.");
	if (s->arena == NULL)
		return -1;
	result = backup_file_open(run->fd, run->passphrase, &s->seal, &s->fault);
	if (result == 0)
		result = backup_file_read(run->fd, &s->seal, look_at_row, s, &s->fault);
	return result == 0 && arena_failed(s->arena) ? -1 : result;
}
