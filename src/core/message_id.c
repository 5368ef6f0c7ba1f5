/* message_id.c - new Message-IDs; see message_id.h. */
#include "core/message_id.h"

#include "base/secret.h"
#include "core/domain.h"
#include "core/time_format.h"

void message_id_make(int64_t now, const uint8_t random[static MESSAGE_ID_RANDOM], struct slice host,
	struct buffer *out)
{
	char name[DOMAIN_SIZE] = "localhost";
	struct civil_time t;

	/* a host that is no domain leaves the name as it is */
	if (domain_to_ascii(host, name) < 0)
		out->failed = true;
	civil_time_from(now, 0, &t);
	buffer_appendf(out, "<%04d%02d%02d%02d%02d%02d.", t.year, t.month, t.day, t.hour, t.minute,
		t.second);
	hex_encode(out, slice_make((const char *)random, MESSAGE_ID_RANDOM));
	buffer_appendf(out, "@%s>", name);
}
