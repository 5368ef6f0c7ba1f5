/* The sign-in to the relay by OAuth2: to the provider and back, renewed, kept, over. */
#include "unit/keep/fixture.h"
#include "unit/sys/certificates.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "core/diagnosis.h"
#include "core/pkce.h"
#include "keep/oauth_private.h"
#include "keep/queue_private.h"
#include "store/audit.h"
#include "store/db.h"
#include "sys/clock.h"
#include "wire/trial.h"

static int setup_linked(void **state)
{
	int result = setup_keeper(state);

	if (result != 0)
		return result;
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
	set_up_mail();
	set("email.auth", "oauth2", "email.oauth_email", "alerts@example.com",
		"email.oauth_client_id", "app", "email.oauth_client_secret", "hush-hush",
		"email.oauth_scopes", "mail offline_access", "email.oauth_auth_endpoint",
		"https://id.example/authorize", "email.oauth_token_endpoint",
		"https://id.example/token", NULL);
	return 0;
}

static void restart(void)
{
	wait_until_written();
	cut_end(&front);
	cut_end(&sender);
	stop_keeper();
	start_keeper();
	link_end(&front, ROLE_FRONT);
	link_end(&sender, ROLE_SENDER);
}

/* ---- the page's side ---- */

static struct oauth_status status(void)
{
	struct answer *a = ask(&front, WORD_OAUTH_STATUS, body_as_root());
	struct unpack u = expect(a, WORD_OAUTH_STATUS_IS);
	struct oauth_status s;

	oauth_status_unpack(&u, arena, &s);
	assert_true(unpack_end(&u));
	return s;
}

static struct oauth_begun begin(void)
{
	struct buffer *b = body_as_root();
	struct oauth_begun begun;
	struct unpack u;

	pack_bool(b, false);
	u = expect(ask(&front, WORD_OAUTH_BEGIN, b), WORD_OAUTH_BEGUN);
	oauth_begun_unpack(&u, arena, &begun);
	assert_true(unpack_end(&u));
	return begun;
}

static struct answer *finish_as(uint64_t uid, const char *state, const char *code,
	const char *error, const char *issuer)
{
	struct buffer *b = body_as_user(uid);

	pack_text(b, state);
	pack_text(b, code);
	pack_text(b, error);
	pack_text(b, "");
	pack_text(b, issuer);
	return ask(&front, WORD_OAUTH_FINISH, b);
}

/* ---- the provider's side ---- */

static struct grant question(struct seen **ret_seen)
{
	struct seen *s = wait_seen(&sender, WORD_GRANT);
	struct grant g;
	struct unpack u;

	unpack_init(&u, buffer_slice(&s->body));
	grant_unpack(&u, arena, &g);
	assert_true(unpack_end(&u));
	*ret_seen = s;
	return g;
}

static void answer(struct seen *s, const struct grant_answer *g)
{
	struct buffer *b = empty_body();

	grant_answer_pack(b, g);
	channel_answer(sender.channel, s->id, WORD_GRANT_IS, b);
	s->word = WORD_NONE; /* answered */
	turn(20);
	wait_until_written();
}

static struct grant_answer token(const char *access, const char *refresh)
{
	struct grant_answer g = grant_answer_none;

	g.outcome = GRANT_GRANTED;
	g.access_token = access;
	g.refresh_token = refresh;
	g.expires_in = 3600;
	return g;
}

static struct grant_answer no(enum grant_outcome outcome, const char *error)
{
	struct grant_answer g = grant_answer_none;

	g.outcome = outcome;
	g.error.error = error;
	return g;
}

/* ---- the relay's side ---- */

static struct relay relay(void)
{
	struct seen *s = wait_seen(&sender, WORD_RELAY);
	struct unpack u;
	struct relay r;

	unpack_init(&u, buffer_slice(&s->body));
	relay_unpack(&u, arena, &r);
	assert_true(unpack_end(&u));
	return r;
}

/* The sender is told a moment after the token is written. */
static void relay_gets(const char *token)
{
	int64_t until = clock_boot_ms() + 10 * 1000;

	while (strcmp(relay().token, token) != 0 && clock_boot_ms() < until)
		turn(5);
	assert_string_equal(relay().token, token);
}

/* The relay is asked once somebody signed in. */
static void relay_takes_it(bool takes)
{
	struct seen *s = wait_seen(&sender, WORD_TRIAL);
	struct trial_stage stage = { .step = TRIAL_RCPT, .state = takes ? TRIAL_GOOD : TRIAL_BAD };
	struct trial t = { .check = true, .host = "relay.example", .queue_id = "", .stages = &stage,
		.n_stages = 1 };
	struct unpack u;
	struct buffer *b;
	uint64_t run;

	unpack_init(&u, buffer_slice(&s->body));
	run = unpack_number(&u);
	b = empty_body();
	pack_number(b, run);
	trial_pack(b, &t);
	channel_send(sender.channel, WORD_TRIAL_STAGE, 0, b);
	channel_answer(sender.channel, s->id, WORD_TRIAL_DONE, NULL);
	s->word = WORD_NONE;
	turn(20);
}

static void sign_in(void)
{
	struct grant_answer g = token("access-1", "refresh-1");
	struct oauth_begun begun = begin();
	struct seen *s;

	expect(finish_as(0, begun.state, "code-1", "", ""), WORD_DONE);
	question(&s);
	answer(s, &g);
	relay_takes_it(true);
}

