/* keeper.c - sample data for pages; see keeper.h. */
#include "web/keeper.h"

#include <sysexits.h>

#include "unit/unit.h"

void keeper_mail_broken(struct browser *b)
{
	b->mail = MAIL_BROKEN;
}

void keeper_mail_not_set_up(struct browser *b)
{
	b->mail = MAIL_NOT_SET_UP;
	b->nothing_saved = true;
}

static void tell_done(struct browser *b, const struct channel_message *m)
{
	struct buffer body;

	buffer_init(&body, 100);
	pack_number(&body, 1);
	keeper_answers(b, m, WORD_DONE, &body);
}

void keeper_refuses_fields(struct browser *b, const struct channel_message *m, const char *one,
	const char *text, const char *two, const char *text_two)
{
	struct buffer body;

	buffer_init(&body, 10000);
	pack_number(&body, EX_DATAERR);
	pack_number(&body, (one != NULL && two != NULL) ? 2 : 1);
	if (one != NULL) {
		pack_text(&body, one);
		pack_text(&body, told(b, text));
	}
	if (two != NULL) {
		pack_text(&body, two);
		pack_text(&body, told(b, text_two));
	}
	keeper_answers(b, m, WORD_REFUSED, &body);
}

/* The name says what the answer is to be: "anna" with the password "right" is let in. */
static enum login_result judge(const char *name, const char *password)
{
	if (strcmp(name, "busy") == 0)
		return LOGIN_BUSY;
	return strcmp(password, "right") == 0 ? LOGIN_OK : LOGIN_WRONG;
}

static void tell_login(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	const char *realm_or_token = unpack_text(u, 1000, b->arena);
	const char *name = unpack_text(u, 1000, b->arena);
	const char *password = arena_text(b->arena, unpack_slice(u, 1000));
	enum login_result result = judge(name, password);
	struct buffer body;

	assert_string_equal(unpack_text(u, 100, b->arena), "192.0.2.7");
	if (m->word == WORD_LOGIN)
		unpack_text(u, 128, b->arena); /* the session it ends */
	assert_true(unpack_end(u));
	if (m->word == WORD_SETUP && strcmp(realm_or_token, "good") != 0) {
		result = LOGIN_LINK_DEAD;
	} else if (m->word == WORD_SETUP && result == LOGIN_WRONG) {
		keeper_refuses_fields(b, m, name[0] == '\0' ? "name" : NULL, "is empty.", "password",
			"is shorter than 8 characters.");
		return;
	}
	buffer_init(&body, 1000);
	pack_number(&body, result);
	pack_text(&body, result == LOGIN_OK ? TEST_TOKEN : "");
	pack_number(&body, result == LOGIN_BUSY ? 7 : 0);
	keeper_answers(b, m, WORD_LOGIN_IS, &body);
}

static void tell_setup_check(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	if (strcmp(unpack_text(u, 1000, b->arena), "good") == 0)
		tell_done(b, m);
	else
		keeper_refuses(b, m, EX_NOPERM, "It was used, or a newer one was made.");
}

bool keeper_sample(struct browser *b, const struct channel_message *m, struct unpack *u)
{
	switch (m->word) {
	case WORD_LOGIN:
	case WORD_SETUP:
		tell_login(b, m, u);
		return true;
	case WORD_SETUP_CHECK:
		tell_setup_check(b, m, u);
		return true;
	case WORD_LOGOUT:
	case WORD_END_OTHERS:
		tell_done(b, m);
		return true;
	case WORD_QUEUE_ACT:
		keeper_acts(b, m, u);
		return true;
	case WORD_QUEUE_RESEND:
		keeper_resends(b, m, u);
		return true;
	case WORD_QUEUE_TRIES:
		keeper_tells_tries(b, m, u);
		return true;
	case WORD_SETTINGS_GET:
		keeper_tells_settings(b, m, u);
		return true;
	case WORD_SETTINGS_SET:
		keeper_saves(b, m, u);
		return true;
	case WORD_SETTINGS_CHECK:
		if (b->refuse_port)
			keeper_refuses_fields(b, m, "email.relay_port", "is taken.", NULL, NULL);
		else
			tell_done(b, m);
		return true;
	case WORD_TEST:
		keeper_starts_test(b, m);
		return true;
	case WORD_TEST_SHOW:
		keeper_tells_run(b, m, u);
		return true;
	case WORD_QUEUE_LIST:
		keeper_lists_queue(b, m, u);
		return true;
	case WORD_QUEUE_SHOW:
		keeper_shows_message(b, m, u);
		return true;
	case WORD_ALIAS_LIST:
		keeper_lists_aliases(b, m, u);
		return true;
	case WORD_ALIAS_SET:
		keeper_sets_alias(b, m, u);
		return true;
	case WORD_AUDIT_LIST:
		keeper_lists_audit(b, m, u);
		return true;
	case WORD_TOKEN_LIST:
		keeper_lists_tokens(b, m, u);
		return true;
	case WORD_TOKEN_CREATE:
		keeper_makes_token(b, m, u);
		return true;
	case WORD_OAUTH_KEY:
		keeper_has_saved(b, m);
		return true;
	case WORD_TOKEN_REVOKE:
	case WORD_OAUTH_DEVICE:
	case WORD_OAUTH_DISCONNECT:
	case WORD_OAUTH_TRY:
		tell_done(b, m);
		return true;
	case WORD_OAUTH_STATUS:
		keeper_tells_oauth(b, m);
		return true;
	case WORD_OAUTH_BEGIN:
		keeper_begins_oauth(b, m, u);
		return true;
	case WORD_OAUTH_LEAD:
		keeper_leads_oauth(b, m, u);
		return true;
	case WORD_OAUTH_FINISH:
		keeper_finishes_oauth(b, m, u);
		return true;
	case WORD_OAUTH_DISCOVER:
		keeper_discovers(b, m, u);
		return true;
	default:
		return false;
	}
}
