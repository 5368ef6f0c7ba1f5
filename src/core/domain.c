/* domain.c - label rules and A-labels of domain names; see domain.h. */
#include "core/domain.h"

#include <string.h>

#include <idn2.h>

/*
 * RFC 1123 2.1, RFC 5321 4.1.2:
 *   name  = label *("." label)
 *   label = let-dig [*(let-dig / "-") let-dig]       1 to 63 octets
 */
static enum domain_error check_label(struct slice label)
{
	if (label.len == 0)
		return DOMAIN_LABEL_EMPTY;
	for (size_t i = 0; i < label.len; i++) {
		char c = label.data[i];

		if (!char_is_alpha(c) && !char_is_digit(c) && c != '-')
			return DOMAIN_CHAR;
	}
	if (label.data[0] == '-' || label.data[label.len - 1] == '-')
		return DOMAIN_LABEL_HYPHEN;
	return label.len > DOMAIN_LABEL_MAX ? DOMAIN_LABEL_LONG : DOMAIN_OK;
}

static enum domain_error check_ascii(struct slice name)
{
	struct slice rest = name;

	if (name.len == 0)
		return DOMAIN_EMPTY;
	while (rest.data != NULL) {
		enum domain_error error = check_label(slice_cut(&rest, '.'));

		if (error != DOMAIN_OK)
			return error;
	}
	return name.len > DOMAIN_MAX ? DOMAIN_LONG : DOMAIN_OK;
}

static int idn_error(int code)
{
	if (code == IDN2_MALLOC)
		return -1;
	if (code == IDN2_TOO_BIG_DOMAIN)
		return DOMAIN_LONG;
	return code == IDN2_TOO_BIG_LABEL ? DOMAIN_LABEL_LONG : DOMAIN_NOT_IDN;
}

/*
 * The A-labels are checked again: the mapping of UTS #46 may bring dots and other ASCII. Not with
 * IDN2_USE_STD3_ASCII_RULES: libidn2 2.3.3 then drops what the rules forbid and goes on without it.
 */
static int convert(struct slice name, char *ret_name)
{
	char utf8[4 * DOMAIN_SIZE], *ascii = NULL;
	int code, error;

	if (!slice_copy(name, utf8, sizeof(utf8)))
		return DOMAIN_LONG;
	code = idn2_to_ascii_8z(utf8, &ascii, IDN2_NONTRANSITIONAL);
	if (code != IDN2_OK)
		return idn_error(code);
	error = (int)check_ascii(slice_of(ascii));
	if (error == DOMAIN_OK && !slice_copy(slice_of(ascii), ret_name, DOMAIN_SIZE))
		error = DOMAIN_LONG;
	idn2_free(ascii);
	return error;
}

int domain_to_ascii(struct slice name, char ret_name[static DOMAIN_SIZE])
{
	enum domain_error error;

	if (!slice_is_ascii(name))
		return slice_is_utf8(name) ? convert(name, ret_name) : DOMAIN_NOT_IDN;
	error = check_ascii(name);
	if (error != DOMAIN_OK)
		return (int)error;
	return slice_copy(name, ret_name, DOMAIN_SIZE) ? 0 : DOMAIN_LONG;
}

bool domain_looks_like_ipv4(struct slice name)
{
	size_t digits = 0;

	while (digits < name.len && char_is_digit(name.data[name.len - 1 - digits]))
		digits++;
	return digits > 0 && (digits == name.len || name.data[name.len - 1 - digits] == '.');
}
