/* import_private.h - what the parsers of import.h share. */
#ifndef TOCSIN_CORE_IMPORT_PRIVATE_H
#define TOCSIN_CORE_IMPORT_PRIVATE_H

#include "base/buffer.h"
#include "core/import.h"
#include "core/settings_table.h"

/* A value on its way: text NULL when it was not given. */
struct import_fact {
	const char *text;
	unsigned line;
	const char *path;
	enum import_format program; /* the main format of the program that says so */
};

struct import {
	struct arena *arena;
	const char *path; /* of the file in hand */
	enum import_format program;
	struct import_fact facts[SETTING_COUNT];
	struct import_note *notes;
	size_t n_notes, n_more;
	struct import_wanted wanted[IMPORT_WANTED_MAX];
	size_t n_wanted;
	const char *conflict;
	const char *relay_text; /* Postfix: relayhost as it is written, the key of its passwords */
};

/* The setting is to have this value. Empty values and values with a NUL are passed over. */
void import_set(struct import *im, enum setting_id id, struct slice value, unsigned line);
void import_set_text(struct import *im, enum setting_id id, const char *value, unsigned line);
bool import_has(const struct import *im, enum setting_id id);

/* A line that is not taken, by its first word. */
void import_note(struct import *im, unsigned line, const char *text);
void import_no_use(struct import *im, unsigned line, struct slice word);
void import_unknown(struct import *im, unsigned line, struct slice word);
const char *import_shown(struct import *im, struct slice text); /* short and printable */

void import_want(struct import *im, enum import_format format, struct slice path);

/* "host", "[host]", "host:port", "[host]:port"; the port may be smtp, submission, smtps. */
void import_set_relay(struct import *im, struct slice text, unsigned line);

/* The next line of *rest without its line end; false at the end. */
bool import_next_line(struct slice *rest, unsigned *line, struct slice *ret_line);
/* The next word; quotes as in the shell. False when there is none. */
bool import_next_word(struct import *im, struct slice *rest, struct slice *ret_word);
/* True when the word is in the list, which ends with NULL; in either case of letters. */
bool import_is_one_of(struct slice word, const char *const *list);

void import_msmtprc(struct import *im, struct slice text);
void import_nullmailer(struct import *im, enum import_format format, struct slice text);
void import_ssmtp(struct import *im, enum import_format format, struct slice text);
void import_dma(struct import *im, enum import_format format, struct slice text);
void import_postfix(struct import *im, enum import_format format, struct slice text);

#endif
