/* drop.c - the drop folder; see drop.h. */
#include "submit/drop.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/log.h"
#include "base/secret.h"
#include "submit/submit.h"
#include "sys/clock.h"
#include "sys/files.h"

enum {
	ARENA_MAX = 4 * 1024 * 1024,
	SUFFIX_OCTETS = 4,
};

static const char bad_folder[] = "bad", unfinished[] = ".new-";

/* ---- away with it ---- */

static bool is_same(const struct submit_drop_trouble *t, const struct file_owner *now)
{
	return t->inode == now->inode && t->changed == now->changed;
}

/* What went away or changed is told anew when it is trouble again. */
static void forget_old_trouble(struct submit_drop *d)
{
	for (size_t i = 0; i < COUNT_OF(d->trouble); i++) {
		struct submit_drop_trouble *t = &d->trouble[i];
		struct file_owner now;

		if (t->name[0] == '\0')
			continue;
		if (file_look(d->fd, t->name, &now) != 0 || !is_same(t, &now))
			*t = (struct submit_drop_trouble){ 0 };
	}
}

/* NULL when too many others are remembered. */
static struct submit_drop_trouble *trouble_of(struct submit_drop *d, const char *name)
{
	struct submit_drop_trouble *unused = NULL;
	struct file_owner now = { 0 };

	for (size_t i = 0; i < COUNT_OF(d->trouble); i++) {
		if (strcmp(d->trouble[i].name, name) == 0)
			return &d->trouble[i];
		if (d->trouble[i].name[0] == '\0')
			unused = &d->trouble[i];
	}
	if (unused == NULL || file_look(d->fd, name, &now) != 0)
		return NULL;
	*unused = (struct submit_drop_trouble){ .inode = now.inode, .changed = now.changed };
	snprintf(unused->name, sizeof(unused->name), "%s", name);
	return unused;
}

/* Links, pipes and the like hold no mail; the sandbox does not let them be made anew in bad/. */
static bool remove_no_file(struct submit_drop *d, const char *name)
{
	struct file_owner owner;
	struct fault fault;

	return file_look(d->fd, name, &owner) == 0 && !owner.regular &&
	    file_remove(d->fd, name, &fault) == 0;
}

/* Names may hold anything: log.h escapes them. */
static void move_to_bad(struct submit_drop *d, const char *name, const char *why)
{
	char to[sizeof(bad_folder) + 256 + 2 * SUFFIX_OCTETS + 2], suffix[2 * SUFFIX_OCTETS + 1];
	struct submit_drop_trouble *trouble;
	struct fault fault;

	random_hex(suffix, SUFFIX_OCTETS);
	/* cut: a name of 255 octets has no room for more */
	snprintf(to, sizeof(to), "%s/%.200s-%s", bad_folder, name, suffix);
	if (file_move(d->fd, name, to, &fault) == 0) {
		log_error("drop folder: %s is no mail that can be taken: %s. It was moved to %s", name, why,
		    to);
	} else if (remove_no_file(d, name)) {
		log_error("drop folder: %s is no mail that can be taken: %s. It was removed", name, why);
	} else {
		trouble = trouble_of(d, name);
		if (trouble != NULL && trouble->tries <= SUBMIT_DROP_TRIES)
			log_error("drop folder: %s is no mail that can be taken: %s. It stays: %s", name, why,
			    fault.text);
		if (trouble != NULL)
			trouble->tries = SUBMIT_DROP_TRIES + 1; /* said once */
		d->failed = true;
	}
}

/* Perhaps memory or descriptors are short: a few looks later it is the file. */
static void cannot_read(struct submit_drop *d, const char *name, const char *why)
{
	struct submit_drop_trouble *trouble = trouble_of(d, name);

	d->failed = true;
	if (trouble != NULL && trouble->tries >= SUBMIT_DROP_TRIES) {
		move_to_bad(d, name, why);
		return;
	}
	if (trouble != NULL && ++trouble->tries == 1)
		log_warning("drop folder: %s cannot be read now: %s", name, why);
}

