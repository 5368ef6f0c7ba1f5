"""The sign-in to the relay by OAuth2 over the API: how it stands, signing in by an address that is
pasted or a code for a device, and the end of it."""

import pytest

from world.api import Client, wait_for_test
from world.net import wait_until
from world.oauth import ACCOUNT, CALLBACK, Person, query_of, redirect_of, use_provider, with_query
from world.relay import DOMAIN


def token(daemon, scope):
    return daemon.ok("token", "create", scope, "--scope", scope).strip()


@pytest.fixture
def node(new_daemon, token_relay, provider):
    """A daemon that is set up for the provider; `node.client` may administer, nobody has signed in."""
    daemon = new_daemon(private_endpoints="yes").start()
    use_provider(daemon, token_relay, provider)
    daemon.client = Client(daemon.port, token(daemon, "admin"))
    return daemon


def begin(node, provider, way="loopback"):
    reply = node.client.beginSignIn({"way": way})
    assert reply.status == 202, reply.body
    assert reply.json["redirect_uri"] == redirect_of(reply.json["address"])
    provider.allow(reply.json["redirect_uri"])
    return reply.json


def attempt(node, state):
    """The attempt once it is in this state."""
    def is_there():
        shown = node.client.getSignIn().json["attempt"]
        return shown if shown and shown["state"] == state else None
    return wait_until(is_there, 60, f"the sign-in to be {state}")


def sign_in(node, provider, **options):
    address = provider.sign_in(begin(node, provider)["address"], ACCOUNT, **options)
    assert node.client.finishSignIn({"address": address}).status == 202
    return attempt(node, "done")


def test_signed_in_by_a_pasted_address_and_disconnected(node, provider, token_relay):
    before = node.client.getSignIn().json
    assert before["chosen"] and before["state"] == "none" and not before["usable"]
    assert before["attempt"] is None and before["error"] is None
    begun = begin(node, provider)
    assert begun["email"] == ACCOUNT
    assert begun["redirect_uri"] == f"http://127.0.0.1{CALLBACK}"
    assert attempt(node, "begun")["ends"]
    done = sign_in(node, provider)
    assert wait_for_test(node.client, int(done["test"].rsplit("/", 1)[1]))["ok"]
    now = node.client.getSignIn().json
    assert now["state"] == "good" and now["usable"] and now["account"] == ACCOUNT
    assert now["by"] == "token admin" and now["has_refresh_token"]
    assert now["signed_in"] and now["access_ends"] and now["next_renewal"] and now["refresh_since"]
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(1)
    for secret in provider.secrets() + [provider.client_secret]:
        assert secret not in str(now)
    ended = node.client.endSignIn()
    assert ended.status == 200 and ended.json["state"] == "none"
    assert node.client.endSignIn().status == 404


def test_an_address_is_good_once_and_for_the_token_that_began(node, provider):
    address = provider.sign_in(begin(node, provider)["address"], ACCOUNT)
    other = Client(node.port, node.ok("token", "create", "other", "--scope", "admin").strip())
    for client, pasted in [(other, address), (node.client, with_query(address, state="0" * 64)),
            (node.client, with_query(address, iss="https://evil.example")),
            (node.client, "http://127.0.0.1/"), (node.client, "")]:
        reply = client.finishSignIn({"address": pasted})
        assert reply.status == 422, pasted
        assert [row["field"] for row in reply.json["errors"]] == ["address"]
    assert provider.requests("/token") == []
    # nor does a browser's session finish what a token began
    person = Person(node)
    assert "refused=asker" in person.come_back(address, follow=False).headers["Location"]
    assert node.client.finishSignIn({"address": address}).status == 202
    attempt(node, "done")
    assert node.client.finishSignIn({"address": address}).status == 422
    assert len(provider.requests("/token", grant_type="authorization_code")) == 1


def test_the_sites_redirect_uri_may_be_used_too(node, provider):
    begun = begin(node, provider, "browser")
    assert begun["redirect_uri"] == f"https://node.example:{node.port}{CALLBACK}"
    assert len(query_of(begun["address"])["code_challenge"]) == 43


def test_consent_refused_is_told(node, provider):
    address = provider.sign_in(begin(node, provider)["address"], ACCOUNT, consents=False)
    assert node.client.finishSignIn({"address": address}).status == 202
    failed = attempt(node, "failed")
    assert failed["error"] == "access_denied" and "refused at the provider" in failed["text"]


def test_a_code_for_a_device(node, provider):
    node.ok("oauth", "find-endpoints", provider.issuer)
    reply = node.client.beginSignIn({"way": "device"})
    assert reply.status == 202 and reply.json["address"] is None
    waiting = attempt(node, "device")
    reader = Client(node.port, token(node, "read"))
    assert reader.getSignIn().json["attempt"]["user_code"] == ""
    assert waiting["user_code"] and waiting["verification_uri"].startswith(provider.issuer)
    provider.approve_device(waiting["verification_uri_complete"], ACCOUNT)
    attempt(node, "done")
    assert node.ok("get", "email.oauth_flow") == "code\n"


def test_only_the_scope_admin_signs_in(node):
    reader = Client(node.port, token(node, "read"))
    assert reader.getSignIn().status == 200
    assert reader.beginSignIn({}).status == 403
    assert reader.finishSignIn({"address": "?code=c&state=s"}).status == 403
    assert reader.endSignIn().status == 403
    assert Client(node.port, token(node, "send")).getSignIn().status == 403


def test_what_cannot_begin_says_why(node):
    reply = node.client.beginSignIn({"way": "telephone", "to": "x"})
    assert reply.status == 422
    assert {row["field"] for row in reply.json["errors"]} == {"way", "to"}
    node.set(email_auth="none")
    reply = node.client.beginSignIn()
    assert reply.status == 422 and "not OAuth2" in reply.json["detail"]
