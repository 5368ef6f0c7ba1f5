"""The sign-in to the relay by OAuth2 in the real daemon: a real provider, and a real relay that
asks it about the tokens."""

import pytest

from world.net import wait_until
from world.oauth_terminal import ACCOUNT, Verify, set_up, sign_in, status
from world.relay import DOMAIN


@pytest.fixture(name="node")
def signing_node(daemon, provider, token_relay):
    """A daemon that is set up for the provider; nobody has signed in."""
    return set_up(daemon, provider, token_relay)


def test_somebody_signs_in_from_a_terminal_and_mail_goes(node, provider, token_relay):
    assert "not signed in" in node.tocsin("status").stdout
    code, output = sign_in(node, provider)
    assert code == 0, output + node.output()
    assert "the relay takes it" in output
    now = status(node)
    assert now["state"] == "good" and now["usable"] and now["has_refresh_token"]
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(1)
    assert provider.client_secret not in node.output()
    node.restart()
    assert status(node)["usable"]
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(2)


def test_a_sign_in_that_was_tampered_with_is_refused(node, provider):
    verify = Verify(node)
    address = provider.sign_in(verify.address, ACCOUNT)
    code, output = verify.paste(address.replace("state=", "state=0"))
    assert code != 0 and "belongs to no sign-in" in output
    verify = Verify(node)  # the one of before is over
    code, output = verify.paste(address)
    assert code != 0 and "belongs to no sign-in" in output
    assert "the settings were changed, or this node was started again" in output
    assert status(node)["state"] == "not signed in"


def test_a_wrong_client_secret_is_told(node, provider):
    node.set(email_oauth_client_secret="wrong")
    code, output = sign_in(node, provider)
    assert code != 0 and "invalid_client" in output, output


def test_a_person_disconnects(node, provider):
    assert sign_in(node, provider)[0] == 0
    node.ok("oauth", "disconnect")
    assert status(node)["state"] == "not signed in"
    assert "not signed in" in node.tocsin("status").stdout


def test_a_monitor_hears_of_mail_that_waits_for_a_sign_in(node, provider, token_relay):
    assert node.tocsin("status", "--check").returncode == 0  # nothing waits
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    wait_until(lambda: "1 waiting" in node.tocsin("status").stdout, what="the mail in the queue")
    assert node.tocsin("status", "--check").returncode == 75
    assert sign_in(node, provider)[0] == 0
    assert token_relay.wait_for(1)
    wait_until(lambda: node.tocsin("status", "--check").returncode == 0, what="a quiet monitor")


def test_a_relay_that_refuses_the_token_is_told_with_its_cure(node, provider, token_relay):
    code, output = sign_in(node, provider, f"other@{DOMAIN}")
    assert code == 69 and "signed in at the provider, but not at the relay" in output, output
    assert "1. Check that Email is the account" in output, output
    shown = node.tocsin("oauth", "status")
    assert shown.returncode == 69 and "the relay refuses its token" in shown.stdout
    assert f"belongs to other@{DOMAIN}, not to {ACCOUNT}" in shown.stdout
    assert status(node)["relay_refuses"]
    assert sign_in(node, provider)[0] == 0
    assert node.tocsin("oauth", "status").returncode == 0 and not status(node)["relay_refuses"]


def test_a_relay_that_is_away_is_no_failure_of_the_sign_in(node, provider, token_relay):
    token_relay.stop()
    code, output = sign_in(node, provider)
    assert code == 69 and "signed in at the provider, but not at the relay" in output, output
    assert "connection refused" in output and "What to do: " not in output, output
    assert status(node)["state"] == "good"
    token_relay.start()
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(1, 60)
