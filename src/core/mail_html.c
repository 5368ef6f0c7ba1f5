/*
 * mail_html.c - rows of a mail as HTML; see mail_part.h. One column, system fonts, nothing loaded
 * from anywhere; the style sheet stands in the head, where mail programs read it, and what they
 * drop leaves a document that reads well without it.
 */
#include "core/mail_part.h"

static const char head_before_title[] =
	"<!DOCTYPE html>\r\n"
	"<html lang=\"en\">\r\n"
	"<head>\r\n"
	"<meta charset=\"utf-8\">\r\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\r\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\r\n";

static const char head_after_title[] =
	"<style>\r\n"
	":root { color-scheme: light dark; }\r\n"
	"body { margin: 0; padding: 1.5rem; background: #ffffff; color: #1c2024;\r\n"
	"  font: 16px/1.5 system-ui, -apple-system, \"Segoe UI\", sans-serif; }\r\n"
	"main { max-width: 40rem; margin: 0 auto; }\r\n"
	"h1 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 1rem; }\r\n"
	"h2 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }\r\n"
	"p, ul, table { margin: 0 0 1rem; }\r\n"
	"ul { padding-left: 1.25rem; }\r\n"
	"table { border-collapse: collapse; width: 100%; }\r\n"
	"th, td { text-align: left; vertical-align: top;\r\n"
	"  padding: 0.375rem 1rem 0.375rem 0;\r\n"
	"  border-bottom: 1px solid #d5dade; overflow-wrap: anywhere; }\r\n"
	"th { font-weight: 600; white-space: nowrap; width: 1%; }\r\n"
	".note { color: #59636b; font-size: 0.875rem; }\r\n"
	"@media (prefers-color-scheme: dark) {\r\n"
	"  body { background: #15181b; color: #e6e9ec; }\r\n"
	"  th, td { border-color: #3a4147; }\r\n"
	"  .note { color: #a0aab2; }\r\n"
	"}\r\n"
	"</style>\r\n"
	"</head>\r\n"
	"<body>\r\n"
	"<main>\r\n";

static void put_character(struct slice c, struct buffer *out)
{
	switch (c.data[0]) {
	case '&':
		buffer_append_text(out, "&amp;");
		break;
	case '<':
		buffer_append_text(out, "&lt;");
		break;
	case '>':
		buffer_append_text(out, "&gt;");
		break;
	case '"':
		buffer_append_text(out, "&quot;");
		break;
	case '\'':
		buffer_append_text(out, "&#39;");
		break;
	case '\n':
		buffer_append_text(out, "<br>\r\n");
		break;
	default:
		buffer_append_slice(out, c);
		break;
	}
}

static void put_text(const char *text, struct buffer *out)
{
	struct slice rest = slice_of(text);

	while (rest.len > 0)
		put_character(mail_next_character(&rest), out);
}

static void put_element(const char *before, const char *text, const char *after, struct buffer *out)
{
	buffer_append_text(out, before);
	put_text(text, out);
	buffer_append_text(out, after);
}

/* Lists and tables open at the first of their rows and close behind the last. */
static const char *group_tag(enum mail_part_kind kind)
{
	switch (kind) {
	case MAIL_ITEM:
		return "ul";
	case MAIL_ROW:
		return "table";
	case MAIL_PARAGRAPH:
	case MAIL_HEADING:
	case MAIL_NOTE:
		break;
	}
	return NULL;
}

static void put_part(const struct mail_part *part, struct buffer *out)
{
	switch (part->kind) {
	case MAIL_PARAGRAPH:
		put_element("<p>", part->text, "</p>\r\n", out);
		break;
	case MAIL_HEADING:
		put_element("<h2>", part->text, "</h2>\r\n", out);
		break;
	case MAIL_ITEM:
		put_element("<li>", part->text, "</li>\r\n", out);
		break;
	case MAIL_ROW:
		put_element("<tr><th scope=\"row\">", part->label, "</th>\r\n", out);
		put_element("<td>", part->text, "</td></tr>\r\n", out);
		break;
	case MAIL_NOTE:
		put_element("<p class=\"note\">", part->text, "</p>\r\n", out);
		break;
	}
}

void mail_html_render(const char *title, const struct mail_part *parts, size_t n_parts,
	struct buffer *out)
{
	buffer_append_text(out, head_before_title);
	put_element("<title>", title, "</title>\r\n", out);
	buffer_append_text(out, head_after_title);
	put_element("<h1>", title, "</h1>\r\n", out);
	for (size_t i = 0; i < n_parts; i++) {
		const char *tag = group_tag(parts[i].kind);

		if (tag != NULL && (i == 0 || parts[i - 1].kind != parts[i].kind))
			buffer_appendf(out, "<%s>\r\n", tag);
		put_part(&parts[i], out);
		if (tag != NULL && (i + 1 == n_parts || parts[i + 1].kind != parts[i].kind))
			buffer_appendf(out, "</%s>\r\n", tag);
	}
	buffer_append_text(out, "</main>\r\n</body>\r\n</html>\r\n");
}