static void refuse_token_at_the_relay(uint64_t number)
{
	struct seen *s = wait_seen(&sender, WORD_PROBE);
	struct buffer *b;
	struct verdict v = { .class = VERDICT_CREDENTIAL, .stage = STAGE_AUTH,
		.reason = REASON_REPLY, .code = 535, .token = number,
		.text = "no\nThis node signed in with an access token (XOAUTH2)." };

	b = empty_body();
	verdict_pack(b, &v);
	channel_answer(sender.channel, s->id, WORD_PROBE_IS, b);
	s->word = WORD_NONE;
	turn(20);
}

static void refuse_at_the_relay(void)
{
	refuse_token_at_the_relay(relay().token_number);
}

/* The relay is asked anew. */
static void refuse_once_more(void)
{
	uint64_t number = relay().token_number;

	forget_seen(&sender);
	keep_queue_token_changed(&keeper, false);
	refuse_token_at_the_relay(number);
}

/* ---- signing in ---- */

static void somebody_signs_in(void **state UNUSED)
{
	struct grant_answer g = token("access-1", "refresh-1");
	struct oauth_begun begun = begin();
	char challenge[PKCE_SIZE];
	struct seen *s;
	struct grant q;

	assert_string_equal(begun.endpoint, "https://id.example/authorize");
	assert_string_equal(begun.redirect_uri, "https://node.example:8443/login/smtp-verification");
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_BEGUN);
	assert_string_equal(relay().host, ""); /* nothing is sent before */
	expect(finish_as(0, begun.state, "code-1", "", "https://id.example"), WORD_DONE);
	q = question(&s);
	assert_int_equal(q.kind, GRANT_CODE);
	assert_string_equal(q.endpoint, "https://id.example/token");
	assert_string_equal(q.code, "code-1");
	assert_string_equal(q.client_secret, "hush-hush");
	assert_string_equal(q.redirect_uri, begun.redirect_uri);
	pkce_challenge(q.verifier, challenge);
	assert_string_equal(challenge, begun.challenge);
	g.account = "somebody@example.com";
	answer(s, &g);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_CHECKING);
	relay_gets("access-1");
	assert_string_equal(relay().username, "alerts@example.com");
	assert_int_equal(relay().auth, RELAY_AUTH_OAUTH2);
	relay_takes_it(true);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_DONE);
	assert_int_equal(status().state, TOKEN_GOOD);
	assert_true(status().usable && status().has_refresh);
	assert_string_equal(status().by, "root (local)");
	assert_non_null(strstr(status().attempt_text, "somebody@example.com"));
}

static struct audit_entry last_noted(void)
{
	struct audit_list list;

	assert_int_equal(audit_list(store_reader(keeper.store), 0, 1, arena, &list), STORE_OK);
	assert_int_equal(list.n, 1);
	return list.items[0];
}

static void who_signed_in_is_noted_and_no_renewal(void **state UNUSED)
{
	struct grant_answer g = token("access-2", "refresh-2");
	struct audit_entry noted;
	struct seen *s;

	sign_in();
	noted = last_noted();
	assert_string_equal(noted.what, "signed in to the relay's provider");
	assert_string_equal(noted.who, "root (local)");
	assert_string_equal(noted.from, "local");
	keeper.oauth->life.renew_at = 0;
	timer_set(&keeper.oauth->timer, 0);
	question(&s);
	answer(s, &g);
	relay_gets("access-2");
	assert_int_equal(last_noted().seq, noted.seq);
}

static void a_callback_is_good_once_and_for_whoever_began(void **state UNUSED)
{
	struct oauth_begun first = begin(), begun = begin();

	expect_refused(finish_as(0, first.state, "c", "", ""), EX_NOPERM); /* another was begun */
	expect_refused(finish_as(0, "", "c", "", ""), EX_NOPERM);
	expect_refused(finish_as(4242, begun.state, "c", "", ""), EX_NOPERM);
	assert_non_null(strstr(expect_refused(finish_as(0, begun.state, "c", "",
		"https://evil.example"), EX_NOPERM), "another provider"));
	assert_int_equal(count_seen(&sender, WORD_GRANT), 0);
	expect(finish_as(0, begun.state, "c", "", ""), WORD_DONE);
	expect_refused(finish_as(0, begun.state, "c", "", ""), EX_NOPERM);
}

static void discover_as(const char *issuer, const char *revocation)
{
	struct grant_answer g = token("", "");
	struct buffer *b = body_as_root();
	struct answer *a;
	struct seen *s;

	pack_text(b, issuer);
	pack_number(b, 1);
	pack_text(b, "");
	pack_text(b, "HTTP://Proxy.example:3128");
	a = ask_later(&front, WORD_OAUTH_DISCOVER, b);
	assert_string_equal(question(&s).endpoint, issuer);
	assert_string_equal(question(&s).proxy, "http://Proxy.example:3128");
	g.metadata = (struct grant_metadata){
		.issuer = issuer, .auth_endpoint = "https://id.example/authorize",
		.token_endpoint = "https://id.example/token",
		.revocation_endpoint = revocation, .device_endpoint = "",
		.says_iss = true,
	};
	answer(s, &g);
	wait_for(a);
	expect(a, WORD_OAUTH_DISCOVERED);
}

static void discover(void)
{
	discover_as("https://id.example/tenant", "https://id.example/revoke");
}

