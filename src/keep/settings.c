/*
 * settings.c - the settings in force: loading them, showing them, saving a set of them whole or
 * not at all, and telling the roles that act by them.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "core/host.h"
#include "keep/alerts.h"
#include "keep/daily.h"
#include "keep/endings.h"
#include "keep/handlers.h"
#include "keep/oauth.h"
#include "keep/queue.h"
#include "keep/retention.h"
#include "keep/zones.h"
#include "store/audit.h"
#include "store/settings.h"
#include "sys/clock.h"
#include "sys/tls_certificate.h"
#include "sys/tls_key.h"
#include "keep/settings.h"

enum {
	SETTINGS_MAX = 2 * 1024 * 1024,
	NAMES_MAX = 1800, /* of the changed keys, in the audit log */
};

/* ---- in force ---- */

int keep_settings_load(struct keeper *k)
{
	struct arena *a = arena_new(SETTINGS_MAX);
	struct store_settings stored;
	struct settings settings;

	if (a == NULL || store_settings_load(store_reader(k->store), a, &stored) != STORE_OK) {
		arena_free(a);
		return -1;
	}
	settings_init(&settings);
	for (size_t i = 0; i < stored.n; i++) {
		const struct setting *row = setting_find(slice_of(stored.items[i].key));

		if (row != NULL)
			settings.value[setting_id_of(row)] = stored.items[i].value;
		else
			log_warning("the store holds a setting %s that this version does not know",
				stored.items[i].key);
	}
	arena_free(k->settings_arena);
	k->settings_arena = a;
	k->settings = settings;
	k->settings_version = stored.version;
	return 0;
}

/* ---- the relay, as the sender needs it ---- */

static enum relay_encryption encryption_of(const struct settings *s)
{
	if (setting_is(s, SETTING_EMAIL_ENCRYPTION, "tls"))
		return RELAY_ENCRYPTION_TLS;
	if (setting_is(s, SETTING_EMAIL_ENCRYPTION, "starttls"))
		return RELAY_ENCRYPTION_STARTTLS;
	return RELAY_ENCRYPTION_NONE;
}

void keep_relay_of(const struct keeper *k, const struct settings *s, struct relay *ret_relay)
{
	bool password = setting_is(s, SETTING_EMAIL_AUTH, "password");
	bool oauth2 = setting_is(s, SETTING_EMAIL_AUTH, "oauth2");
	const char *from = s->value[SETTING_EMAIL_FROM_ADDRESS];

	*ret_relay = (struct relay){
		.version = k->settings_version,
		.host = s->value[SETTING_EMAIL_RELAY_HOST],
		.port = (uint16_t)setting_number(s, SETTING_EMAIL_RELAY_PORT),
		.encryption = encryption_of(s),
		.auth = password ? RELAY_AUTH_PASSWORD :
			oauth2 ? RELAY_AUTH_OAUTH2 : RELAY_AUTH_NONE,
		.username = password ? s->value[SETTING_EMAIL_USERNAME] :
			oauth2 ? s->value[SETTING_EMAIL_OAUTH_EMAIL] : "",
		.password = password ? s->value[SETTING_EMAIL_PASSWORD] : "",
		.token = keep_oauth_token(k, s),
		.token_number = keep_oauth_token_number(k),
		.allow_clear_password = setting_is(s, SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, "yes") ||
			host_is_loopback(slice_of(s->value[SETTING_EMAIL_RELAY_HOST])),
		.ca_certificate = s->value[SETTING_EMAIL_CA_CERTIFICATE],
		.helo_name = setting_is_set(s, SETTING_EMAIL_HELO_NAME)
			? s->value[SETTING_EMAIL_HELO_NAME]
			: settings_mail_domain(s, k->config->node_name),
		.from_address = from,
		.envelope_sender = setting_is_set(s, SETTING_EMAIL_ENVELOPE_SENDER)
			? s->value[SETTING_EMAIL_ENVELOPE_SENDER]
			: from,
		.rewrite_from = setting_is(s, SETTING_EMAIL_REWRITE_FROM, "always") ||
			(setting_is(s, SETTING_EMAIL_REWRITE_FROM, "auto") &&
				!setting_is(s, SETTING_EMAIL_AUTH, "none")),
		.node_name = k->config->node_name,
		.max_connections = (unsigned)setting_number(s, SETTING_EMAIL_MAX_CONNECTIONS),
	};
	/* nothing is handed to a relay that may not be used yet: the queue is held meanwhile */
	if (keep_mail_obstacle(k, s) != NULL)
		ret_relay->host = "";
}

