/* Moving in: what the files of other programs mean here, and what is said of the rest. */
#include "unit/unit.h"

#include "base/buffer.h"
#include "core/import.h"

static struct arena *arena;
static struct import *im;
static struct import_result result;

static int set_up(void **state UNUSED)
{
	arena = arena_new(IMPORT_MEMORY);
	im = arena != NULL ? import_new(arena) : NULL;
	return im == NULL;
}

static int tear_down(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static void give(enum import_format format, const char *text)
{
	assert_int_equal(import_file(im, format, import_format_name(format), slice_of(text)), 0);
}

static const char *value(const char *key)
{
	for (size_t i = 0; i < result.n_values; i++)
		if (strcmp(result.values[i].key, key) == 0)
			return result.values[i].value;
	return "-";
}

/* "host port encryption auth username password", "-" for what is not set. */
static const char *relay(void)
{
	assert_int_equal(import_end(im, &result), 0);
	assert_null(result.conflict);
	return arena_printf(arena, "%s %s %s %s %s %s", value("email.relay_host"),
		value("email.relay_port"), value("email.encryption"), value("email.auth"),
		value("email.username"), value("email.password"));
}

static bool noted(unsigned line, const char *words)
{
	for (size_t i = 0; i < result.n_notes; i++)
		if (result.notes[i].line == line && strstr(result.notes[i].text, words) != NULL)
			return true;
	return false;
}

static void assert_not_in_notes(const char *secret)
{
	for (size_t i = 0; i < result.n_notes; i++)
		assert_null(strstr(result.notes[i].text, secret));
}

/* ---- msmtp ---- */

static void msmtp_takes_the_default_account(void **state UNUSED)
{
	give(IMPORT_MSMTPRC, "# comment\ndefaults\nport 587\ntls on\ntls_starttls on\n"
		"logfile ~/.msmtp.log\n\naccount freemail\nhost smtp.freemail.example\n"
		"from joe@freemail.example\nauth on\nuser joe.smith\npassword \"s3 cret\"\n"
		"account company\nhost mail.company.example\ntls_starttls off\nuser c\npassword other\n"
		"account default : freemail\ncolour blue\n");
	assert_string_equal(relay(), "smtp.freemail.example 587 starttls password joe.smith s3 cret");
	assert_string_equal(value("email.from_address"), "joe@freemail.example");
	assert_true(noted(6, "logfile has no counterpart"));
	assert_true(noted(14, "account company is not taken"));
	assert_true(noted(20, "colour is not understood"));
	assert_int_equal(result.n_notes, 3);
}

static void msmtp_knows_its_own_ports_and_patterns(void **state UNUSED)
{
	give(IMPORT_MSMTPRC, "account default\nhost mail.oursite.example\ntls on\ntls_starttls off\n"
		"from %U@oursite.example\ntls_certcheck off\nauth on\nuser x\npasswordeval gpg -d f\n");
	assert_string_equal(relay(), "mail.oursite.example 465 tls password x -");
	assert_true(noted(5, "pattern"));
	assert_true(noted(6, "always checked"));
	assert_true(noted(9, "passwordeval runs a program"));
	assert_true(noted(8, "no password"));
}

static void msmtp_without_sign_in(void **state UNUSED)
{
	give(IMPORT_MSMTPRC, "host relay.example\nauth off\nuser x\npassword y\n");
	assert_string_equal(relay(), "relay.example 25 none none - -");
}

static void msmtp_without_an_account(void **state UNUSED)
{
	give(IMPORT_MSMTPRC, "account a\nhost a.example\naccount b\nhost b.example\n");
	assert_string_equal(relay(), "- - - - - -");
	assert_true(noted(0, "No account is the default one"));
}

static void msmtp_takes_an_argument_as_it_is(void **state UNUSED)
{
	give(IMPORT_MSMTPRC, "account default\nhost smtp.example.com\r\n\tauth  on\nuser ad\\joe\n"
		"password  it's \\\"a\" #1 'pass'  \nfrom \" joe@example.com \"\n");
	assert_string_equal(relay(),
		"smtp.example.com 25 none password ad\\joe it's \\\"a\" #1 'pass'");
	assert_string_equal(value("email.from_address"), "joe@example.com");
	give(IMPORT_MSMTPRC, "account default\nhost a.example\nauth on\nuser j\npassword \" x\"\"\n");
	assert_string_equal(relay(), "a.example 25 none password j  x\"");
}

/* ---- nullmailer ---- */

static void nullmailer_is_several_files(void **state UNUSED)
{
	give(IMPORT_REMOTES, "# comment\nsmtp.example.com smtp --port=587 --starttls --user=joe "
		"--pass='s3 cret' --insecure --colour\nsecond.example smtp\nthird.example qmqp\n");
	give(IMPORT_ME, "node1.example.com\n");
	give(IMPORT_DEFAULTHOST, "example.com\n");
	give(IMPORT_ADMINADDR, "anna@example.com, bert@example.com\n");
	give(IMPORT_ALLMAILFROM, "alerts@example.com\n");
	assert_string_equal(relay(), "smtp.example.com 587 starttls password joe s3 cret");
	assert_string_equal(value("email.helo_name"), "node1.example.com");
	assert_string_equal(value("site.host_name"), "example.com");
	assert_non_null(strstr(value("email.admin_contacts"), "bert@example.com"));
	assert_string_equal(value("email.from_address"), "alerts@example.com");
	assert_true(noted(2, "--insecure"));
	assert_true(noted(2, "--colour is not understood"));
	assert_true(noted(3, "second.example"));
	assert_true(noted(4, "QMQP"));
}

static void nullmailer_shows_no_password_in_the_wrong_form(void **state UNUSED)
{
	give(IMPORT_REMOTES, "smtp.example.com smtp --ssl --pass s3cret\n");
	assert_string_equal(relay(), "smtp.example.com 465 tls none - -");
	assert_not_in_notes("s3cret");
}

/* ---- ssmtp ---- */

static void ssmtp_with_its_aliases(void **state UNUSED)
{
	give(IMPORT_SSMTP_CONF, "root=anna@example.com\nMAILHUB=smtp.example.com:587\n"
		"rewriteDomain=example.com\nhostname=node1.example.com\nUseTLS=Yes\nUseSTARTTLS=YES\n"
		"AuthUser=joe # not his\nAuthPass=s3=c#ret\nAuthMethod=LOGIN\nFromLineOverride=YES\nBogus=1\n");
	give(IMPORT_REVALIASES, "# c\nroot:alerts@example.com:smtp.example.com\nbob:bob@example.com\n");
	assert_string_equal(relay(), "smtp.example.com 587 starttls password joe s3=c#ret");
	assert_string_equal(value("email.admin_contacts"), "anna@example.com");
	assert_string_equal(value("email.from_address"), "alerts@example.com");
	assert_true(noted(9, "AuthMethod has no counterpart"));
	assert_true(noted(11, "Bogus is not understood"));
	assert_true(noted(3, "sender of bob"));
}

static void ssmtp_as_debian_leaves_it(void **state UNUSED)
{
	give(IMPORT_SSMTP_CONF, "#\n# Config file for sSMTP sendmail\n#\nroot=postmaster\nmailhub=mail\n"
		"#rewriteDomain=\nhostname=vm\nAuthPass without a sign\n");
	assert_string_equal(relay(), "mail 25 none none - -");
	assert_true(noted(4, "no address"));
	assert_true(noted(8, "no entry"));
	assert_not_in_notes("without a sign");
}

/* ---- dma ---- */

static void dma_with_its_passwords(void **state UNUSED)
{
	const struct import_wanted *wanted;

	give(IMPORT_DMA_CONF, "SMARTHOST smtp.example.com # ours\nPORT 465#\n#ALIASES /etc/aliases\n"
		"SECURETRANSFER\nAUTHPATH /etc/dma/auth.conf\nMASQUERADE alerts@example.com\n"
		"MAILNAME /etc/mailname\nALIASES /etc/aliases\nNULLCLIENT\n");
	assert_int_equal(import_wanted(im, &wanted), 2);
	assert_int_equal(wanted[0].format, IMPORT_AUTH_CONF);
	assert_string_equal(wanted[0].path, "/etc/dma/auth.conf");
	assert_int_equal(wanted[1].format, IMPORT_MAILNAME);
	assert_string_equal(wanted[1].path, "/etc/mailname");
	give(IMPORT_AUTH_CONF, "# c\nx|other.example:no\njoe|smtp.example.com:s3:cret\nbroken s3cret\n");
	assert_string_equal(relay(), "smtp.example.com 465 tls password joe s3:cret");
	assert_string_equal(value("email.from_address"), "alerts@example.com");
	assert_true(noted(8, "tocsin alias import"));
	assert_true(noted(2, "other.example"));
	assert_true(noted(4, "no entry"));
	assert_not_in_notes("s3cret");
}

static void dma_that_delivers_by_itself(void **state UNUSED)
{
	give(IMPORT_DMA_CONF, "#SMARTHOST\nSPOOLDIR /var/spool/dma\nMASQUERADE host.example\n");
	assert_string_equal(relay(), "- - - - - -");
	assert_true(noted(0, "no SMARTHOST"));
	assert_true(noted(3, "no whole address"));
}

/* ---- Postfix ---- */

static void postfix_null_client(void **state UNUSED)
{
	const struct import_wanted *wanted;

	give(IMPORT_MAIN_CF, "# See /usr/share/postfix/main.cf.dist\ncompatibility_level = 3.6\n"
		"domain = example.com\nmyhostname = node1.$domain\nmyorigin = $domain\nmydestination =\n"
		"inet_interfaces = loopback-only\nrelayhost =\n  # the house's\n  [smtp.${domain}]:submission\n"
		"smtp_tls_security_level = encrypt\nsmtp_sasl_auth_enable = yes\n"
		"smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd\n"
		"alias_maps = hash:/etc/aliases\nsmtpd_banner = x\nfrobnicate = yes\nnonsense\n");
	assert_int_equal(import_wanted(im, &wanted), 1);
	assert_string_equal(wanted[0].path, "/etc/postfix/sasl_passwd");
	give(IMPORT_SASL_PASSWD, "# c\nother.example u:p\n[smtp.example.com]:submission\tjoe:s3 :cret\n");
	assert_string_equal(relay(), "smtp.example.com 587 starttls password joe s3 :cret");
	assert_string_equal(value("site.host_name"), "example.com");
	assert_true(noted(14, "tocsin alias import"));
	assert_true(noted(16, "frobnicate is not understood"));
	assert_true(noted(17, "no parameter"));
	assert_true(noted(2, "other.example"));
}

/* What Debian leaves, and what tutorials add to it. */
static void postfix_of_debian(void **state UNUSED)
{
	static const char *const maps[] = { "hash:$config_directory/sasl_passwd",
		"proxy:texthash:${config_directory}/sasl_passwd, hash:/etc/other", "lmdb:/etc/postfix/sasl_passwd" };
	const struct import_wanted *wanted;

	for (size_t i = 0; i < COUNT_OF(maps); i++) {
		im = import_new(arena);
		assert_int_equal(import_file(im, IMPORT_MAIN_CF, "/etc/postfix/main.cf",
			slice_of(arena_printf(arena, "myorigin = /etc/mailname\nrelayhost =\n\t[smtp.example.com]:587\n"
				"smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = %s\n"
				"smtp_tls_security_level = encrypt\n", maps[i]))), 0);
		assert_int_equal(import_wanted(im, &wanted), 2);
		assert_int_equal(wanted[0].format, IMPORT_SASL_PASSWD);
		assert_string_equal(wanted[0].path, "/etc/postfix/sasl_passwd");
		assert_int_equal(wanted[1].format, IMPORT_MAILNAME);
		assert_int_equal(import_file(im, IMPORT_MAILNAME, "/etc/mailname",
			SLICE("node1.example.com\n")), 0);
		assert_string_equal(relay(), "smtp.example.com 587 starttls password - -");
		assert_string_equal(value("site.host_name"), "node1.example.com");
	}
}

static void a_mailname_is_of_the_program_that_names_it(void **state UNUSED)
{
	give(IMPORT_DMA_CONF, "SMARTHOST a.example\nMAILNAME /etc/mailname\n");
	assert_int_equal(import_file(im, IMPORT_MAILNAME, "/etc/mailname", SLICE("example.com\n")), 0);
	give(IMPORT_DMA_CONF, "MAILNAME example.org\n"); /* the same program: the last one counts */
	assert_string_equal(relay(), "a.example 25 none none - -");
	assert_string_equal(value("site.host_name"), "example.org");
}

static void postfix_with_sign_in_is_never_without(void **state UNUSED)
{
	give(IMPORT_MAIN_CF, "relayhost = relay.example\nsmtp_sasl_auth_enable = yes\n");
	assert_string_equal(relay(), "relay.example 25 none password - -");
	give(IMPORT_MAIN_CF, "relayhost = relay.example\nsmtp_sasl_auth_enable = yes\n"
		"smtp_sasl_password_maps = mysql:sasl\n");
	assert_string_equal(relay(), "relay.example 25 none password - -");
	assert_true(noted(3, "no file that can be read"));
}

static void postfix_that_is_more(void **state UNUSED)
{
	give(IMPORT_MAIN_CF, "relayhost = relay.example\nmydestination = $myhostname, localhost\n"
		"inet_interfaces = all\nmynetworks = 10.0.0.0/8\nsmtp_tls_security_level = may\n"
		"smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = static:joe:s3cret\n");
	assert_string_equal(relay(), "relay.example 25 starttls password joe s3cret");
	assert_true(noted(2, "kept on this machine"));
	assert_true(noted(3, "mail of other machines"));
	assert_true(noted(4, "mail of other machines"));
	assert_true(noted(5, "had, or nothing is sent"));
	assert_not_in_notes("s3cret");
}

static void postfix_references_end(void **state UNUSED)
{
	struct buffer b;

	give(IMPORT_MAIN_CF, "a = $b$b\nb = $a$a\nrelayhost = $a.example\n");
	assert_int_equal(import_end(im, &result), 0);
	buffer_init(&b, IMPORT_FILE_MAX);
	for (char c = 'a'; c < 'g'; c++) {
		buffer_appendf(&b, "%c = ", c);
		for (int i = 0; i < 1000; i++)
			buffer_appendf(&b, "$%c", c + 1);
		buffer_append_text(&b, "\n");
	}
	buffer_append_text(&b, "g =\nrelayhost = [x$a.example]:25\nsmtp_tls_wrappermode = yes\n");
	assert_int_equal(import_file(im, IMPORT_MAIN_CF, "main.cf", buffer_slice(&b)), 0);
	buffer_release(&b);
}

/* ---- together ---- */

static void two_programs_that_differ_are_a_conflict(void **state UNUSED)
{
	give(IMPORT_SSMTP_CONF, "mailhub=a.example\n");
	give(IMPORT_MSMTPRC, "host a.example\n");
	assert_string_equal(relay(), "a.example 25 none none - -");
	give(IMPORT_DMA_CONF, "SMARTHOST b.example\n");
	assert_int_equal(import_end(im, &result), 0);
	assert_non_null(result.conflict);
	assert_non_null(strstr(result.conflict, "email.relay_host"));
}

static void what_a_setting_cannot_be_is_told(void **state UNUSED)
{
	give(IMPORT_SSMTP_CONF, "mailhub=good.host:25\nroot=a@b@c\n");
	assert_string_equal(relay(), "good.host 25 none none - -");
	assert_true(noted(2, "email.admin_contacts cannot be taken"));
}

/* Its port and encryption would be set beside the host that is there already. */
static void a_relay_is_taken_whole_or_not_at_all(void **state UNUSED)
{
	give(IMPORT_SSMTP_CONF, "mailhub=bad..host:99999\n");
	assert_int_equal(import_end(im, &result), 0);
	assert_true(noted(1, "email.relay_host cannot be taken"));
	assert_true(noted(1, "email.relay_port cannot be taken"));
	assert_string_equal(result.conflict, "email.relay_host cannot be taken, and a relay is set whole "
		"or not at all: mend ssmtp.conf, or set it by hand.");
}

static void files_are_known_by_their_names(void **state UNUSED)
{
	enum import_format format;

	assert_true(import_format_find(SLICE(".msmtprc"), &format));
	assert_int_equal(format, IMPORT_MSMTPRC);
	assert_true(import_format_find(SLICE("main.cf"), &format));
	assert_int_equal(format, IMPORT_MAIN_CF);
	assert_false(import_format_find(SLICE("exim4.conf"), &format));
	assert_false(import_format_find(SLICE(""), &format));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(msmtp_takes_the_default_account),
		T(msmtp_knows_its_own_ports_and_patterns),
		T(msmtp_without_sign_in),
		T(msmtp_without_an_account),
		T(msmtp_takes_an_argument_as_it_is),
		T(nullmailer_is_several_files),
		T(nullmailer_shows_no_password_in_the_wrong_form),
		T(ssmtp_with_its_aliases),
		T(ssmtp_as_debian_leaves_it),
		T(dma_with_its_passwords),
		T(dma_that_delivers_by_itself),
		T(postfix_null_client),
		T(postfix_of_debian),
		T(a_mailname_is_of_the_program_that_names_it),
		T(postfix_that_is_more),
		T(postfix_with_sign_in_is_never_without),
		T(postfix_references_end),
		T(two_programs_that_differ_are_a_conflict),
		T(what_a_setting_cannot_be_is_told),
		T(a_relay_is_taken_whole_or_not_at_all),
		T(files_are_known_by_their_names),
	};

	return cmocka_run_group_tests_name("core/import", tests, NULL, NULL);
}
