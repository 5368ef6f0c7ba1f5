"""What becomes of a message between tocsin-sendmail and the relay: recipients, header, body."""

import email.utils
import re
import time

import pytest

from world.relay import DOMAIN

ANNA, BERT, CARL = (f"{name}@{DOMAIN}" for name in ("anna", "bert", "carl"))


def deliver(mailing, relay, *arguments, message, count=1, **options):
    done = mailing.sendmail(*arguments, message=message, **options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "" and done.stderr == ""
    return relay.wait_for(count)


def test_recipients_from_the_header(mailing, relay):
    mails = deliver(mailing, relay, "-t", count=3, message=f"To: Anna <{ANNA}>\n"
        f"Cc: {BERT}\nBcc: {CARL}\nSubject: t\n\nx\n")
    assert sorted(mail.to for mail in mails) == [ANNA, BERT, CARL]
    for mail in mails:
        assert mail.message["Bcc"] is None
        assert CARL not in str(mail.message["To"]) + str(mail.message["Cc"])


def test_bcc_that_is_folded_is_removed_whole(mailing, relay):
    mails = deliver(mailing, relay, "-t", count=2,
        message=f"To: {ANNA}\nBcc: Carl\n <{CARL}>,\n\t{CARL}\nSubject: t\n\nx\n")
    for mail in mails:
        assert CARL.encode() not in re.sub(rb"(?m)^(X-Original-To|Delivered-To): .*$", b"", mail.raw)


@pytest.mark.parametrize("option", [["-f", BERT], [f"-f{BERT}"], ["-r", BERT]])
def test_envelope_sender_is_given(mailing, relay, option):
    mailing.set(email_rewrite_from="never")
    (mail,) = deliver(mailing, relay, *option, ANNA, message="Subject: f\n\nx\n")
    assert mail.envelope_sender == BERT
    assert mail.message["From"].addresses[0].addr_spec == BERT


def test_full_name_is_given(mailing, relay):
    mailing.set(email_rewrite_from="never")
    (mail,) = deliver(mailing, relay, "-F", "Backup Job", "-f", BERT, ANNA, message="Subject: F\n\nx\n")
    assert mail.message["From"].addresses[0].display_name == "Backup Job"


def test_from_date_and_message_id_are_added(mailing, relay):
    (mail,) = deliver(mailing, relay, ANNA, message="Subject: a\n\nx\n")
    assert mail.message["From"].addresses
    assert abs(mail.message["Date"].datetime.timestamp() - time.time()) < 60
    assert re.fullmatch(r"<[^@<>\s]+@[^@<>\s]+>", mail.message["Message-ID"])


def test_date_and_message_id_that_are_there_are_kept(mailing, relay):
    date = email.utils.format_datetime(email.utils.parsedate_to_datetime(
        "Tue, 3 Mar 2026 14:02:00 +0100"))
    (mail,) = deliver(mailing, relay, ANNA,
        message=f"Date: {date}\nMessage-ID: <own@id.example>\nSubject: k\n\nx\n")
    assert mail.message["Date"].datetime.isoformat() == "2026-03-03T14:02:00+01:00"
    assert mail.message["Message-ID"] == "<own@id.example>"


def test_message_without_a_header_gets_one(mailing, relay):
    (mail,) = deliver(mailing, relay, ANNA, message="just some words\n")
    assert "just some words" in mail.message.get_payload()
    assert mail.message["From"]


def test_bare_names_get_the_domain_of_the_site(mailing, relay):
    mailing.set(site_host_name=DOMAIN)
    (mail,) = deliver(mailing, relay, "somebody-else", message="Subject: b\n\nx\n")
    assert mail.to == f"somebody-else@{DOMAIN}"


@pytest.mark.parametrize("name", ["root", "nobody", "root@localhost"])
def test_root_and_local_users_are_the_admin_contacts(mailing, relay, name):
    (mail,) = deliver(mailing, relay, name, message="Subject: r\n\nx\n")
    assert mail.to == f"admin@{DOMAIN}"


def test_mail_to_root_reaches_every_contact(mailing, relay):
    mailing.set(email_admin_contacts=f"{ANNA} {BERT}")
    mails = deliver(mailing, relay, "root", message="Subject: r\n\nx\n", count=2)
    assert sorted(mail.to for mail in mails) == [ANNA, BERT]


def test_same_recipient_twice_is_one(mailing, relay):
    deliver(mailing, relay, ANNA, ANNA.upper().replace(DOMAIN.upper(), DOMAIN), ANNA,
        message="Subject: twice\n\nx\n")
    time.sleep(1)
    assert len([mail for mail in relay.mails() if mail.to == ANNA]) == 1


def test_line_ends_of_every_kind_arrive_as_lines(mailing, relay):
    (mail,) = deliver(mailing, relay, "-i", ANNA, message=b"Subject: ends\r\n\r\none\r\ntwo\nthree\r\n")
    assert mail.message.get_payload() == "one\ntwo\nthree\n"


def test_long_lines_and_8_bits_arrive_whole(mailing, relay):
    line = "ä" * 3000
    (mail,) = deliver(mailing, relay, "-i", ANNA, message=f"Subject: Größe\n"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{line}\nend\n")
    assert max(map(len, mail.raw.split(b"\n"))) <= 999
    assert mail.text.splitlines() == [line, "end"]
    assert str(mail.message["Subject"]) == "Größe"


def test_smuggled_end_of_data_stays_inside(mailing, relay):
    tricky = b"Subject: one\n\nfirst\r.\r\nMAIL FROM:<x@y>\n\r.\n.\r\nlast\n"
    done = mailing.sendmail("-i", ANNA, message=tricky)
    if done.returncode == 0:
        (mail,) = relay.wait_for(1)
        assert "last" in mail.message.get_payload()
    time.sleep(0.5)
    assert len(relay.mails()) <= 1
    assert b"\r" not in b"".join(mail.raw.replace(b"\r\n", b"\n") for mail in relay.mails())


def test_ordinary_user_may_submit(mailing, relay):
    (mail,) = deliver(mailing, relay, ANNA, message="Subject: user\n\nx\n", user="nobody")
    assert mail.to == ANNA


def test_missing_configuration_is_told(mailing):
    done = mailing.sendmail(ANNA, TOCSIN_CONF="/nonexistent/tocsin.conf")
    assert done.returncode == 78 and "/nonexistent/tocsin.conf" in done.stderr
