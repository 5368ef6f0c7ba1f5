/*
 * reply_pattern.h - the left side of a row in the tables that judge and explain replies: where in
 * the delivery, which codes, which words. A field left 0 or NULL matches anything.
 */
#ifndef TOCSIN_CORE_REPLY_PATTERN_H
#define TOCSIN_CORE_REPLY_PATTERN_H

#include "core/verdict.h"

struct reply_pattern {
	unsigned stages; /* bits AT(stage) */
	unsigned code, code_to; /* code_to 0: this code alone */
	const char *enhanced; /* "5.7.139"; "5.7." matches what begins so, "" that there is none */
	const char *words; /* part of the text, in any case */
};

#define AT(stage) (1u << (stage))

enum {
	AT_START = AT(STAGE_GREETING) | AT(STAGE_EHLO) | AT(STAGE_STARTTLS),
	AT_ENVELOPE = AT(STAGE_MAIL) | AT(STAGE_RCPT),
	AT_CONTENT = AT(STAGE_DATA) | AT(STAGE_BODY) | AT(STAGE_DOT),
	AT_MESSAGE = AT_ENVELOPE | AT_CONTENT,
	AT_REST = AT(STAGE_IDLE) | AT(STAGE_QUIT),
};

/* Part of the text, in any case. */
bool reply_has_words(struct slice text, const char *words);

bool reply_pattern_matches(const struct reply_pattern *p, enum verdict_stage stage, unsigned code,
	struct enhanced_status enhanced, struct slice text);

#endif
