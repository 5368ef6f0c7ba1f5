/* alias.c - mail aliases; see alias.h. */
#include "core/alias.h"

#include <string.h>

#include "core/address.h"
#include "core/address_set.h"
#include "core/plain_text.h"

enum {
	SCRATCH_MAX = 1024 * 1024, /* while one alias is followed */
};

static int refuse(const char **ret_problem, const char *problem)
{
	*ret_problem = problem;
	return ALIAS_BAD;
}

static const char *shown(struct slice typed, struct arena *a)
{
	char text[100];

	plain_text_copy(typed, PLAIN_TEXT_ONE_LINE, text, sizeof(text));
	return arena_copy(a, text);
}

bool alias_is_standard_name(struct slice name)
{
	return slice_is_nocase(name, "root") || slice_is_nocase(name, "postmaster") ||
		slice_is_nocase(name, "mailer-daemon");
}

/* ---- names and targets ---- */

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!char_is_alpha(c) && !char_is_digit(c) && (c == '\0' || strchr("_+=$", c) == NULL) &&
			(i == 0 || (c != '.' && c != '-')))
			return false;
	}
	return s.len > 0 && s.len <= ALIAS_NAME_MAX;
}

static const char *in_lower_case(struct slice s, struct arena *a)
{
	char *text = arena_alloc(a, s.len + 1);

	for (size_t i = 0; text != NULL && i < s.len; i++)
		text[i] = char_lower(s.data[i]);
	return text != NULL ? text : "";
}

int alias_check_name(struct slice typed, struct arena *a, const char **ret_name,
	const char **ret_problem)
{
	struct slice name = slice_trim(typed);

	if (slice_has_char(name, '@'))
		return refuse(ret_problem, arena_printf(a, "\"%s\" has a domain: aliases are for names of "
			"this machine alone, such as root.", shown(name, a)));
	if (!is_name(name))
		return refuse(ret_problem, arena_printf(a, "\"%s\" cannot be a name: it has 1 to 64 letters, "
			"digits and . _ - + $ = and begins with none of . and -.", shown(name, a)));
	if (slice_is_nocase(name, ALIAS_CONTACTS))
		return refuse(ret_problem, "\"contacts\" stands for the admin contacts and cannot be an "
			"alias.");
	*ret_name = in_lower_case(name, a);
	return arena_failed(a) ? -1 : 0;
}

static bool is_this_machine(struct slice domain)
{
	return slice_is_nocase(domain, "localhost") || slice_is_nocase(domain, "localhost.localdomain");
}

int alias_check_target(struct slice typed, struct arena *a, const char **ret_target,
	const char **ret_problem)
{
	struct slice target = slice_trim(typed);
	char ascii[ADDRESS_SIZE];
	struct address address;
	int fault;

	if (is_name(target)) {
		*ret_target = in_lower_case(target, a);
		return arena_failed(a) ? -1 : 0;
	}
	fault = address_parse(target, &address);
	if (fault < 0)
		return fault;
	if (fault == ADDRESS_NO_DOMAIN)
		return refuse(ret_problem, arena_printf(a, "\"%s\" is no name of this machine and no "
			"address.", shown(target, a)));
	if (fault != 0)
		return refuse(ret_problem, arena_printf(a, "\"%s\" %s.", shown(target, a),
			address_error_text(fault)));
	if (is_this_machine(address.domain))
		return refuse(ret_problem, arena_printf(a, "\"%s\" is on this machine: give the name alone.",
			shown(target, a)));
	if (slice_has_char(target, ' '))
		return refuse(ret_problem, arena_printf(a, "\"%s\" has a blank in it, which no alias can "
			"hold.", shown(target, a)));
	if (address_to_ascii_domain(&address, ascii) != 0)
		return -1;
	*ret_target = arena_copy(a, ascii);
	return arena_failed(a) ? -1 : 0;
}

static bool ends_word(char c)
{
	return c == ' ' || c == ',' || c == ';' || char_is_control(c);
}

bool alias_split_targets(struct slice text, struct arena *a,
	const char *targets[static ALIAS_TARGETS_MAX], size_t *n)
{
	size_t at = 0;

	while (at < text.len) {
		size_t begin = at;

		while (at < text.len && !ends_word(text.data[at]))
			at++;
		if (at > begin && *n == ALIAS_TARGETS_MAX)
			return false;
		if (at > begin)
			targets[(*n)++] = arena_text(a, slice_sub(text, begin, at - begin));
		at++;
	}
	return true;
}

