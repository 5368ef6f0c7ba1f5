"""What relays and providers say, explained: pasted text, and the administrator's own rows."""

import os
import signal

import pytest

from world.hostile import ScriptedServer, polite
from world.mail import wait_status
from world.net import wait_until
from world.relay import DOMAIN

ROW = """# rows of this house
[The house relay is asleep]
when = stage greeting; code 421
when = stage greeting; words asleep
meaning = The relay of this house
    is switched off at night.
who = relay
step = Wait for the morning.
step = Ask the porter.
field = email.relay_host
"""

PASTED = {
    # name: (text, exit status, what is printed)
    "a reply": ("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.\n", 0,
        ["Microsoft takes no passwords any more", "  1. ", "email.auth"]),
    "several lines": ("550-5.1.1 The account does not exist.\r\n550 5.1.1 Try again\r\n", 0,
        ["seen: 550 5.1.1 at rcpt", "The recipient is unknown"]),
    "a dialogue": ("S: 220 mx\nC: EHLO me\nS: 250 mx\nC: AUTH PLAIN ****\nS: 535 5.7.8 no\n", 0,
        ["Username or password was refused", "You can mend this here"]),
    "a log line": ("postfix/smtp[1]: to=<a@b.c>, dsn=5.7.1, status=bounced (host mx[192.0.2.1] said: "
        "554 5.7.1 <a@b.c>: Relay access denied (in reply to RCPT TO command))\n", 0,
        ["does not carry mail for this node"]),
    "a token error": ('{"error":"invalid_client","error_description":"AADSTS7000222: expired"}', 0,
        ["The client secret has expired", "email.oauth_client_secret"]),
    "an address": ("https://node/login/smtp-verification?error=redirect_uri_mismatch&state=x", 0,
        ["The redirect URI is not registered"]),
    "an unknown code": ("599 9.9.9 What now\n", 1, ["seen: 599\n", "The relay refused"]),
    "an unknown error": ('{"error": "quite_new"}', 1, ["The provider refused the token"]),
    "no refusal": ("250 2.0.0 Ok\n", 65, []),
    "nothing": ("", 65, []),
}


@pytest.fixture
def stopped(new_daemon):
    return new_daemon()


@pytest.mark.parametrize("case", PASTED)
def test_pasted_text_is_explained_without_a_daemon(stopped, case):
    text, status, words = PASTED[case]
    done = stopped.tocsin("diagnose", input=text)
    assert done.returncode == status, done.stdout + done.stderr
    for word in words:
        assert word in done.stdout
    assert bool(done.stderr) == (status == 65)


def test_stage_may_be_named(stopped):
    said = stopped.ok("diagnose", "--stage", "mail", input="550 5.1.0 no\n")
    assert "The sender's address is refused" in said
    done = stopped.tocsin("diagnose", "--stage", "nowhere", input="550 no\n")
    assert done.returncode == 64 and "greeting" in done.stderr


def test_too_much_text_is_refused(stopped):
    done = stopped.tocsin("diagnose", input="550 x\n" * 20000)
    assert done.returncode == 65 and "64 KiB" in done.stderr


def own_rows(daemon):
    return daemon.conf.parent / "diagnosis.conf"


def reload(daemon, said):
    begin = len(daemon.output())
    os.kill(daemon.pid, signal.SIGHUP)
    wait_until(lambda: said in daemon.output()[begin:], what=said)


def test_rows_of_the_administrator_count_after_a_reload_and_bad_ones_do_not(daemon):
    asleep = polite(greeting=b"421 4.3.2 asleep\r\n")
    with ScriptedServer(asleep) as server:
        daemon.set(site_host_name="node.example", email_from_address=f"tocsin@{DOMAIN}",
            email_relay_host=server.host, email_relay_port=server.port, email_encryption="none",
            email_auth="none", email_admin_contacts=f"admin@{DOMAIN}")
        daemon.sendmail(f"anna@{DOMAIN}")
        assert "The relay takes no connection" in wait_status(daemon, "BROKEN")
        own_rows(daemon).write_text(ROW)
        reload(daemon, "diagnosis.conf was read")
        assert "switched off at night" in daemon.tocsin("status").stdout
        tested = daemon.tocsin("email", "test").stdout
        assert "The house relay is asleep" in tested and "  2. Ask the porter." in tested
        own_rows(daemon).write_text(ROW + "whom = me\n")
        reload(daemon, 'diagnosis.conf: line 11: there is no key "whom"')
        assert "switched off at night" in daemon.tocsin("status").stdout
        done = daemon.tocsin("diagnose", input="421 asleep\n")
        assert done.returncode == 0 and "line 11" in done.stderr
        daemon.restart()
        assert "line 11" in daemon.output()
        own_rows(daemon).unlink()
        reload(daemon, "were read again")
        said = wait_status(daemon, "The relay takes no connection")
        assert "switched off at night" not in said
