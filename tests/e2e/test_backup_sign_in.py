"""The sign-in by OAuth2 in a backup: on an empty machine it goes on, and an older one never ends a
newer."""

import json

import pytest

from world.net import wait_until
from world.oauth import ACCOUNT, Person, use_provider
from world.relay import DOMAIN
from world.secrets import assert_nowhere, left_behind

PHRASE = "what the backup is sealed with"


def status(node):
    return json.loads(node.tocsin("oauth", "status", "--json").stdout)


def restore(node, file):
    return node.ok("restore", "--yes", "--passphrase", "@-", file, input=PHRASE)


def assert_mail_goes(node, relay):
    relay.clear()
    assert node.sendmail(f"bert@{DOMAIN}").returncode == 0
    assert relay.wait_for(1)[0].envelope_sender == ACCOUNT


def renew(person, provider):
    def kept():
        return person.daemon.output().count("oauth: the token was renewed")
    before = kept()
    person.renew()
    wait_until(lambda: kept() > before, 20, "a renewal")
    assert provider.renewals()[-1]["status"] == 200


@pytest.fixture
def node(new_daemon, token_relay, provider):
    """Signed in, with a backup of that."""
    node = new_daemon(private_endpoints="yes", node_name="first.example").start()
    use_provider(node, token_relay, provider)
    node.person = Person(node)
    assert node.person.sign_in(provider)[0] == "Signed in"
    node.file = node.folder / "node.backup"
    done = node.tocsin("backup", "--passphrase", "@-", node.file, input=PHRASE)
    assert done.returncode == 0 and "the OAuth2 sign-in" in done.stderr, done.stderr
    return node


@pytest.fixture
def other(new_daemon):
    return new_daemon(private_endpoints="yes", node_name="second.example").start()


def test_on_an_empty_machine_the_sign_in_goes_on(node, other, provider, token_relay):
    day = status(node)["signed_in"]
    node.stop()
    said = restore(other, node.file)
    assert f"The relay's OAuth2 sign-in of {ACCOUNT} is as of 20" in said, said
    assert "sign in again" in said and "tocsin oauth status" in said
    now = status(other)
    assert (now["state"], now["usable"], now["signed_in"]) == ("good", True, day)
    assert_mail_goes(other, token_relay)
    other.restart()
    renew(Person(other), provider)
    assert_mail_goes(other, token_relay)
    secrets = [*provider.secrets(), provider.client_secret, PHRASE]
    assert len(secrets) > 4
    assert_nowhere(secrets, ("what restore said", said), ("the settings", other.ok("show")),
        ("the exported settings", Person(other).browser.get("/login/backup/settings.txt").text),
        *left_behind(node), *left_behind(other))


def test_one_that_was_used_since_is_refused_and_that_is_told(node, other, provider):
    provider.control(rotate=True, access_token_seconds=20)
    renew(node.person, provider)
    node.stop()
    provider.revoke_all()
    restore(other, node.file)
    Person(other).renew()
    wait_until(lambda: status(other)["state"] == "failing", 20, "the refusal")
    assert "invalid_grant" in json.dumps(status(other))


def test_a_newer_one_stays(node, provider, token_relay):
    provider.control(rotate=True)
    renew(node.person, provider)
    before = status(node)["refresh_since"]
    said = restore(node, node.file)
    assert "sign-in that is here is newer than the backup's and stays" in said
    assert status(node)["refresh_since"] == before
    person = Person(node)
    renew(person, provider)
    assert_mail_goes(node, token_relay)


def test_after_a_disconnect_it_comes_back(node, provider, token_relay):
    provider.fail("/token/revocation", times=10, status=500)  # the tokens are good, if forgotten
    node.ok("oauth", "disconnect")
    assert status(node)["state"] == "not signed in"
    restore(node, node.file)
    assert status(node)["state"] == "good"
    assert_mail_goes(node, token_relay)


def test_for_other_settings_it_is_told_and_not_used(node, other, token_relay):
    node.set(email_relay_host="127.0.0.1")
    file = node.folder / "moved.backup"
    node.ok("backup", "--passphrase", "@-", file, input=PHRASE)
    said = restore(other, file)
    assert "is for other settings than the backup's" in said
    assert status(other)["state"] == "not signed in"
    other.set(email_relay_host="localhost")
    assert status(other)["state"] == "good"
    assert_mail_goes(other, token_relay)
