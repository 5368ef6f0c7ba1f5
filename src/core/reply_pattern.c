/* reply_pattern.c - matching of a reply against one row; see reply_pattern.h. */
#include "core/reply_pattern.h"

#include <string.h>

static bool enhanced_matches(const char *pattern, struct enhanced_status enhanced)
{
	char text[ENHANCED_TEXT_SIZE];

	enhanced_status_text(enhanced, text);
	if (slice_ends(slice_of(pattern), "."))
		return slice_starts(slice_of(text), pattern);
	return strcmp(text, pattern) == 0;
}

bool reply_has_words(struct slice text, const char *words)
{
	for (size_t at = 0; at + strlen(words) <= text.len; at++)
		if (slice_starts_nocase(slice_sub(text, at, text.len), words))
			return true;
	return false;
}

bool reply_pattern_matches(const struct reply_pattern *p, enum verdict_stage stage, unsigned code,
	struct enhanced_status enhanced, struct slice text)
{
	unsigned code_to = p->code_to != 0 ? p->code_to : p->code;

	if (p->stages != 0 && (p->stages & AT(stage)) == 0)
		return false;
	if (p->code != 0 && (code < p->code || code > code_to))
		return false;
	if (p->enhanced != NULL && !enhanced_matches(p->enhanced, enhanced))
		return false;
	return p->words == NULL || reply_has_words(text, p->words);
}
