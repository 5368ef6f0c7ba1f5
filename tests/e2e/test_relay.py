"""Mail by a real relay: each encryption and sign-in, each bad certificate, each kind of refusal."""

import base64

import pytest

from world.mail import (all_that_is_shown, files_with, queue_ids, recipients, send, wait_state,
    wait_status)
from world.net import free_port
from world.relay import DOMAIN, SIZE_LIMIT, USERS

ANNA = f"anna@{DOMAIN}"
REFUSED = 69


def refused(daemon, *words, **options):
    """`tocsin email test` must fail, in these words; returns what it printed."""
    done = daemon.tocsin("email", "test", **options)
    assert done.returncode == REFUSED, done.stdout + done.stderr
    for text in words:
        assert text in done.stdout
    return done.stdout


# ---- each way in ----

@pytest.mark.parametrize("service, protocol", [
    ("plain", "ESMTP"), ("clear", "ESMTPA"), ("submission", "ESMTPSA"), ("smtps", "ESMTPSA")])
def test_mail_goes_by_each_encryption_and_sign_in(daemon, relay, service, protocol):
    daemon.use_relay(relay, service)
    printed = daemon.ok("email", "test")
    test_mail, = relay.wait_for(1)
    queue_id = test_mail.message["Received"].split(f"with {protocol} id ")[1].split()[0]
    assert printed.strip().endswith(f"Accepted by localhost as {queue_id}")
    assert test_mail.to == f"admin@{DOMAIN}" and test_mail.envelope_sender == f"tocsin@{DOMAIN}"
    assert test_mail.message["From"] == f"Tocsin <tocsin@{DOMAIN}>"
    shown = wait_state(daemon, send(daemon, ANNA), ANNA, "accepted")
    mail = relay.wait_for(2)[1]
    assert mail.to == ANNA and mail.text == "Hello.\n"
    assert mail.message["Received"].split(f"with {protocol} id ")[1].split()[0] in shown


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_relay_by_address_is_checked_against_the_certificate(daemon, relay, host):
    daemon.use_relay(relay, "smtps", host=host)
    assert f"Accepted by {host} as" in daemon.ok("email", "test")
    daemon.use_relay(relay, "smtps", "name_only", host=host)
    refused(daemon, f"the certificate is not for {host} but for localhost",
        "Setting concerned: email.relay_host")
    assert len(relay.mails()) == 1


def test_each_recipient_has_its_stage_in_the_test(mailing, relay):
    done = mailing.tocsin("email", "test", "--to", ANNA, "--to", f"reject@{DOMAIN}",
        "--to", f"full@{DOMAIN}")
    assert done.returncode == REFUSED
    assert f"550 5.1.1 <reject@{DOMAIN}>: Recipient address rejected: No such user" in done.stdout
    assert f"452 4.2.2 <full@{DOMAIN}>: Recipient address rejected: Mailbox full" in done.stdout
    assert "but not for all recipients" in done.stdout
    assert [mail.to for mail in relay.wait_for(1)] == [ANNA]


def test_unsaved_values_are_tried_and_not_saved(daemon, relay):
    daemon.use_relay(relay, "submission")
    before = daemon.ok("show")
    done = daemon.tocsin("email", "test", "email.password=@-", input="wrong horse")
    assert done.returncode == REFUSED and "535 5.7.8" in done.stdout
    assert "Setting concerned: email.password" in done.stdout
    assert daemon.ok("show") == before
    assert "Accepted by" in daemon.ok("email", "test")
    assert "wrong horse" not in all_that_is_shown(daemon)


def test_the_first_failing_stage_is_named_before_there_is_a_relay(daemon, relay):
    daemon.use_relay(relay, email_relay_port=free_port())
    refused(daemon, "FAIL  Connect", "Nobody listens on that port", "Connect failed: ")
    daemon.use_relay(relay, host="no-such-host.invalid")
    refused(daemon, "FAIL  Find the server", "no-such-host.invalid")


@pytest.mark.parametrize("service, encryption, words", [
    ("plain", "starttls", "does not offer STARTTLS"),
    ("plain", "tls", "FAIL  Encrypt"),
])
def test_the_wrong_encryption_for_a_port_fails_without_fallback(daemon, relay, service, encryption,
        words):
    daemon.use_relay(relay, service, email_encryption=encryption, email_auth="none")
    refused(daemon, words)
    daemon.sendmail(ANNA)
    wait_status(daemon, "BROKEN")
    assert relay.mails() == []


# ---- certificates ----

