/*
 * body.h - bodies of JSON as the API's routes take them: an object whose members are all known.
 * What is wrong is collected with the name of its member.
 */
#ifndef TOCSIN_WEB_API_BODY_H
#define TOCSIN_WEB_API_BODY_H

#include "web/api/api.h"
#include "json/json_read.h"

/*
 * The body, which is the caller's to json_decref(); no body is an empty object where none is
 * needed. NULL when the request was answered with 400.
 */
json_t *api_read_body(struct visit *v, bool needed);

/* An error for each member that is not one of these; names ends with NULL. */
void api_know_members(struct visit *v, json_t *object, const char *const *names,
	struct api_errors *errors);

/* The member as text in the arena, absent when there is none, or it is none (an error then). */
struct slice api_text_of(struct visit *v, json_t *object, const char *name,
	struct api_errors *errors);

struct api_texts {
	struct slice *items; /* in the arena */
	size_t n;
	bool is_list; /* of names like "to[3]", else one text stood there */
};

/* A member that is one text or a list of texts. */
struct api_texts api_texts_of(struct visit *v, json_t *object, const char *name,
	struct api_errors *errors);

/*
 * Appends "n x (text key, bytes value)" of the settings whose names, less "email.", are members of
 * object. within stands before their names in errors.
 */
void api_pack_settings(struct visit *v, json_t *object, const char *within, struct buffer *out,
	struct api_errors *errors);

/* Refuses a request for its errors and for what the keeper says of the values that were packed. */
void api_refuse_settings(struct visit *v, const struct api_errors *errors, const char *within,
	struct slice values);

#endif
