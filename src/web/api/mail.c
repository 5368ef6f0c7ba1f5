/*
 * mail.c - POST /api/v1/messages: hands in mail, as parts in JSON or as a message of its own
 * (message/rfc822). The answer comes after the commit. With an Idempotency-Key the same message may
 * be sent again: the key becomes the submission's name, and the queue keeps one of a name.
 */
#include <string.h>
#include <sysexits.h>

#include "base/secret.h"
#include "core/letter.h"
#include "http/headers.h"
#include "sys/clock.h"
#include "web/api/body.h"
#include "wire/post.h"
#include "wire/who.h"

enum {
	COMMIT_WAIT_MS = 45 * 1000, /* below HTTP_HANDLE_MS */
	KEY_MAX = 255,
	NAME_SIZE = 2 * POST_SUBMISSION_OCTETS + 1,
};

struct handing_in {
	struct visit *visit;
	struct question *question;
	void *job;
	struct post post;
	char submission[NAME_SIZE];
};

/* ---- the job ---- */

static void forget_job(void *arg)
{
	struct handing_in *h = arg;
	const struct web_mail_door *door = &h->visit->web->mail;

	door->forget(door->context, h->job);
}

static void on_done(void *arg, int exit_code, const char *text)
{
	struct handing_in *h = arg;
	struct buffer body;

	buffer_init(&body, 4096);
	if (exit_code == 0) {
		pack_text(&body, text);
	} else {
		pack_number(&body, (uint64_t)exit_code);
		pack_number(&body, 1);
		pack_text(&body, "");
		pack_text(&body, text);
	}
	visit_told(h->question, exit_code == 0 ? WORD_POSTED : WORD_REFUSED, buffer_slice(&body));
	buffer_release(&body);
}

static void refuse(struct visit *v, int exit_code, const char *text)
{
	struct api_errors errors = { .n = 0 };

	api_error(&errors, "", arena_copy(v->arena, text));
	if (exit_code == EX_TEMPFAIL)
		headers_add_text(&v->lines, "Retry-After", "5");
	api_refuse_fields(v, visit_status_of(exit_code), &errors);
}

static void hand_in(struct visit *v, struct handing_in *h, struct slice raw)
{
	const struct web_mail_door *door = &v->web->mail;
	const struct who who = {
		.kind = WHO_BEARER, .token = v->token, .uid = v->bearer.id, .from = v->from,
	};
	const struct web_mail mail = { .post = &h->post, .raw = raw, .who = &who };
	char text[WEB_MAIL_TEXT_SIZE] = "";
	int exit_code = EX_TEMPFAIL;

	h->job = door->hand_in == NULL ? NULL :
	    door->hand_in(door->context, &mail, on_done, h, &exit_code, text);
	if (h->job == NULL) {
		refuse(v, exit_code, text[0] != '\0' ? text : "Mail is not taken now. Try again.");
		return;
	}
	h->question = visit_ask_other(v, forget_job, h);
	if (h->question == NULL)
		forget_job(h);
	else
		visit_wait(v, COMMIT_WAIT_MS);
}

void api_mail_acted(struct visit *v)
{
	const struct handing_in *h = v->page;
	struct unpack u;
	struct json_out j;
	const char *queue_id;

	if (!api_answered(v, h->question, WORD_POSTED, NULL, &u))
		return;
	queue_id = unpack_text(&u, 100, v->arena);
	if (!unpack_end(&u)) {
		api_broken(v);
		return;
	}
	headers_add_text(&v->lines, "Location",
	    arena_printf(v->arena, "/api/v1/messages/%s", queue_id));
	api_begin(v, &j);
	json_out_text(&j, "id", queue_id);
	api_end(v, &j, 202);
}

/* ---- its name ---- */

