/*
 * backup_record.h - the rows of a backup as octets, and back, one at a time.
 *
 *   content = head-record *record
 *   record  = 4OCTET length, body               ; big endian, at most BACKUP_RECORD_MAX
 *   body    = number kind, n x value            ; fields of wire/pack.h
 *   value   = number 0 / number 1, (number / bytes)           ; 0: NULL
 *
 * A row has the columns of its kind (store/backup.h), and text holds no NUL. Rows come in this
 * order of their kinds: head, the certificate, settings, the sign-in, accounts, tokens, aliases,
 * notices, the audit log, mail with what stands below each message.
 */
#ifndef TOCSIN_KEEP_BACKUP_RECORD_H
#define TOCSIN_KEEP_BACKUP_RECORD_H

#include "base/buffer.h"
#include "store/backup.h"

enum {
	BACKUP_RECORD_MAX = 1024 * 1024, /* octets of one body */
	BACKUP_RECORD_BAD = 1, /* not what the grammar says */
};

/* Appends one; out fails when it is too long. */
void backup_record_write(struct buffer *out, const struct backup_row *row);

struct backup_reader {
	struct buffer rest; /* of the content, up to one record */
	enum backup_kind last; /* 0 before the first */
	/* a result other than 0 ends the reading and is given back */
	int (*take)(void *arg, const struct backup_row *row);
	void *arg;
};

void backup_reader_init(struct backup_reader *r,
	int (*take)(void *arg, const struct backup_row *row), void *arg);
void backup_reader_release(struct backup_reader *r);
/* 0, BACKUP_RECORD_BAD, negative without memory, or take's result. */
int backup_reader_feed(struct backup_reader *r, struct slice content) MUST_CHECK;
/* Whether the content may end here: there was a head, and nothing is left over. */
bool backup_reader_end(const struct backup_reader *r) MUST_CHECK;

#endif