@pytest.mark.parametrize("service", ["submission", "smtps"])
@pytest.mark.parametrize("certificate, seen, title", [
    ("expired", "the certificate expired on 2", "The server's certificate has expired"),
    ("future", "the certificate is good only from", "The server's certificate is not valid yet"),
    ("wrong_name", "the certificate is not for localhost but for other.example",
        "The certificate is for another name"),
    ("unknown", "the certificate is signed by CN = Unknown Authority",
        "The certificate is from an unknown authority"),
])
def test_bad_certificate_holds_the_mail_and_no_password_is_sent(daemon, relay, service, certificate,
        seen, title):
    daemon.use_relay(relay, service, certificate)
    printed = refused(daemon, "FAIL  Encrypt", seen, title, "Encrypt failed: ")
    assert "Sign in" not in printed
    queue_id = send(daemon, ANNA)
    assert seen in wait_status(daemon, "BROKEN: the queue is held")
    wait_state(daemon, queue_id, ANNA, "queued")
    assert relay.mails() == []
    daemon.use_relay(relay, service)  # mended: it goes at once
    wait_state(daemon, queue_id, ANNA, "accepted")
    assert len(relay.wait_for(1)) == 1


def test_private_authority_is_unknown_until_its_certificate_is_set(daemon, relay):
    daemon.use_relay(relay, "smtps", email_ca_certificate="")
    refused(daemon, "The certificate is from an unknown authority",
        "Setting concerned: email.ca_certificate")
    daemon.ok("set", f"email.ca_certificate=@{relay.authority}")
    daemon.ok("email", "test")


# ---- sign-in ----

def test_refused_password_holds_the_queue_until_it_is_right(daemon, relay):
    daemon.use_relay(relay, "submission", email_password="wrong horse")
    first, second = send(daemon, ANNA), send(daemon, f"bert@{DOMAIN}")
    status = wait_status(daemon, "BROKEN: the queue is held")
    assert "authentication failed" in status
    wait_state(daemon, first, ANNA, "queued")
    wait_state(daemon, second, f"bert@{DOMAIN}", "queued")
    daemon.set(email_password=USERS["tocsin"])
    wait_state(daemon, first, ANNA, "accepted")
    wait_state(daemon, second, f"bert@{DOMAIN}", "accepted")
    assert len(relay.wait_for(2)) == 2
    assert "mail       works" in daemon.ok("status")


def test_sign_in_that_is_not_offered_is_no_reason_to_go_without(daemon, relay):
    daemon.use_relay(relay, "plain", email_auth="password", email_username="tocsin",
        email_password=USERS["tocsin"])
    refused(daemon, "FAIL  Sign in", "does not let you sign in here")
    daemon.sendmail(ANNA)
    wait_status(daemon, "BROKEN")
    assert relay.mails() == []


def test_clear_password_needs_a_tick_unless_it_stays_on_this_machine(daemon, relay):
    daemon.use_relay(relay, "clear")
    daemon.ok("email", "test")
    done = daemon.tocsin("set", "email.relay_host=relay.example.test")
    assert done.returncode == 65
    assert "email.encryption" in done.stderr
    assert "Send the password unencrypted to this relay" in done.stderr
    daemon.ok("set", "email.relay_host=relay.example.test", "email.allow_clear_password=yes")


def test_password_is_nowhere_to_be_read(daemon, relay):
    daemon.use_relay(relay, "clear")
    daemon.ok("email", "test")
    wait_state(daemon, send(daemon, ANNA), ANNA, "accepted")
    password = "planted-secret-5309"
    daemon.set(email_password=password)
    assert daemon.tocsin("email", "test").returncode == REFUSED
    queue_id = send(daemon, ANNA)
    wait_status(daemon, "BROKEN")
    for secret in (password, USERS["tocsin"], *(base64.b64encode(text.encode()).decode()
            for text in (password, f"\0tocsin\0{password}", f"\0tocsin\0{USERS['tocsin']}"))):
        assert secret not in all_that_is_shown(daemon)
        assert secret not in daemon.ok("get", "email.password")
        assert files_with(daemon.folder, secret) == []
    assert "email.password = (set)" in daemon.ok("show", "email")
    wait_state(daemon, queue_id, ANNA, "queued")


# ---- refusals ----

@pytest.mark.parametrize("name, state, words", [
    ("tempfail", "deferred", "Temporary failure"),
    ("greylist", "deferred", "Greylisted"),
    ("full", "deferred", "Mailbox full"),
    ("reject", "failed", "No such user here"),
    ("policy", "failed", "Refused by policy"),
])
def test_each_recipient_has_a_verdict_of_its_own(mailing, relay, name, state, words):
    other = f"{name}@{DOMAIN}"
    queue_id = send(mailing, ANNA, other, f"bert@{DOMAIN}")
    shown = wait_state(mailing, queue_id, other, state)
    assert words in shown and ("next 2" in shown) == (state == "deferred")
    assert recipients(mailing, queue_id) == {ANNA: "accepted", other: state,
        f"bert@{DOMAIN}": "accepted"}
    assert sorted(mail.to for mail in relay.wait_for(2)) == [ANNA, f"bert@{DOMAIN}"]
    assert "mail       works" in mailing.ok("status")