/* key = 1*255( VCHAR / SP ); without one the submission gets a name of its own. */
static bool name_submission(struct visit *v, struct handing_in *h)
{
	struct slice key = http_head_field(v->request->head, "Idempotency-Key");
	uint8_t octets[POST_SUBMISSION_OCTETS];
	struct buffer text;

	if (key.data != NULL && (key.len == 0 || key.len > KEY_MAX || !slice_is_printable(key) ||
	    !slice_is_ascii(key) || http_head_field_count(v->request->head, "Idempotency-Key") > 1)) {
		api_problem(v, 400, "Idempotency-Key cannot be read",
		    "It is one text of 1 to 255 printable ASCII characters.");
		return false;
	}
	if (key.data == NULL) {
		random_hex(h->submission, POST_SUBMISSION_OCTETS);
		return true;
	}
	secret_digest(key, octets, sizeof(octets));
	buffer_init(&text, NAME_SIZE);
	hex_encode(&text, slice_make((const char *)octets, sizeof(octets)));
	memcpy(h->submission, buffer_text(&text), NAME_SIZE);
	buffer_release(&text);
	return true;
}

/* ---- a message of its own, with its envelope in the address ---- */

static void take_recipient(struct visit *v, struct post *post, struct slice text,
	struct api_errors *errors)
{
	const char *problem = submission_check_recipient(text, v->arena);

	if (problem != NULL)
		api_error(errors, "to", problem);
	post->recipients[post->n_recipients++] = arena_text(v->arena, text);
}

static void take_sender(struct visit *v, struct post *post, struct slice text,
	struct api_errors *errors)
{
	const char *problem = submission_check_sender(text, v->arena);

	if (problem != NULL)
		api_error(errors, "from", problem);
	post->sender = text.len > 0 ? arena_text(v->arena, text) : "<>";
}

static void take_envelope(struct visit *v, struct post *post, struct api_errors *errors)
{
	for (size_t i = 0; i < v->query.n_fields; i++) {
		const struct form_field *f = &v->query.fields[i];

		if (slice_is(f->name, "to"))
			take_recipient(v, post, f->value, errors);
		else if (slice_is(f->name, "from"))
			take_sender(v, post, f->value, errors);
		else
			api_error(errors, arena_text(v->arena, slice_clip(f->name, 100)),
			    "is not known here: leave it out.");
	}
	post->recipients_from_header = post->n_recipients == 0;
}

/* What the header would be refused for; its recipients, when the address names none. */
static const char *header_problem(struct visit *v, const struct post *post,
	const struct message *m)
{
	const struct submission_options options = {
		.read_recipients = true,
		.sender = SLICE("<>"),
		.login = slice_of(post->login),
		.node_name = slice_of(v->web->node_name),
	};
	struct submission s;
	struct buffer header;
	int result;

	buffer_init(&header, 2 * (size_t)MESSAGE_HEADER_MAX);
	result = submission_prepare(m, &options, v->arena, &header, &s);
	buffer_release(&header);
	return result > 0 ? s.problem : NULL;
}

/* When the envelope is refused, what is wrong with the message is told with it. */
static void check_message(struct visit *v, const struct post *post, struct api_errors *errors)
{
	const char *problem = NULL;
	struct message m;
	struct buffer text;
	int result;

	buffer_init(&text, MESSAGE_MAX);
	result = message_normalise(v->request->body, &text, &m);
	if (result > 0)
		problem = message_error_text(result);
	else if (result == 0 && post->recipients_from_header)
		problem = header_problem(v, post, &m);
	if (problem != NULL)
		api_error(errors, "", problem);
	buffer_release(&text);
}

static void hand_in_whole(struct visit *v, struct handing_in *h)
{
	struct api_errors errors = { .n = 0 };

	h->post.recipients = arena_array(v->arena, v->query.n_fields + 1,
	    sizeof(*h->post.recipients));
	if (h->post.recipients == NULL)
		return;
	take_envelope(v, &h->post, &errors);
	if (errors.n == 0) {
		hand_in(v, h, v->request->body);
		return;
	}
	check_message(v, &h->post, &errors);
	api_refuse_fields(v, 422, &errors);
}

/* ---- its parts ---- */

static struct letter_list list_of(struct visit *v, json_t *object, const char *name,
	struct api_errors *errors)
{
	struct api_texts texts = api_texts_of(v, object, name, errors);