void keep_settings_push(struct keeper *k, enum role peer)
{
	struct buffer body;
	struct relay relay;

	if (k->peers[peer] == NULL)
		return;
	buffer_init_secret(&body, WIRE_BODY_MAX);
	if (peer == ROLE_SENDER) {
		keep_relay_of(k, &k->settings, &relay);
		relay_pack(&body, &relay);
		channel_send(k->peers[peer], WORD_RELAY, 0, &body);
	} else if (peer == ROLE_FRONT) {
		pack_text(&body, settings_mail_domain(&k->settings, k->config->node_name));
		pack_text(&body, k->config->node_name);
		keep_aliases_pack_names(k, &body);
		channel_send(k->peers[peer], WORD_SITE, 0, &body);
	}
	buffer_release(&body);
}

/* ---- showing ---- */

static bool in_section(const struct setting *row, const char *section)
{
	size_t len = strlen(section);

	return len == 0 || strcmp(row->key, section) == 0 ||
		(strncmp(row->key, section, len) == 0 && row->key[len] == '.');
}

static void pack_setting(struct buffer *body, const struct keeper *k, enum setting_id id,
	const struct store_settings *stored)
{
	const struct setting *row = &settings_table[id];
	const struct store_setting *found = NULL;

	for (size_t i = 0; i < stored->n && found == NULL; i++)
		if (strcmp(stored->items[i].key, row->key) == 0)
			found = &stored->items[i];
	pack_text(body, row->key);
	pack_text(body, row->secret ? "" : k->settings.value[id]);
	pack_bool(body, setting_is_set(&k->settings, id));
	pack_number(body, found != NULL ? (uint64_t)found->at : 0);
	pack_text(body, found != NULL ? found->by : "");
}

