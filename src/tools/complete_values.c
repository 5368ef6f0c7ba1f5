/* complete_values.c - what may stand where a usage says KEY, STATE, NAME, ...; see complete.h. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "core/preset.h"
#include "core/queue_state.h"
#include "core/settings_table.h"
#include "core/verdict.h"
#include "tools/complete.h"
#include "wire/alias.h"
#include "wire/queue_view.h"
#include "wire/token.h"
#include "wire/user.h"

enum {
	WORD_SIZE = 100,
	WAIT_MS = 1000, /* longer than that nobody waits for a key */
	IDS_MAX = 50,
};

void complete_offer(const char *word, const char *end, const char *begun)
{
	if (strncmp(word, begun, strlen(begun)) == 0)
		printf("%s%s\n", word, end);
}

/* ---- what the tables of the program know ---- */

static void offer_value(const char *key, const char *value, const char *begun)
{
	char text[WORD_SIZE];

	if ((size_t)snprintf(text, sizeof(text), "%s=%s", key, value) < sizeof(text))
		complete_offer(text, "", begun);
}

static void offer_values_of(const struct setting *row, const char *begun)
{
	if (row->type == SETTING_TYPE_SWITCH) {
		offer_value(row->key, "yes", begun);
		offer_value(row->key, "no", begun);
	} else if (row->type == SETTING_TYPE_CHOICE) {
		for (size_t i = 0; row->choices[i].value != NULL; i++)
			offer_value(row->key, row->choices[i].value, begun);
	} else if (row->type == SETTING_TYPE_PEM || row->secret) {
		offer_value(row->key, "@", begun);
	}
}

static void offer_assignments(const char *begun)
{
	struct slice rest = slice_of(begun);
	const struct setting *row = setting_find(slice_cut(&rest, '='));

	if (rest.data != NULL && row != NULL)
		offer_values_of(row, begun);
	for (size_t i = 0; rest.data == NULL && i < SETTING_COUNT; i++)
		complete_offer(settings_table[i].key, "=", begun);
}

static void offer_keys(const char *begun)
{
	for (size_t i = 0; i < SETTING_COUNT; i++)
		complete_offer(settings_table[i].key, "", begun);
}

static void offer_sections(const char *begun)
{
	char last[WORD_SIZE] = "";

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		struct slice rest = slice_of(settings_table[i].key);
		char text[WORD_SIZE];

		if (!slice_copy(slice_cut(&rest, '.'), text, sizeof(text)) ||
			strcmp(text, last) == 0)
			continue;
		memcpy(last, text, sizeof(last));
		complete_offer(text, "", begun);
	}
}

static void offer_states(const char *begun)
{
	complete_offer("open", "", begun);
	complete_offer("all", "", begun);
	for (enum queue_state s = 0; s < QUEUE_STATE_COUNT; s++)
		if (s != QUEUE_IN_FLIGHT && s != QUEUE_DOT_SENT)
			complete_offer(queue_state_name(s), "", begun);
}

static void offer_stages(const char *begun)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		complete_offer(verdict_stage_name((enum verdict_stage)i), "", begun);
}

static void offer_presets(const char *begun)
{
	for (size_t i = 0; i < n_presets; i++)
		complete_offer(presets[i].name, "", begun);
}

static void offer_contacts(const char *begun)
{
	complete_offer(ALIAS_CONTACTS, "", begun);
}

static void offer_file(const char *begun)
{
	if (begun[0] == '\0')
		puts("@");
}

/* "read,send,admin": words of the usage itself, several with commas between them. */
static void offer_listed(struct slice words, const char *begun)
{
	const char *comma = strrchr(begun, ',');
	size_t before = comma != NULL ? (size_t)(comma - begun) + 1 : 0;

	while (words.data != NULL) {
		struct slice word = slice_cut(&words, ',');
		char text[WORD_SIZE];

		if (before + word.len >= sizeof(text) ||
			slice_find(slice_make(begun, before), word) < before)
			continue;
		memcpy(text, begun, before);
		memcpy(text + before, word.data, word.len);
		text[before + word.len] = '\0';
		complete_offer(text, "", begun);
	}
}

/* ---- what the daemon knows ---- */

static void offer_aliases(struct unpack *u, struct arena *a, const struct command *c UNUSED,
	const char *begun)
{
	uint64_t n = unpack_below(u, ALIAS_MAX + 1);

	for (uint64_t i = 0; i < n && !u->failed; i++) {
		struct alias_row row;

		alias_row_unpack(u, a, &row);
		if (!u->failed)
			complete_offer(row.alias.name, "", begun);
	}
}

static void offer_users(struct unpack *u, struct arena *a, const struct command *c,
	const char *begun)
{
	bool enables = strcmp(c->name, "admin enable") == 0;
	bool disables = strcmp(c->name, "admin disable") == 0;
	uint64_t n = unpack_below(u, USERS_MAX + 1);

	for (uint64_t i = 0; i < n && !u->failed; i++) {
		struct user_view user;

		user_view_unpack(u, a, &user);
		if (!u->failed && (user.disabled ? !disables : !enables))
			complete_offer(user.name, "", begun);
	}
}

