/* command_oauth.c - tocsin oauth verify, status, disconnect: the sign-in to the relay by OAuth2. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "core/time_format.h"
#include "oauth2/authorization.h"
#include "sys/clock.h"
#include "tools/command.h"
#include "tools/json_print.h"
#include "wire/oauth_status.h"

enum {
	PASTE_MAX = 8 * 1024,
	LOOK_MS = 500,
	PATIENCE_MS = 3 * 60 * 1000, /* the provider's answer and the relay's */
};

int command_oauth_ask(struct context *x, struct oauth_status *ret_status)
{
	struct unpack u;
	int result = command_ask(x, WORD_OAUTH_STATUS, NULL, WORD_OAUTH_STATUS_IS, COMMAND_WAIT_MS);

	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	oauth_status_unpack(&u, x->arena, ret_status);
	return unpack_end(&u) ? EX_OK : command_malformed();
}

/* ---- verify ---- */

static void say(const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	fputs(name, stdout);
	command_print(value);
	putchar('\n');
}

static int fail_at_provider(const struct oauth_status *s)
{
	const struct grant_error *e = &s->attempt_error;

	fputs("tocsin: the sign-in failed\n", stderr);
	if (strcmp(e->problem, s->attempt_text) != 0)
		say("What to do: ", s->attempt_text);
	say("The provider's error: ", e->error);
	say("The provider's words: ", e->description);
	say("What was seen: ", e->problem);
	return EX_UNAVAILABLE;
}

/* There is a token, and it is kept: what is wrong is told as a test of the relay tells it. */
static int fail_at_relay(struct context *x, const struct oauth_status *s)
{
	fputs("tocsin: signed in at the provider, but not at the relay\n", stderr);
	(void)command_follow_test(x, s->attempt_run);
	say("", s->attempt_text);
	return EX_UNAVAILABLE;
}

/* Until the attempt has ended; shows a device's code once. */
static int follow(struct context *x)
{
	int64_t until = clock_boot_ms() + PATIENCE_MS;
	struct oauth_status s = { .attempt = OAUTH_ATTEMPT_NONE };
	bool shown = false;
	int result;

	for (;;) {
		result = command_oauth_ask(x, &s);
		if (result != EX_OK)
			return result;
		if (s.attempt == OAUTH_ATTEMPT_DEVICE && !shown) {
			say("Open in any browser: ", s.verification_uri);
			say("and enter the code: ", s.user_code);
			fflush(stdout);
			shown = true;
			until = clock_boot_ms() + PATIENCE_MS +
				(int64_t)(s.attempt_ends - (uint64_t)clock_wall()) * 1000;
		}
		if (s.attempt == OAUTH_ATTEMPT_NONE || s.attempt == OAUTH_ATTEMPT_FAILED ||
			s.attempt == OAUTH_ATTEMPT_DONE || clock_boot_ms() > until)
			break;
		client_pause(x->client, LOOK_MS);
	}
	if (s.attempt != OAUTH_ATTEMPT_DONE)
		return s.attempt_run != 0 ? fail_at_relay(x, &s) : fail_at_provider(&s);
	printf("Signed in, and the relay takes it.\n");
	say("Connected as: ", s.account[0] != '\0' ? s.account : s.email);
	say("", s.attempt_text);
	return EX_OK;
}

/* The address of the provider's page. EX_OK or an exit code with the reason said. */
static int print_address(struct context *x, bool loopback)
{
	struct oauth_authorization page;
	struct oauth_begun b;
	struct buffer body;
	struct unpack u;
	int result;

	buffer_init(&body, OAUTH_URL_MAX);
	pack_bool(&body, loopback);
	result = command_ask(x, WORD_OAUTH_BEGIN, &body, WORD_OAUTH_BEGUN, COMMAND_WAIT_MS);
	buffer_clear(&body);
	if (result == EX_OK) {
		unpack_init(&u, x->client->body);
		oauth_begun_unpack(&u, x->arena, &b);
		if (!unpack_end(&u))
			result = command_malformed();
	}
	if (result == EX_OK) {
		page = (struct oauth_authorization){
			.endpoint = b.endpoint, .client_id = b.client_id,
			.redirect_uri = b.redirect_uri, .scopes = b.scopes, .state = b.state,
			.challenge = b.challenge, .login_hint = b.login_hint, .consent = b.consent,
		};
		oauth_authorization_url(&body, &page);
		printf("Open this address in a browser and sign in as %s:\n\n%s\n\n", b.login_hint,
			buffer_text(&body));
		printf("The browser then goes to %s...\nPaste that whole address here, even when the page "
			"cannot be shown:\n", b.redirect_uri);
		fflush(stdout);
	}
	buffer_release(&body);
	return result;
}

/* The query of the address that was pasted. */
static const char *read_callback(struct context *x, struct oauth_callback *ret_callback)
{
	char line[PASTE_MAX];

	if (fgets(line, sizeof(line), stdin) == NULL)
		return "nothing was pasted";
	return oauth_callback_read_address(slice_of(line), x->arena, ret_callback);
}

static int finish(struct context *x)
{
	struct oauth_callback c;
	const char *wrong = read_callback(x, &c);
	struct buffer body;
	int result;

	if (wrong != NULL) {
		fprintf(stderr, "tocsin: %s\n", wrong);
		return EX_DATAERR;
	}
	buffer_init_secret(&body, WIRE_BODY_MAX);
	pack_text(&body, c.state);
	pack_text(&body, c.code);
	pack_text(&body, c.error);
	pack_text(&body, c.description);
	pack_text(&body, c.issuer);
	result = command_ask(x, WORD_OAUTH_FINISH, &body, WORD_DONE, COMMAND_WAIT_MS);
	buffer_release(&body);
	return result == EX_OK ? follow(x) : result;
}