/* ---- looking up ---- */

static const struct alias *find_exactly(const struct alias_list *list, struct slice name)
{
	for (size_t i = 0; i < list->n; i++)
		if (slice_is_nocase(name, list->items[i].name))
			return &list->items[i];
	return NULL;
}

const struct alias *alias_find(const struct alias_list *list, struct slice name)
{
	const struct alias *found = find_exactly(list, name);
	size_t plus = slice_find_char(name, '+');

	if (found == NULL && plus > 0 && plus < name.len)
		found = find_exactly(list, slice_sub(name, 0, plus));
	return found;
}

/* ---- walking ---- */

struct walk {
	const struct alias_list *list;
	struct arena *scratch;
	bool *seen; /* by number of the alias: each is followed once */
	const char *const *contacts;
	size_t n_contacts; /* 0 once they are among the addresses */
	struct address_set addresses;
};

/* Without memory the scratch arena knows. No table that was checked leads to too many. */
static void add(struct walk *w, const char *address)
{
	(void)!address_set_add(&w->addresses, slice_of(address));
}

static void add_contacts(struct walk *w)
{
	for (size_t i = 0; i < w->n_contacts; i++)
		add(w, w->contacts[i]);
	w->n_contacts = 0;
}

static void follow(struct walk *w, const struct alias *alias, int depth)
{
	size_t number = (size_t)(alias - w->list->items);

	if (w->seen[number] || depth > ALIAS_DEPTH_MAX)
		return;
	w->seen[number] = true;
	for (size_t i = 0; i < alias->n_targets; i++) {
		const char *target = alias->targets[i];
		const struct alias *next = NULL;

		if (strchr(target, '@') != NULL) {
			add(w, target);
			continue;
		}
		if (strcmp(target, ALIAS_CONTACTS) != 0)
			next = alias_find(w->list, slice_of(target));
		if (next != NULL)
			follow(w, next, depth + 1);
		else
			add_contacts(w);
	}
}

static int walk_from(struct walk *w, const struct alias *alias, struct arena *a,
	const char ***ret_addresses)
{
	const char **addresses;

	address_set_init(&w->addresses, w->scratch, ALIAS_ADDRESSES_MAX + ADDRESS_LIST_MAX);
	w->seen = arena_array(w->scratch, w->list->n, sizeof(*w->seen));
	if (w->seen == NULL)
		return -1;
	follow(w, alias, 1);
	addresses = arena_array(a, w->addresses.n, sizeof(*addresses));
	if (addresses == NULL || arena_failed(w->scratch))
		return -1;
	for (size_t i = 0; i < w->addresses.n; i++)
		addresses[i] = w->addresses.items[i].data; /* added as a whole text, with its NUL */
	*ret_addresses = addresses;
	return 0;
}

int alias_resolve(const struct alias_list *list, const struct alias *alias,
	const char *const *contacts, size_t n_contacts, struct arena *a,
	const char ***ret_addresses, size_t *ret_n)
{
	struct walk w = {
		.list = list, .contacts = contacts, .n_contacts = n_contacts,
		.scratch = arena_new(SCRATCH_MAX),
	};
	int result = w.scratch != NULL ? walk_from(&w, alias, a, ret_addresses) : -1;

	if (result == 0)
		*ret_n = w.addresses.n;
	arena_free(w.scratch);
	return result;
}

/* ---- the table as a whole ---- */

/* The way from an alias, as far as it leads by aliases. */
struct path {
	const struct alias_list *list;
	struct arena *arena;
	const struct alias *steps[ALIAS_DEPTH_MAX + 1];
	size_t n;
	/* by number of the alias: how long the longest way from it is; 0 not known yet */
	unsigned *length;
	size_t *width; /* and to how many addresses it leads at the most, if none is met twice */
	const char *problem;
};

static const char *path_text(const struct path *p, size_t from, const struct alias *last)
{
	const char *text = "";

	for (size_t i = from; i < p->n; i++)
		text = arena_printf(p->arena, "%s%s, ", text, p->steps[i]->name);
	return arena_printf(p->arena, "%s%s", text, last->name);
}

static bool leads_back(struct path *p, const struct alias *alias)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i] == alias) {
			p->problem = arena_printf(p->arena, "These aliases go round in a circle: %s.",
				path_text(p, i, alias));
			return true;
		}
	return false;
}

