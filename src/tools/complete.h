/*
 * complete.h - what may come next on tocsin's command line, for the shell's completion. The table
 * of commands says what: its usage names the options, their values and the arguments, and
 * complete_values.c knows what may stand for such a name (STATE, KEY, ...).
 *
 *   usage    = *( argument / "|" / "..." ) [ "<" TEXT ]
 *   argument = option / option " " name / name        ; each perhaps in "[" "]"
 *   option   = "--" 1*( ALPHA / "-" )
 *
 * "|" gives the argument before it another form, "..." lets it come again.
 */
#ifndef TOCSIN_TOOLS_COMPLETE_H
#define TOCSIN_TOOLS_COMPLETE_H

#include "tools/command.h"

/*
 * words are those behind "tocsin", the last of them begun and perhaps empty. Prints one candidate
 * a line; one that ends in "=" or "," wants more right behind. path is that of tocsin.conf: names
 * that only the daemon knows are left out while it does not run.
 */
void complete_print(const struct command *commands, size_t n_commands, const char *path, int argc,
	char **argv);

/* ---- complete_values.c ---- */

/* Prints the word when it begins as begun does. */
void complete_offer(const char *word, const char *end, const char *begun);

/* What may stand where the usage of the command says name. */
void complete_offer_values(const struct command *c, struct slice name, const char *path,
	const char *begun);

#endif
