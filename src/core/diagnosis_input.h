/*
 * diagnosis_input.h - reads what a person pastes to have it explained: a reply of a relay, a
 * dialogue or a log line with one in it, or a provider's answer about a token (JSON, the address
 * that a browser was sent back to, any text with an AADSTS number).
 *
 *   token  = "AADSTS" 1*8DIGIT anywhere / DQUOTE "error" DQUOTE ":" string / "error=" 1*name-char
 *          / "Error " 3DIGIT ": " 1*name-char with "_" in it    ; as Google's pages say it
 *   reply  = [ mark ] code ( " " / "-" ) text    ; at the start of a line: all lines of that code
 *          / code " " text                       ; anywhere, best behind "said:" or before an
 *                                                ; enhanced code of the same class
 *   code   = ( "4" / "5" ) 2DIGIT     mark = what programs put before a line: "S:", "<", "<-"
 *
 * The first refusal counts. Where in the delivery it belongs is told by words such as "RCPT TO" or
 * guessed by the code.
 */
#ifndef TOCSIN_CORE_DIAGNOSIS_INPUT_H
#define TOCSIN_CORE_DIAGNOSIS_INPUT_H

#include "base/arena.h"
#include "core/diagnosis.h"

enum {
	DIAGNOSIS_INPUT_MAX = 64 * 1024, /* octets that are looked at */
};

/*
 * False when there is no refusal in it; *ret_facts is then untouched. Texts lie in the arena or in
 * text.
 */
bool diagnosis_read(struct slice text, struct arena *a, struct diagnosis_facts *ret_facts);

/* The numbers behind "AADSTS" in a text, in their order, 0 behind the last. */
void diagnosis_read_aadsts(struct slice text, unsigned ret_numbers[DIAGNOSIS_CODES_MAX]);

#endif