static void sign_in_at_issuer(void)
{
	struct grant_answer g = token("access-1", "refresh-1");
	struct oauth_begun begun = begin();
	struct seen *s;

	expect(finish_as(0, begun.state, "c", "", "https://id.example/tenant"), WORD_DONE);
	question(&s);
	answer(s, &g);
	relay_takes_it(true);
}

static void an_issuer_that_was_looked_up_is_known_after_a_restart(void **state UNUSED)
{
	struct oauth_begun begun;

	discover();
	restart();
	begun = begin();
	/* its host alone is not enough, and it says who it is */
	expect_refused(finish_as(0, begun.state, "c", "", "https://id.example/other"), EX_NOPERM);
	expect_refused(finish_as(0, begun.state, "c", "", ""), EX_NOPERM);
	sign_in_at_issuer();
	assert_string_equal(keeper.oauth->token.issuer, "https://id.example/tenant");
	assert_string_equal(status().revocation, "https://id.example/revoke");
}

static void what_is_typed_as_an_issuer_is_understood(void **state UNUSED)
{
	static const char *const places[] = { "https://id.example/tenant",
		"https://id.example/tenant/.well-known/openid-configuration",
		"https://id.example/tenant/.well-known/oauth-authorization-server" };
	struct grant_answer none = no(GRANT_NO_ANSWER, "");
	struct answer *a;
	struct buffer *b;
	struct seen *s;

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		b = body_as_root();
		pack_text(b, places[i]);
		pack_number(b, 0);
		a = ask_later(&front, WORD_OAUTH_DISCOVER, b);
		assert_string_equal(question(&s).endpoint, "https://id.example/tenant");
		answer(s, &none);
		wait_for(a);
		expect_refused(a, EX_UNAVAILABLE);
	}
	b = body_as_root();
	pack_text(b, "https://user:hush-hush@id.example/");
	pack_number(b, 0);
	assert_string_equal(expect_refused(ask(&front, WORD_OAUTH_DISCOVER, b), EX_DATAERR),
		"must not hold a name or a password: leave out what stands before the @");
}

/* It names another's token endpoint as its own: what it says beside that gets no token. */
static void an_issuer_elsewhere_gets_nothing(void **state UNUSED)
{
	struct grant_answer g = token("access-1", "refresh-1");
	struct oauth_begun begun;
	struct seen *s;

	discover_as("https://evil.example", "https://evil.example/revoke");
	begun = begin();
	expect(finish_as(0, begun.state, "c", "", "https://evil.example"), WORD_DONE);
	question(&s);
	answer(s, &g);
	relay_takes_it(true);
	assert_string_equal(status().revocation, "");
}

static void what_went_wrong_is_told(void **state UNUSED)
{
	struct grant_answer refused = no(GRANT_REFUSED, "invalid_client");
	struct oauth_begun begun = begin();
	struct seen *s;

	expect(finish_as(0, begun.state, "", "access_denied", ""), WORD_DONE);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_FAILED);
	assert_string_equal(status().attempt_error.error, "access_denied");
	begun = begin();
	expect(finish_as(0, begun.state, "c", "", ""), WORD_DONE);
	question(&s);
	answer(s, &refused);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_FAILED);
	assert_string_not_equal(status().attempt_text, "");
	assert_int_equal(status().state, TOKEN_NONE);
}

static void less_than_was_asked_for_is_refused(void **state UNUSED)
{
	struct grant_answer g = token("access-1", "refresh-1");
	struct oauth_begun begun = begin();
	struct seen *s;

	g.scopes = "openid";
	expect(finish_as(0, begun.state, "c", "", ""), WORD_DONE);
	question(&s);
	answer(s, &g);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_FAILED);
	assert_non_null(strstr(status().attempt_text, "mail is missing"));
	assert_string_equal(relay().token, "");
}

static void a_missing_refresh_token_is_told(void **state UNUSED)
{
	struct grant_answer g = token("access-1", "");
	struct oauth_begun begun = begin();
	struct seen *s;

	expect(finish_as(0, begun.state, "c", "", ""), WORD_DONE);
	question(&s);
	answer(s, &g);
	relay_takes_it(true);
	assert_non_null(strstr(status().attempt_text, "no refresh token"));
	assert_non_null(strstr(status().advice, "offline_access"));
	assert_true(begin().consent);
}

/* ---- kept ---- */

static bool disk_has(const char *text)
{
	static const char *const names[] = { "tocsin.db", "tocsin.db-wal" };
	bool found = false;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char path[200];
		struct buffer octets;
		FILE *file;
		int c;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		file = fopen(path, "rb");
		if (file == NULL)
			continue;
		buffer_init(&octets, 64 * 1024 * 1024);
		while ((c = getc(file)) != EOF)
			buffer_append_char(&octets, (char)c);
		fclose(file);
		found = found || slice_find(buffer_slice(&octets), slice_of(text)) < octets.len;
		buffer_release(&octets);
	}
	return found;
}

static void it_outlives_a_restart_and_is_sealed(void **state UNUSED)
{
	sign_in();
	assert_true(disk_has("https://id.example/token"));
	assert_false(disk_has("access-1"));
	assert_false(disk_has("refresh-1"));
	restart();
	relay_gets("access-1");
	assert_int_equal(status().state, TOKEN_GOOD);
	assert_string_equal(status().by, "root (local)");
}

