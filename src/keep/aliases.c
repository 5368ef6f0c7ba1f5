/*
 * aliases.c - the mail aliases: listing and setting them, and what the queue asks of them. The
 * table is kept in memory; a new one takes its place when its commit is done.
 */
#include "keep/aliases.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "core/address_set.h"
#include "keep/handlers.h"
#include "keep/queue.h"
#include "store/aliases.h"
#include "store/audit.h"
#include "store/queue.h"
#include "sys/clock.h"
#include "wire/alias.h"

enum {
	TABLE_MEMORY = 2 * 1024 * 1024,
	WAY_MEMORY = 64 * 1024, /* where one alias leads */
	NAMES_SHOWN = 1800, /* octets of the audit log's entry */
};

static const struct alias_list none;

/* ---- in force ---- */

int keep_aliases_load(struct keeper *k)
{
	struct arena *a = arena_new(TABLE_MEMORY);
	struct store_aliases *aliases = a != NULL ? arena_alloc(a, sizeof(*aliases)) : NULL;

	if (aliases == NULL || store_aliases_load(store_reader(k->store), a, aliases) != STORE_OK) {
		arena_free(a);
		return -1;
	}
	arena_free(k->aliases_arena);
	k->aliases_arena = a;
	k->aliases = aliases;
	return 0;
}

void keep_aliases_release(struct keeper *k)
{
	arena_free(k->aliases_arena);
	k->aliases_arena = NULL;
	k->aliases = NULL;
}

static const struct alias_list *in_force(const struct keeper *k)
{
	return k->aliases != NULL ? &k->aliases->list : &none;
}

void keep_aliases_pack_names(const struct keeper *k, struct buffer *body)
{
	const struct alias_list *list = in_force(k);

	pack_number(body, list->n);
	for (size_t i = 0; i < list->n; i++)
		pack_text(body, list->items[i].name);
}

/* ---- for the queue ---- */

/* A message's recipients while their aliases are followed. */
struct expansion {
	const struct alias_list *list;
	const char *const *contacts;
	size_t n_contacts;
	struct address_set recipients; /* views: the table may be replaced later */
	/* by number of the alias: each is followed once, however often it is named */
	enum { UNKNOWN, LEADS_NOWHERE, FOLLOWED } *ways;
};

/* 0, KEEP_ALIASES_TOO_MANY, or negative. */
static int add(struct expansion *x, const char *recipient)
{
	int result = address_set_add(&x->recipients, slice_of(recipient));

	if (result == ADDRESS_SET_FULL)
		return KEEP_ALIASES_TOO_MANY;
	return result < 0 ? result : 0;
}

static int follow(struct expansion *x, const struct alias *alias, struct arena *a)
{
	const char **addresses;
	size_t n;
	int result = alias_resolve(x->list, alias, x->contacts, x->n_contacts, a, &addresses, &n);

	if (result != 0)
		return result;
	x->ways[alias - x->list->items] = n > 0 ? FOLLOWED : LEADS_NOWHERE;
	for (size_t i = 0; result == 0 && i < n; i++)
		result = add(x, addresses[i]);
	return result;
}

static int follow_once(struct expansion *x, const struct alias *alias)
{
	struct arena *a;
	int result;

	if (x->ways[alias - x->list->items] != UNKNOWN)
		return 0;
	a = arena_new(WAY_MEMORY);
	result = a != NULL ? follow(x, alias, a) : -1;
	arena_free(a);
	return result;
}

static int expand(struct expansion *x, const char *recipient)
{
	const struct alias *alias = strchr(recipient, '@') != NULL ? NULL :
		alias_find(x->list, slice_of(recipient));
	int result = alias != NULL ? follow_once(x, alias) : 0;

	if (result != 0 || (alias != NULL && x->ways[alias - x->list->items] == FOLLOWED))
		return result;
	return add(x, recipient);
}

int keep_aliases_apply(struct keeper *k, const char *const *recipients, size_t n,
	const char *const *contacts, size_t n_contacts, struct arena *a, const char ***ret_list,
	size_t *ret_n)
{
	struct expansion x = {
		.list = in_force(k), .contacts = contacts, .n_contacts = n_contacts,
		.ways = arena_array(a, in_force(k)->n, sizeof(*x.ways)),
	};
	const char **list;
	int result = x.ways != NULL ? 0 : -1;

	address_set_init(&x.recipients, a, QUEUE_RECIPIENTS_MAX);
	for (size_t i = 0; result == 0 && i < n; i++)
		result = expand(&x, recipients[i]);
	if (result != 0)
		return result;
	list = arena_array(a, x.recipients.n, sizeof(*list));
	if (list == NULL)
		return -1;
	for (size_t i = 0; i < x.recipients.n; i++)
		list[i] = arena_text(a, x.recipients.items[i]);
	*ret_list = list;
	*ret_n = x.recipients.n;
	return arena_failed(a) ? -1 : 0;
}

