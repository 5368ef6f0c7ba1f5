/*
 * email_client_file.c - the JSON file of Google's console, pasted into the form of Email
 * Configuration: its values take the place of those fields. It holds the client's secret, so it
 * comes with the form that is saved and is never sent back.
 */
#include <string.h>

#include "oauth2/metadata.h"
#include "web/pages/email.h"

static bool is_filled_by_file(struct slice name)
{
	static const enum setting_id ids[] = {
		SETTING_EMAIL_OAUTH_CLIENT_ID, SETTING_EMAIL_OAUTH_CLIENT_SECRET,
		SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT,
	};

	for (size_t i = 0; i < COUNT_OF(ids); i++)
		if (slice_is(name, settings_table[ids[i]].key))
			return true;
	return slice_is(name, EMAIL_CLIENT_FILE);
}

static void add(struct form_field *fields, size_t *n, enum setting_id id, const char *value)
{
	fields[(*n)++] = (struct form_field){
		.name = slice_of(settings_table[id].key), .value = slice_of(value),
	};
}

static void lay_over(struct visit *v, const struct oauth_client_file *file)
{
	struct form_field *fields = arena_array(v->arena, v->form.n_fields + 4, sizeof(*fields));
	size_t n = 0;

	if (fields == NULL)
		return;
	for (size_t i = 0; i < v->form.n_fields; i++)
		if (!is_filled_by_file(v->form.fields[i].name))
			fields[n++] = v->form.fields[i];
	add(fields, &n, SETTING_EMAIL_OAUTH_CLIENT_ID, file->client_id);
	add(fields, &n, SETTING_EMAIL_OAUTH_CLIENT_SECRET, file->client_secret);
	add(fields, &n, SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, file->auth_endpoint);
	add(fields, &n, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, file->token_endpoint);
	v->form = (struct form){ .fields = fields, .n_fields = n };
}

void email_client_file_take(struct visit *v)
{
	struct settings_page *page = v->page;
	struct slice text = slice_trim(form_get(&v->form, EMAIL_CLIENT_FILE));
	struct oauth_client_file file;
	const char *wrong;

	if (text.len == 0)
		return;
	page->file_lost = true;
	wrong = oauth_client_file_read(text, settings_redirect_uri(v), v->arena, &file);
	if (wrong != NULL) {
		problems_add(&page->problems, EMAIL_CLIENT_FILE, wrong);
		return;
	}
	lay_over(v, &file);
	if (file.desktop)
		page->file_note = "&file=desktop";
	else if (file.lists_redirects && !file.has_redirect)
		page->file_note = "&file=redirect";
}
