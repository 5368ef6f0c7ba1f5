/* certificate.c - the certificate of the pages, as files; see certificate.h. */
#include "daemon/certificate.h"

#include <sysexits.h>

#include "base/log.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/files.h"
#include "sys/process.h"
#include "sys/spool.h"
#include "sys/tls_certificate.h"

enum {
	PEM_SIZE_MAX = 256 * 1024,
	RENEW_BEFORE = 30 * 24 * 3600, /* seconds before the end of the certificate made here */
};

static const char own_certificate[] = "tls/certificate.pem", own_key[] = "tls/key.pem";
static const char new_certificate[] = "tls/certificate.new", new_key[] = "tls/key.new";

static bool has_own(const struct config *config)
{
	return config->tls_certificate[0] == '\0';
}

/* What a process of its own does, so that parent never holds a key. */
struct work {
	const struct config *config;
	int state; /* the state folder */
	const int *fds; /* that hold what is put back */
};

static int run_work(int (*fn)(void *arg), struct work *w)
{
	int result = process_run(fn, w);

	return result >= 0 ? result : EX_OSERR;
}

/*
 * Both are on the disk under other names before anything changes, so a full disk changes nothing.
 * Then the old certificate goes first: at no moment does one stand beside the key of another.
 */
static int write_pair(int state, struct slice certificate, struct slice key, struct fault *f)
{
	if (file_write(state, new_key, key, 0600, f) != 0 ||
		file_write(state, new_certificate, certificate, 0644, f) != 0)
		return -1;
	if (file_remove(state, own_certificate, f) < 0 || file_remove(state, own_key, f) < 0 ||
		file_move(state, new_key, own_key, f) != 0)
		return -1;
	return file_move(state, new_certificate, own_certificate, f);
}

/* ---- making one ---- */

/* One that cannot be read is left alone: front says why. */
static bool ends_soon(int state)
{
	struct tls_certificate old;
	struct buffer pem;
	struct fault fault;
	bool soon;

	buffer_init(&pem, PEM_SIZE_MAX);
	soon = file_read(state, own_certificate, &pem, &fault) == 0 &&
		tls_certificate_read(buffer_slice(&pem), &old, &fault) == 0 &&
		old.not_after < clock_wall() + (old.ca_signed ? 0 : RENEW_BEFORE);
	buffer_release(&pem);
	return soon;
}

static int write_self_signed(void *arg)
{
	const struct work *w = arg;
	struct slice names[] = {
		slice_of(w->config->node_name), SLICE("localhost"), SLICE("127.0.0.1"), SLICE("::1"),
	};
	struct fault fault = { .text = "a certificate could not be made" };
	struct tls_certificate made;
	struct buffer certificate, key;
	int result = EX_CANTCREAT;
	bool old = descriptor_exists(w->state, own_certificate);

	buffer_init(&certificate, PEM_SIZE_MAX);
	buffer_init_secret(&key, PEM_SIZE_MAX);
	if (tls_self_signed(names, COUNT_OF(names), &certificate, &key) == 0 &&
		tls_certificate_read(buffer_slice(&certificate), &made, &fault) == 0 &&
		write_pair(w->state, buffer_slice(&certificate), buffer_slice(&key), &fault) == 0) {
		log_info("made a self-signed certificate%s, SHA-256 fingerprint %s", old ?
			" in place of the one that ends" : "", made.fingerprint);
		result = EX_OK;
	} else {
		log_error("%s", fault.text);
	}
	buffer_release(&certificate);
	buffer_release(&key);
	return result;
}

int certificate_make(const struct config *config, bool *ret_made)
{
	struct work w = { .config = config };
	struct fault fault;
	int result = EX_OK;

	*ret_made = false;
	if (!has_own(config))
		return EX_OK;
	if (folder_open(FILES_HERE, config->state_dir, &w.state, &fault) != 0) {
		log_error("%s", fault.text);
		return EX_CANTCREAT;
	}
	if (!descriptor_exists(w.state, own_certificate) || ends_soon(w.state)) {
		result = run_work(write_self_signed, &w);
		*ret_made = result == EX_OK;
	}
	descriptor_close(w.state);
	return result;
}

/* ---- opening it ---- */

static int open_file(const char *folder, const char *name)
{
	struct arena *a = arena_new(16 * 1024);
	struct fault fault;
	int fd = -1;

	if (a == NULL || descriptor_open(config_path(folder, name, a), &fd, &fault) != 0)
		log_error("the certificate: %s", a != NULL ? fault.text : "out of memory");
	arena_free(a);
	return fd;
}

bool certificate_open(const struct config *config, int ret_fds[2])
{
	bool own = has_own(config);
	int chain = open_file(config->state_dir, own ? own_certificate : config->tls_certificate);
	int key = chain >= 0 ? open_file(config->state_dir, own ? own_key : config->tls_key) : -1;

	if (key < 0) {
		descriptor_close(chain);
		return false;
	}
	ret_fds[0] = chain;
	ret_fds[1] = key;
	return true;
}

/* ---- putting one back ---- */

static bool read_whole(int fd, struct buffer *out, struct fault *f)
{
	char *to = buffer_reserve(out, PEM_SIZE_MAX);
	size_t len;

	if (to == NULL || spool_read(fd, 0, to, PEM_SIZE_MAX, &len, f) != 0)
		return false;
	buffer_added(out, len);
	return true;
}

static int write_put(void *arg)
{
	const struct work *w = arg;
	struct fault fault = { .text = "out of memory" };
	struct buffer certificate, key;
	int result = EX_CANTCREAT;

	buffer_init(&certificate, PEM_SIZE_MAX);
	buffer_init_secret(&key, PEM_SIZE_MAX);
	if (read_whole(w->fds[0], &certificate, &fault) && read_whole(w->fds[1], &key, &fault) &&
		write_pair(w->state, buffer_slice(&certificate), buffer_slice(&key), &fault) == 0)
		result = EX_OK;
	else
		log_error("the certificate of a backup: %s", fault.text);
	buffer_release(&certificate);
	buffer_release(&key);
	return result;
}

enum certificate_kept certificate_put(const struct config *config, const int fds[2])
{
	struct work w = { .config = config, .fds = fds };
	struct fault fault;
	int result;

	if (!has_own(config))
		return CERTIFICATE_NOT_OURS;
	if (folder_open(FILES_HERE, config->state_dir, &w.state, &fault) != 0) {
		log_error("%s", fault.text);
		return CERTIFICATE_FAILED;
	}
	result = run_work(write_put, &w);
	descriptor_close(w.state);
	return result == EX_OK ? CERTIFICATE_IN_FORCE : CERTIFICATE_FAILED;
}