	return (struct letter_list){
		.name = name, .items = texts.items, .n = texts.n, .is_list = texts.is_list,
	};
}

static void take_fields(struct visit *v, json_t *headers, struct letter *l,
	struct api_errors *errors)
{
	struct letter_field *fields;
	const char *name;
	json_t *value;

	if (headers == NULL || json_is_null(headers))
		return;
	fields = arena_array(v->arena, json_object_size(headers) + 1, sizeof(*fields));
	if (!json_is_object(headers) || fields == NULL) {
		api_error(errors, "headers", "must be an object of names and texts.");
		return;
	}
	json_object_foreach(headers, name, value) {
		struct api_errors bad = { .n = 0 };

		fields[l->n_fields++] = (struct letter_field){
			.name = arena_slice(v->arena, slice_of(name)),
			.value = api_text_of(v, headers, name, &bad),
		};
		if (bad.n > 0)
			api_error(errors, arena_printf(v->arena, "headers.%.80s", name), "must be a text.");
	}
	l->fields = fields;
}

static void take_letter(struct visit *v, json_t *object, struct letter *l,
	struct api_errors *errors)
{
	static const char *const names[] = {
		"from", "to", "cc", "bcc", "subject", "text", "html", "headers", NULL,
	};

	api_know_members(v, object, names, errors);
	l->from = api_text_of(v, object, "from", errors);
	l->to = list_of(v, object, "to", errors);
	l->cc = list_of(v, object, "cc", errors);
	l->bcc = list_of(v, object, "bcc", errors);
	l->subject = api_text_of(v, object, "subject", errors);
	l->text = api_text_of(v, object, "text", errors);
	l->html = api_text_of(v, object, "html", errors);
	take_fields(v, json_object_get(object, "headers"), l, errors);
	if (l->from.len == 0)
		l->from = slice_of(v->bearer.from_address);
	if (l->from.len == 0)
		api_error(errors, "from", "is missing, and Email Configuration has no From Address to take "
		    "instead.");
}

static void send_letter(struct visit *v, struct handing_in *h, const struct letter *l,
	struct api_errors *errors)
{
	struct letter_result *result = arena_alloc(v->arena, sizeof(*result));
	struct buffer raw;
	int failed;

	buffer_init(&raw, POST_MESSAGE_MAX);
	failed = result == NULL ? -1 : letter_write(l, v->arena, &raw, result);
	for (size_t i = 0; failed == 0 && i < result->n_problems; i++)
		api_error(errors, result->problems[i].part, result->problems[i].text);
	if (failed != 0) {
		refuse(v, EX_TEMPFAIL, "There is not enough memory for this message now.");
	} else if (errors->n > 0) {
		api_refuse_fields(v, 422, errors);
	} else {
		h->post.sender = result->sender;
		h->post.recipients = result->recipients;
		h->post.n_recipients = result->n_recipients;
		hand_in(v, h, buffer_slice(&raw));
	}
	buffer_release(&raw);
}

static void hand_in_parts(struct visit *v, struct handing_in *h)
{
	struct api_errors errors = { .n = 0 };
	char boundary[NAME_SIZE];
	struct letter l = { .boundary = boundary };
	json_t *object = api_read_body(v, true);

	if (object == NULL)
		return;
	random_hex(boundary, POST_SUBMISSION_OCTETS);
	take_letter(v, object, &l, &errors);
	json_decref(object);
	send_letter(v, h, &l, &errors);
}

void api_mail_act(struct visit *v)
{
	struct handing_in *h = arena_alloc(v->arena, sizeof(*h));

	if (h == NULL)
		return;
	v->page = h;
	h->visit = v;
	h->post = (struct post){
		.submission = h->submission,
		.at = (uint64_t)clock_wall(),
		.sender = v->bearer.from_address,
		.full_name = "",
		.login = v->bearer.name,
	};
	if (!name_submission(v, h))
		return;
	if (http_media_type_is(http_head_field(v->request->head, "Content-Type"), "message/rfc822"))
		hand_in_whole(v, h);
	else
		hand_in_parts(v, h);
}
