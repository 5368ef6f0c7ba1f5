/*
 * samples.c - writes every page with sample data to DIR/NAME.html, to be looked at in a browser
 * without a daemon: samples DIR. The keeper is the one of browser.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "unit/unit.h"

#include "web/browser.h"
#include "web/keeper.h"

struct sample {
	const char *name;
	const char *target;
	const char *form; /* NULL: GET */
	void (*prepare)(struct browser *b);
};

static void signed_out(struct browser *b)
{
	b->cookie = NULL;
}

static void away(struct browser *b)
{
	browser_cut_keeper(b);
}

static void changed(struct browser *b)
{
	b->changed_by_bert = true;
}

static void hostile(struct browser *b)
{
	b->hostile = true;
}

static void full(struct browser *b)
{
	b->full_pages = true;
}

static void oauth_new(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_NEW;
}

static void oauth_good(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_GOOD;
}

static void oauth_needed(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_NEEDED;
}

static void oauth_leads(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_BEGUN;
	b->led = 1;
}

static void oauth_leads_again(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_BEGUN;
	b->led = 2;
}

static void oauth_leads_to_paste(struct browser *b)
{
	oauth_leads(b);
	b->begun_loopback = true;
}

static void oauth_begun(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_BEGUN;
}

static void oauth_device(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_DEVICE;
}

static void oauth_checking(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_CHECKING;
}

static void oauth_failed(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_FAILED;
}

static void oauth_done(struct browser *b)
{
	b->oauth = OAUTH_SAMPLE_DONE;
}

#define GOOD_FORM "csrf=" TEST_CSRF "&version=7&email.from_address=alerts%40example.com" \
	"&email.relay_host=smtp.example.com&email.relay_port=587&email.encryption=starttls" \
	"&email.auth=password&email.username=alerts&email.password=&email.admin_contacts=anna%40example.com"
#define WRONG_FORM "csrf=" TEST_CSRF "&version=7&email.from_address=alerts&email.relay_host=https%3A%2F%2Fx" \
	"&email.relay_port=65536&email.encryption=none&email.auth=password&email.username=" \
	"&email.password=typed&email.admin_contacts=&test=yes&email.ca_certificate=garbage"

