/* dot.c - dot-stuffing and line ends; see dot.h. */
#include "smtp/dot.h"

void dot_stuffer_init(struct dot_stuffer *d)
{
	*d = (struct dot_stuffer){ 0 };
}

static void end_line(struct dot_stuffer *d, struct buffer *out)
{
	buffer_append_text(out, "\r\n");
	d->inside = d->after_cr = false;
}

static bool is_special(char c)
{
	return c == '\r' || c == '\n' || c == '\0';
}

/* One octet that ends a line, may end one, or is not sent as it is. */
static void put_special(struct dot_stuffer *d, char c, struct buffer *out)
{
	if (c == '\n') {
		end_line(d, out);
		return;
	}
	if (d->after_cr) /* the CR stood alone */
		end_line(d, out);
	d->after_cr = c == '\r';
	if (c == '\0') {
		buffer_append_char(out, ' ');
		d->inside = true;
	}
}

/* Octets of one line. */
static void put_run(struct dot_stuffer *d, struct slice run, struct buffer *out)
{
	if (d->after_cr)
		end_line(d, out);
	if (!d->inside && run.data[0] == '.')
		buffer_append_char(out, '.');
	buffer_append_slice(out, run);
	d->inside = true;
}

void dot_stuffer_put(struct dot_stuffer *d, struct slice piece, struct buffer *out)
{
	size_t at = 0;

	while (at < piece.len) {
		size_t from = at;

		while (at < piece.len && !is_special(piece.data[at]))
			at++;
		if (at > from)
			put_run(d, slice_sub(piece, from, at - from), out);
		else
			put_special(d, piece.data[at++], out);
	}
}

void dot_stuffer_end(struct dot_stuffer *d, struct buffer *out)
{
	if (d->inside || d->after_cr)
		end_line(d, out);
}
