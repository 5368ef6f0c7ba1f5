/* conf_line.c - lines of files that people edit; see conf_line.h. */
#include "core/conf_line.h"

const char *conf_line_fault(struct slice line)
{
	if (line.len > CONF_LINE_MAX)
		return "is longer than 1000 octets: a line is one key, \"=\" and a short value";
	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if (c == '\r')
			return "contains a carriage return: save the file with Unix line ends";
		if (c == '\0')
			return "contains a NUL octet: save the file as plain text";
		if (char_is_control(c) && c != '\t')
			return "contains a control character: type the line again";
	}
	if (!slice_is_utf8(line))
		return "contains bytes that are no UTF-8: save the file as UTF-8";
	return NULL;
}
