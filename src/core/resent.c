/* resent.c - Resent- fields; see resent.h. */
#include "core/resent.h"

#include "core/time_format.h"

void resent_fields(const struct resent *r, struct buffer *out)
{
	char date[TIME_RFC5322_SIZE];

	time_format_rfc5322(r->now, 0, date);
	buffer_appendf(out, "Resent-From: <%s>\r\n", r->from);
	if (r->to != NULL)
		buffer_appendf(out, "Resent-To: <%s>\r\n", r->to);
	else
		buffer_append_text(out, "Resent-To: undisclosed-recipients:;\r\n");
	buffer_appendf(out, "Resent-Date: %s\r\nResent-Message-ID: ", date);
	message_id_make(r->now, r->random, slice_of(r->node_name), out);
	buffer_append_text(out, "\r\n");
}