/* NULL, or why the flow that is set does not go with an option. */
static const char *option_objection(const char *flow, bool loopback, bool device)
{
	if (loopback && device)
		return "oauth verify takes either --loopback or --device";
	if (loopback && strcmp(flow, "code") != 0)
		return "--loopback is for the provider's sign-in page, and email.oauth_flow is not code";
	if (device && (strcmp(flow, "client") == 0 || strcmp(flow, "service") == 0))
		return "--device is not needed: with this email.oauth_flow nobody has to sign in";
	return NULL;
}

/* [--loopback | --device] */
int command_oauth_verify(struct context *x)
{
	bool loopback = command_take_flag(x, "--loopback"), device = command_take_flag(x, "--device");
	const char *flow = "", *wrong;
	int result;

	if (x->argc != 0)
		return command_misused("oauth verify takes --loopback, --device or nothing");
	result = command_setting(x, "email.oauth_flow", &flow);
	if (result != EX_OK)
		return result;
	wrong = option_objection(flow, loopback, device);
	if (wrong != NULL)
		return command_misused(wrong);
	if (strcmp(flow, "code") == 0 && !device) {
		result = print_address(x, loopback);
		return result == EX_OK ? finish(x) : result;
	}
	result = command_ask(x, WORD_OAUTH_DEVICE, NULL, WORD_DONE, COMMAND_WAIT_MS);
	return result == EX_OK ? follow(x) : result;
}

/* ---- status ---- */

static void print_time(struct context *x, const char *name, uint64_t at)
{
	if (at != 0)
		printf("%s%s\n", name, command_time(x->arena, at));
}

static void print_status(struct context *x, const struct oauth_status *s)
{
	printf("Sign-in:              %s%s\n", !s->chosen ? "OAuth2 is not chosen" :
		token_state_name(s->state), s->relay_refuses ? ", but the relay refuses its token" : "");
	say("Mailbox:              ", s->email);
	say("Connected as:         ", s->account);
	say("Signed in by:         ", s->by);
	print_time(x, "Signed in:            ", s->signed_in);
	print_time(x, "Access token until:   ", s->state == TOKEN_NONE ? 0 : s->access_ends);
	print_time(x, "Refresh token since:  ", s->refresh_since);
	print_time(x, "Ends when unused:     ", s->refresh_ends);
	print_time(x, "Last renewed:         ", s->renewed);
	print_time(x, "Next renewal:         ", s->next_renewal);
	print_time(x, "Client secret ends:   ", s->secret_expires);
	print_time(x, "Certificate ends:     ", s->certificate_ends);
	say("Certificate (SHA-1):  ", s->thumbprint);
	print_time(x, "Last trouble:         ", s->error_at);
	say("The provider's error: ", s->error.error);
	say("The provider's words: ", s->error.description);
	say("What was seen:        ", s->error.problem);
	say("What to do:           ", s->advice);
}

static void print_json(const struct oauth_status *s)
{
	printf("{\"state\": ");
	json_print_string(token_state_name(s->state));
	json_print_bool("chosen", s->chosen);
	json_print_bool("usable", s->usable);
	json_print_bool("relay_refuses", s->relay_refuses);
	json_print_text("email", s->email);
	json_print_text("account", s->account);
	json_print_text("by", s->by);
	json_print_number("signed_in", s->signed_in);
	json_print_number("access_ends", s->access_ends);
	json_print_bool("has_refresh_token", s->has_refresh);
	json_print_number("refresh_since", s->refresh_since);
	json_print_number("refresh_ends", s->refresh_ends);
	json_print_number("renewed", s->renewed);
	json_print_number("next_renewal", s->next_renewal);
	json_print_number("secret_expires", s->secret_expires);
	json_print_number("certificate_ends", s->certificate_ends);
	json_print_text("thumbprint", s->thumbprint);
	json_print_number("error_at", s->error_at);
	json_print_text("error", s->error.error);
	json_print_text("suberror", s->error.suberror);
	json_print_text("description", s->error.description);
	json_print_text("problem", s->error.problem);
	json_print_text("advice", s->advice);
	json_print_text("attempt", oauth_attempt_name(s->attempt));
	json_print_text("attempt_text", s->attempt_text);
	puts("}");
}

/* [--json]; EX_UNAVAILABLE when the relay cannot be signed in to. */
int command_oauth_status(struct context *x)
{
	bool json = command_take_json(x);
	struct oauth_status s;
	int result;

	if (x->argc != 0)
		return command_misused("oauth status takes --json or nothing");
	result = command_oauth_ask(x, &s);
	if (result != EX_OK)
		return result;
	if (json)
		print_json(&s);
	else
		print_status(x, &s);
	return s.chosen && (!s.usable || s.relay_refuses) ? EX_UNAVAILABLE : EX_OK;
}

/* ---- disconnect ---- */

int command_oauth_disconnect(struct context *x)
{
	struct unpack u;
	int result;

	if (x->argc != 0)
		return command_misused("oauth disconnect takes nothing");
	result = command_ask(x, WORD_OAUTH_DISCONNECT, NULL, WORD_DONE, OAUTH_REVOKE_WAIT_MS);
	if (result != EX_OK)
		return result;
	unpack_init(&u, x->client->body);
	if (unpack_number(&u) == 0)
		puts(OAUTH_UNREVOKED);
	return EX_OK;
}