static void it_goes_to_no_other_relay_or_provider(void **state UNUSED)
{
	sign_in();
	set("email.relay_host", "other.example", NULL);
	assert_string_equal(relay().token, "");
	assert_string_equal(relay().host, "");
	assert_int_equal(status().state, TOKEN_NONE);
	set("email.relay_host", "relay.example", NULL); /* nothing was deleted */
	relay_gets("access-1");
	set("email.oauth_token_endpoint", "https://evil.example/token", NULL);
	assert_string_equal(relay().token, "");
	assert_int_equal(count_seen(&sender, WORD_GRANT), 0);
}

static void a_secret_that_ends_soon_is_told(void **state UNUSED)
{
	sign_in();
	set("email.oauth_secret_expires", "2099-12-31", NULL);
	assert_string_equal(status().advice, "");
	set("email.oauth_secret_expires", "2020-12-31", NULL);
	assert_non_null(strstr(status().advice, "client secret has ended"));
	assert_int_equal(status().state, TOKEN_GOOD);
}

static void a_scope_that_the_sign_in_lacks_is_told(void **state UNUSED)
{
	sign_in();
	assert_string_equal(status().advice, "");
	set("email.oauth_scopes", "mail calendar offline_access", NULL);
	assert_non_null(strstr(status().advice, "the scope calendar, which"));
	set("email.oauth_scopes", "mail offline_access", NULL);
	assert_string_equal(status().advice, "");
}

static void a_person_disconnects(void **state UNUSED)
{
	sign_in();
	expect(ask(&front, WORD_OAUTH_DISCONNECT, body_as_root()), WORD_DONE);
	assert_string_equal(relay().token, "");
	assert_int_equal(status().state, TOKEN_NONE);
	restart();
	assert_int_equal(status().state, TOKEN_NONE);
	expect_refused(ask(&front, WORD_OAUTH_DISCONNECT, body_as_root()), EX_NOINPUT);
}

static void a_provider_has_its_say_at_the_end(void **state UNUSED)
{
	static const enum grant_outcome said[] = { GRANT_NO_ANSWER, GRANT_GRANTED };

	for (size_t i = 0; i < COUNT_OF(said); i++) {
		struct grant_answer g = { .outcome = said[i] };
		struct answer *a;
		struct seen *s;
		struct unpack u;

		discover();
		sign_in_at_issuer();
		a = ask_later(&front, WORD_OAUTH_DISCONNECT, body_as_root());
		assert_string_equal(question(&s).endpoint, "https://id.example/revoke");
		assert_int_equal(status().state, TOKEN_NONE);
		answer(s, &g);
		wait_for(a);
		u = expect(a, WORD_DONE);
		assert_int_equal(unpack_number(&u), said[i] == GRANT_GRANTED);
		assert_string_equal(status().advice, said[i] == GRANT_GRANTED ? "" : OAUTH_UNREVOKED);
	}
}

/* It ended by itself when it was seven days old, as Google's do in testing. */
static void die_young(void)
{
	keeper.oauth->token.signed_in = clock_wall() - 7 * 86400;
	keeper.oauth->token.state = TOKEN_SIGN_IN_NEEDED;
	keeper.oauth->token.state_at = clock_wall();
}

static void use_google(void)
{
	set("email.oauth_token_endpoint", "https://oauth2.googleapis.com/token", NULL);
}

static void disconnect(void)
{
	struct grant_answer g = { .outcome = GRANT_GRANTED };
	struct answer *a = ask_later(&front, WORD_OAUTH_DISCONNECT, body_as_root());
	struct seen *s;

	question(&s); /* the revocation */
	answer(s, &g);
	wait_for(a);
	expect(a, WORD_DONE);
	forget_seen(&sender);
}

static void what_a_sign_in_taught_outlives_a_disconnect(void **state UNUSED)
{
	use_google();
	sign_in();
	die_young();
	disconnect();
	restart();
	sign_in();
	assert_true(keeper.oauth->token.died_young);
	/* it goes on with this one, while nothing disproves it */
	disconnect();
	sign_in();
	assert_true(keeper.oauth->token.died_young);
}

static void it_is_for_no_other_account(void **state UNUSED)
{
	use_google();
	sign_in();
	die_young();
	disconnect();
	set("email.oauth_email", "other@example.com", NULL);
	sign_in();
	assert_false(keeper.oauth->token.died_young);
	disconnect();
	set("email.oauth_email", "alerts@example.com", NULL); /* another was signed in since */
	sign_in();
	assert_false(keeper.oauth->token.died_young);
}

static void a_sign_in_that_died_of_something_else_teaches_nothing(void **state UNUSED)
{
	use_google();
	sign_in();
	disconnect();
	sign_in();
	assert_false(keeper.oauth->token.died_young);
}

/* The two clocks are never read at once, and their seconds do not begin together. */
static void a_time_is_told_the_same_each_time(void **state UNUSED)
{
	struct oauth_status first;
	int64_t boot, told;

	sign_in();
	first = status();
	boot = clock_boot_ms();
	told = keep_oauth_wall_of(&keeper, boot);
	for (int ms = 0; ms < 1200; ms += 60) {
		struct oauth_status now = status();

		assert_int_equal(now.access_ends, first.access_ends);
		assert_int_equal(now.next_renewal, first.next_renewal);
		assert_int_equal(keep_oauth_wall_of(&keeper, boot), told);
		turn(60);
	}
	keeper.oauth->clocks_apart -= 2000; /* somebody set the wall clock since */
	assert_in_range(status().access_ends, first.access_ends - 1, first.access_ends + 1);
}

