/* curl_library.c - finding libcurl's functions; see curl_library.h. */
#include "sys/curl_library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"

const struct curl_library *curl;

static const char file_name[] = "libcurl.so.4"; /* the major version of its binary interface */

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define CURL_ROW(name) { "curl_" #name, offsetof(struct curl_library, name) },
	CURL_FUNCTIONS(CURL_ROW)
#undef CURL_ROW
};

/* POSIX has dlsym() return a function as a pointer to an object, which C cannot cast. */
static bool find_functions(void *file, struct curl_library *library)
{
	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		void *function = dlsym(file, functions[i].name);

		if (function == NULL)
			return false;
		memcpy((char *)library + functions[i].offset, &function, sizeof(function));
	}
	return library->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

bool curl_load(void)
{
	static struct curl_library library;
	void *file;

	if (curl != NULL)
		return true;
	file = dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
	if (file != NULL && find_functions(file, &library)) {
		curl = &library;
		return true;
	}
	log_error("https requests cannot be made: %s", file != NULL ?
		"libcurl lacks a function" : dlerror());
	if (file != NULL)
		dlclose(file);
	return false;
}
