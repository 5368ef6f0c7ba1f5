/* trial.c - a test mail's run on the wire; see trial.h. */
#include "wire/trial.h"

#include <string.h>

#include "wire/words.h"

enum {
	TEXT_MAX = 2048,
	/* what keeps a run of TRIAL_STAGES_MAX stages and a talkative server within one message */
	RESULT_MAX = 160,
	WORDS_MAX = 200, /* of each of many recipients */
	FEW_STAGES = 30, /* whose words are told whole: what they mean hangs on the last of them */
	LINES_ROOM = WIRE_BODY_MAX - 16 * 1024,
};

static const char *const step_names[TRIAL_STEP_COUNT] = {
	[TRIAL_RESOLVE] = "Find the server",
	[TRIAL_CONNECT] = "Connect",
	[TRIAL_TLS] = "Encrypt",
	[TRIAL_GREETING] = "Greeting",
	[TRIAL_EHLO] = "Introduce this node",
	[TRIAL_AUTH] = "Sign in",
	[TRIAL_MAIL] = "Sender",
	[TRIAL_RCPT] = "Recipient",
	[TRIAL_DATA] = "Message",
	[TRIAL_ANSWER] = "Answer",
};

const char *trial_step_name(enum trial_step s)
{
	return step_names[s];
}

/* The start of a text, cut at a whole UTF-8 character. */
static struct slice cut(const char *text, size_t max)
{
	struct slice s = slice_of(text);

	if (s.len <= max)
		return s;
	while (max > 0 && ((unsigned char)s.data[max] & 0xc0) == 0x80)
		max--;
	return slice_sub(s, 0, max);
}

static void stage_pack(struct buffer *b, const struct trial_stage *s, bool few)
{
	struct verdict v = s->verdict;

	if (!few && s->step == TRIAL_RCPT)
		v.text[cut(v.text, WORDS_MAX).len] = '\0';
	pack_number(b, s->step);
	pack_number(b, s->state);
	pack_text(b, s->subject);
	pack_number(b, s->took_ms);
	pack_slice(b, cut(s->result, RESULT_MAX));
	verdict_pack(b, &v);
}

static void lines_pack(struct buffer *b, const struct trial *t)
{
	size_t n = 0, room = b->len;

	while (n < t->n_lines && room + strlen(t->lines[n].text) < LINES_ROOM)
		room += strlen(t->lines[n++].text) + 32;
	pack_number(b, n);
	for (size_t i = 0; i < n; i++) {
		pack_number(b, (unsigned char)t->lines[i].direction);
		pack_number(b, t->lines[i].at_ms);
		pack_slice(b, cut(t->lines[i].text, TEXT_MAX));
	}
}

void trial_pack(struct buffer *b, const struct trial *t)
{
	pack_text(b, t->host);
	pack_number(b, t->port);
	pack_bool(b, t->check);
	pack_text(b, t->queue_id);
	pack_number(b, t->n_stages);
	for (size_t i = 0; i < t->n_stages; i++)
		stage_pack(b, &t->stages[i], t->n_stages <= FEW_STAGES);
	lines_pack(b, t);
}

static void stages_unpack(struct unpack *u, struct arena *a, struct trial *t)
{
	t->n_stages = (size_t)unpack_below(u, TRIAL_STAGES_MAX + 1);
	t->stages = arena_array(a, t->n_stages, sizeof(*t->stages));
	if (t->stages == NULL) {
		u->failed = true;
		t->n_stages = 0;
	}
	for (size_t i = 0; i < t->n_stages; i++) {
		struct trial_stage *s = &t->stages[i];

		s->step = (enum trial_step)unpack_below(u, TRIAL_STEP_COUNT);
		s->state = (enum trial_state)unpack_below(u, TRIAL_STATE_COUNT);
		s->subject = unpack_text(u, TEXT_MAX, a);
		s->took_ms = unpack_number(u);
		s->result = unpack_text(u, TEXT_MAX, a);
		verdict_unpack(u, &s->verdict);
	}
}

void trial_unpack(struct unpack *u, struct arena *a, struct trial *ret_trial)
{
	struct trial *t = ret_trial;

	t->host = unpack_text(u, TEXT_MAX, a);
	t->port = unpack_number(u);
	t->check = unpack_bool(u);
	t->queue_id = unpack_text(u, TEXT_MAX, a);
	stages_unpack(u, a, t);
	t->n_lines = (size_t)unpack_below(u, TRIAL_LINES_MAX + 1);
	t->lines = arena_array(a, t->n_lines, sizeof(*t->lines));
	if (t->lines == NULL) {
		u->failed = true;
		t->n_lines = 0;
	}
	for (size_t i = 0; i < t->n_lines; i++) {
		t->lines[i].direction = (char)unpack_below(u, 128);
		t->lines[i].at_ms = unpack_number(u);
		t->lines[i].text = unpack_text(u, TEXT_MAX, a);
	}
}
