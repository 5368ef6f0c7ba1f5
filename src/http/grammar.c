/* grammar.c - shared character classes; see grammar.h. */
#include "http/grammar.h"

static bool is_tchar(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || slice_has_char(SLICE("!#$%&'*+-.^_`|~"), c);
}

bool http_is_token(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_tchar(s.data[i]))
			return false;
	return s.len > 0;
}

bool http_char_is_unreserved(char c)
{
	return char_is_alpha(c) || char_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool http_char_is_sub_delim(char c)
{
	return slice_has_char(SLICE("!$&'()*+,;="), c);
}

bool http_is_field_value(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (char_is_control(s.data[i]) && s.data[i] != '\t')
			return false;
	return true;
}

static int hex_digit(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_percent_octet(struct slice s, char *ret_octet)
{
	int high, low;

	if (s.len < 3 || s.data[0] != '%')
		return false;
	high = hex_digit(s.data[1]);
	low = hex_digit(s.data[2]);
	if (high < 0 || low < 0)
		return false;
	*ret_octet = (char)(unsigned char)(high * 16 + low);
	return true;
}
