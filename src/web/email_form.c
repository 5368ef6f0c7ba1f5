/* email_form.c - the table of the form, and what is read of a sent one; see email_form.h. */
#include "web/email_form.h"

#include <string.h>

#include "sys/tls_certificate.h"

const struct form_section email_form[] = {
	{
		.id = "address", .heading = "Email Address",
		.intro = "On a backup or traffic node these settings are overwritten with those of the "
		    "primary node.",
		.n_groups = 1,
		.groups = {
			{ .n_entries = 1, .entries = { { SETTING_EMAIL_FROM_ADDRESS, false } } },
		},
	},
	{
		.id = "relay", .heading = "SMTP Relay Server",
		.intro = "The server of your house or provider that takes this node's mail and delivers it.",
		.n_groups = 4,
		.groups = {
			{
				.n_entries = 4,
				.entries = {
					{ SETTING_EMAIL_RELAY_HOST, false },
					{ SETTING_EMAIL_RELAY_PORT, false },
					{ SETTING_EMAIL_ENCRYPTION, false },
					{ SETTING_EMAIL_AUTH, false },
				},
			},
			{
				.legend = "Username and Password", .when = "email.auth=password",
				.n_entries = 2,
				.entries = {
					{ SETTING_EMAIL_USERNAME, false },
					{ SETTING_EMAIL_PASSWORD, false },
				},
			},
			{
				.legend = "Password without encryption",
				.when = "email.auth=password email.encryption=none",
				.n_entries = 1,
				.entries = { { SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, false } },
			},
			{
				.legend = "OAuth2", .when = "email.auth=oauth2",
				.note = "These values come from your provider's console. Signing in with them is not "
				    "part of this version yet: they are stored and checked, and mail waits as \"not "
				    "signed in yet\".",
				.has_redirect_uri = true,
				.n_entries = 11,
				.entries = {
					{ SETTING_EMAIL_OAUTH_EMAIL, false },
					{ SETTING_EMAIL_OAUTH_CLIENT_ID, false },
					{ SETTING_EMAIL_OAUTH_CLIENT_SECRET, false },
					{ SETTING_EMAIL_OAUTH_SCOPES, false },
					{ SETTING_EMAIL_OAUTH_AUTH_ENDPOINT, false },
					{ SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT, false },
					{ SETTING_EMAIL_OAUTH_FLOW, false },
					{ SETTING_EMAIL_OAUTH_TENANT, true },
					{ SETTING_EMAIL_OAUTH_SECRET_EXPIRES, true },
					{ SETTING_EMAIL_OAUTH_CA_CERTIFICATE, true },
					{ SETTING_EMAIL_OAUTH_PROXY, true },
				},
			},
		},
	},
	{
		.id = "contact", .heading = "Admin Contact",
		.intro = "Who is told when something happens on this node.",
		.n_groups = 1,
		.groups = {
			{
				.has_test = true,
				.n_entries = 4,
				.entries = {
					{ SETTING_EMAIL_ADMIN_CONTACTS, false },
					{ SETTING_EMAIL_DAILY_NOTICE, false },
					{ SETTING_EMAIL_DAILY_NOTICE_TIME, false },
					{ SETTING_EMAIL_TIME_ZONE, false },
				},
			},
		},
	},
	{
		.id = "advanced", .heading = "Advanced", .folded = true,
		.n_groups = 1,
		.groups = {
			{
				.n_entries = 6,
				.entries = {
					{ SETTING_EMAIL_CA_CERTIFICATE, true },
					{ SETTING_EMAIL_HELO_NAME, true },
					{ SETTING_EMAIL_MAX_CONNECTIONS, false },
					{ SETTING_EMAIL_MESSAGES_PER_MINUTE, false },
					{ SETTING_EMAIL_ENVELOPE_SENDER, true },
					{ SETTING_EMAIL_REWRITE_FROM, false },
				},
			},
		},
	},
};

const size_t n_email_form = COUNT_OF(email_form);

enum {
	TEXT_MAX = 128 * 1024,
};

/* ---- what is saved ---- */

static void mark_what_is_on_the_form(struct email_values *values)
{
	for (size_t s = 0; s < n_email_form; s++)
		for (size_t g = 0; g < email_form[s].n_groups; g++)
			for (size_t e = 0; e < email_form[s].groups[g].n_entries; e++)
				values->on_form[email_form[s].groups[g].entries[e].id] = true;
}

/* A list is shown as one address a line. */
static const char *one_a_line(const char *list, struct arena *a)
{
	char *text = arena_alloc(a, strlen(list) + 1);

	if (text == NULL)
		return "";
	for (size_t i = 0; list[i] != '\0'; i++)
		text[i] = list[i] == ' ' ? '\n' : list[i];
	return text;
}

static void take_saved(struct email_values *values, enum setting_id id, const char *value,
	struct arena *a)
{
	const struct setting *row = &settings_table[id];

	if (row->secret) {
		values->settings.value[id] = values->is_set[id] ? "is set" : "";
		values->shown[id] = "";
		return;
	}
	values->settings.value[id] = value;
	values->shown[id] = row->type == SETTING_TYPE_ADDRESS_LIST ? one_a_line(value, a) : value;
}

