"""tocsin doctor walks the sign-in by OAuth2 with a real provider: its endpoint, the tokens, what the
access token says, and then the relay."""

import base64
import json
import time

import pytest

from world.net import wait_until
from world.oauth_terminal import ACCOUNT, set_up, sign_in, status
from world.relay import DOMAIN


@pytest.fixture(name="node")
def signing_node(daemon, provider, token_relay):
    return set_up(daemon, provider, token_relay)


def examine(node, *arguments):
    done = node.tocsin("doctor", *arguments)
    return done.returncode, done.stdout


def line(said, step):
    found = [each for each in said.splitlines() if each[6:].startswith(step)]
    assert len(found) == 1, said
    return found[0]


def jwt(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


def test_all_is_well(node, provider, token_relay):
    assert sign_in(node, provider)[0] == 0
    asked = len(provider.renewals())
    code, said = examine(node)
    assert code == 0, said
    assert "ok" in line(said, "Token endpoint") and "its certificate is good" in said
    assert f"as {ACCOUNT}" in line(said, "OAuth2 sign-in")
    assert "0 min old, no end known" in line(said, "Refresh token")
    assert "only the provider can read" in line(said, "Access token")
    assert line(said, "Renewal").startswith("skip")
    assert "Sign in " in said and "Nothing is wrong" in said
    assert len(provider.renewals()) == asked and token_relay.mails() == []
    report = examine(node, "--report")[1]
    for secret in (ACCOUNT, provider.client_secret, provider.client_id, *provider.secrets()):
        assert secret not in report and secret not in said.replace(ACCOUNT, "")


def test_nobody_has_signed_in(node):
    code, said = examine(node)
    assert code == 69
    assert "The first step that fails: OAuth2 sign-in." in said and "tocsin oauth verify" in said
    assert line(said, "Token endpoint").startswith("ok")


def test_a_provider_that_is_away(node, provider):
    provider.control(access_token_seconds=3600)
    assert sign_in(node, provider)[0] == 0
    provider.stop()
    said = examine(node)[1]
    assert line(said, "Token endpoint").startswith("note"), said
    node.ok("oauth", "status")
    provider.start()
    assert line(examine(node)[1], "Token endpoint").startswith("ok")


def test_a_certificate_that_is_not_trusted(node, provider):
    assert sign_in(node, provider)[0] == 0
    node.set(email_oauth_ca_certificate="")
    said = examine(node)[1]
    assert line(said, "Token endpoint").startswith("note") and "certificate" in said


def test_the_first_mismatch_in_the_token_is_named(node, provider):
    ends = int(time.time()) + 3600
    provider.fail(times=20, merge={"access_token": jwt(aud="https://graph.microsoft.com", upn=f"other@{DOMAIN}",
        scp="SMTP.Send", exp=ends)})
    sign_in(node, provider)  # which the relay does not take
    wait_until(lambda: status(node)["state"] == "good", 20, "a token")
    code, said = examine(node)
    assert code == 69
    assert "for https://graph.microsoft.com; scope SMTP.Send; of other@" in line(said,
        "Access token")
    assert f"It belongs to other@{DOMAIN}, not to {ACCOUNT}." in said
    assert "The first step that fails: What the token says." in said
    report = examine(node, "--report")[1]
    assert DOMAIN not in report and "graph.microsoft" not in report
    assert "It belongs to user" in report