void keep_settings_get(struct request *r)
{
	struct keeper *k = r->keeper;
	const char *section = unpack_text(&r->body, 100, r->arena);
	struct store_settings stored;
	struct buffer body;
	uint64_t n = 0;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	if (store_settings_load(store_reader(k->store), r->arena, &stored) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	for (int i = 0; i < SETTING_COUNT; i++)
		n += in_section(&settings_table[i], section);
	if (n == 0) {
		keep_refuse(r, EX_USAGE, section, "is no setting and no section of settings.");
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, k->settings_version);
	pack_number(&body, n);
	for (int i = 0; i < SETTING_COUNT; i++)
		if (in_section(&settings_table[i], section))
			pack_setting(&body, k, (enum setting_id)i, &stored);
	keep_reply(r, WORD_SETTINGS_ARE, &body);
	buffer_release(&body);
}

/* ---- values that somebody wants ---- */

/*
 * One value: the table's check; for certificates that they can be read, and for a time zone that
 * this machine knows its rules.
 */
int keep_values_take(const struct keeper *k, struct keep_values *v, struct slice key,
	struct slice value, struct arena *a)
{
	const struct setting *row = setting_find(key);
	const char *normal = "", *error = NULL;
	struct fault fault;
	enum setting_id id;
	int result;

	if (row == NULL) {
		keep_problem(&v->problems, arena_text(a, slice_sub(key, 0, 100)), "is no setting.");
		return 0;
	}
	id = setting_id_of(row);
	result = setting_check(id, value, a, &normal, &error);
	if (result < 0)
		return result;
	if (result != SETTING_OK) {
		keep_problem(&v->problems, row->key, error);
	} else if (row->type == SETTING_TYPE_PEM && normal[0] != '\0' &&
		tls_pem_check(slice_of(normal), &fault) != 0) {
		keep_problem(&v->problems, row->key, arena_copy(a, fault.text));
	} else if (row->type == SETTING_TYPE_KEY && normal[0] != '\0' &&
		tls_key_check(slice_of(normal), &fault) != 0) {
		keep_problem(&v->problems, row->key, arena_copy(a, fault.text));
	} else if (row->type == SETTING_TYPE_ZONE && keep_zone_find(k, normal) == NULL) {
		keep_problem(&v->problems, row->key, "is a time zone of which this machine has no data. Install "
			"the package tzdata and start Tocsin again, or take UTC.");
	} else {
		v->settings.value[id] = normal;
		v->given[id] = true;
	}
	return 0;
}

/*
 * A form gives all fields of the page at once and is told what is missing, and so is the API; a
 * command that sets one value may leave the set incomplete: mail then waits, and the status says
 * for what.
 */
static bool is_form(const struct request *r)
{
	return r->asker.who.kind == WHO_SESSION || r->asker.who.kind == WHO_BEARER;
}

/* What a section lacks is for whoever gives some of it, well or not. */
static bool is_about(const struct keep_values *v, enum setting_id id)
{
	struct slice section = setting_section(settings_table[id].key);

	for (int i = 0; i < SETTING_COUNT; i++)
		if (v->given[i] && slice_equal(setting_section(settings_table[i].key), section))
			return true;
	for (size_t i = 0; i < v->problems.n; i++)
		if (slice_equal(setting_section(v->problems.list[i].field), section))
			return true;
	return false;
}

static bool changes(const struct request *r, const struct keep_values *v, enum setting_id id)
{
	return strcmp(v->settings.value[id], r->keeper->settings.value[id]) != 0;
}

/*
 * As a saved password, the client's secret goes to no other provider by itself; nor to one that was
 * named while it went nowhere: with another type of sign-in, or a service account, which has none.
 */
static bool needs_client_secret_again(const struct request *r, const struct keep_values *v)
{
	if (!is_form(r) || v->given[SETTING_EMAIL_OAUTH_CLIENT_SECRET] ||
		!setting_is(&v->settings, SETTING_EMAIL_AUTH, "oauth2") ||
		!setting_is_set(&v->settings, SETTING_EMAIL_OAUTH_CLIENT_SECRET) ||
		setting_is(&v->settings, SETTING_EMAIL_OAUTH_FLOW, "service"))
		return false;
	return changes(r, v, SETTING_EMAIL_OAUTH_TOKEN_ENDPOINT) ||
		changes(r, v, SETTING_EMAIL_OAUTH_CA_CERTIFICATE) ||
		changes(r, v, SETTING_EMAIL_AUTH) ||
		setting_is(&r->keeper->settings, SETTING_EMAIL_OAUTH_FLOW, "service");
}

/*
 * A saved password is never shown, so it must not be had either by sending it to a server of one's
 * own: who names another relay, or lets the password travel in clear text, types it once more; and
 * who switches the sign-in with it on, since the relay may have been named before that.
 * Whoever commands on this box itself could read it anyhow.
 */
static bool needs_password_again(const struct request *r, const struct keep_values *v)
{
	if (!is_form(r) || v->given[SETTING_EMAIL_PASSWORD] ||
		!setting_is(&v->settings, SETTING_EMAIL_AUTH, "password") ||
		!setting_is_set(&v->settings, SETTING_EMAIL_PASSWORD))
		return false;
	return changes(r, v, SETTING_EMAIL_AUTH) ||
		changes(r, v, SETTING_EMAIL_RELAY_HOST) ||
		changes(r, v, SETTING_EMAIL_RELAY_PORT) ||
		changes(r, v, SETTING_EMAIL_USERNAME) ||
		changes(r, v, SETTING_EMAIL_CA_CERTIFICATE) ||
		(changes(r, v, SETTING_EMAIL_ENCRYPTION) &&
			setting_is(&v->settings, SETTING_EMAIL_ENCRYPTION, "none")) ||
		(changes(r, v, SETTING_EMAIL_ALLOW_CLEAR_PASSWORD) &&
			setting_is(&v->settings, SETTING_EMAIL_ALLOW_CLEAR_PASSWORD, "yes"));
}

/* Whether a certificate belongs to its key, once either of them was given. */
static void check_key_pair(const struct request *r, struct keep_values *v)
{
	const char *key = v->settings.value[SETTING_EMAIL_OAUTH_PRIVATE_KEY];
	const char *certificate = v->settings.value[SETTING_EMAIL_OAUTH_CERTIFICATE];
	struct fault fault;

	if (!v->given[SETTING_EMAIL_OAUTH_PRIVATE_KEY] &&
		!v->given[SETTING_EMAIL_OAUTH_CERTIFICATE])
		return;
	if (key[0] != '\0' && certificate[0] != '\0' &&
		tls_key_fits(slice_of(key), slice_of(certificate), &fault) != 0)
		keep_problem(&v->problems, settings_table[SETTING_EMAIL_OAUTH_CERTIFICATE].key,
			arena_copy(r->arena, fault.text));
}

int keep_values_unpack(struct request *r, struct keep_values *v)
{
	struct setting_errors errors = { 0 };
	uint64_t n = unpack_below(&r->body, SETTING_COUNT * 2);

	*v = (struct keep_values){ .settings = r->keeper->settings };
	for (uint64_t i = 0; i < n; i++) {
		struct slice key = unpack_slice(&r->body, 200);
		struct slice value = unpack_slice(&r->body, WIRE_BODY_MAX);

		if (!r->body.failed && keep_values_take(r->keeper, v, key, value, r->arena) != 0)
			return -1;
	}
	settings_check_together(&v->settings, &errors);
	for (size_t i = 0; i < errors.n; i++)
		if (!errors.list[i].incomplete || (is_form(r) && is_about(v, errors.list[i].id)))
			keep_problem(&v->problems, settings_table[errors.list[i].id].key,
				errors.list[i].text);
	check_key_pair(r, v);
	if (needs_password_again(r, v))
		keep_problem(&v->problems, settings_table[SETTING_EMAIL_PASSWORD].key, "must be typed once "
			"more: the saved one is not sent to another server, port or account by itself.");
	if (needs_client_secret_again(r, v))
		keep_problem(&v->problems, settings_table[SETTING_EMAIL_OAUTH_CLIENT_SECRET].key, "must be "
			"typed once more: the saved one is not sent to another provider by itself.");
	return arena_failed(r->arena) ? -1 : 0;
}

/* ---- saving ---- */

struct save {
	struct store_settings_save save;
	struct store_setting_value values[SETTING_COUNT];
	struct audit_entry audit;
	uint64_t version;
	size_t n_changed;
};

static int run_save(struct store_db *db, void *arg)
{
	struct request *r = arg;
	struct save *s = r->data;
	int result = store_settings_save(db, &s->save, &s->version, &s->n_changed);

	if (result == STORE_OK && s->n_changed > 0)
		result = audit_append(db, &s->audit);
	return result;
}

/* Whether a change of this key stands in the way: another of its section was to be saved. */
static bool concerns(const struct save *s, const char *key)
{
	for (size_t i = 0; i < s->save.n; i++)
		if (slice_equal(setting_section(s->values[i].key), setting_section(key)))
			return true;
	return false;
}

static void pack_changes(struct buffer *body, const struct save *s,
	const struct store_setting_changes *changes)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->n; i++)
		n += concerns(s, changes->items[i].key);
	pack_number(body, n);
	for (size_t i = 0; i < changes->n; i++) {
		if (!concerns(s, changes->items[i].key))
			continue;
		pack_text(body, changes->items[i].key);
		pack_text(body, changes->items[i].by);
		pack_number(body, (uint64_t)changes->items[i].at);
	}
}

