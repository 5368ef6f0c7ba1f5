"""tocsin doctor: the first thing that is wrong and its cure, nothing sent, and a report from which
nobody can be told."""

import os

import pytest

from world.hostile import ScriptedServer, polite
from world.mail import send, wait_state
from world.net import free_port
from world.relay import DOMAIN, USERS

PASSWORD = "planted-secret-7741"


def examine(daemon, *arguments):
    done = daemon.tocsin("doctor", *arguments)
    assert done.stderr == "" or done.returncode == 69, done.stderr
    return done.returncode, done.stdout


def test_all_is_well_and_nothing_is_sent(daemon, relay):
    daemon.use_relay(relay, "submission")
    status, said = examine(daemon)
    assert status == 0, said
    assert "Nothing is wrong; no mail was sent." in said
    assert "FAIL" not in said
    for step in ("Configuration", "Disk", "Clock", "Drop folder", "Daemon", "Roles", "Queue",
            "Settings", "Find the server", "Connect", "Encrypt", "Sign in", f"admin@{DOMAIN}"):
        assert step in said, said
    assert " ms " in said
    assert relay.mails() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_what_a_user_may_not_look_at_is_left_out(daemon):
    done = daemon.tocsin("doctor", user="nobody")
    assert "skip  Disk" in done.stdout and "you may not look" in done.stdout, done.stdout
    assert "Start tocsind once" not in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
@pytest.mark.parametrize("report", [[], ["--report"]], ids=["plain", "report"])
def test_who_may_not_command_is_told_so_and_nothing_else(mailing, report):
    done = mailing.tocsin("doctor", *report, user="nobody")
    assert done.returncode == 69
    assert done.stderr == ""
    assert "FAIL  Rights " in done.stdout, done.stdout
    assert done.stdout.count("FAIL") == 1 and "OAuth2" not in done.stdout, done.stdout
    assert "The first step that fails: Rights." in done.stdout
    assert "member of tocsin-admin" in done.stdout


WRONG = {
    # name: (service, settings, the failing step, words of its cure)
    "wrong password": ("submission", {"email_password": "wrong"}, "Sign in",
        ["Username or password was refused", "email.password"]),
    "nobody on the port": ("submission", {"email_relay_port": "FREE"}, "Connect",
        ["Nobody listens on that port", "email.relay_port"]),
    "unknown authority": ("submission", {"email_ca_certificate": ""}, "Encrypt",
        ["unknown authority", "email.ca_certificate"]),
    "TLS on the port for STARTTLS": ("submission", {"email_encryption": "tls"}, "Encrypt",
        ["answered in clear text", "email.encryption"]),
    "recipient refused": ("submission", {"email_admin_contacts": f"reject@{DOMAIN}"}, "Recipient",
        ["The recipient is unknown", "email.admin_contacts"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_first_failing_step_and_its_cure(daemon, relay, case):
    service, settings, step, words = WRONG[case]
    settings = {key: free_port() if value == "FREE" else value for key, value in settings.items()}
    daemon.use_relay(relay, service, **settings)
    status, said = examine(daemon)
    assert status == 69, said
    assert f"The first step that fails: {step}." in said, said
    for word in [*words, "  1. "]:
        assert word in said, said
    assert relay.mails() == []


def test_daemon_that_does_not_run(new_daemon):
    status, said = examine(new_daemon())
    assert status == 69
    assert "The first step that fails" in said and "  1. " in said
    stopped = new_daemon().start()
    stopped.stop()
    status, said = examine(stopped)
    assert status == 69
    assert "The first step that fails: Daemon." in said and "systemctl start" in said
    assert "ok    Drop folder" in said


def test_settings_that_are_missing(daemon):
    status, said = examine(daemon)
    assert status == 69
    assert "The first step that fails: Settings." in said
    assert "No SMTP relay server is set." in said


def test_without_contacts_the_from_address_is_asked_for(daemon, relay):
    daemon.use_relay(relay, "plain", email_admin_contacts="")
    status, said = examine(daemon)
    assert status == 0 and f"tocsin@{DOMAIN}" in said, said


def test_queue_says_why_it_waits(daemon, relay):
    daemon.use_relay(relay, "submission", email_password="wrong")
    queue_id = send(daemon, f"anna@{DOMAIN}")
    wait_state(daemon, queue_id, f"anna@{DOMAIN}", "queued")
    said = examine(daemon)[1]
    assert "1 waiting" in said


def test_report_tells_what_happened_and_not_to_whom(daemon, certificates):
    """Planted names, addresses, a password and an ID: none of them is in the report."""
    def refuse(peer, line):
        return (b"550-5.1.1 <anna.maier@planted.example>: not known at mx7.planted.example\r\n"
            b"550 5.1.1 asked by 192.0.2.77 [2001:db8::7] id PLANTEDID77 plantedbox\r\n")

    script = polite(certificates.good, ["AUTH PLAIN LOGIN"],
        greeting=b"220 mx7.planted.example Planted Industries ESMTP\r\n", rcpt=refuse)
    with ScriptedServer(script) as server:
        daemon.set(site_host_name="plantedbox.planted.example", site_name="Planted Industries",
            email_from_address="alerts@planted.example", email_relay_host="localhost",
            email_relay_port=server.port, email_encryption="starttls", email_auth="password",
            email_username="planteduser", email_password=PASSWORD,
            email_ca_certificate=f"@{certificates.authority.cert}",
            email_admin_contacts="anna.maier@planted.example", email_helo_name="plantedbox")
        status, said = examine(daemon, "--report")
    assert status == 69, said
    for secret in ("planted", "anna", "maier", PASSWORD, "192.0.2.77", "2001:db8", "Industries",
            "Tocsin Test Authority", "127.0.0.1", str(daemon.folder)):
        assert secret.lower() not in said.lower(), f"{secret} in:\n{said}"
    for told in ("The first step that fails: Recipient.", "550 5.1.1", "user1@host1",
            "email.encryption = starttls", "C: STARTTLS", "S: 550", "The recipient is unknown",
            "ok    Sign in"):
        assert told in said, f"{told} not in:\n{said}"
    assert server.bodies == []


def test_arguments_it_does_not_know(daemon):
    assert daemon.tocsin("doctor", "--loud").returncode == 64
    assert daemon.tocsin("doctor", "--to").returncode == 64


def test_a_recipient_that_is_no_address_is_told_before_anything_is_looked_at(daemon):
    done = daemon.tocsin("doctor", "--to", "anna")
    assert (done.returncode, done.stdout) == (65, "")
    assert done.stderr == "tocsin: --to has no domain: write it as name@example.com\n"
