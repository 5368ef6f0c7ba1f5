/*
 * alias_file.h - the text of an /etc/aliases, as sendmail, Postfix and Exim have it.
 *
 *   file         = *line
 *   line         = blank-line / comment / entry / continuation
 *   comment      = *WSP "#" *OCTET
 *   entry        = name ":" [ value *( "," value ) ]     ; name may stand in quotes
 *   continuation = 1*WSP *OCTET                          ; goes on the entry above
 *   value        = address / name / "\" name / "|" command / "/" path / ":include:" path
 *
 * Taken are names, addresses and "\name" of another name; what runs a program, writes a file or
 * reads one is told as a problem with its line, and so is everything else that is not understood.
 */
#ifndef TOCSIN_CORE_ALIAS_FILE_H
#define TOCSIN_CORE_ALIAS_FILE_H

#include "base/buffer.h"
#include "core/alias.h"

enum {
	ALIAS_FILE_MAX = 256 * 1024, /* octets */
	ALIAS_FILE_PROBLEMS_MAX = 200, /* that are kept; n_problems counts on */

	ALIAS_FILE_TOO_LARGE = 1,
};

struct alias_file_problem {
	unsigned line; /* from 1 on */
	const char *text; /* a sentence */
};

struct alias_file {
	struct alias *items; /* each with at least one target; a name twice is a problem */
	size_t n;
	struct alias_file_problem *problems;
	size_t n_problems;
};

/* 0, ALIAS_FILE_TOO_LARGE (octets, or more than ALIAS_MAX entries), or negative without memory. */
int alias_file_parse(struct slice text, struct arena *a, struct alias_file *ret_file) MUST_CHECK;

#endif