static int copy_table(const struct alias_list *list, struct arena *a, struct alias_list *ret_copy)
{
	struct alias *items = arena_array(a, list->n, sizeof(*items));

	for (size_t i = 0; items != NULL && i < list->n; i++) {
		const struct alias *from = &list->items[i];
		const char **targets = arena_array(a, from->n_targets, sizeof(*targets));

		for (size_t t = 0; targets != NULL && t < from->n_targets; t++)
			targets[t] = arena_copy(a, from->targets[t]);
		items[i] = (struct alias){ arena_copy(a, from->name), targets, from->n_targets };
	}
	*ret_copy = (struct alias_list){ items, list->n };
	return arena_failed(a) ? -1 : 0;
}

int keep_aliases_ways(struct keeper *k, const char *const *contacts, size_t n_contacts,
	struct arena *a, struct keep_alias_way **ret_ways, size_t *ret_n)
{
	struct keep_alias_way *ways = arena_array(a, in_force(k)->n, sizeof(*ways));
	struct alias_list list;
	size_t n = 0;

	/* the table may be replaced while a job still has these */
	if (ways == NULL || copy_table(in_force(k), a, &list) != 0)
		return -1;
	for (size_t i = list.n; i > 0; i--) { /* "root+cron" before "root" */
		const struct alias *alias = &list.items[i - 1];
		const char **addresses;
		size_t found;

		if (alias_resolve(&list, alias, contacts, n_contacts, a, &addresses, &found) != 0)
			return -1;
		if (found > 0)
			ways[n++] = (struct keep_alias_way){ alias->name, addresses, found };
	}
	*ret_ways = ways;
	*ret_n = n;
	return arena_failed(a) ? -1 : 0;
}

/* ---- listing ---- */

void keep_alias_list(struct request *r)
{
	const struct store_aliases *aliases = r->keeper->aliases;
	size_t n = in_force(r->keeper)->n;
	struct buffer body;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	buffer_init(&body, WIRE_BODY_MAX);
	pack_number(&body, n);
	for (size_t i = 0; i < n; i++) {
		struct alias_row row = {
			.alias = aliases->list.items[i], .at = (uint64_t)aliases->at[i],
			.by = aliases->by[i],
		};

		alias_row_pack(&body, &row);
	}
	keep_reply(r, WORD_ALIASES_ARE, &body);
	buffer_release(&body);
}

/* ---- setting ---- */

struct set {
	struct alias *given;
	size_t n;
	struct alias_list wanted; /* the whole table afterwards */
	struct keep_problems problems;
	int64_t at;
	uint64_t changed;
	struct audit_entry audit;
	char stored_problem[1000]; /* of the table as it would be stored */
};

static bool is_given(const struct set *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->given[i].name, name) == 0)
			return true;
	return false;
}

/* Of several each problem says which alias it is about. */
static void add_problem(struct set *s, const struct alias *alias, const char *field,
	const char *text, struct arena *a)
{
	keep_problem(&s->problems, field, s->n == 1 ? text :
		arena_printf(a, "%s: %s", alias->name, text));
}

/* Puts the normal form of one in its place, and collects what is wrong. Negative without memory. */
static int check_one(struct set *s, struct alias *alias, struct arena *a)
{
	const char **targets = arena_array(a, alias->n_targets, sizeof(*targets)), *problem;
	int result = alias_check_name(slice_of(alias->name), a, &alias->name, &problem);

	if (targets == NULL)
		return -1;
	if (result == ALIAS_BAD)
		add_problem(s, alias, "name", problem, a);
	for (size_t i = 0; result >= 0 && i < alias->n_targets; i++) {
		targets[i] = "";
		result = alias_check_target(slice_of(alias->targets[i]), a, &targets[i], &problem);
		if (result == ALIAS_BAD)
			add_problem(s, alias, "targets", problem, a);
	}
	alias->targets = targets;
	return result < 0 ? result : 0;
}

/* What is in force without what is given, and then what is given and has targets. */
static int make_wanted(struct set *s, const struct alias_list *now, struct arena *a)
{
	struct alias *items = arena_array(a, now->n + s->n, sizeof(*items));
	const char *problem = NULL;
	size_t n = 0;
	int result;

	if (items == NULL)
		return -1;
	for (size_t i = 0; i < now->n; i++)
		if (!is_given(s, now->items[i].name))
			items[n++] = now->items[i];
	for (size_t i = 0; i < s->n; i++)
		if (s->given[i].n_targets > 0)
			items[n++] = s->given[i];
	s->wanted = (struct alias_list){ .items = items, .n = n };
	result = alias_check_list(&s->wanted, a, &problem);
	if (result == ALIAS_BAD)
		keep_problem(&s->problems, "targets", problem);
	return result < 0 ? result : 0;
}

