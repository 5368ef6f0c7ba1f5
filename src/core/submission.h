/*
 * submission.h - what sendmail(8) does with a message before it is queued: who gets it, from whom,
 * which fields are added, removed and completed. Only the header section is rebuilt; the body goes
 * on as it is.
 * Sources: sendmail(1) of Postfix, RFC 5322 3.6, RFC 6409 8, providers.md "Content".
 */
#ifndef TOCSIN_CORE_SUBMISSION_H
#define TOCSIN_CORE_SUBMISSION_H

#include "core/message.h"
#include "core/message_id.h"

enum {
	SUBMISSION_RECIPIENTS_MAX = 5000,
	SUBMISSION_ARENA = 32 * 1024 * 1024, /* a limit for the arena, enough for any message */
};

enum submission_error {
	SUBMISSION_OK,
	SUBMISSION_NO_RECIPIENTS, /* exit 64 */
	SUBMISSION_BAD_RECIPIENT, /* exit 65, names it */
	SUBMISSION_BAD_SENDER, /* exit 65, names it */
	SUBMISSION_TOO_MANY_RECIPIENTS, /* exit 65 */
	SUBMISSION_HEADER_TOO_LARGE, /* exit 65: above the limits of message.h with what we add */
};

struct submission_options {
	bool read_recipients; /* -t: To, Cc and Bcc too, added to those of the command line */
	const struct slice *recipients; /* as given on the command line, each may hold several */
	size_t n_recipients;
	struct slice sender; /* -f or -r; absent: the login name; "" and "<>": the null sender */
	struct slice full_name; /* -F; absent: login_full_name */
	struct slice login;
	struct slice login_full_name; /* from passwd (GECOS, up to its first comma), may be empty */
	struct slice node_name; /* this host's name, for Message-ID and local addresses */
	struct slice machine_name; /* another name that the machine has; may be empty */
	struct slice site_domain; /* for bare names; absent or no domain: node_name */
	/*
	 * True for names this box delivers to its admins or by its aliases: its users, its aliases.
	 * NULL: only the names that are local anywhere (alias.h).
	 */
	bool (*is_local)(const void *context, struct slice name);
	const void *is_local_context;
	int64_t now; /* seconds, for Date */
	int utc_offset; /* seconds east */
	uint8_t random[MESSAGE_ID_RANDOM]; /* for the Message-ID */
};

struct submission {
	struct slice sender; /* envelope; "" is the null sender */
	/*
	 * Envelope, without duplicates: local@domain with the domain in A-labels, or a bare local
	 * name, which keeper sends on by the aliases or to the admin contacts. Also bare: anything
	 * at localhost and at a name of this machine without its domain, and root@ and user@ one
	 * of its whole names.
	 */
	struct slice *recipients;
	size_t n_recipients;
	struct slice message_id; /* with its angle brackets */
	bool needs_smtputf8; /* an envelope address needs it */
	const char *problem; /* a sentence for a person when something was refused, else NULL */
};

/*
 * Appends the new header section with its empty line to header_out; the body is message_body(m),
 * message_join() puts them together.
 * - Recipients: the command line's, and with -t those of To, Cc and Bcc (of the Resent- fields
 *   alone when there are any).
 * - Removed: Bcc, Resent-Bcc, Return-Path, Content-Length, and empty address and date fields.
 * - Added when missing: From, Date, Message-ID; in a message with Resent- fields Resent-From,
 *   Resent-Date, Resent-Message-ID; "To: undisclosed-recipients:;" when neither To nor Cc is left.
 * - Bare names in address fields get the site's domain.
 * Strings live in the arena. On refusal only ret_submission->problem is set. Returns 0, an enum
 * submission_error, or negative (memory).
 */
int submission_prepare(const struct message *m, const struct submission_options *options,
	struct arena *arena, struct buffer *header_out, struct submission *ret_submission)
	MUST_CHECK;

/*
 * What a recipient, or a sender, alone would be refused for: a sentence, or NULL. For whoever tells
 * all that is wrong at once.
 */
const char *submission_check_recipient(struct slice text, struct arena *a);
const char *submission_check_sender(struct slice text, struct arena *a);

/* sysexits(3) for what submission_prepare() or message_normalise() returned. */
int submission_exit_code(int error);
int message_exit_code(int error);

#endif
