/* page_certificate.c - the certificate of the pages in backups; see page_certificate.h. */
#include "keep/page_certificate.h"

#include <stdlib.h>

#include "base/log.h"
#include "sys/descriptor.h"
#include "sys/spool.h"

enum {
	AGAIN_MS = 60 * 1000,
	PAIR_MEMORY = 2 * STORE_CERTIFICATE_MAX + 64 * 1024,
};

struct keep_page_certificate {
	struct keeper *keeper;
	int chain_fd, key_fd; /* -1 not there yet */
	/* one that is on its way into force */
	struct arena *arena; /* of the next; NULL: none is */
	struct store_certificate pair;
	uint64_t ask; /* of parent; 0 none */
	enum certificate_kept kept; /* what parent said of it */
	bool newer; /* one came in meanwhile */
	void (*done)(void *arg, enum certificate_kept kept); /* NULL: nobody waits */
	void *arg;
	struct store_job job;
	struct timer again;
};

static void start(struct keep_page_certificate *p);

/* ---- what is served ---- */

void keep_page_certificate_take(struct keeper *k, int chain_fd, int key_fd)
{
	struct keep_page_certificate *p = k->page_certificate;

	descriptor_close(p->chain_fd);
	descriptor_close(p->key_fd);
	p->chain_fd = chain_fd;
	p->key_fd = key_fd;
}

static bool read_all(int fd, struct arena *a, struct slice *ret_octets)
{
	char *octets = arena_alloc(a, STORE_CERTIFICATE_MAX);
	struct fault fault;
	size_t len;

	if (fd < 0 || octets == NULL ||
		spool_read(fd, 0, octets, STORE_CERTIFICATE_MAX, &len, &fault) != 0)
		return false;
	*ret_octets = slice_make(octets, len);
	return len > 0 && len < STORE_CERTIFICATE_MAX;
}

bool keep_page_certificate_read(struct keeper *k, struct arena *a,
	struct store_certificate *ret_certificate)
{
	const struct keep_page_certificate *p = k->page_certificate;

	if (p != NULL && read_all(p->chain_fd, a, &ret_certificate->chain) &&
		read_all(p->key_fd, a, &ret_certificate->key))
		return true;
	log_warning("the certificate of the pages and its key cannot be read for a backup");
	return false;
}

/* ---- putting one back ---- */

static void end(struct keep_page_certificate *p, enum certificate_kept kept)
{
	void (*done)(void *arg, enum certificate_kept kept) = p->done;

	arena_free(p->arena);
	p->arena = NULL;
	p->done = NULL;
	if (kept == CERTIFICATE_FAILED)
		timer_set(&p->again, AGAIN_MS);
	if (done != NULL)
		done(p->arg, kept);
}

static int run_forget(struct store_db *db, void *arg)
{
	struct keep_page_certificate *p = arg;

	return store_restored_certificate_forget(db, p->pair.chain);
}

/* One that could not be forgotten is put there once more at the next start: it is the same. */
static void forget_done(void *arg, int result)
{
	struct keep_page_certificate *p = arg;

	if (result != STORE_OK)
		log_error("that the certificate of a backup is in force could not be written");
	if (p->newer)
		start(p);
	else
		end(p, p->kept);
}

static void on_kept(void *arg, const struct channel_message *m)
{
	struct keep_page_certificate *p = arg;
	enum certificate_kept kept = CERTIFICATE_FAILED;
	struct unpack u;

	p->ask = 0;
	if (m != NULL) {
		unpack_init(&u, m->body);
		kept = (enum certificate_kept)unpack_below(&u, CERTIFICATE_KEPT_COUNT);
		kept = unpack_end(&u) ? kept : CERTIFICATE_FAILED;
	}
	if (p->newer) {
		start(p);
	} else if (kept == CERTIFICATE_FAILED) {
		end(p, kept);
	} else {
		p->kept = kept;
		p->job = (struct store_job){ .run = run_forget, .done = forget_done, .arg = p };
		store_write(p->keeper->store, &p->job);
	}
}

/* Files without names, so that no octet of a key goes through parent's memory. */
static int open_pair(const struct keep_page_certificate *p, int fds[2])
{
	const char *folder = store_folder(p->keeper->store);
	struct fault fault;

	if (spool_open(folder, &fds[0], &fault) == 0 && spool_open(folder, &fds[1], &fault) == 0 &&
		spool_add(fds[0], p->pair.chain, &fault) == 0 &&
		spool_add(fds[1], p->pair.key, &fault) == 0)
		return 0;
	log_error("the certificate of a backup: %s", fault.text);
	return -1;
}

static bool ask_parent(struct keep_page_certificate *p)
{
	struct channel *parent = p->keeper->parent;
	int fds[2] = { -1, -1 };

	if (parent != NULL && open_pair(p, fds) == 0)
		p->ask = channel_ask_fds(parent, WORD_CERTIFICATE_PUT, fds, 2, on_kept, p);
	descriptor_close(fds[0]);
	descriptor_close(fds[1]);
	return p->ask != 0;
}

static void start(struct keep_page_certificate *p)
{
	int result;

	p->newer = false;
	timer_cancel(&p->again);
	arena_free(p->arena);
	p->arena = arena_new(PAIR_MEMORY);
	result = p->arena == NULL ? STORE_FAILED : store_restored_certificate_load(
		store_reader(p->keeper->store), p->arena, &p->pair);
	if (result == STORE_NOT_FOUND)
		end(p, CERTIFICATE_IN_FORCE);
	else if (result != STORE_OK || !ask_parent(p))
		end(p, CERTIFICATE_FAILED);
}

static void on_again(void *arg)
{
	struct keep_page_certificate *p = arg;

	if (p->arena == NULL)
		start(p);
}

void keep_page_certificate_restore(struct keeper *k,
	void (*done)(void *arg, enum certificate_kept kept), void *arg)
{
	struct keep_page_certificate *p = k->page_certificate;

	p->done = done;
	p->arg = arg;
	if (p->arena != NULL)
		p->newer = true;
	else
		start(p);
}

/* ---- life ---- */

int keep_page_certificate_init(struct keeper *k)
{
	struct keep_page_certificate *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -1;
	*p = (struct keep_page_certificate){ .keeper = k, .chain_fd = -1, .key_fd = -1 };
	timer_init(&p->again, k->loop, on_again, p);
	k->page_certificate = p;
	keep_page_certificate_restore(k, NULL, NULL);
	return 0;
}

void keep_page_certificate_stop(struct keeper *k)
{
	struct keep_page_certificate *p = k->page_certificate;

	if (p == NULL)
		return;
	if (p->ask != 0) {
		channel_forget(k->parent, p->ask);
		p->ask = 0;
		end(p, CERTIFICATE_FAILED);
	}
	timer_cancel(&p->again);
}

void keep_page_certificate_release(struct keeper *k)
{
	struct keep_page_certificate *p = k->page_certificate;

	if (p == NULL)
		return;
	keep_page_certificate_stop(k);
	descriptor_close(p->chain_fd);
	descriptor_close(p->key_fd);
	arena_free(p->arena);
	k->page_certificate = NULL;
	free(p);
}
