/* fault.c - words for what went wrong; see fault.h. */
#include "sys/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fault_set(struct fault *f, const char *format, ...)
{
	va_list args;

	if (f == NULL)
		return;
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
}

void fault_set_errno(struct fault *f, int error, const char *format, ...)
{
	char words[128];
	size_t len;
	va_list args;

	if (f == NULL)
		return;
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	len = strlen(f->text);
	snprintf(f->text + len, sizeof(f->text) - len, ": %s",
	    strerror_r(error, words, sizeof(words)));
}
