/* certificates.h - until when the certificates are good on which pages and mail depend. */
#ifndef TOCSIN_KEEP_CERTIFICATES_H
#define TOCSIN_KEEP_CERTIFICATES_H

#include "keep/keeper.h"

void keep_own_certificate(struct request *r); /* front: the one it serves pages with */
void keep_relay_certificate(struct request *r); /* sender: the one the relay has shown */

/* Seconds since 1970; 0 when it is not known or there is none. */
int64_t keep_certificates_relay(const struct keeper *k); /* of the relay that is set now */
int64_t keep_certificates_ca(const struct keeper *k); /* of email.ca_certificate */

#endif
