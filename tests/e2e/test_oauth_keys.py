"""Signing in to the relay by a private key, without a person: a real provider that verifies what is
signed, and a real relay that asks it about the tokens."""

import json

import pytest

from world.net import wait_until
from world.oauth import ACCOUNT, Person, words
from world.relay import DOMAIN
from world.secrets import assert_nowhere, left_behind, processes

OTHER = f"other@{DOMAIN}"


@pytest.fixture(name="node")
def node_with_relay(daemon, provider, token_relay):
    """A daemon with the relay, for a service account that the page has not been given yet."""
    daemon.stop()
    daemon.configure(private_endpoints="yes")
    daemon.start()
    daemon.use_relay(token_relay, "submission", email_auth="oauth2", email_oauth_email=ACCOUNT,
        email_oauth_scopes="smtp", email_oauth_ca_certificate=f"@{provider.authority}",
        site_url=f"https://node.example:{daemon.port}")
    return daemon


def status(node):
    return json.loads(node.tocsin("oauth", "status", "--json").stdout)


def verify(node):
    """(exit status, what was printed)"""
    done = node.tocsin("oauth", "verify", seconds=120)
    return done.returncode, done.stdout + done.stderr


def use_service(node, provider, account):
    node.set(email_oauth_flow="service", email_oauth_client_id=account["client_email"],
        email_oauth_key_id=account["private_key_id"],
        email_oauth_token_endpoint=account["token_uri"],
        email_oauth_private_key=account["private_key"])


def key_lines(pem):
    """What of a key would show that it leaked: the middle of it, in the form of PEM."""
    lines = pem.splitlines()
    return [lines[len(lines) // 2], lines[len(lines) // 2 + 1]]


def test_a_service_account_signs_in_from_its_file_and_mail_goes(node, provider, token_relay):
    account = provider.service_account([ACCOUNT])
    person = Person(node)
    page = person.browser.get("/login/email")
    saved = person.browser.submit(page, {"client_file": json.dumps(account)}, "/login/email")
    assert saved.status == 200 and "key of a service account" in words(saved.text), saved.text
    assert node.ok("get", "email.oauth_client_id").strip() == account["client_email"]
    assert node.ok("get", "email.oauth_flow").strip() == "service"
    assert node.ok("get", "email.oauth_private_key").strip() == "(set)"

    assert person.verify() is None  # nobody is led anywhere
    heading, text = person.outcome()
    assert "The relay took the token" in text, (heading, text)
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(1)
    node.restart()
    assert status(node)["usable"]

    before = len(provider.requests())
    person.renew()
    wait_until(lambda: len(provider.requests()) > before, 20, "a renewal")
    assert provider.requests()[-1]["grant_type"].endswith("jwt-bearer")
    assert provider.requests()[-1]["status"] == 200

    shown = [("the page", person.browser.get("/login/email").text),
        ("the export", node.ok("show")), ("the status", node.ok("oauth", "status", "--json"))]
    assert_nowhere(key_lines(account["private_key"]), ("the log", node.output()), *shown,
        *left_behind(node), *processes())


def test_the_words_of_a_refusal_lead_to_the_cure(node, provider):
    account = provider.service_account([OTHER])
    use_service(node, provider, account)
    code, output = verify(node)
    assert code != 0 and "Invalid email or User ID" in output, output
    assert "primary address of a mailbox in your organisation" in output

    node.set(email_oauth_email=OTHER, email_oauth_scopes="smtp admin")
    code, output = verify(node)
    assert code != 0 and "domain-wide delegation" in output, output

    node.set(email_oauth_scopes="smtp", email_oauth_key_id="another")
    code, output = verify(node)
    assert code != 0 and "account not found" in output, output
    assert "service account" in output

    wrong = provider.service_account([OTHER])
    node.set(email_oauth_client_id=wrong["client_email"], email_oauth_key_id=wrong["private_key_id"])
    code, output = verify(node)
    assert code != 0 and "Invalid JWT Signature" in output, output
    assert "Make a new" in output


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_is_wrong_is_named(node, provider, seconds):
    use_service(node, provider, provider.service_account([ACCOUNT]))
    provider.control(clock=seconds)
    code, output = verify(node)
    assert code != 0 and "short-lived token" in output, output
    assert "clock" in output
    provider.control(clock=0)
    assert verify(node)[0] == 0


def test_clocks_that_are_minutes_apart_do_no_harm(node, provider):
    use_service(node, provider, provider.service_account([ACCOUNT]))
    for seconds in (-50, 500):
        provider.control(clock=seconds)
        assert verify(node)[0] == 0
