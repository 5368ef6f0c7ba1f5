"""The test world itself: a relay that did not answer as it should would prove nothing about us."""

import smtplib
import ssl

import pytest

from world.hostile import ScriptedServer, polite
from world.relay import ADDRESSES, DOMAIN, SIZE_LIMIT, USERS

SENDER = f"tocsin@{DOMAIN}"
MESSAGE = f"From: <{SENDER}>\r\nTo: <anna@{DOMAIN}>\r\nSubject: Test\r\n\r\nHello.\r\n"


def trust(certificates):
    return ssl.create_default_context(cafile=certificates.authority.cert)


def connect(relay, certificates, service, certificate="good", host="localhost"):
    """A session ready for AUTH or MAIL."""
    port = relay.port(service, certificate)
    if service == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=10, context=trust(certificates))
    session = smtplib.SMTP(host, port, timeout=10)
    if service == "submission":
        session.starttls(context=trust(certificates))
    session.ehlo()
    return session


def refusal(function, *arguments):
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        function(*arguments)
    return refused.value.smtp_code


@pytest.mark.parametrize("address", ADDRESSES)
def test_plain_port_takes_mail_on_every_address(relay, certificates, address):
    with connect(relay, certificates, "plain", host=address) as session:
        assert not session.has_extn("auth") and not session.has_extn("starttls")
        session.sendmail(SENDER, [f"anna@{DOMAIN}", f"bert@{DOMAIN}"], MESSAGE)
    mails = relay.wait_for(2)
    assert sorted(mail.to for mail in mails) == [f"anna@{DOMAIN}", f"bert@{DOMAIN}"]
    assert mails[0].envelope_sender == SENDER
    assert mails[0].text == "Hello.\n"


@pytest.mark.parametrize("service", ["clear", "submission", "smtps"])
def test_port_with_authentication_takes_mail(relay, certificates, service):
    with connect(relay, certificates, service) as session:
        session.login("tocsin", USERS["tocsin"])
        session.sendmail(SENDER, [f"anna@{DOMAIN}"], MESSAGE)
    assert len(relay.wait_for(1)) == 1


@pytest.mark.parametrize("service", ["submission", "smtps"])
def test_wrong_password_is_refused(relay, certificates, service):
    with connect(relay, certificates, service) as session:
        assert refusal(session.login, "tocsin", "wrong") == 535


def test_submission_offers_no_authentication_before_tls(relay):
    with smtplib.SMTP("localhost", relay.port("submission"), timeout=10) as session:
        session.ehlo()
        assert session.has_extn("starttls") and not session.has_extn("auth")
        assert session.mail(SENDER)[0] == 530


@pytest.mark.parametrize("service", ["submission", "smtps"])
@pytest.mark.parametrize("certificate, words", [
    ("expired", "certificate has expired"),
    ("future", "not yet valid"),
    ("wrong_name", "Hostname mismatch"),
    ("unknown", "unable to get local issuer certificate"),
])
def test_bad_certificates_are_bad(relay, certificates, service, certificate, words):
    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        connect(relay, certificates, service, certificate)


def test_certificate_without_addresses_is_bad_for_an_address(relay, certificates):
    connect(relay, certificates, "smtps", "name_only").close()
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        connect(relay, certificates, "smtps", "name_only", host="127.0.0.1")


@pytest.mark.parametrize("name, code", [
    ("tempfail", 451), ("greylist", 450), ("full", 452), ("reject", 550), ("policy", 550)])
def test_canned_answer(relay, certificates, name, code):
    with connect(relay, certificates, "plain") as session:
        session.mail(SENDER)
        assert session.rcpt(f"{name}@{DOMAIN}")[0] == code
        assert session.rcpt(f"anna@{DOMAIN}")[0] == 250


def test_sender_of_another_user_is_refused(relay, certificates):
    with connect(relay, certificates, "submission") as session:
        session.login("tocsin", USERS["tocsin"])
        session.mail(f"root@{DOMAIN}")
        assert session.rcpt(f"anna@{DOMAIN}")[0] == 553


def test_message_above_the_limit_is_refused(relay, certificates):
    with connect(relay, certificates, "plain") as session:
        assert session.mail(SENDER, [f"SIZE={SIZE_LIMIT + 1}"])[0] == 552


def test_stopped_relay_refuses_and_comes_back_on_the_same_ports(relay, certificates):
    relay.stop()
    with pytest.raises(ConnectionRefusedError):
        connect(relay, certificates, "plain")
    relay.start()
    with connect(relay, certificates, "plain") as session:
        session.sendmail(SENDER, [f"anna@{DOMAIN}"], MESSAGE)
    relay.wait_for(1)


def hostile_session(server, certificates):
    session = smtplib.SMTP(server.host, server.port, timeout=10)
    session.starttls(context=trust(certificates))
    return session


def test_hostile_server_can_be_polite(certificates):
    with ScriptedServer(polite(certificates.good)) as server:
        with hostile_session(server, certificates) as session:
            session.sendmail(SENDER, [f"anna@{DOMAIN}"], "Subject: x\r\n\r\n.dot\r\n")
    assert server.bodies == [b"Subject: x\r\n\r\n.dot\r\n"]
    assert b"STARTTLS" in server.lines and b"QUIT" in server.lines


def test_hostile_server_says_what_it_is_told(certificates):
    script = polite(rcpt=lambda peer, line: b"550 No\r\n" if b"bert" in line else b"250 Yes\r\n",
        dot=lambda peer, line: peer.reset())
    with ScriptedServer(script) as server:
        with smtplib.SMTP(server.host, server.port, timeout=10) as session:
            session.ehlo()
            session.mail(SENDER)
            assert session.rcpt(f"bert@{DOMAIN}") == (550, b"No")
            assert session.rcpt(f"anna@{DOMAIN}") == (250, b"Yes")
            with pytest.raises(OSError):
                session.data("x")


def test_hostile_server_can_speak_old_tls(certificates):
    def old(peer):
        peer.start_tls(certificates.good, maximum=ssl.TLSVersion.TLSv1_1)
        peer.send(b"220 old\r\n")
    with ScriptedServer(old) as server:
        context = trust(certificates)
        with pytest.raises(ssl.SSLError):
            smtplib.SMTP_SSL("localhost", server.port, timeout=10, context=context)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        smtplib.SMTP_SSL("localhost", server.port, timeout=10, context=context).close()