static void reply_conflict(struct request *r, const struct save *s)
{
	struct store_setting_changes changes;
	struct buffer body;

	if (store_settings_changes(store_reader(r->keeper->store), s->save.seen, r->arena,
		&changes) != STORE_OK) {
		keep_refuse_store(r, STORE_FAILED);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, r->keeper->settings_version);
	pack_changes(&body, s, &changes);
	keep_reply(r, WORD_SETTINGS_CONFLICT, &body);
	buffer_release(&body);
}

static void save_done(void *arg, int result)
{
	struct request *r = arg;
	struct keeper *k = r->keeper;
	struct save *s = r->data;
	struct buffer body;

	if (result == STORE_CONFLICT) {
		reply_conflict(r, s);
		return;
	}
	if (result != STORE_OK || keep_settings_load(k) != 0) {
		keep_refuse_store(r, result != STORE_OK ? result : STORE_FAILED);
		return;
	}
	if (s->n_changed > 0) {
		log_info("settings were changed by %s: version %ju", r->asker.name, (uintmax_t)s->version);
		keep_oauth_settings_changed(k);
		keep_settings_push(k, ROLE_SENDER);
		keep_settings_push(k, ROLE_FRONT);
		keep_queue_settings_changed(k);
		keep_retention_settings_changed(k);
		keep_daily_look(k);
		keep_endings_look(k);
		keep_alerts_look(k);
	}
	buffer_init(&body, 100);
	pack_number(&body, s->version);
	pack_number(&body, s->n_changed);
	keep_reply(r, WORD_SETTINGS_SAVED, &body);
	buffer_release(&body);
}

