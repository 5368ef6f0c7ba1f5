/* source.c - see source.h. */
#include "web/source.h"

#include <string.h>

static bool is_true_ipv6(const struct endpoint *e)
{
	return e->any.sa_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(&e->in6.sin6_addr);
}

bool web_same_source(const struct endpoint *a, const struct endpoint *b)
{
	if (is_true_ipv6(a) && is_true_ipv6(b))
		return memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, 8) == 0;
	return endpoint_same_ip(a, b);
}
