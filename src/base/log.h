/*
 * log.h - one line to standard error per event: "role: text". Control characters are escaped, so
 * nothing from outside can forge a line. Under the journal each line carries its <priority>.
 * Secrets never come here: callers pass names, never values.
 */
#ifndef TOCSIN_BASE_LOG_H
#define TOCSIN_BASE_LOG_H

#include "base/slice.h"

enum log_level {
	LOG_LEVEL_ALERT, /* mail is broken and a person must act */
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

void log_set_name(const char *name); /* the role; keeps the pointer */
void log_set_level(enum log_level level);
bool log_level_parse(struct slice s, enum log_level *ret_level) MUST_CHECK;

/* Where lines of level alert go besides, escaped and without their level; NULL for nowhere. */
void log_set_alert_sink(void (*sink)(const char *name, const char *text));

/* True when standard error is the journal, which keeps priorities itself. */
bool log_is_journal(void);

void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define log_alert(...) log_write(LOG_LEVEL_ALERT, __VA_ARGS__)
#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
