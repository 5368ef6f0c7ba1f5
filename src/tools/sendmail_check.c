/* sendmail_check.c - would the daemon take this message at all; see sendmail_check.h. */
#include "tools/sendmail_check.h"

#include <string.h>
#include <sysexits.h>

#include "core/submission.h"
#include "wire/envelope.h"
#include "wire/words.h"

static int refuse(const char **ret_problem, const char *problem, int exit_code)
{
	*ret_problem = problem;
	return exit_code;
}

static bool fits(const struct post *post)
{
	struct buffer body;
	bool ok;

	buffer_init(&body, WIRE_BODY_MAX);
	post_pack(&body, post);
	ok = buffer_ok(&body);
	buffer_release(&body);
	return ok;
}

int sendmail_check_post(const struct post *post, struct arena *a, const char **ret_problem)
{
	if (post->n_recipients == 0 && !post->recipients_from_header)
		return refuse(ret_problem, "no recipients: name them, or use -t to take them from the "
			"message's header", EX_USAGE);
	if (strlen(post->sender) > POST_TEXT_MAX || strlen(post->full_name) > POST_TEXT_MAX)
		return refuse(ret_problem, "the value of -f or -F is too long", EX_USAGE);
	for (size_t i = 0; i < post->n_recipients; i++)
		if (strlen(post->recipients[i]) > POST_TEXT_MAX)
			return refuse(ret_problem, arena_printf(a, "the recipient %.40s... is too long",
				post->recipients[i]), EX_USAGE);
	if (post->n_recipients > POST_RECIPIENTS_MAX || !fits(post))
		return refuse(ret_problem, "too many recipients on the command line: send the message in "
			"parts", EX_USAGE);
	return 0;
}

static int check_submission(const struct post *post, const struct message *m,
	const char *node_name, struct arena *a, const char **ret_problem)
{
	struct slice *recipients = arena_array(a, post->n_recipients, sizeof(*recipients));
	struct submission_options options = {
		.read_recipients = post->recipients_from_header,
		.recipients = recipients, .n_recipients = post->n_recipients,
		.sender = post->sender[0] != '\0' ? slice_of(post->sender) : (struct slice){ 0 },
		.login = slice_of(post->login), .node_name = slice_of(node_name),
	};
	struct submission s;
	struct buffer header;
	int result;

	if (recipients == NULL)
		return -1;
	for (size_t i = 0; i < post->n_recipients; i++)
		recipients[i] = slice_of(post->recipients[i]);
	buffer_init(&header, 2 * (size_t)MESSAGE_HEADER_MAX);
	result = submission_prepare(m, &options, a, &header, &s);
	buffer_release(&header);
	if (result > 0)
		return refuse(ret_problem, s.problem, submission_exit_code(result));
	return result;
}

int sendmail_check_message(const struct post *post, struct slice message, const char *node_name,
	struct arena *a, const char **ret_problem)
{
	struct buffer text;
	struct message m;
	int result;

	buffer_init(&text, MESSAGE_MAX);
	result = message_normalise(message, &text, &m);
	if (result > 0)
		result = refuse(ret_problem, message_error_text(result), message_exit_code(result));
	else if (result == 0)
		result = check_submission(post, &m, node_name, a, ret_problem);
	buffer_release(&text);
	return result;
}