/* ---- renewed ---- */

static void one_refusal_costs_one_renewal(void **state UNUSED)
{
	struct grant_answer g = token("access-2", "refresh-2");
	struct seen *s;

	sign_in();
	refuse_at_the_relay();
	assert_int_equal(keeper.queue->health.state, RELAY_UNTRIED); /* no alert yet */
	assert_string_equal(question(&s).refresh_token, "refresh-1");
	assert_int_equal(count_seen(&sender, WORD_GRANT), 1);
	answer(s, &g);
	relay_gets("access-2");
	refuse_at_the_relay();
	assert_int_equal(keeper.queue->health.state, RELAY_BROKEN);
	turn(50);
	assert_int_equal(count_seen(&sender, WORD_GRANT), 0); /* never a loop */
}

/* Two connections showed the same token; by the time of the second answer it was renewed. */
static void a_refusal_of_an_older_token_is_no_news(void **state UNUSED)
{
	struct grant_answer g = token("access-2", "refresh-2");
	uint64_t first;
	struct seen *s;

	sign_in();
	first = relay().token_number;
	refuse_token_at_the_relay(first);
	question(&s);
	answer(s, &g);
	assert_true(relay().token_number > first);
	refuse_token_at_the_relay(first);
	assert_int_not_equal(keeper.queue->health.state, RELAY_BROKEN);
	turn(50);
	assert_int_equal(count_seen(&sender, WORD_GRANT), 0);
	refuse_once_more();
	assert_int_equal(keeper.queue->health.state, RELAY_BROKEN);
	assert_non_null(strstr(keep_queue_obstacle(&keeper), "The provider gave out a token"));
}

static void renew_now(void)
{
	keeper.oauth->life.renew_at = 0;
	keep_oauth_sender_came(&keeper); /* the timer is set anew */
	turn(20);
}

static void an_answer_without_a_refresh_token_keeps_the_old(void **state UNUSED)
{
	struct grant_answer g = token("access-2", "");
	struct seen *s;

	sign_in();
	renew_now();
	question(&s);
	answer(s, &g);
	relay_gets("access-2");
	restart();
	renew_now();
	assert_string_equal(question(&s).refresh_token, "refresh-1");
}

static void only_the_newest_refresh_token_is_sent(void **state UNUSED)
{
	struct grant_answer g = token("access-2", "refresh-2");
	struct seen *s;

	sign_in();
	renew_now();
	question(&s);
	answer(s, &g);
	restart();
	relay_gets("access-2");
	renew_now();
	assert_string_equal(question(&s).refresh_token, "refresh-2");
}

static void a_provider_that_is_down_is_no_reason_to_sign_in(void **state UNUSED)
{
	struct grant_answer g = no(GRANT_NO_ANSWER, "");
	struct seen *s;

	sign_in();
	renew_now();
	question(&s);
	answer(s, &g);
	assert_int_equal(status().state, TOKEN_FAILING);
	assert_true(status().usable);
	relay_gets("access-1"); /* still good */
	assert_int_not_equal(keeper.queue->health.state, RELAY_BROKEN);
	cut_end(&sender); /* nor is a sender that went */
	link_end(&sender, ROLE_SENDER);
	turn(50);
	assert_int_equal(status().state, TOKEN_FAILING);
}

/* Its time is over, here and on the disk. */
static void end_token(void)
{
	keeper.oauth->life.ends = clock_boot_ms();
	keep_oauth_pump(&keeper);
	turn(20);
	wait_until_written();
}