def test_refused_recipient_does_not_keep_others_back(mailing, relay):
    refused_one = send(mailing, f"reject@{DOMAIN}")
    good = send(mailing, ANNA)
    wait_state(mailing, refused_one, f"reject@{DOMAIN}", "failed")
    wait_state(mailing, good, ANNA, "accepted")


def test_message_above_the_relays_limit_fails_alone_and_says_so(mailing, relay):
    queue_id = send(mailing, ANNA, message="Subject: big\n\n" + 20_000 * (60 * "x" + "\n"))
    shown = wait_state(mailing, queue_id, ANNA, "failed")
    assert str(SIZE_LIMIT) in shown or "552" in shown
    wait_state(mailing, send(mailing, ANNA), ANNA, "accepted")
    assert [mail.text for mail in relay.wait_for(1)] == ["Hello.\n"]


# ---- whose mail it is ----

CRON = """\
From: root (Cron Daemon)
To: root
Subject: Cron <root@node> run-parts /etc/cron.hourly
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Auto-Submitted: auto-generated
X-Cron-Env: <SHELL=/bin/sh>

gr\u00fcn
"""


def cron(daemon, *arguments):
    """As Debian's cron calls sendmail."""
    return send(daemon, "-i", "-FCronDaemon", "-B8BITMIME", "-oem", *arguments, message=CRON)


@pytest.mark.parametrize("rewrite", ["auto", "always"])
def test_cron_mail_passes_a_relay_that_takes_one_sender_only(daemon, relay, rewrite):
    daemon.use_relay(relay, "submission", email_rewrite_from=rewrite)
    cron(daemon, "root")
    mail, = relay.wait_for(1)
    assert mail.to == f"admin@{DOMAIN}" and mail.envelope_sender == f"tocsin@{DOMAIN}"
    sender = mail.message["From"].addresses[0]
    assert sender.addr_spec == f"tocsin@{DOMAIN}" and sender.display_name == "Cron Daemon"
    assert "root@node.example" in mail.message["X-Original-From"]
    assert mail.text == "gr\u00fcn\n"
    assert mail.message["X-Cron-Env"] == "<SHELL=/bin/sh>"


def test_sender_that_is_not_the_accounts_is_held_and_diagnosed_when_not_rewritten(daemon, relay):
    daemon.use_relay(relay, "submission", email_rewrite_from="never")
    queue_id = cron(daemon, ANNA)
    shown = wait_state(daemon, queue_id, ANNA, "deferred")
    assert "553" in shown and "Sender address rejected" in shown
    assert relay.mails() == []
    daemon.ok("set", "email.rewrite_from=auto")
    wait_state(daemon, queue_id, ANNA, "accepted")
    assert relay.wait_for(1)[0].envelope_sender == f"tocsin@{DOMAIN}"


def test_automatic_rewriting_leaves_the_sender_where_nobody_signs_in(mailing, relay):
    cron(mailing, ANNA)
    mail, = relay.wait_for(1)
    assert mail.envelope_sender == "root@node.example"
    assert mail.message["From"].addresses[0].addr_spec == "root@node.example"
    assert mail.message["X-Original-From"] is None


def test_sender_without_a_name_becomes_one_on_this_node(mailing, relay):
    mailing.set(email_rewrite_from="always")
    wait_state(mailing, send(mailing, ANNA, message="From: disk@elsewhere.example\n\nfull\n"), ANNA,
        "accepted")
    message = relay.wait_for(1)[0].message
    sender = message["From"].addresses[0]
    assert sender.addr_spec == f"tocsin@{DOMAIN}" and sender.display_name.startswith("disk on ")
    assert message["X-Original-From"] == message["Reply-To"] == "disk@elsewhere.example"


def test_envelope_sender_may_be_another_than_the_from_address(mailing, relay):
    mailing.set(email_rewrite_from="always", email_envelope_sender=f"other@{DOMAIN}")
    wait_state(mailing, send(mailing, "-f", "someone@elsewhere.example", ANNA), ANNA, "accepted")
    mail, = relay.wait_for(1)
    assert mail.envelope_sender == f"other@{DOMAIN}"
    assert mail.message["From"].addresses[0].addr_spec == f"tocsin@{DOMAIN}"
    assert len(queue_ids(mailing)) == 1
