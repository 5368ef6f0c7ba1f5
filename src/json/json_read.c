/* json_read.c - JSON in; see json_read.h. */
#include "json/json_read.h"

#include "base/secret.h"

/*
 * Counts brackets and commas outside of strings before anything is built from them. What is no JSON
 * is left to the parser to refuse.
 */
static const char *objection(struct slice text)
{
	size_t depth = 0, values = 1;
	bool in_string = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (c == '{' || c == '[')
			depth++, values++;
		else if ((c == '}' || c == ']') && depth > 0)
			depth--;
		else if (c == ',')
			values++;
		if (depth > JSON_DEPTH_MAX)
			return "The JSON is nested more than 8 levels deep.";
		if (values > JSON_VALUES_MAX)
			return "The JSON holds more than 5000 values.";
	}
	return NULL;
}

/* Else the library would open /dev/urandom, which the sandbox does not let it. */
static void seed_once(void)
{
	static bool seeded;
	uint32_t seed = 0;

	if (seeded)
		return;
	random_bytes(&seed, sizeof(seed));
	json_object_seed(seed | 1);
	seeded = true;
}

/* The library's words, but where those speak to programmers. */
static const char *words_of(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a text contains the character \\u0000, which is not allowed";
	default:
		return error->text;
	}
}

json_t *json_read(struct slice text, struct arena *a, const char **ret_problem)
{
	const char *problem = objection(text);
	json_error_t error;
	json_t *value;

	seed_once();
	if (problem != NULL) {
		*ret_problem = problem;
		return NULL;
	}
	value = json_loadb(text.data != NULL ? text.data : "", text.len,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (value == NULL)
		*ret_problem = arena_printf(a, "This is no JSON: line %d, column %d: %s.", error.line,
			error.column, words_of(&error));
	else if (!json_is_object(value))
		*ret_problem = "This is JSON, but no object.";
	else
		return value;
	json_decref(value);
	return NULL;
}

const char *json_read_text(const json_t *object, const char *name, size_t max, struct arena *a)
{
	const json_t *member = json_object_get(object, name);

	if (!json_is_string(member) || json_string_length(member) > max)
		return NULL;
	return arena_text(a, slice_make(json_string_value(member), json_string_length(member)));
}