/* In the first minutes it is asked again; what is told is not about the network meanwhile. */
static void a_first_denial_is_told_as_one(void **state UNUSED)
{
	static const struct {
		enum grant_outcome said;
		const char *title;
	} rows[] = {
		{ GRANT_DENIED, "The provider refuses a new token" },
		{ GRANT_NO_ANSWER, "The provider gives out no token for now" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct grant_answer g = no(rows[i].said, "invalid_grant");
		struct diagnosis_facts facts;
		struct seen *s;

		sign_in();
		renew_now();
		question(&s);
		answer(s, &g);
		end_token();
		assert_int_equal(status().state, TOKEN_FAILING);
		facts = diagnosis_facts_of(&keeper.queue->health.verdict);
		assert_string_equal(diagnosis_find(&facts)->title, rows[i].title);
	}
}

static void a_refused_token_of_a_dead_sign_in_asks_for_a_person(void **state UNUSED)
{
	struct grant_answer g = no(GRANT_DENIED, "invalid_grant");
	struct seen *s;

	sign_in();
	keeper.oauth->life.denials = TOKEN_DENIALS_MAX - 1;
	renew_now();
	question(&s);
	answer(s, &g);
	refuse_once_more();
	assert_int_equal(keeper.queue->health.state, RELAY_BROKEN);
	assert_int_equal(keeper.queue->health.verdict.reason, REASON_SIGN_IN);
}

/* The client was refused first: what is needed then is kept as well. */
static void a_sign_in_may_die_behind_a_refused_client(void **state UNUSED)
{
	struct grant_answer refused = no(GRANT_REFUSED, "invalid_client"),
		denied = no(GRANT_DENIED, "invalid_grant");
	struct seen *s;

	sign_in();
	renew_now();
	question(&s);
	answer(s, &refused);
	assert_int_equal(status().state, TOKEN_REFUSED);
	for (int i = 0; i < TOKEN_DENIALS_MAX; i++) {
		assert_int_equal(status().state, TOKEN_REFUSED);
		keeper.oauth->life.renew_at = 0;
		timer_set(&keeper.oauth->timer, 0);
		question(&s);
		answer(s, &denied);
	}
	assert_int_equal(status().state, TOKEN_SIGN_IN_NEEDED);
	restart();
	assert_int_equal(status().state, TOKEN_SIGN_IN_NEEDED);
}

static void a_dead_sign_in_holds_mail_until_somebody_signs_in(void **state UNUSED)
{
	struct grant_answer g = no(GRANT_DENIED, "invalid_grant");
	struct ending list[ENDING_KIND_COUNT];
	struct seen *s;

	sign_in();
	keeper.oauth->life.denials = TOKEN_DENIALS_MAX - 1; /* minutes ago */
	renew_now();
	question(&s);
	answer(s, &g);
	assert_int_equal(status().state, TOKEN_SIGN_IN_NEEDED);
	assert_string_not_equal(status().advice, "");
	assert_true(status().usable); /* to its end mail goes on */
	relay_gets("access-1");
	assert_int_not_equal(keeper.queue->health.state, RELAY_BROKEN);
	assert_int_equal(keep_oauth_endings(&keeper, list), 1);
	assert_int_equal(list[0].kind, ENDING_ACCESS);
	restart();
	assert_int_equal(status().state, TOKEN_SIGN_IN_NEEDED);
	relay_gets("access-1");
	end_token();
	assert_int_equal(keeper.queue->health.state, RELAY_BROKEN);
	assert_int_equal(keeper.queue->health.breaks, 1);
	assert_int_equal(keeper.queue->health.verdict.reason, REASON_SIGN_IN);
	assert_int_equal(keep_oauth_endings(&keeper, list), 0); /* the alert says it now */
	restart();
	assert_int_equal(keeper.queue->health.breaks, 1); /* one alert */
	sign_in();
	assert_int_equal(status().state, TOKEN_GOOD);
	assert_string_equal(relay().host, "relay.example");
	probe_is(VERDICT_ACCEPTED);
	assert_int_equal(keeper.queue->health.state, RELAY_WORKS);
}

/* ---- without a way back ---- */

static void a_device_shows_its_code(void **state UNUSED)
{
	struct grant_answer start = token("", ""), pending = no(GRANT_PENDING, "authorization_pending"),
		granted = token("access-1", "refresh-1");
	struct seen *s;

	set("email.oauth_flow", "device", "email.oauth_token_endpoint",
		"https://id.example/t/oauth2/v2.0/token", NULL);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	assert_string_equal(question(&s).endpoint, "https://id.example/t/oauth2/v2.0/devicecode");
	start.device_code = "device-1";
	start.user_code = "ABCD-EFGH";
	start.verification_uri = "https://id.example/device";
	start.expires_in = 900;
	start.interval = 1;
	answer(s, &start);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_DEVICE);
	assert_string_equal(status().user_code, "ABCD-EFGH");
	assert_string_equal(question(&s).device_code, "device-1");
	answer(s, &pending);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_DEVICE);
	question(&s);
	answer(s, &granted);
	relay_takes_it(true);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_DONE);
	relay_gets("access-1");
}

static void a_client_signs_in_by_itself(void **state UNUSED)
{
	struct grant_answer g = token("access-1", "");
	struct seen *s;

	set("email.oauth_flow", "client", NULL);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	assert_int_equal(question(&s).kind, GRANT_CLIENT);
	answer(s, &g);
	relay_takes_it(true);
	assert_string_equal(status().attempt_text, ""); /* it needs no refresh token */
	assert_true(status().next_renewal > 0);
}

/* A key of the test's own, as good as any. */
static void set_key(void)
{
	static struct identity node;

	if (node.key.len == 0)
		identity_make(&node, &(struct identity_spec){ .subject = "node.example", .from = -60,
			.until = 86400, .rsa_bits = 2048 }, NULL);
	set("email.oauth_private_key", buffer_text(&node.key), "email.oauth_certificate",
		buffer_text(&node.certificate), "email.oauth_key_id", "k1", NULL);
}

static void a_service_account_asks_for_the_mailbox(void **state UNUSED)
{
	struct grant_answer g = token("access-1", "");
	struct seen *s;
	struct grant q;

	set_key();
	set("email.oauth_flow", "service", NULL);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	q = question(&s);
	assert_int_equal(q.kind, GRANT_SERVICE);
	assert_string_equal(q.subject, "alerts@example.com");
	assert_string_equal(q.key_id, "k1");
	assert_non_null(strstr(q.private_key, "PRIVATE KEY-----"));
	assert_string_equal(q.client_secret, "");
	answer(s, &g);
	relay_takes_it(true);
	assert_string_equal(status().attempt_text, "");
	assert_true(status().next_renewal > 0);
	assert_false(disk_has("PRIVATE KEY-----"));
}

