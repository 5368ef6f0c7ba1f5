/* source.h - who counts as one when connections or failures are counted. */
#ifndef TOCSIN_WEB_SOURCE_H
#define TOCSIN_WEB_SOURCE_H

#include "sys/endpoint.h"

/*
 * Whether two addresses are one source: IPv4 addresses (mapped into IPv6 or not) when they are the
 * same, IPv6 addresses when their first 64 bits are, since one customer has all the rest.
 */
bool web_same_source(const struct endpoint *a, const struct endpoint *b);

#endif
