/* log.c - lines to standard error; see log.h. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	LINE_SIZE = 2048,
};

static const char *log_name = "tocsind";
static enum log_level log_level = LOG_LEVEL_INFO;
static void (*alert_sink)(const char *name, const char *text);

/* syslog priorities of the levels, for the journal (sd-daemon(3)) */
static const char *const level_words[] = { "alert", "error", "warning", "info", "debug" };
static const int level_priorities[] = { 1, 3, 4, 6, 7 };

void log_set_name(const char *name)
{
	log_name = name;
}

void log_set_level(enum log_level level)
{
	log_level = level;
}

void log_set_alert_sink(void (*sink)(const char *name, const char *text))
{
	alert_sink = sink;
}

bool log_is_journal(void)
{
	return getenv("JOURNAL_STREAM") != NULL;
}

bool log_level_parse(struct slice s, enum log_level *ret_level)
{
	for (size_t i = 0; i < COUNT_OF(level_words); i++) {
		if (slice_is(s, level_words[i])) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* Copies text with control characters as \xNN; returns the length written. */
static size_t escape(const char *text, char *ret_line, size_t size)
{
	size_t len = 0;

	for (; *text != '\0' && len + 5 < size; text++) {
		if (char_is_control(*text))
			len += (size_t)snprintf(ret_line + len, size - len, "\\x%02x", (unsigned char)*text);
		else
			ret_line[len++] = *text;
	}
	return len;
}

/* One write a line, so that the roles' lines never mix; nothing to do when it fails. */
static void put_line(const char *line, size_t len)
{
	if (write(STDERR_FILENO, line, len) < 0)
		return;
}

void log_write(enum log_level level, const char *format, ...)
{
	char text[LINE_SIZE / 2], line[LINE_SIZE];
	size_t len = 0, begin;
	va_list args;

	if (level > log_level)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (log_is_journal())
		len = (size_t)snprintf(line, sizeof(line), "<%d>", level_priorities[level]);
	len += (size_t)snprintf(line + len, sizeof(line) - len, "%s: %s", log_name,
		level <= LOG_LEVEL_WARNING ? level_words[level] : "");
	if (level <= LOG_LEVEL_WARNING)
		len += (size_t)snprintf(line + len, sizeof(line) - len, ": ");
	begin = len;
	len += escape(text, line + len, sizeof(line) - len - 1);
	line[len++] = '\n';
	put_line(line, len);
	line[len - 1] = '\0';
	if (level == LOG_LEVEL_ALERT && alert_sink != NULL)
		alert_sink(log_name, line + begin);
}