static void a_key_takes_the_secrets_place_where_nobody_signs_in(void **state UNUSED)
{
	struct seen *s;
	struct grant q;

	set_key();
	set("email.oauth_flow", "client", NULL);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	q = question(&s);
	assert_int_equal(q.kind, GRANT_CLIENT);
	assert_non_null(strstr(q.private_key, "PRIVATE KEY-----"));
	assert_non_null(strstr(q.certificate, "BEGIN CERTIFICATE-----"));
	assert_string_equal(q.client_secret, "");

	restart();
	set("email.oauth_flow", "code", NULL);
	expect(finish_as(0, begin().state, "c", "", ""), WORD_DONE);
	q = question(&s);
	assert_int_equal(q.kind, GRANT_CODE);
	assert_string_equal(q.client_secret, "hush-hush"); /* it is meant for this */
	assert_string_equal(q.private_key, "");
}

static struct answer *ask_for_key(uint64_t days)
{
	struct buffer *b = body_as_root();

	pack_number(b, days);
	return ask(&front, WORD_OAUTH_KEY, b);
}

static void a_key_is_made_here_and_forgotten(void **state UNUSED)
{
	struct ending list[ENDING_KIND_COUNT];
	struct seen *s;
	struct grant q;

	set("email.oauth_flow", "client", NULL);
	expect_refused(ask_for_key(3651), EX_DATAERR);
	assert_string_equal(status().thumbprint, "");
	expect(ask_for_key(20), WORD_SETTINGS_SAVED);
	assert_int_equal(strlen(status().thumbprint), 40);
	assert_true(status().alone);
	assert_int_equal(keep_oauth_endings(&keeper, list), 1);
	assert_int_equal(list[0].kind, ENDING_CERTIFICATE);
	assert_int_equal(list[0].until, status().certificate_ends);
	assert_int_equal((list[0].until + 3600 - clock_wall() + 43200) / 86400, 20);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	q = question(&s);
	assert_non_null(strstr(q.private_key, "-----BEGIN PRIVATE KEY-----"));
	assert_string_equal(q.client_secret, "");
	assert_false(disk_has("BEGIN PRIVATE KEY-----"));

	expect(ask_for_key(0), WORD_SETTINGS_SAVED);
	assert_string_equal(status().thumbprint, "");
	assert_int_equal(keep_oauth_endings(&keeper, list), 0);
}

static void denials_without_a_person_are_about_the_client(void **state UNUSED)
{
	struct grant_answer g = token("access-1", ""), denied = no(GRANT_DENIED, "invalid_grant");
	struct seen *s;

	set_key();
	set("email.oauth_flow", "service", NULL);
	expect(ask(&front, WORD_OAUTH_DEVICE, body_as_root()), WORD_DONE);
	question(&s);
	answer(s, &g);
	relay_takes_it(true);
	for (int i = 1; i <= TOKEN_DENIALS_MAX; i++) {
		assert_int_equal(status().state, i == 1 ? TOKEN_GOOD : TOKEN_FAILING);
		keeper.oauth->life.renew_at = 0;
		timer_set(&keeper.oauth->timer, 0);
		question(&s);
		answer(s, &denied);
	}
	assert_int_equal(status().state, TOKEN_REFUSED);
	assert_true(status().next_renewal > 0); /* it is tried again by itself */
	keeper.oauth->life.renew_at = 0;
	timer_set(&keeper.oauth->timer, 0);
	question(&s);
	answer(s, &denied);
	assert_int_equal(status().state, TOKEN_REFUSED); /* hourly, not in a new row */
	assert_true(status().next_renewal > (uint64_t)clock_wall() + 3000);
}

/* A renewed token for which the disk has no room: it is written again in a moment. */
static void renew_without_room(void)
{
	struct grant_answer g = token("access-2", "refresh-2");
	struct seen *s;

	sign_in();
	keeper.oauth->held = true;
	keeper.oauth->life.renew_at = 0;
	timer_set(&keeper.oauth->timer, 0);
	question(&s);
	answer(s, &g);
	assert_non_null(keeper.oauth->unwritten);
	keeper.oauth->held = false;
}

static void room_comes(void)
{
	keep_oauth_write_again(&keeper);
	wait_until_written();
	restart();
}

static void a_token_that_waits_for_room_is_forgotten_with_the_sign_in(void **state UNUSED)
{
	renew_without_room();
	expect(ask(&front, WORD_OAUTH_DISCONNECT, body_as_root()), WORD_DONE);
	room_comes();
	assert_int_equal(status().state, TOKEN_NONE);
	assert_string_equal(relay().token, "");
}

static int run_forbid(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, "CREATE TRIGGER stays BEFORE DELETE ON oauth_token"
		" BEGIN SELECT RAISE(ABORT, 'it stays'); END");
}

static int run_fill(struct store_db *db, void *arg UNUSED)
{
	/* what a full disk does to this one row: the rest of the store needs its room */
	return db_exec(db, "CREATE TRIGGER full BEFORE INSERT ON oauth_token"
		" BEGIN SELECT RAISE(ABORT, 'no room'); END");
}

static int run_empty(struct store_db *db, void *arg UNUSED)
{
	return db_exec(db, "DROP TRIGGER full");
}

static void changed(void *arg UNUSED, int result)
{
	assert_int_equal(result, STORE_OK);
}

static void run(int (*fn)(struct store_db *db, void *arg))
{
	struct store_job job = { .run = fn, .done = changed };

	store_write(keeper.store, &job);
	wait_until_written();
}