static bool differs(const struct keeper *k, const struct keep_values *v, int id)
{
	return v->given[id] && strcmp(v->settings.value[id], k->settings.value[id]) != 0;
}

/* The names of what this save would change; never a value. */
static const char *changed_names(const struct keeper *k, const struct keep_values *v,
	struct arena *a)
{
	struct buffer names;
	const char *text;

	buffer_init(&names, NAMES_MAX);
	buffer_append_text(&names, "settings changed:");
	for (int i = 0; i < SETTING_COUNT; i++)
		if (differs(k, v, i))
			buffer_appendf(&names, " %s", settings_table[i].key);
	text = arena_copy(a, buffer_text(&names));
	buffer_release(&names);
	return text;
}

void keep_values_save(struct request *r, const struct keep_values *v, uint64_t seen)
{
	struct save *s = arena_alloc(r->arena, sizeof(*s));

	if (s == NULL) {
		keep_refuse_store(r, STORE_BUSY);
		return;
	}
	for (int i = 0; i < SETTING_COUNT; i++)
		if (differs(r->keeper, v, i))
			s->values[s->save.n++] = (struct store_setting_value){
				.key = settings_table[i].key,
				.value = v->settings.value[i],
				.secret = settings_table[i].secret,
			};
	s->save.seen = seen;
	s->save.at = clock_wall();
	s->save.by = r->asker.name;
	s->save.from = r->asker.who.from;
	s->save.values = s->values;
	s->audit = (struct audit_entry){
		.at = s->save.at, .who = r->asker.name, .from = r->asker.who.from,
		.what = changed_names(r->keeper, v, r->arena),
	};
	r->data = s;
	r->job = (struct store_job){ .run = run_save, .done = save_done, .arg = r };
	store_write(r->keeper->store, &r->job);
}

/* For whoever cannot save yet, as something else is wrong: what the keeper would say besides. */
void keep_settings_check(struct request *r)
{
	struct keep_values *v = arena_alloc(r->arena, sizeof(*v));

	if (v == NULL || keep_values_unpack(r, v) != 0)
		keep_refuse_store(r, STORE_BUSY);
	else if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else if (v->problems.n > 0)
		keep_refuse_problems(r, &v->problems);
	else
		keep_done(r, 0);
}

void keep_settings_set(struct request *r)
{
	struct keep_values *v = arena_alloc(r->arena, sizeof(*v));
	uint64_t seen = unpack_number(&r->body);

	if (v == NULL || keep_values_unpack(r, v) != 0)
		keep_refuse_store(r, STORE_BUSY);
	else if (!unpack_end(&r->body))
		keep_refuse_malformed(r);
	else if (seen > r->keeper->settings_version) /* of a store that was here before */
		keep_refuse(r, EX_DATAERR, "", "These settings were read from another store. Read them "
			"again, and then change them.");
	else if (v->problems.n > 0)
		keep_refuse_problems(r, &v->problems);
	else
		keep_values_save(r, v, seen);
}