/* ---- one file ---- */

static void next(struct submit_drop *d)
{
	d->at++;
	timer_set(&d->step, 0);
}

/* For what is smaller there may be room. */
static void put_off(struct submit_drop *d, const char *name, const char *why)
{
	struct file_owner file;

	if (!d->told)
		log_warning("drop folder: mail stays there for now: %s", why);
	d->told = true;
	d->too_large = 0;
	if (d->submit->keeper != NULL && file_look(d->fd, name, &file) == 0)
		d->too_large = file.size;
	next(d);
}

static bool is_put_off(const struct submit_drop *d, const char *name)
{
	struct file_owner file;

	return d->too_large != UINT64_MAX && file_look(d->fd, name, &file) == 0 &&
	    file.size >= d->too_large;
}

static void on_done(void *arg, const struct submit_result *result)
{
	struct submit_drop *d = arg;
	const char *name = d->names[d->at];
	struct fault fault;

	d->job = NULL;
	if (result->exit_code == EX_TEMPFAIL) {
		put_off(d, name, result->text);
		return;
	}
	if (result->exit_code != 0)
		move_to_bad(d, name, result->text);
	else if (file_remove(d->fd, name, &fault) != 0)
		/* it will be handed in again, and the keeper will know it */
		log_error("drop folder: %s is in the queue as %s and cannot be removed: %s", name,
		    result->text, fault.text);
	else
		log_info("drop folder: %s is in the queue as %s", name, result->text);
	next(d);
}

static void hand_in(struct submit_drop *d, const char *name, const struct post *post,
	struct slice raw, const struct file_owner *owner)
{
	struct submit_message message = {
		.post = post, .raw = raw, .moved = true,
		.who = {
		    .kind = WHO_LOCAL, .token = "", .uid = owner->uid, .from = "drop folder",
		},
	};
	struct submit_result refusal;

	d->job = submit_job_start(&d->submit->jobs, &message, on_done, d, &refusal);
	if (d->job != NULL)
		return;
	if (refusal.exit_code == EX_TEMPFAIL) {
		put_off(d, name, refusal.text);
		return;
	}
	move_to_bad(d, name, refusal.text);
	next(d);
}

static void take(struct submit_drop *d, const char *name, struct slice content,
	const struct file_owner *owner)
{
	struct arena *a = arena_new(ARENA_MAX);
	struct slice raw;
	struct post post;
	struct unpack u;

	if (a == NULL) {
		put_off(d, name, "out of memory");
		return;
	}
	unpack_init(&u, content);
	post_drop_unpack(&u, a, &post, &raw);
	if (unpack_end(&u) && !arena_failed(a)) {
		hand_in(d, name, &post, raw, owner);
	} else {
		move_to_bad(d, name, "it is damaged");
		next(d);
	}
	arena_free(a);
}

static void read_file(struct submit_drop *d, const char *name)
{
	struct file_owner owner;
	struct buffer content;
	struct fault fault;
	int result;

	buffer_init(&content, POST_DROP_MAX);
	result = file_read_owned(d->fd, name, &content, &owner, &fault);
	if (result == 0) {
		take(d, name, buffer_slice(&content), &owner);
	} else {
		if (result == FILE_TOO_LARGE || result == FILE_STRANGE)
			move_to_bad(d, name, fault.text);
		else if (result != FILE_ABSENT)
			cannot_read(d, name, fault.text);
		next(d);
	}
	buffer_release(&content);
}

/* ---- the folder ---- */

static bool is_name(const char *name)
{
	size_t n = 0;

	while (char_is_digit(name[n]) || (name[n] >= 'a' && name[n] <= 'f'))
		n++;
	return n == SUBMIT_DROP_NAME && name[n] == '\0';
}

/* A program that died over it; nobody was told that the mail was taken. */
static void drop_unfinished(struct submit_drop *d, const char *name)
{
	struct file_owner owner;
	struct fault fault;

	if (file_look(d->fd, name, &owner) == 0 &&
	    clock_wall() - owner.changed > SUBMIT_DROP_UNFINISHED &&
	    file_remove(d->fd, name, &fault) == 0)
		log_warning("drop folder: removed %s, which was never finished", name);
}

