/*
 * complete.h - what may come next on tocsin's command line, for the shell's completion: words of
 * the table of commands, options, keys of settings, names of presets. Needs no daemon.
 */
#ifndef TOCSIN_TOOLS_COMPLETE_H
#define TOCSIN_TOOLS_COMPLETE_H

#include "tools/command.h"

/*
 * words are those behind "tocsin", the last of them begun and perhaps empty. Prints one candidate
 * a line; one that ends in "=" wants its value right behind.
 */
void complete_print(const struct command *commands, size_t n_commands, int argc, char **argv);

#endif
