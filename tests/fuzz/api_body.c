/*
 * Bodies of JSON as somebody may send them to the API: whatever they hold, the request gets one
 * answer of well-formed problems, or values within their bounds; and a message made from one is a
 * canonical message with one header section.
 */
#include "fuzz/fuzz.h"

#include "core/letter.h"
#include "core/message.h"
#include "web/api/body.h"

enum {
	MEMORY = 64 * 1024 * 1024,
	MESSAGE_LIMIT = 16 * 1024 * 1024,
};

static struct letter_list list_of(struct visit *v, json_t *object, const char *name,
	struct api_errors *errors)
{
	struct api_texts texts = api_texts_of(v, object, name, errors);

	return (struct letter_list){
		.name = name, .items = texts.items, .n = texts.n, .is_list = texts.is_list,
	};
}

static void write_letter(struct visit *v, json_t *object, struct api_errors *errors)
{
	struct letter_result *result = arena_alloc(v->arena, sizeof(*result));
	struct letter l = {
		.from = api_text_of(v, object, "from", errors),
		.to = list_of(v, object, "to", errors), .cc = list_of(v, object, "cc", errors),
		.bcc = list_of(v, object, "bcc", errors),
		.subject = api_text_of(v, object, "subject", errors),
		.text = api_text_of(v, object, "text", errors),
		.html = api_text_of(v, object, "html", errors),
		.boundary = "0123456789abcdef",
	};
	struct message m;
	struct buffer raw;

	REQUIRE(result != NULL);
	buffer_init(&raw, MESSAGE_LIMIT);
	if (letter_write(&l, v->arena, &raw, result) == 0 && result->n_problems == 0) {
		REQUIRE(message_open(buffer_slice(&raw), &m) == MESSAGE_OK);
		REQUIRE(m.n_fields <= 8);
		REQUIRE(result->n_recipients > 0 && result->n_recipients <= LETTER_RECIPIENTS_MAX);
	}
	buffer_release(&raw);
}

static void take_object(struct visit *v, json_t *object)
{
	static const char *const names[] = { "to", "settings", NULL };
	struct api_errors errors = { .n = 0 };
	json_t *settings = json_object_get(object, "settings");
	struct buffer packed;

	api_know_members(v, object, names, &errors);
	buffer_init_secret(&packed, WIRE_BODY_MAX);
	api_pack_settings(v, object, "", &packed, &errors);
	api_pack_settings(v, settings, "settings.", &packed, &errors);
	buffer_release(&packed);
	write_letter(v, object, &errors);
	if (errors.n > 0)
		api_refuse_fields(v, 422, &errors);
	REQUIRE(errors.n <= API_ERRORS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct web_request request = { .body = slice_make((const char *)data, size) };
	struct visit v = { .request = &request, .arena = arena_new(MEMORY) };
	const char *problem = "";
	json_t *object;

	REQUIRE(v.arena != NULL);
	buffer_init(&v.lines, 10000);
	buffer_init(&v.body, 4 * 1024 * 1024);
	object = api_read_body(&v, true);
	if (object != NULL)
		take_object(&v, object);
	json_decref(object);
	/* what is told of it is JSON again */
	if (v.body.len > 0 && buffer_ok(&v.body)) {
		REQUIRE(slice_is_utf8(buffer_slice(&v.body)));
		object = json_read(buffer_slice(&v.body), v.arena, &problem);
		REQUIRE(object != NULL && json_is_integer(json_object_get(object, "status")));
		json_decref(object);
	}
	buffer_release(&v.lines);
	buffer_release(&v.body);
	arena_free(v.arena);
	return 0;
}
