"""Signing in to a real relay at a real OpenID provider, what keeps that alive, and what people and
providers do to it."""

import concurrent.futures
import subprocess
import urllib.parse

import pytest

from world.net import wait_until
from world.oauth import ACCOUNT, CALLBACK, PAGE, Person, redirect_of, use_provider, with_query
from world.oauth_terminal import status
from world.relay import DOMAIN


@pytest.fixture
def node(new_daemon):
    """A running daemon that may ask providers on loopback."""
    return new_daemon(private_endpoints="yes").start()


@pytest.fixture
def person(node, token_relay, provider):
    use_provider(node, token_relay, provider)
    return Person(node)


@pytest.fixture
def signed_in(person, provider):
    title, text = person.sign_in(provider)
    assert title == "Signed in", text
    return person


def send(node, subject="by token"):
    done = node.sendmail(f"bert@{DOMAIN}", message=f"Subject: {subject}\n\nHello.\n")
    assert done.returncode == 0, done.stderr


def renewed(person, provider, answered=200):
    """Presses Renew now; waits until the provider has answered."""
    before = len(provider.renewals())
    person.renew()
    wait_until(lambda: len(provider.renewals()) > before, 20, "a renewal")
    assert provider.renewals()[-1]["status"] == answered


def callback(person, provider, account=ACCOUNT, **options):
    """The address that the provider leads back to, not opened yet."""
    url = person.verify()
    provider.allow(redirect_of(url))
    return provider.sign_in(url, account, **options)


def assert_nothing_came_of_it(person, provider):
    assert provider.requests(grant_type="authorization_code") == []
    assert "Nobody is signed in yet" in person.connection()


# what works

def test_signed_in_at_the_provider_mail_goes_out(node, signed_in, provider, token_relay):
    said = signed_in.connection()
    assert f"Connected as {ACCOUNT}" in said and "Connected" in said
    assert "no end known" in said, said
    send(node)
    assert token_relay.wait_for(1)[0].envelope_sender == ACCOUNT


def test_the_redirect_uri_is_the_sites_whatever_the_host_header_says(person):
    url = person.verify()
    assert redirect_of(url) == f"https://node.example:{person.daemon.port}{CALLBACK}"
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
    assert query["code_challenge_method"] == ["S256"] and query["login_hint"] == [ACCOUNT]
    assert len(query["state"][0]) >= 32


def test_the_callback_leads_to_an_address_without_the_code(person, provider):
    answer = person.come_back(callback(person, provider), follow=False)
    assert answer.status == 303 and answer.headers["Location"] == PAGE
    assert person.outcome()[0] == "Signed in"


def test_the_sign_in_outlives_restarts_and_rotation(node, signed_in, provider, token_relay):
    renewed(signed_in, provider)
    node.restart()
    again = Person(node)
    assert f"Connected as {ACCOUNT}" in again.connection()
    renewed(again, provider)
    send(node)
    assert len(token_relay.wait_for(1)) == 1
    assert [line["status"] for line in provider.renewals()] == [200, 200]


def test_tokens_are_renewed_before_they_end(node, person, provider, token_relay):
    provider.control(access_token_seconds=20)
    assert person.sign_in(provider)[0] == "Signed in"
    first = status(node)["access_ends"]
    wait_until(lambda: len(provider.renewals()) >= 2, 60, "two renewals by themselves")
    wait_until(lambda: status(node)["access_ends"] > first, 20, "the new token's end")
    send(node)
    assert len(token_relay.wait_for(1)) == 1
    assert {line["status"] for line in provider.renewals()} == {200}


def test_a_hundred_mails_at_once_cause_one_request(node, signed_in, provider, token_relay):
    """Over three connections, whose tokens are refused while the one request is under way."""
    node.set(email_max_connections="3")
    before = len(provider.requests())
    provider.expire_all()
    provider.fail(delay=2000)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: send(node, f"mail {number}"), range(100)))
    mails = token_relay.wait_for(100, 90)
    assert sorted(mail.message["Subject"] for mail in mails) == \
        sorted(f"mail {number}" for number in range(100))
    assert [(line["grant_type"], line["status"]) for line in provider.requests()[before:]] == \
        [("refresh_token", 200)]


