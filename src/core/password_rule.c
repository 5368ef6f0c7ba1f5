/* password_rule.c - which passwords are taken; see password_rule.h. */
#include "core/password_rule.h"

#include <stdlib.h>
#include <string.h>

/* made from common_passwords.txt at build time: sorted, lower case */
extern const char *const common_passwords[];
extern const size_t n_common_passwords;

enum {
	COMMON_MAX = 64, /* the longest of the list is shorter */
};

static int compare(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool is_common(struct slice password)
{
	char lower[COMMON_MAX];

	if (!slice_copy(password, lower, sizeof(lower)))
		return false;
	for (char *c = lower; *c != '\0'; c++)
		*c = char_lower(*c);
	return bsearch(lower, common_passwords, n_common_passwords, sizeof(common_passwords[0]),
		compare) != NULL;
}

/* One character again and again, or digits and letters in a row (abcdefgh, 23456789). */
static bool is_run(struct slice password)
{
	bool same = true, up = true;

	for (size_t i = 1; i < password.len; i++) {
		same = same && password.data[i] == password.data[0];
		up = up && password.data[i] == password.data[i - 1] + 1;
	}
	return same || up;
}

static size_t count_characters(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.data[i] & 0xc0) != 0x80)
			n++;
	return n;
}

const char *password_objection(struct slice password, struct slice account_name)
{
	if (count_characters(password) < PASSWORD_CHARACTERS_MIN)
		return "is shorter than 8 characters. Use at least 8; 15 or more are advised.";
	if (password.len > PASSWORD_OCTETS_MAX)
		return "is longer than 1024 octets.";
	if (slice_has_char(password, '\0'))
		return "holds a NUL character.";
	if (account_name.len > 0 && slice_equal_nocase(password, account_name))
		return "is the account's name. Choose another.";
	if (is_common(password) || is_run(password))
		return "is one of the most common passwords, which are tried first. Choose another.";
	return NULL;
}

const char *account_name_objection(struct slice name)
{
	if (name.len == 0)
		return "is empty.";
	if (name.len > ACCOUNT_NAME_MAX)
		return "is longer than 64 octets.";
	if (!slice_is_utf8(name))
		return "is not valid UTF-8 text.";
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!char_is_alpha(c) && !char_is_digit(c) && strchr(".-_@", c) == NULL &&
			(unsigned char)c < 128)
			return "may hold letters, digits, dot, hyphen, underscore and @ only.";
		if (c == '\0')
			return "holds a NUL character.";
	}
	return NULL;
}

size_t password_common_count(void)
{
	return n_common_passwords;
}
