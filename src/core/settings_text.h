/*
 * settings_text.h - settings as a file: what `tocsin show` prints and the page exports, and back.
 *
 *   file    = *( setting / comment / blank )
 *   setting = key *SP "=" *SP value *( LF more )     ; more: further lines of certificates
 *   comment = "#" text                               ; at the start of a line
 *
 * Of a secret "(set)" stands there, or nothing; both leave it as it is, and a value is refused: a
 * secret is typed on its own page. Values are not checked here (settings.h).
 */
#ifndef TOCSIN_CORE_SETTINGS_TEXT_H
#define TOCSIN_CORE_SETTINGS_TEXT_H

#include "base/buffer.h"
#include "core/settings.h"

enum {
	SETTINGS_TEXT_MAX = 64 * 1024, /* octets */
	SETTINGS_TEXT_PROBLEMS_MAX = 50, /* that are kept; all are counted */
};

struct settings_text {
	bool given[SETTING_COUNT];
	struct slice value[SETTING_COUNT]; /* into the text */
	size_t n_problems;
	const char *problems[SETTINGS_TEXT_PROBLEMS_MAX]; /* "Line 3: ..." */
};

/* Appends one line; of a secret whether it is set. */
void settings_text_write(struct buffer *out, enum setting_id id, const char *value, bool is_set);

/* 0, or negative without memory. The slices live as long as text. */
int settings_text_read(struct slice text, struct arena *a, struct settings_text *ret_text)
	MUST_CHECK;

/* The text with each secret's value left out, to be shown to whoever pasted one. */
void settings_text_blank(struct slice text, struct buffer *out);

#endif
