/*
 * page_certificate.h - the certificate of the pages and its key. They are files that parent opens;
 * the keeper reads them for a backup, and asks parent to put those of a backup there.
 */
#ifndef TOCSIN_KEEP_PAGE_CERTIFICATE_H
#define TOCSIN_KEEP_PAGE_CERTIFICATE_H

#include "keep/keeper.h"
#include "store/restored_certificate.h"

int keep_page_certificate_init(struct keeper *k) MUST_CHECK;
void keep_page_certificate_stop(struct keeper *k); /* before the store is closed */
void keep_page_certificate_release(struct keeper *k); /* after it */

/* Those that are served from now on, opened by parent; takes the descriptors. */
void keep_page_certificate_take(struct keeper *k, int chain_fd, int key_fd);

/* What is served now, in the arena. False (logged) when it cannot be read. */
bool keep_page_certificate_read(struct keeper *k, struct arena *a,
	struct store_certificate *ret_certificate);

/*
 * What came with a backup and waits in the store goes to parent. At start, and after a restore with
 * done, which is told once how it went; what fails is tried again each minute.
 */
void keep_page_certificate_restore(struct keeper *k,
	void (*done)(void *arg, enum certificate_kept kept), void *arg);

#endif
