/* system_log.c - lines to the system log; see system_log.h. */
#include "sys/system_log.h"

#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/endpoint.h"

enum {
	LINE_SIZE = 1024, /* RFC 3164 4.1 */
	FACILITY_MAIL = 2, /* RFC 3164 4.1.1 */
	SEVERITY_ALERT = 1,
	PRIORITY = FACILITY_MAIL * 8 + SEVERITY_ALERT,
};

static const char *log_path;
static int log_fd = -1;
static bool was_reached; /* else it was said at the start that nobody listens */

static bool reach(void)
{
	struct endpoint e;

	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
	if (log_path == NULL || !endpoint_from_path(log_path, &e))
		return false;
	log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (log_fd >= 0 && connect(log_fd, &e.any, e.len) == 0)
		return was_reached = true;
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
	return false;
}

/*
 *   line = "<17>" month " " day " " time " tocsin[" pid "]: " text
 * day is padded with a blank; the time is this machine's local one, as syslog daemons expect.
 */
static size_t write_line(const char *role, const char *text, char ret_line[LINE_SIZE])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t now = clock_wall();
	time_t local = (time_t)(now + clock_utc_offset(now));
	struct tm t = { .tm_mon = 0 };
	int n;

	gmtime_r(&local, &t);
	n = snprintf(ret_line, LINE_SIZE, "<%d>%.3s %2d %02d:%02d:%02d tocsin[%d]: %s: alert: %s",
		PRIORITY, months + (size_t)t.tm_mon * 3, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
		(int)getpid(), role, text);
	return n < 0 ? 0 : n < LINE_SIZE ? (size_t)n : LINE_SIZE - 1;
}

static bool put(const char *line, size_t len)
{
	return log_fd >= 0 && send(log_fd, line, len, MSG_NOSIGNAL) >= 0;
}

static void on_alert(const char *role, const char *text)
{
	char line[LINE_SIZE];
	size_t len = write_line(role, text, line);

	if (!put(line, len) && !(reach() && put(line, len)) && was_reached)
		log_warning("that alert did not reach the system log (%s)", log_path);
}

bool system_log_open(const char *path)
{
	log_path = path;
	clock_utc_offset(clock_wall()); /* reads the zone while it can be read */
	log_set_alert_sink(on_alert);
	return reach();
}

void system_log_close(void)
{
	log_set_alert_sink(NULL);
	log_path = NULL;
	was_reached = false;
	reach();
}
