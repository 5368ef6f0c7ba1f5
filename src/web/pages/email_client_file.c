/*
 * email_client_file.c - the JSON file of Google's console, pasted into the form of Email
 * Configuration: that of an OAuth client, or the key of a service account. Its values take the
 * place of those fields. It holds a secret, so it comes with the form that is saved and is never
 * sent back.
 */
#include <string.h>

#include "core/oauth_fill.h"
#include "oauth2/metadata.h"
#include "web/pages/email.h"

static bool is_filled(const struct oauth_fill *f, struct slice name)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_is(name, settings_table[f->ids[i]].key))
			return true;
	return slice_is(name, EMAIL_CLIENT_FILE);
}

static void lay_over(struct visit *v, const struct oauth_fill *f)
{
	struct form_field *fields = arena_array(v->arena, v->form.n_fields + f->n, sizeof(*fields));
	size_t n = 0;

	if (fields == NULL)
		return;
	for (size_t i = 0; i < v->form.n_fields; i++)
		if (!is_filled(f, v->form.fields[i].name))
			fields[n++] = v->form.fields[i];
	for (size_t i = 0; i < f->n; i++)
		fields[n++] = (struct form_field){
			.name = slice_of(settings_table[f->ids[i]].key),
			.value = slice_of(f->values[i]),
		};
	v->form = (struct form){ .fields = fields, .n_fields = n };
}

/* What is missing because the file cannot be read is no mistake of its own. */
static void await_file(const struct visit *v, struct settings_page *page)
{
	static const enum setting_id ids[] = {
		SETTING_EMAIL_OAUTH_CLIENT_ID, SETTING_EMAIL_OAUTH_CLIENT_SECRET,
		SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT,
		SETTING_EMAIL_OAUTH_PRIVATE_KEY,
	};

	_Static_assert(COUNT_OF(ids) <= (size_t)SETTINGS_AWAITED_MAX, "all have room");
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		if (form_get(&v->form, settings_table[ids[i]].key).len == 0)
			page->awaited[page->n_awaited++] = ids[i];
}

static bool is_too_long(const struct visit *v)
{
	const struct form_field *field = form_too_long(&v->form);

	return field != NULL && slice_is(field->name, EMAIL_CLIENT_FILE);
}

void email_client_file_take(struct visit *v)
{
	struct settings_page *page = v->page;
	struct slice text = slice_trim(form_get(&v->form, EMAIL_CLIENT_FILE));
	struct oauth_fill filling;
	struct oauth_client_file file;
	const char *wrong;

	if (is_too_long(v))
		await_file(v, page);
	page->file_lost = text.len > 0 || is_too_long(v);
	if (text.len == 0)
		return;
	wrong = oauth_client_file_read(text, settings_redirect_uri(v), v->arena, &file);
	if (wrong != NULL) {
		problems_add(&page->problems, EMAIL_CLIENT_FILE, wrong);
		await_file(v, page);
		return;
	}
	oauth_fill_make(&(struct oauth_fill_source){
		.service = file.service, .client_id = file.client_id,
		.client_secret = file.client_secret,
		.auth_endpoint = file.auth_endpoint, .token_endpoint = file.token_endpoint,
		.private_key = file.private_key, .key_id = file.key_id,
	}, form_get(&v->form, settings_table[SETTING_EMAIL_OAUTH_FLOW].key), &filling);
	lay_over(v, &filling);
	if (file.service)
		page->file_note = "&file=service";
	else if (file.desktop)
		page->file_note = "&file=desktop";
	else if (file.lists_redirects && !file.has_redirect)
		page->file_note = "&file=redirect";
}