static bool too_long(struct path *p, const struct alias *alias)
{
	p->problem = arena_printf(p->arena, "More than %d aliases stand behind one another: %s.",
		ALIAS_DEPTH_MAX, path_text(p, 0, alias));
	return false;
}

static bool is_sound(struct path *p, const struct alias *alias);

/* One target of the alias of that number. */
static bool is_sound_target(struct path *p, size_t number, const char *target)
{
	const struct alias *next;
	size_t i;

	if (strchr(target, '@') != NULL) {
		p->width[number]++;
		return true;
	}
	next = strcmp(target, ALIAS_CONTACTS) == 0 ? NULL : alias_find(p->list, slice_of(target));
	if (next == NULL)
		return true;
	if (!is_sound(p, next))
		return false;
	i = (size_t)(next - p->list->items);
	p->length[number] = (unsigned)size_max(p->length[number], p->length[i]);
	/* beyond what is allowed it makes no difference */
	p->width[number] = size_min(p->width[number] + p->width[i], ALIAS_ADDRESSES_MAX + 1);
	return true;
}

/* False with a problem. Depth is bounded by the steps, work by what is known of each alias. */
static bool is_sound(struct path *p, const struct alias *alias)
{
	size_t number = (size_t)(alias - p->list->items);

	if (leads_back(p, alias))
		return false;
	if (p->n + size_max(p->length[number], 1) > ALIAS_DEPTH_MAX)
		return too_long(p, alias);
	if (p->length[number] > 0)
		return true;
	p->steps[p->n++] = alias;
	for (size_t i = 0; i < alias->n_targets; i++)
		if (!is_sound_target(p, number, alias->targets[i]))
			return false;
	p->n--;
	p->length[number]++;
	return true;
}

static size_t octets_of(const struct alias_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		n += strlen(list->items[i].name);
		for (size_t t = 0; t < list->items[i].n_targets; t++)
			n += strlen(list->items[i].targets[t]);
	}
	return n;
}

static int check_sizes(const struct alias_list *list, struct arena *a, const char **ret_problem)
{
	if (list->n > ALIAS_MAX)
		return refuse(ret_problem, arena_printf(a, "There can be %d aliases at the most.",
			ALIAS_MAX));
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].n_targets > ALIAS_TARGETS_MAX)
			return refuse(ret_problem, arena_printf(a, "The alias %s leads to more than %d targets.",
				list->items[i].name, ALIAS_TARGETS_MAX));
	if (octets_of(list) > ALIAS_OCTETS_MAX)
		return refuse(ret_problem, "All aliases together are longer than 100 KB.");
	return 0;
}

/* Negative without memory. */
static int count_addresses(const struct alias_list *list, const struct alias *alias, size_t *ret_n)
{
	struct arena *scratch = arena_new(SCRATCH_MAX);
	const char **addresses;
	int result = scratch == NULL ? -1 :
		alias_resolve(list, alias, NULL, 0, scratch, &addresses, ret_n);

	arena_free(scratch);
	return result;
}

static int check_width(const struct path *p, struct arena *a, const char **ret_problem)
{
	const struct alias_list *list = p->list;
	size_t n;

	for (size_t i = 0; i < list->n; i++) {
		if (p->width[i] <= ALIAS_ADDRESSES_MAX)
			continue;
		if (count_addresses(list, &list->items[i], &n) != 0)
			return -1;
		if (n > ALIAS_ADDRESSES_MAX)
			return refuse(ret_problem, arena_printf(a, "The alias %s leads to more than %d "
				"addresses.", list->items[i].name, ALIAS_ADDRESSES_MAX));
	}
	return 0;
}

int alias_check_list(const struct alias_list *list, struct arena *a, const char **ret_problem)
{
	struct path p = { .list = list, .arena = a };
	int result = check_sizes(list, a, ret_problem);

	if (result != 0)
		return result;
	p.length = arena_array(a, list->n, sizeof(*p.length));
	p.width = arena_array(a, list->n, sizeof(*p.width));
	if (p.length == NULL || p.width == NULL)
		return -1;
	for (size_t i = 0; i < list->n; i++) {
		p.n = 0;
		if (!is_sound(&p, &list->items[i]))
			return refuse(ret_problem, p.problem);
	}
	return arena_failed(a) ? -1 : check_width(&p, a, ret_problem);
}