static int read_set(struct request *r, struct set *s)
{
	struct arena *a = r->arena;
	int result = 0;

	s->n = (size_t)unpack_below(&r->body, ALIAS_MAX + 1);
	s->given = arena_array(a, s->n, sizeof(*s->given));
	if (s->given == NULL)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		alias_unpack(&r->body, a, &s->given[i]);
	if (!unpack_end(&r->body) || s->n == 0)
		return -2;
	for (size_t i = 0; result == 0 && i < s->n; i++)
		result = check_one(s, &s->given[i], a);
	return result == 0 && s->problems.n == 0 ? make_wanted(s, in_force(r->keeper), a) : result;
}

/* What was right for the table in force may not be for one that another request has made since. */
static int check_stored(struct store_db *db, struct set *s)
{
	struct arena *a = arena_new(TABLE_MEMORY);
	struct store_aliases now;
	const char *problem = "";
	int result = a != NULL ? store_aliases_load(db, a, &now) : STORE_FAILED;

	if (result == STORE_OK) {
		result = alias_check_list(&now.list, a, &problem);
		if (result == ALIAS_BAD) {
			snprintf(s->stored_problem, sizeof(s->stored_problem), "%s", problem);
			result = STORE_CONFLICT;
		}
	}
	arena_free(a);
	return result < 0 ? STORE_FAILED : result;
}

static int run_set(struct store_db *db, void *arg)
{
	struct request *r = arg;
	struct set *s = r->data;
	int result = store_aliases_set(db, s->given, s->n, s->at, r->asker.name, &s->changed);

	if (result == STORE_OK && s->changed == 0)
		return STORE_NOT_FOUND;
	if (result == STORE_OK)
		result = check_stored(db, s);
	return result == STORE_OK ? audit_append(db, &s->audit) : result;
}

static void set_done(void *arg, int result)
{
	struct request *r = arg;
	struct keeper *k = r->keeper;
	struct set *s = r->data;

	if (result == STORE_NOT_FOUND) {
		keep_refuse(r, EX_DATAERR, "name", arena_printf(r->arena, "There is no alias %s.",
			s->given[0].name));
		return;
	}
	if (result == STORE_CONFLICT) {
		keep_refuse(r, EX_DATAERR, "targets", s->stored_problem);
		return;
	}
	if (result != STORE_OK || keep_aliases_load(k) != 0) {
		keep_refuse_store(r, result != STORE_OK ? result : STORE_FAILED);
		return;
	}
	log_info("mail aliases changed by %s: %ju", r->asker.name, (uintmax_t)s->changed);
	keep_settings_push(k, ROLE_FRONT);
	keep_queue_aliases_changed(k);
	keep_done(r, s->changed);
}

/* "alias root set: contacts ops@example.com"; of several the names. */
static const char *what_changes(const struct set *s, struct arena *a)
{
	struct buffer text;
	const char *what;

	buffer_init(&text, NAMES_SHOWN);
	if (s->n == 1) {
		buffer_appendf(&text, "alias %s %s", s->given[0].name,
			s->given[0].n_targets > 0 ? "set:" : "removed");
		for (size_t i = 0; i < s->given[0].n_targets; i++)
			buffer_appendf(&text, " %s", s->given[0].targets[i]);
	} else {
		buffer_appendf(&text, "%zu aliases changed:", s->n);
		for (size_t i = 0; i < s->n; i++)
			buffer_appendf(&text, " %s%s", s->given[i].name,
				s->given[i].n_targets > 0 ? "" : " (removed)");
	}
	what = buffer_ok(&text) ? arena_copy(a, buffer_text(&text)) :
		arena_printf(a, "%zu aliases changed, %s among them", s->n, s->given[0].name);
	buffer_release(&text);
	return what;
}

void keep_alias_set(struct request *r)
{
	struct set *s = arena_alloc(r->arena, sizeof(*s));
	int result = s != NULL ? read_set(r, s) : -1;

	if (result == -2) {
		keep_refuse_malformed(r);
	} else if (result < 0) {
		keep_refuse_store(r, STORE_BUSY);
	} else if (s->problems.n > 0) {
		keep_refuse_problems(r, &s->problems);
	} else {
		s->at = clock_wall();
		s->audit = (struct audit_entry){
			.at = s->at, .who = r->asker.name, .from = r->asker.who.from,
			.what = what_changes(s, r->arena),
		};
		r->data = s;
		r->job = (struct store_job){ .run = run_set, .done = set_done, .arg = r };
		store_write(r->keeper->store, &r->job);
	}
}