def test_presses_at_the_same_time_never_use_a_refresh_token_twice(node, signed_in, provider):
    others = [Person(node) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda other: [other.renew() for _ in range(3)], others))
    wait_until(lambda: provider.renewals(), 20, "a renewal")
    renewed(signed_in, provider)
    assert {line["status"] for line in provider.renewals()} == {200}


# what fails for a while

def test_an_outage_of_the_provider_holds_mail_and_passes(node, signed_in, provider, token_relay):
    provider.stop()
    send(node)
    wait_until(lambda: "renewal failed" in signed_in.connection()
        or "cannot be renewed for now" in signed_in.connection(), 40, "the outage seen")
    assert token_relay.mails() == []
    provider.start()
    signed_in.renew()
    assert len(token_relay.wait_for(1, 90)) == 1
    assert f"Connected as {ACCOUNT}" in signed_in.connection()


@pytest.mark.parametrize("fault", [
    {"status": 503, "headers": {"Retry-After": "1"}}, {"status": 200},
], ids=str)
def test_what_is_no_answer_never_ends_a_sign_in(node, signed_in, provider, fault):
    provider.fail(**fault)
    renewed(signed_in, provider, fault["status"])
    wait_until(lambda: "renewal failed" in signed_in.connection(), 20, "the failure shown")
    wait_until(lambda: len(provider.renewals()) == 2, 60, "a renewal by itself")
    assert provider.renewals()[-1]["status"] == 200
    wait_until(lambda: "renewal failed" not in signed_in.connection(), 20, "good again")
    assert "Sign-in needed" not in signed_in.connection()


def test_a_slow_provider_keeps_nobody_waiting(node, signed_in, provider, token_relay):
    provider.fail(delay=4000)
    signed_in.renew()
    send(node)
    assert len(token_relay.wait_for(1)) == 1
    wait_until(lambda: len(provider.renewals()) == 1, 20, "the slow renewal")
    assert provider.renewals()[0]["status"] == 200


# what ends it

def test_revoked_mail_waits_and_nothing_goes_round(node, signed_in, provider, token_relay):
    provider.revoke_all()
    send(node)
    wait_until(lambda: provider.renewals(status=400), 30, "a denied renewal")
    wait_until(lambda: "invalid_grant" in signed_in.connection(), 20, "the refusal shown")
    assert token_relay.mails() == []
    assert len(provider.renewals()) <= 2 and len(provider.requests("/token/introspection")) < 12
    assert "Sign-in needed" not in signed_in.connection()  # once is not believed yet
    title, text = signed_in.sign_in(provider)
    assert title == "Signed in", text
    assert len(token_relay.wait_for(1, 60)) == 1


def test_an_answer_lost_after_rotation_is_not_gone_round_with(node, signed_in, provider):
    provider.fail(cut=True)
    signed_in.renew()
    wait_until(lambda: len(provider.renewals()) >= 2, 40, "the next try")
    assert [line.get("error") for line in provider.renewals()][:2] == [None, "invalid_grant"]
    wait_until(lambda: "invalid_grant" in signed_in.connection(), 20, "the refusal shown")
    assert len(provider.renewals()) <= 3
    assert signed_in.sign_in(provider)[0] == "Signed in"


# what people do at the provider's page

def test_consent_refused(person, provider):
    person.come_back(callback(person, provider, consents=False))
    title, text = person.outcome()
    assert title == "The sign-in did not work" and "refused at the provider" in text, text
    assert provider.requests(grant_type="authorization_code") == []


def test_another_account_is_named(person, provider):
    title, text = person.sign_in(provider, f"other@{DOMAIN}")
    assert title == "Signed in at the provider, not at the relay"
    assert f"belongs to other@{DOMAIN}" in text and ACCOUNT in text, text
    assert "the relay refuses the token" in person.connection()
    assert person.sign_in(provider)[0] == "Signed in"
    assert "refuses" not in person.connection()