static const struct sample samples[] = {
	{ "status", "/login/status", NULL, NULL },
	{ "status_broken", "/login/status", NULL, keeper_mail_broken },
	{ "account_broken", "/login/account", NULL, keeper_mail_broken },
	{ "nowhere_broken", "/login/nowhere", NULL, keeper_mail_broken },
	{ "status_new", "/login/status", NULL, keeper_mail_not_set_up },
	{ "login", "/login", NULL, signed_out },
	{ "login_next", "/login?next=%2Flogin%2Femail", NULL, signed_out },
	{ "login_wrong", "/login", "name=anna&password=x", signed_out },
	{ "login_busy", "/login", "name=busy&password=x", signed_out },
	{ "setup", "/login/setup?token=good", NULL, signed_out },
	{ "setup_dead", "/login/setup?token=old", NULL, signed_out },
	{ "setup_wrong", "/login/setup", "token=good&name=&password=abc&repeat=abd", signed_out },
	{ "setup_weak", "/login/setup", "token=good&name=anna&password=weak&repeat=weak", signed_out },
	{ "account", "/login/account", NULL, NULL },
	{ "email", "/login/email", NULL, NULL },
	{ "email_new", "/login/email", NULL, keeper_mail_not_set_up },
	{ "email_saved", "/login/email?saved=3&test=no", NULL, NULL },
	{ "email_wrong", "/login/email", WRONG_FORM, NULL },
	{ "email_conflict", "/login/email", GOOD_FORM, changed },
	{ "oauth_new", "/login/email", NULL, oauth_new },
	{ "oauth_good", "/login/email", NULL, oauth_good },
	{ "oauth_needed", "/login/email", NULL, oauth_needed },
	{ "oauth_lead", "/login/email/verify", NULL, oauth_leads },
	{ "oauth_lead_again", "/login/email/verify", NULL, oauth_leads_again },
	{ "oauth_lead_paste", "/login/email/verify", NULL, oauth_leads_to_paste },
	{ "oauth_over", "/login/email/sign-in?over", NULL, oauth_done },
	{ "oauth_begun", "/login/email/sign-in", NULL, oauth_begun },
	{ "oauth_device", "/login/email/sign-in", NULL, oauth_device },
	{ "oauth_checking", "/login/email/sign-in", NULL, oauth_checking },
	{ "oauth_failed", "/login/email/sign-in", NULL, oauth_failed },
	{ "oauth_refused", "/login/email/sign-in?refused=state", NULL, oauth_new },
	{ "oauth_done", "/login/email/sign-in", NULL, oauth_done },
	{ "oauth_disconnect", "/login/email/disconnect", NULL, oauth_good },
	{ "guide_microsoft365", "/login/email/guide/microsoft365", NULL, NULL },
	{ "guide_google", "/login/email/guide/google", NULL, NULL },
	{ "guide_other", "/login/email/guide/other", NULL, NULL },
	{ "site", "/login/site", NULL, NULL },
	{ "run_going", "/login/email/test/1", NULL, NULL },
	{ "run_good", "/login/email/test/2?saved=3", NULL, NULL },
	{ "run_password", "/login/email/test/3", NULL, NULL },
	{ "run_one", "/login/email/test/4", NULL, NULL },
	{ "queue", "/login/queue", NULL, NULL },
	{ "queue_full", "/login/queue?state=open&after=71", NULL, full },
	{ "queue_held", "/login/queue?state=held&tried=12", NULL, NULL },
	{ "queue_hostile", "/login/queue", NULL, hostile },
	{ "queue_search", "/login/queue?to=anna&since=yesterday", NULL, NULL },
	{ "queue_none", "/login/queue?state=failed", NULL, NULL },
	{ "queue_new", "/login/queue", NULL, keeper_mail_not_set_up },
	{ "message", "/login/queue/4XJ2A9?tried=1", NULL, NULL },
	{ "message_accepted", "/login/queue/ACCEPTED1", NULL, NULL },
	{ "message_hostile", "/login/queue/4XJ2A9", NULL, hostile },
	{ "message_held", "/login/queue/HELD1?held=1", NULL, NULL },
	{ "message_delete", "/login/queue/4XJ2A9/delete", NULL, NULL },
	{ "message_resend", "/login/queue/FAILED1/resend", NULL, NULL },
	{ "message_gone", "/login/queue/gone", NULL, NULL },
	{ "aliases", "/login/aliases?set=root", NULL, NULL },
	{ "aliases_change", "/login/aliases?name=ops", NULL, NULL },
	{ "aliases_wrong", "/login/aliases", "csrf=" TEST_CSRF "&name=circle&targets=circle", NULL },
	{ "aliases_new", "/login/aliases", NULL, keeper_mail_not_set_up },
	{ "backup", "/login/backup?changed=2", NULL, NULL },
	{ "backup_wrong", "/login/backup", "csrf=" TEST_CSRF "&text=hello", NULL },
	{ "import", "/login/backup", "csrf=" TEST_CSRF "&text=email.helo_name+%3D+mx.example", NULL },
	{ "audit", "/login/audit", NULL, NULL },
	{ "audit_full", "/login/audit?before=55", NULL, full },
	{ "audit_new", "/login/audit", NULL, keeper_mail_not_set_up },
	{ "tokens", "/login/tokens", NULL, NULL },
	{ "tokens_hostile", "/login/tokens", NULL, hostile },
	{ "tokens_new", "/login/tokens", NULL, keeper_mail_not_set_up },
	{ "tokens_made", "/login/tokens", "csrf=" TEST_CSRF "&name=backup&send=yes", NULL },
	{ "tokens_wrong", "/login/tokens", "csrf=" TEST_CSRF "&name=two+words&expires=soon", NULL },
	{ "not_found", "/login/nothing", NULL, signed_out },
	{ "away", "/login/status", NULL, away },
};

static void write_sample(const char *folder, const struct sample *sample)
{
	struct browser b;
	char path[1000];
	FILE *f;

	browser_init(&b);
	b.answer = keeper_sample;
	if (sample->prepare != NULL)
		sample->prepare(&b);
	browser_send(&b, sample->form != NULL ? "POST" : "GET", sample->target, sample->form);
	assert_in_range(snprintf(path, sizeof(path), "%s/%s.html", folder, sample->name), 1, 999);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(b.page, f) >= 0);
	assert_int_equal(fclose(f), 0);
	printf("%s %u\n", sample->name, b.status);
	browser_release(&b);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	for (size_t i = 0; i < COUNT_OF(samples); i++)
		write_sample(argv[1], &samples[i]);
	return 0;
}