static void a_token_that_cannot_be_written_is_told_and_not_used(void **state UNUSED)
{
	struct grant_answer g = token("access-2", "refresh-2");
	struct seen *s;

	sign_in();
	run(run_fill);
	keeper.oauth->life.renew_at = 0;
	timer_set(&keeper.oauth->timer, 0);
	question(&s);
	answer(s, &g);
	assert_non_null(strstr(status().advice, "cannot be written to the disk"));
	assert_true(status().usable);
	relay_gets("access-1");
	end_token();
	assert_non_null(strstr(keep_oauth_obstacle(&keeper, &keeper.settings),
		"the new one cannot be written"));
	assert_int_equal(count_seen(&sender, WORD_GRANT), 0); /* and nobody is asked for another */
	run(run_empty);
	keep_oauth_write_again(&keeper);
	wait_until_written();
	relay_gets("access-2");
	assert_string_equal(status().advice, "");
	renew_now();
	assert_string_equal(question(&s).refresh_token, "refresh-2");
}

static void a_token_that_cannot_be_deleted_is_told(void **state UNUSED)
{
	sign_in();
	run(run_forbid);
	assert_non_null(strstr(expect_refused(ask(&front, WORD_OAUTH_DISCONNECT, body_as_root()),
		EX_IOERR), "is back after a restart"));
	assert_string_equal(relay().token, "");
	restart();
	assert_int_equal(status().state, TOKEN_GOOD);
}

static void a_token_that_waits_for_room_takes_no_newer_ones_place(void **state UNUSED)
{
	struct grant_answer g = token("access-3", "refresh-3");
	struct oauth_begun begun;
	struct seen *s;

	renew_without_room();
	begun = begin();
	expect(finish_as(0, begun.state, "code-3", "", ""), WORD_DONE);
	question(&s);
	answer(s, &g);
	relay_takes_it(true);
	room_comes();
	relay_gets("access-3");
}

static void a_token_lost_for_want_of_memory_is_asked_for_again(void **state UNUSED)
{
	struct seen *s;

	sign_in();
	keeper.oauth->life.renew_at = 0;
	timer_set(&keeper.oauth->timer, 0);
	question(&s);
	keep_oauth_keep(&keeper, arena_new(1), &keeper.oauth->token, false);
	assert_int_equal(status().state, TOKEN_FAILING);
	assert_true(status().next_renewal > 0);
}

static void a_sign_in_lost_for_want_of_memory_has_failed(void **state UNUSED)
{
	struct oauth_begun begun = begin();
	struct seen *s;

	expect(finish_as(0, begun.state, "code-1", "", ""), WORD_DONE);
	question(&s);
	keep_oauth_keep(&keeper, arena_new(1), &keeper.oauth->token, true);
	assert_int_equal(status().attempt, OAUTH_ATTEMPT_FAILED);
	assert_string_equal(status().attempt_text, "There was not enough memory. Sign in again.");
}

#define linked(test) cmocka_unit_test_setup_teardown(test, setup_linked, teardown_keeper)

int main(void)
{
	const struct CMUnitTest tests[] = {
		linked(somebody_signs_in),
		linked(who_signed_in_is_noted_and_no_renewal),
		linked(a_callback_is_good_once_and_for_whoever_began),
		linked(an_issuer_that_was_looked_up_is_known_after_a_restart),
		linked(what_is_typed_as_an_issuer_is_understood),
		linked(an_issuer_elsewhere_gets_nothing),
		linked(what_went_wrong_is_told),
		linked(less_than_was_asked_for_is_refused),
		linked(a_missing_refresh_token_is_told),
		linked(it_outlives_a_restart_and_is_sealed),
		linked(it_goes_to_no_other_relay_or_provider),
		linked(a_secret_that_ends_soon_is_told),
		linked(a_scope_that_the_sign_in_lacks_is_told),
		linked(a_person_disconnects),
		linked(a_first_denial_is_told_as_one),
		linked(a_provider_has_its_say_at_the_end),
		linked(what_a_sign_in_taught_outlives_a_disconnect),
		linked(it_is_for_no_other_account),
		linked(a_sign_in_that_died_of_something_else_teaches_nothing),
		linked(a_time_is_told_the_same_each_time),
		linked(one_refusal_costs_one_renewal),
		linked(a_refusal_of_an_older_token_is_no_news),
		linked(an_answer_without_a_refresh_token_keeps_the_old),
		linked(only_the_newest_refresh_token_is_sent),
		linked(a_provider_that_is_down_is_no_reason_to_sign_in),
		linked(a_refused_token_of_a_dead_sign_in_asks_for_a_person),
		linked(a_sign_in_may_die_behind_a_refused_client),
		linked(a_dead_sign_in_holds_mail_until_somebody_signs_in),
		linked(a_device_shows_its_code),
		linked(a_client_signs_in_by_itself),
		linked(a_service_account_asks_for_the_mailbox),
		linked(a_key_is_made_here_and_forgotten),
		linked(denials_without_a_person_are_about_the_client),
		linked(a_key_takes_the_secrets_place_where_nobody_signs_in),
		linked(a_token_that_waits_for_room_is_forgotten_with_the_sign_in),
		linked(a_token_that_cannot_be_written_is_told_and_not_used),
		linked(a_token_that_cannot_be_deleted_is_told),
		linked(a_token_that_waits_for_room_takes_no_newer_ones_place),
		linked(a_token_lost_for_want_of_memory_is_asked_for_again),
		linked(a_sign_in_lost_for_want_of_memory_has_failed),
	};

	return secret_init() ? cmocka_run_group_tests_name("keep/oauth", tests, NULL, NULL) : 1;
}