def test_a_code_that_is_refused_says_nothing_of_what_was_kept(person, provider):
    provider.fail(status=400, type="application/json", body='{"error": "invalid_grant"}')
    title, text = person.sign_in(provider)
    assert title == "The sign-in did not work"
    assert "did not take its own code" in text and "kept" not in text, text


@pytest.mark.parametrize("answer, said", [
    ({"status": 503}, "status 503: it cannot answer now"),
    ({"status": 429, "body": "slow down"}, "status 429: it is asked too often"),
    ({"status": 400, "type": "application/json", "body": '{"error": "server_error"}'},
        "begin a sign-in that was under way once more"),
])
def test_nobody_waits_for_a_sign_in_that_is_not_tried_again(person, provider, answer, said):
    provider.fail(**answer)
    title, text = person.sign_in(provider)
    assert title == "The sign-in did not work" and said in text, text
    assert "it is tried again by itself" not in text and "asks again by itself" not in text, text
    assert len(provider.requests(grant_type="authorization_code")) == 1


def test_less_scope_than_asked_for_is_said(person, provider):
    provider.fail(merge={"scope": "openid email"})
    title, text = person.sign_in(provider)
    assert title == "The sign-in did not work" and "smtp is missing" in text, text


def test_a_missing_refresh_token_is_said_with_its_cure(person, provider):
    provider.fail(merge={"refresh_token": None})
    text = person.sign_in(provider)[1]
    assert "no refresh token" in text and "consent" in text, text


# what others do with the callback

@pytest.mark.parametrize("changes", [
    {"state": "0" * 64}, {"state": None}, {"state": ""}, {"iss": "https://evil.example"},
    {"code": None}, {"state": "\x00"}, {"code": "x" * 9000},
], ids=lambda changes: str(changes)[:40])
def test_a_tampered_callback_gets_nothing(person, provider, changes):
    to = callback(person, provider)
    answer = person.come_back(with_query(to, **changes))
    assert answer.status in (200, 400, 413, 414, 422, 431)
    assert_nothing_came_of_it(person, provider)


def test_a_code_for_a_device_signs_in_once_from_a_terminal(node, person, provider):
    refused = node.tocsin("oauth", "verify", "--device")
    assert refused.returncode == 69 and "Look up its endpoints" in refused.stdout
    person.discover(provider.issuer)
    node.restart()
    process = subprocess.Popen([node.programs / "tocsin", "-c", node.conf, "oauth", "verify",
        "--device"], stdout=subprocess.PIPE, text=True)
    address, code = (process.stdout.readline().split(": ")[1].strip() for _ in range(2))
    provider.approve_device(f"{address}?user_code={code}", ACCOUNT)
    assert process.communicate(timeout=60)[0].startswith("Signed in") and process.returncode == 0
    assert node.ok("get", "email.oauth_flow") == "code\n"
    person.renew()
    wait_until(lambda: provider.renewals(status=200), 20, "a renewal")


def test_a_callback_is_good_once(person, provider):
    to = callback(person, provider)
    person.come_back(to)
    assert person.outcome()[0] == "Signed in"
    assert "/sign-in?refused=" in person.come_back(to, follow=False).headers["Location"]
    assert len(provider.requests(grant_type="authorization_code")) == 1


def test_another_sessions_callback_gets_nothing(node, person, provider):
    to = callback(person, provider)
    for other in (Person(node), Person(node, "bert")):
        answer = other.come_back(to, follow=False)
        assert "/sign-in?refused=" in answer.headers["Location"]
    answer = node.browser().get(f"{CALLBACK}?{urllib.parse.urlsplit(to).query}", follow=False)
    assert answer.status == 403
    assert_nothing_came_of_it(person, provider)
    person.come_back(to)
    assert person.outcome()[0] == "Signed in"


def test_a_callback_by_post_gets_nothing(person, provider):
    to = urllib.parse.urlsplit(callback(person, provider))
    answer = person.browser.post(to.path, dict(urllib.parse.parse_qsl(to.query)), follow=False)
    assert 400 <= answer.status < 500
    assert_nothing_came_of_it(person, provider)
