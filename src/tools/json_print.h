/*
 * json_print.h - JSON as `tocsin ... --json` prints it, on one line. Texts are cut at
 * JSON_PRINT_TEXT_MAX octets and hold no control characters: those read \xNN.
 */
#ifndef TOCSIN_TOOLS_JSON_PRINT_H
#define TOCSIN_TOOLS_JSON_PRINT_H

#include "base/base.h"

enum {
	JSON_PRINT_TEXT_MAX = 4096,
};

void json_print_string(const char *text);

/* A member behind another: ", "name": value". */
void json_print_text(const char *name, const char *value);
void json_print_number(const char *name, uint64_t value);
void json_print_bool(const char *name, bool value);

#endif
