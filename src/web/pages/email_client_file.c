/*
 * email_client_file.c - the JSON file of Google's console, pasted into the form of Email
 * Configuration: that of an OAuth client, or the key of a service account. Its values take the
 * place of those fields. It holds a secret, so it comes with the form that is saved and is never
 * sent back.
 */
#include <string.h>

#include "oauth2/metadata.h"
#include "web/pages/email.h"

enum {
	FILLED_MAX = 8,
};

/* What a file fills in, instead of what the form had there. */
struct filling {
	enum setting_id ids[FILLED_MAX];
	const char *values[FILLED_MAX];
	size_t n;
};

static void fill(struct filling *f, enum setting_id id, const char *value)
{
	f->ids[f->n] = id;
	f->values[f->n++] = value;
}

static bool is_filled(const struct filling *f, struct slice name)
{
	for (size_t i = 0; i < f->n; i++)
		if (slice_is(name, settings_table[f->ids[i]].key))
			return true;
	return slice_is(name, EMAIL_CLIENT_FILE);
}

static void lay_over(struct visit *v, const struct filling *f)
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

static void fill_client(const struct visit *v, const struct oauth_client_file *file,
	struct filling *f)
{
	fill(f, SETTING_EMAIL_OAUTH_CLIENT_ID, file->client_id);
	fill(f, SETTING_EMAIL_OAUTH_CLIENT_SECRET, file->client_secret);
	fill(f, SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, file->auth_endpoint);
	fill(f, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, file->token_endpoint);
	if (slice_is(form_get(&v->form, settings_table[SETTING_EMAIL_OAUTH_FLOW].key), "service"))
		fill(f, SETTING_EMAIL_OAUTH_FLOW, "code");
}

/* All that it takes but the mailbox and the relay. */
static void fill_service(const struct oauth_client_file *file, struct filling *f)
{
	fill(f, SETTING_EMAIL_OAUTH_FLOW, "service");
	fill(f, SETTING_EMAIL_OAUTH_CLIENT_ID, file->client_id);
	fill(f, SETTING_EMAIL_OAUTH_PRIVATE_KEY, file->private_key);
	fill(f, SETTING_EMAIL_OAUTH_KEY_ID, file->key_id);
	fill(f, SETTING_EMAIL_OAUTH_CERTIFICATE, "");
	fill(f, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, file->token_endpoint);
	if (slice_starts_nocase(slice_of(file->token_endpoint), "https://oauth2.googleapis.com/"))
		fill(f, SETTING_EMAIL_OAUTH_SCOPES, "https://mail.google.com/");
}

void email_client_file_take(struct visit *v)
{
	struct settings_page *page = v->page;
	struct slice text = slice_trim(form_get(&v->form, EMAIL_CLIENT_FILE));
	struct filling filling = { .n = 0 };
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
	if (file.service)
		fill_service(&file, &filling);
	else
		fill_client(v, &file, &filling);
	lay_over(v, &filling);
	if (file.service)
		page->file_note = "&file=service";
	else if (file.desktop)
		page->file_note = "&file=desktop";
	else if (file.lists_redirects && !file.has_redirect)
		page->file_note = "&file=redirect";
}
