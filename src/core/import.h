/*
 * import.h - moving in: reads the configuration files of other programs that send mail by a relay,
 * and says which of our settings they mean and which of their lines mean nothing here. No I/O: the
 * caller reads the files and gives their text, a main file before the ones it leads to.
 *
 * The grammar of each format stands on top of its parser, import_NAME.c. What two programs say
 * differently is a conflict; within one program its own rules decide (as a rule the last counts).
 */
#ifndef TOCSIN_CORE_IMPORT_H
#define TOCSIN_CORE_IMPORT_H

#include "base/arena.h"

enum {
	IMPORT_FILE_MAX = 256 * 1024, /* octets of one file */
	IMPORT_NOTES_MAX = 300,
	IMPORT_VALUES_MAX = 16,
	IMPORT_WANTED_MAX = 8,
	IMPORT_MEMORY = 8 * 1024 * 1024, /* a limit for the arena, enough for any files */
};

enum import_format {
	IMPORT_MSMTPRC, /* /etc/msmtprc, ~/.msmtprc */
	IMPORT_REMOTES, /* /etc/nullmailer: remotes, and the small files beside it */
	IMPORT_ME,
	IMPORT_DEFAULTHOST,
	IMPORT_HELOHOST,
	IMPORT_ADMINADDR,
	IMPORT_ALLMAILFROM,
	IMPORT_SSMTP_CONF, /* /etc/ssmtp/ssmtp.conf */
	IMPORT_REVALIASES,
	IMPORT_DMA_CONF, /* /etc/dma/dma.conf */
	IMPORT_AUTH_CONF,
	IMPORT_MAIN_CF, /* /etc/postfix/main.cf */
	IMPORT_SASL_PASSWD,
	IMPORT_MAILNAME, /* /etc/mailname, when dma or Postfix names it: the domain of bare names */
	IMPORT_FORMAT_COUNT,
};

/* "msmtprc", "remotes", ...: what the file is called. */
const char *import_format_name(enum import_format format);
bool import_format_find(struct slice name, enum import_format *ret_format) MUST_CHECK;

struct import_value {
	const char *key; /* of the settings table */
	const char *value; /* as it will be saved */
	bool secret;
	const char *path;
	unsigned line; /* from 1 on; 0: it follows from several */
};

struct import_note {
	const char *path;
	unsigned line;
	const char *text; /* a sentence, printable; no secret in it */
};

/* A file that one read so far leads to. */
struct import_wanted {
	enum import_format format;
	enum import_format program; /* the main format of the one that leads to it */
	const char *path;
};

struct import;

struct import *import_new(struct arena *a); /* lies in the arena; NULL without memory */

/* path is shown and kept by copy. 0, or negative without memory. */
int import_file(struct import *im, enum import_format format, const char *path, struct slice text)
	MUST_CHECK;

/* What must be read besides; grows with each file. */
size_t import_wanted(const struct import *im, const struct import_wanted **ret_wanted);

/* A file that could not be read: told among the notes. */
void import_unreadable(struct import *im, const char *path, const char *why);

struct import_result {
	struct import_value *values; /* each key once, each good by itself */
	size_t n_values;
	struct import_note *notes;
	size_t n_notes; /* those that are kept */
	size_t n_more; /* those above IMPORT_NOTES_MAX */
	/* a sentence: two programs differ, or a part of the relay is no good; NULL without */
	const char *conflict;
};

int import_end(struct import *im, struct import_result *ret_result) MUST_CHECK;

#endif