bool email_values_unpack(struct unpack *u, struct arena *a, struct email_values *ret_values)
{
	struct email_values values = { .version = unpack_number(u) };
	uint64_t n = unpack_below(u, 1000);

	settings_init(&values.settings);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		values.shown[i] = values.settings.value[i];
		values.by[i] = "";
	}
	mark_what_is_on_the_form(&values);
	for (uint64_t i = 0; i < n && !u->failed; i++) {
		const struct setting *row = setting_find(unpack_slice(u, TEXT_MAX));
		const char *value = unpack_text(u, TEXT_MAX, a);
		bool is_set = unpack_bool(u);
		uint64_t at = unpack_number(u);
		const char *by = unpack_text(u, TEXT_MAX, a);
		enum setting_id id;

		if (row == NULL)
			continue;
		id = setting_id_of(row);
		values.is_set[id] = is_set;
		values.at[id] = at;
		values.by[id] = by;
		take_saved(&values, id, value, a);
	}
	if (!unpack_end(u))
		return false;
	*ret_values = values;
	return true;
}

/* ---- what was sent ---- */

/* A box that is not ticked is not sent at all. */
static struct slice sent_value(const struct form *form, const struct setting *row)
{
	struct slice value = form_get(form, row->key);

	if (row->type == SETTING_TYPE_SWITCH && value.data == NULL)
		return SLICE("no");
	return value;
}

/* True when this field of the form changes something: an empty secret keeps what is set. */
static bool was_sent(const struct form *form, const struct setting *row)
{
	struct slice value = sent_value(form, row);

	return value.data != NULL && (!row->secret || value.len > 0);
}

static void add_problem(struct problems_view *problems, enum setting_id id, const char *text,
	struct arena *a)
{
	const struct setting *row = &settings_table[id];

	if (problems_of(problems, row->key) == NULL)
		problems_add(problems, row->key, arena_printf(a, "%s %s", row->label, text));
}

/* A NUL would end the text; it shows as what it is: a character that has no place here. */
static const char *as_typed(struct slice value, struct arena *a)
{
	static const char mark[] = "\ufffd";
	char *text = arena_alloc(a, value.len * (sizeof(mark) - 1) + 1), *end = text;

	if (text == NULL)
		return "";
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] != '\0') {
			*end++ = value.data[i];
			continue;
		}
		memcpy(end, mark, sizeof(mark) - 1);
		end += sizeof(mark) - 1;
	}
	return text;
}

/* A private key pasted in the wrong place is a secret too: it is refused and not sent back. */
static bool is_secret(const struct setting *row, struct slice value)
{
	return row->secret || slice_find(value, SLICE("PRIVATE KEY-----")) < value.len;
}

static int take_sent(struct email_values *values, enum setting_id id, struct slice value,
	struct arena *a, struct problems_view *problems)
{
	const struct setting *row = &settings_table[id];
	const char *normal = NULL, *error = NULL;
	struct fault fault;
	int result = setting_check(id, value, a, &normal, &error);

	if (result < 0)
		return result;
	values->typed[id] = row->secret;
	values->shown[id] = is_secret(row, value) ? "" : as_typed(value, a);
	if (result == SETTING_OK && row->type == SETTING_TYPE_PEM && normal[0] != '\0' &&
	    tls_pem_check(slice_of(normal), &fault) != 0)
		error = arena_copy(a, fault.text);
	if (error != NULL)
		add_problem(problems, id, error, a);
	values->settings.value[id] = error == NULL ? normal : as_typed(value, a);
	return 0;
}

int email_values_take(struct email_values *values, const struct form *form, struct arena *a,
	struct problems_view *problems)
{
	struct setting_errors together = { .n = 0 };

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *row = &settings_table[i];

		if (values->on_form[i] && form_count(form, row->key) > 1)
			add_problem(problems, (enum setting_id)i, "was sent twice.", a);
		if (!values->on_form[i] || !was_sent(form, row))
			continue;
		if (take_sent(values, (enum setting_id)i, sent_value(form, row), a, problems) != 0)
			return -1;
	}
	settings_check_together(&values->settings, &together);
	for (size_t i = 0; i < together.n; i++)
		add_problem(problems, together.list[i].id, together.list[i].text, a);
	return arena_failed(a) ? -1 : 0;
}

uint64_t email_values_count_changes(const struct email_values *a, const struct email_values *b)
{
	uint64_t n = 0;

	for (size_t i = 0; i < SETTING_COUNT; i++)
		n += b->typed[i] || strcmp(a->settings.value[i], b->settings.value[i]) != 0;
	return n;
}

void email_form_sort(struct problems_view *problems)
{
	const char *names[SETTING_COUNT];
	size_t n = 0;

	for (size_t s = 0; s < n_email_form; s++)
		for (size_t g = 0; g < email_form[s].n_groups; g++) {
			const struct form_group *group = &email_form[s].groups[g];

			for (size_t e = 0; e < group->n_entries; e++)
				names[n++] = settings_table[group->entries[e].id].key;
		}
	problems_sort(problems, names, n);
}

void email_values_pack(struct buffer *body, const struct form *form)
{
	struct email_values values = { .version = 0 };
	uint64_t n = 0;

	mark_what_is_on_the_form(&values);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		n += values.on_form[i] && was_sent(form, &settings_table[i]);
	pack_number(body, n);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (!values.on_form[i] || !was_sent(form, &settings_table[i]))
			continue;
		pack_text(body, settings_table[i].key);
		pack_slice(body, sent_value(form, &settings_table[i]));
	}
}