static void offer_tokens(struct unpack *u, struct arena *a, const struct command *c UNUSED,
	const char *begun)
{
	uint64_t n = unpack_below(u, TOKENS_MAX + 1);

	for (uint64_t i = 0; i < n && !u->failed; i++) {
		struct token_view token;

		token_view_unpack(u, a, &token);
		if (!u->failed && token.revoked == 0)
			complete_offer(token.name, "", begun);
	}
}

static void offer_ids(struct unpack *u, struct arena *a, const struct command *c UNUSED,
	const char *begun)
{
	uint64_t n;

	unpack_number(u); /* where the next page begins */
	n = unpack_below(u, IDS_MAX + 1);
	for (uint64_t i = 0; i < n && !u->failed; i++) {
		struct queue_row row;

		queue_row_unpack(u, a, &row);
		if (!u->failed)
			complete_offer(row.queue_id, "", begun);
	}
}

static void pack_realm(struct buffer *body, const struct command *c UNUSED)
{
	pack_text(body, "login");
}

/* What the command can do something with. */
static const char *state_for(const struct command *c)
{
	if (strcmp(c->name, "queue show") == 0)
		return "all";
	if (strcmp(c->name, "queue resend") == 0)
		return "failed";
	return strcmp(c->name, "queue release") == 0 ? "held" : "open";
}

static void pack_newest(struct buffer *body, const struct command *c)
{
	const struct queue_question wanted = {
		.state = state_for(c),
		.to = "", .from = "", .subject = "", .id = "", .limit = IDS_MAX,
	};

	queue_question_pack(body, &wanted);
}

/* A list of the daemon's. */
struct known {
	enum word word, answer;
	void (*pack)(struct buffer *body, const struct command *c); /* or NULL */
	void (*offer)(struct unpack *u, struct arena *a, const struct command *c,
		const char *begun);
};

static const struct known aliases = { WORD_ALIAS_LIST, WORD_ALIASES_ARE, NULL, offer_aliases };
static const struct known users = { WORD_USER_LIST, WORD_USERS_ARE, pack_realm, offer_users };
static const struct known tokens = { WORD_TOKEN_LIST, WORD_TOKENS_ARE, NULL, offer_tokens };
static const struct known mail = { WORD_QUEUE_LIST, WORD_QUEUE_IS, pack_newest, offer_ids };

static void offer_known(const struct known *k, const struct command *c, const char *path,
	const char *begun)
{
	struct arena *a = arena_new(1024 * 1024);
	struct config config;
	struct client client;
	struct fault fault;
	struct buffer body;
	struct unpack u;

	if (a == NULL || client_read_config(path, a, &config) != 0) {
		arena_free(a);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	if (k->pack != NULL)
		k->pack(&body, c);
	if (client_init(&client, &config, &fault) == 0 &&
		client_ask(&client, k->word, &body, WAIT_MS) == 0 && client.word == k->answer) {
		unpack_init(&u, client.body);
		k->offer(&u, client.arena, c, begun);
	}
	client_release(&client);
	buffer_release(&body);
	arena_free(a);
}

/* ---- which of them a name stands for ---- */

static const struct {
	const char *name;
	const char *command; /* how it begins; "" any */
	void (*offer)(const char *begun);
	const struct known *known;
} rows[] = {
	{ "KEY=VALUE", "", offer_assignments, NULL },
	{ "KEY", "", offer_keys, NULL },
	{ "SECTION", "", offer_sections, NULL },
	{ "STATE", "", offer_states, NULL },
	{ "STAGE", "", offer_stages, NULL },
	{ "@FILE", "", offer_file, NULL },
	{ "NAME", "preset ", offer_presets, NULL },
	{ "NAME", "alias ", NULL, &aliases },
	{ "TARGET", "alias ", offer_contacts, &aliases },
	{ "NAME", "admin add", NULL, NULL }, /* new ones */
	{ "NAME", "token create", NULL, NULL },
	{ "NAME", "admin ", NULL, &users },
	{ "NAME", "token ", NULL, &tokens },
	{ "ID", "queue ", NULL, &mail },
};

void complete_offer_values(const struct command *c, struct slice name, const char *path,
	const char *begun)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (!slice_is(name, rows[i].name) ||
			!slice_starts(slice_of(c->name), rows[i].command))
			continue;
		if (rows[i].offer != NULL)
			rows[i].offer(begun);
		if (rows[i].known != NULL)
			offer_known(rows[i].known, c, path, begun);
		return;
	}
	if (name.len > 0 && char_is_alpha(name.data[0]) && name.data[0] >= 'a')
		offer_listed(name, begun);
}