/* It was told, and is no file: in a batch it would only take the place of mail. */
static bool is_told(const struct submit_drop *d, const char *name)
{
	struct file_owner owner;

	for (size_t i = 0; i < COUNT_OF(d->trouble); i++)
		if (d->trouble[i].tries > SUBMIT_DROP_TRIES &&
		    strcmp(d->trouble[i].name, name) == 0)
			return file_look(d->fd, name, &owner) == 0 && !owner.regular;
	return false;
}

static bool collect(void *arg, const char *name)
{
	struct submit_drop *d = arg;

	if (is_told(d, name) || is_put_off(d, name))
		return true;
	if (is_name(name))
		snprintf(d->names[d->n++], sizeof(d->names[0]), "%s", name);
	else if (strncmp(name, unfinished, strlen(unfinished)) == 0)
		drop_unfinished(d, name);
	else if (strcmp(name, bad_folder) != 0)
		move_to_bad(d, name, "its name is not one of ours");
	return d->n < SUBMIT_DROP_BATCH;
}

static void look_later(struct submit_drop *d)
{
	timer_set(&d->look, d->too_large == UINT64_MAX ? SUBMIT_DROP_EVERY : SUBMIT_DROP_SOON);
}

static void look(struct submit_drop *d)
{
	struct fault fault;

	if (!d->more)
		d->too_large = UINT64_MAX;
	d->n = 0;
	d->at = 0;
	d->again = false;
	d->failed = false;
	d->more = false;
	forget_old_trouble(d);
	if (folder_each(d->fd, collect, d, &fault) != 0)
		log_error("drop folder: %s", fault.text);
	look_later(d);
	if (d->n > 0)
		timer_set(&d->step, 0);
}

static bool is_busy(const struct submit_drop *d)
{
	return d->job != NULL || d->at < d->n;
}

static void on_look(void *arg)
{
	struct submit_drop *d = arg;

	if (d->stopped || d->submit->keeper == NULL)
		return;
	if (is_busy(d))
		d->again = true;
	else
		look(d);
}

static void on_step(void *arg)
{
	struct submit_drop *d = arg;

	if (d->stopped || d->job != NULL)
		return;
	while (d->at < d->n && is_put_off(d, d->names[d->at]))
		d->at++;
	if (d->at < d->n) {
		read_file(d, d->names[d->at]);
		return;
	}
	d->told = d->told && d->too_large != UINT64_MAX;
	d->more = !d->again && d->n == SUBMIT_DROP_BATCH && !d->failed;
	if (d->again || d->more)
		timer_set(&d->look, 0);
	else
		look_later(d);
}

int submit_drop_init(struct submit_drop *d, struct submit *s, int fd, const char *path)
{
	struct fault fault;

	*d = (struct submit_drop){ .submit = s, .fd = fd };
	if (fd < 0)
		return 0;
	timer_init(&d->look, s->loop, on_look, d);
	timer_init(&d->step, s->loop, on_step, d);
	if (folder_make(fd, bad_folder, 0700, &fault) != 0 ||
	    folder_watch_init(&d->watch, s->loop, path, on_look, d, &fault) != 0) {
		log_error("drop folder: %s", fault.text);
		return -1;
	}
	return 0;
}

void submit_drop_stop(struct submit_drop *d)
{
	d->stopped = true;
}

void submit_drop_release(struct submit_drop *d)
{
	if (d->submit == NULL || d->fd < 0)
		return;
	folder_watch_release(&d->watch);
	timer_cancel(&d->look);
	timer_cancel(&d->step);
	submit_job_forget(d->job);
	d->job = NULL;
}

void submit_drop_keeper_came(struct submit_drop *d)
{
	d->more = false;
	if (d->fd >= 0 && !d->stopped && !is_busy(d))
		timer_set(&d->look, 0);
}
