/* oauth_look.c - is the token endpoint there, and what does the access token say of itself. */
#include "keep/oauth_private.h"

#include <stdlib.h>
#include <sysexits.h>

#include "keep/handlers.h"
#include "sys/clock.h"

struct look {
	struct keeper *keeper;
	struct request *request;
	int64_t began; /* boot ms */
	bool has_token;
};

static bool is_exchange(const struct settings *s)
{
	static const char *const hosts[] = {
		"smtp.office365.com", "smtp-mail.outlook.com", "smtp-hve.office365.com",
		"smtp.office365.us", "smtp.partner.outlook.cn",
	};
	struct slice host = slice_of(s->value[SETTING_EMAIL_RELAY_HOST]);

	for (size_t i = 0; i < COUNT_OF(hosts); i++)
		if (slice_is_nocase(host, hosts[i]))
			return true;
	return false;
}

static void reply(const struct look *l, const struct grant_answer *g)
{
	const struct settings *s = &l->keeper->settings;
	struct request *r = l->request;
	const struct token_wants wants = {
		.exchange = is_exchange(s), .alone = settings_need_nobody(s),
		.email = s->value[SETTING_EMAIL_OAUTH_EMAIL], .now = clock_wall(),
	};
	const char *wrong = l->has_token ? token_look(&g->claims, &wants, r->arena) : NULL;
	struct buffer body;

	buffer_init(&body, WIRE_BODY_MAX);
	pack_text(&body, g->outcome == GRANT_GRANTED ? "" : g->error.problem);
	pack_number(&body, (uint64_t)(clock_boot_ms() - l->began));
	pack_bool(&body, l->has_token);
	token_claims_pack(&body, &g->claims);
	pack_text(&body, wrong != NULL ? wrong : "");
	keep_reply(r, WORD_OAUTH_LOOKED, &body);
	buffer_release(&body);
}

static void on_looked(void *arg, const struct channel_message *m)
{
	struct look *l = arg;
	struct grant_answer g;

	if (!keep_oauth_read(m, l->request->arena, &g))
		g.outcome = GRANT_NO_ANSWER;
	reply(l, &g);
	free(l);
}

void keep_oauth_look(struct request *r)
{
	struct keeper *k = r->keeper;
	struct grant g = keep_oauth_question(k, GRANT_LOOK);
	struct look *l;

	if (!unpack_end(&r->body)) {
		keep_refuse_malformed(r);
		return;
	}
	l = calloc(1, sizeof(*l));
	if (l != NULL)
		*l = (struct look){
			.keeper = k, .request = r, .began = clock_boot_ms(),
			.has_token = keep_oauth_fits(k, &k->settings),
		};
	/* nothing that proves us is sent */
	g.client_id = g.client_secret = g.private_key = "";
	if (l != NULL && l->has_token)
		g.refresh_token = k->oauth->token.access;
	if (l == NULL || keep_oauth_ask(k, &g, on_looked, l) == 0) {
		free(l);
		keep_refuse(r, EX_TEMPFAIL, "", "The sender is starting. Try again in a moment.");
	}
}
