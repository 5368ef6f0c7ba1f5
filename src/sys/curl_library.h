/*
 * curl_library.h - libcurl, loaded when it is called for the first time. It brings two dozen other
 * libraries, and a process that never asks a token endpoint need not hold them (docs/adr/0020).
 */
#ifndef TOCSIN_SYS_CURL_LIBRARY_H
#define TOCSIN_SYS_CURL_LIBRARY_H

#include <curl/curl.h>
#include <stdbool.h>

/* What we use of it, without the "curl_" of the names. */
#define CURL_FUNCTIONS(F) \
	F(easy_cleanup) F(easy_getinfo) F(easy_init) F(easy_setopt) F(free) F(global_init) \
	F(multi_add_handle) F(multi_assign) F(multi_cleanup) F(multi_info_read) F(multi_init) \
	F(multi_remove_handle) F(multi_setopt) F(multi_socket_action) F(slist_append) \
	F(slist_free_all) F(url) F(url_cleanup) F(url_get) F(url_set)

struct curl_library {
#define CURL_MEMBER(name) __typeof__(curl_##name) *name;
	CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

/* False (logged) when it is not there. It stays loaded; to be called again is fine. */
bool curl_load(void);

extern const struct curl_library *curl; /* NULL until it is loaded */

#endif
