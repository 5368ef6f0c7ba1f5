/* import_files.c - the files that tocsin import reads; see import_files.h. */
#include "tools/import_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "sys/files.h"

static const struct {
	enum import_format format;
	const char *path;
} places[] = {
	{ IMPORT_MSMTPRC, "/etc/msmtprc" },
	{ IMPORT_REMOTES, "/etc/nullmailer/remotes" },
	{ IMPORT_ME, "/etc/nullmailer/me" },
	{ IMPORT_HELOHOST, "/etc/nullmailer/helohost" },
	{ IMPORT_DEFAULTHOST, "/etc/nullmailer/defaulthost" },
	{ IMPORT_ADMINADDR, "/etc/nullmailer/adminaddr" },
	{ IMPORT_ALLMAILFROM, "/etc/nullmailer/allmailfrom" },
	{ IMPORT_SSMTP_CONF, "/etc/ssmtp/ssmtp.conf" },
	{ IMPORT_REVALIASES, "/etc/ssmtp/revaliases" },
	{ IMPORT_DMA_CONF, "/etc/dma/dma.conf" },
	{ IMPORT_MAIN_CF, "/etc/postfix/main.cf" },
};

/* Files that belong to a main file, in the same folder. */
static const struct {
	enum import_format main, other;
} companions[] = {
	{ IMPORT_REMOTES, IMPORT_ME },
	{ IMPORT_REMOTES, IMPORT_HELOHOST },
	{ IMPORT_REMOTES, IMPORT_DEFAULTHOST },
	{ IMPORT_REMOTES, IMPORT_ADMINADDR },
	{ IMPORT_REMOTES, IMPORT_ALLMAILFROM },
	{ IMPORT_SSMTP_CONF, IMPORT_REVALIASES },
};

/* 0, FILE_ABSENT, FILE_TOO_LARGE, or negative with the fault set. */
static int read_into(struct import *im, enum import_format format, const char *path,
	struct fault *f)
{
	struct buffer text;
	int result;

	buffer_init_secret(&text, IMPORT_FILE_MAX);
	result = file_read(FILES_HERE, path, &text, f);
	if (result == FILE_TOO_LARGE)
		fault_set(f, "%s: the file is larger than 256 KB", path);
	if (result == 0 && import_file(im, format, path, buffer_slice(&text)) != 0) {
		fault_set(f, "out of memory");
		result = -1;
	}
	buffer_release(&text);
	return result;
}

/* True when it was there, also when it could not be read: then a note says why. */
static bool look(struct import *im, enum import_format format, const char *path)
{
	struct fault fault;
	int result = read_into(im, format, path, &fault);

	if (result != 0 && result != FILE_ABSENT)
		import_unreadable(im, path, fault.text);
	return result != FILE_ABSENT;
}

int import_files_usual(struct import *im, struct arena *a, size_t *ret_n)
{
	const char *home = getenv("HOME");
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(places); i++)
		n += look(im, places[i].format, places[i].path);
	/* one's own comes after the system's, as msmtp has it */
	if (home != NULL && home[0] == '/')
		n += look(im, IMPORT_MSMTPRC, arena_printf(a, "%s/.msmtprc", home));
	*ret_n = n;
	return EX_OK;
}

static int unknown_name(const char *argument)
{
	fprintf(stderr, "tocsin: the name of %s does not say whose file it is; write NAME=FILE, where "
		"NAME is one of", argument);
	for (int i = 0; i < IMPORT_FORMAT_COUNT; i++)
		fprintf(stderr, " %s", import_format_name((enum import_format)i));
	fputc('\n', stderr);
	return EX_USAGE;
}

static void look_beside(struct import *im, enum import_format format, const char *path,
	struct arena *a)
{
	const char *slash = strrchr(path, '/');
	int folder = slash != NULL ? (int)(slash - path) + 1 : 0;

	for (size_t i = 0; i < COUNT_OF(companions); i++)
		if (companions[i].main == format)
			look(im, companions[i].other, arena_printf(a, "%.*s%s", folder, path,
				import_format_name(companions[i].other)));
}

int import_files_named(struct import *im, const char *argument, struct arena *a)
{
	struct slice rest = slice_of(argument), name = slice_cut(&rest, '=');
	const char *path = argument, *slash;
	enum import_format format;
	struct fault fault;

	if (rest.data != NULL && import_format_find(name, &format)) {
		path = rest.data;
	} else {
		slash = strrchr(path, '/');
		if (!import_format_find(slice_of(slash != NULL ? slash + 1 : path), &format))
			return unknown_name(argument);
	}
	if (read_into(im, format, path, &fault) != 0) {
		fprintf(stderr, "tocsin: %s\n", fault.text);
		return EX_NOINPUT;
	}
	if (path == argument)
		look_beside(im, format, path, a);
	return EX_OK;
}

int import_files_wanted(struct import *im)
{
	const struct import_wanted *wanted;

	for (size_t i = 0; i < import_wanted(im, &wanted); i++)
		if (!look(im, wanted[i].format, wanted[i].path))
			import_unreadable(im, wanted[i].path, "there is no such file");
	return EX_OK;
}
