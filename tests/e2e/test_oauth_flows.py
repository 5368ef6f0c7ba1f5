"""The other ways to a token, at a real provider: endpoints by discovery, codes for devices, client
credentials, through a proxy, by a secret in the header; and what is left at the provider after a
person has disconnected."""

import contextlib
import json
import re
import subprocess

import pytest

from world.hostile import ScriptedServer
from world.net import wait_until
from world.oauth import ACCOUNT, Person, redirect_of, use_provider, with_query, words
from world.proxy import Proxy
from world.relay import DOMAIN
from world.secrets import assert_nowhere, left_behind
from world.token_endpoint import TokenEndpoint, http


@pytest.fixture(scope="module")
def lasting(new_lasting_daemon):
    return new_lasting_daemon(private_endpoints="yes").start()


@pytest.fixture
def node(lasting, request):
    begin = len(lasting.output())
    yield lasting
    lasting.tocsin("oauth", "disconnect")  # so that no renewal comes in between
    request.node.add_report_section("teardown", "tocsind", lasting.output()[begin:])


@pytest.fixture(scope="module")
def lasting_person(lasting):
    return Person(lasting)


@pytest.fixture
def person(node, lasting_person, provider, token_relay):
    use(node, token_relay, provider)
    return lasting_person


def use(node, relay, provider, **settings):
    use_provider(node, relay, provider, **{"email_oauth_flow": "code", "email_oauth_proxy": "",
        "email_oauth_client_secret": provider.client_secret, **settings})


def status(node):
    return json.loads(node.tocsin("oauth", "status", "--json").stdout)


def send(node, relay):
    assert node.sendmail(f"bert@{DOMAIN}").returncode == 0
    assert relay.wait_for(1)[0].envelope_sender == ACCOUNT


# ---- endpoints by discovery ----

def test_an_issuer_tells_its_endpoints(person, provider):
    answer, fields = person.discover(provider.issuer)
    assert answer.status == 200
    assert fields["email.oauth_auth_endpoint"] == f"{provider.issuer}/auth"
    assert fields["email.oauth_token_endpoint"] == f"{provider.issuer}/token"


PLACES = ["GET /.well-known/openid-configuration HTTP/1.1",
    "GET /.well-known/oauth-authorization-server HTTP/1.1"]


def document(issuer, **changes):
    members = {"issuer": issuer, "authorization_endpoint": f"{issuer}/auth",
        "token_endpoint": f"{issuer}/token", **changes}
    return {name: value for name, value in members.items() if value is not None}


@pytest.mark.parametrize("make, said", [
    (lambda issuer: http(200, document("https://evil.example")),
        "The document names another issuer than the address it came from."),
    (lambda issuer: http(200, document(f"{issuer}/other")), "names another issuer"),
    (lambda issuer: http(200, document(issuer, token_endpoint=None)), "lacks an authorization or "),
    (lambda issuer: http(200, document(issuer, token_endpoint="http://127.0.0.1/token")), "lacks"),
    (lambda issuer: http(200, "<h1>Portal</h1>", "text/html"), "not the JSON of a provider"),
    (lambda issuer: http(200, document(issuer, filler="x" * 200000)), "more than is taken"),
    (lambda issuer: http(404, b""), "answered with status 404"),
    (lambda issuer: http(302, b"", headers=["Location: https://evil.example/"]), "status 302"),
])
def test_a_document_that_is_none_lays_nothing_over_the_form(person, provider, certificates, make,
        said):
    with TokenEndpoint(certificates.good, b"") as endpoint:
        issuer = endpoint.url.removesuffix("/token")
        endpoint.answer = make(issuer)
        answer, fields = person.discover(issuer)
        assert answer.status == 422 and said in words(answer.text), words(answer.text)
        assert fields["email.oauth_token_endpoint"] == f"{provider.issuer}/token"
        assert [request.line for request in endpoint.requests] in (PLACES, PLACES[:1])


@pytest.mark.parametrize("restarts", [False, True], ids=["", "after a restart"])
@pytest.mark.parametrize("changes", [{"iss": None}, {"iss": "https://evil.example"},
    {"iss": "{issuer}/other"}, {"iss": "{issuer}/"}], ids=str)
def test_an_answer_must_name_the_issuer_that_was_looked_up(node, person, provider, changes,
        restarts):
    person.discover(provider.issuer)
    if restarts:
        node.restart()
    url = person.verify()
    provider.allow(redirect_of(url))
    to = provider.sign_in(url, ACCOUNT)
    wrong = {name: value and value.format(issuer=provider.issuer)
        for name, value in changes.items()}
    answer = person.come_back(with_query(to, **wrong), follow=False)
    assert answer.headers["Location"].endswith("/sign-in?refused=iss")
    assert provider.requests(grant_type="authorization_code") == []
    person.come_back(to)  # the true one is still good
    assert person.outcome()[0] == "Signed in"


# ---- disconnecting ----

@pytest.mark.parametrize("restarts", [False, True], ids=["", "after a restart"])
def test_what_is_disconnected_is_dead_at_the_provider(node, person, provider, restarts):
    person.discover(provider.issuer)
    if restarts:
        node.restart()
    before = provider.secrets("AccessToken", "RefreshToken")
    assert person.sign_in(provider)[0] == "Signed in"
    tokens = [token for token in provider.secrets("AccessToken", "RefreshToken")
        if token not in before]
    assert len(tokens) == 2 and all(provider.knows(token) for token in tokens)
    person.disconnect()
    wait_until(lambda: not any(provider.knows(token) for token in tokens), what="the revocation")
    assert {line["status"] for line in provider.requests("/token/revocation")} == {200}
    assert status(node)["state"] == "not signed in"
    wait_until(lambda: "the token is revoked at the provider" in node.output(), what="the log")


@pytest.mark.parametrize("by", ["page", "command"])
def test_a_provider_that_is_away_keeps_nobody_connected(node, person, provider, by):
    person.discover(provider.issuer)
    assert person.sign_in(provider)[0] == "Signed in"
    provider.stop()
    begin = len(node.output())
    if by == "page":
        assert person.disconnect().url.endswith("?unrevoked#connection")
    else:
        assert "the provider did not confirm" in node.ok("oauth", "disconnect")
    assert status(node)["state"] == "not signed in"
    assert "the provider did not confirm" in status(node)["advice"]
    assert "did not confirm that the token is revoked" in node.output()[begin:]


# ---- codes for devices ----

def device_page(person):
    """Presses Verify; what the page then says."""
    assert person.verify() is None
    return wait_until(lambda: (text := person.browser.get("/login/email/sign-in").text)
        and "user-code" in text and text, what="the code")


def address_of(page):
    return re.search(r'href="(https://[^"]*user_code=[^"]*)"', page)[1]


@pytest.fixture
def device(person, node, provider):
    person.discover(provider.issuer)
    node.set(email_oauth_flow="device")
    return person


def test_a_device_is_let_in_from_the_page(node, device, provider, token_relay):
    page = device_page(device)
    assert f"sign in as {ACCOUNT}" in words(page)
    provider.approve_device(address_of(page), ACCOUNT)
    title, text = device.outcome(60)
    assert title == "Signed in", text
    assert f"Connected as {ACCOUNT}" in device.connection()
    send(node, token_relay)
    polls = provider.requests(grant_type="urn:ietf:params:oauth:grant-type:device_code")
    assert [line["status"] for line in polls][-1] == 200 and len(polls) <= 4


def test_a_device_is_let_in_from_a_terminal(node, device, provider):
    process = subprocess.Popen([node.programs / "tocsin", "-c", node.conf, "oauth", "verify"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with process:
        address = process.stdout.readline().removeprefix("Open in any browser: ").strip()
        code = process.stdout.readline().removeprefix("and enter the code: ").strip()
        assert address == f"{provider.issuer}/device" and len(code) >= 8, (address, code)
        provider.approve_device(f"{address}?user_code={code}", ACCOUNT)
        rest = process.stdout.read()
        assert process.wait(60) == 0, rest
    assert "Signed in, and the relay takes it." in rest and f"Connected as: {ACCOUNT}" in rest


@pytest.mark.parametrize("error, said", [
    ("access_denied", "refused"), ("expired_token", "Nobody entered the code in time."),
])
def test_a_device_that_is_not_let_in_is_told(device, provider, error, said):
    provider.fail(times=9, status=400, type="application/json", body=json.dumps({"error": error}))
    device_page(device)
    title, text = device.outcome(30)
    assert title == "The sign-in did not work" and said in text, text
    assert len(provider.requests()) == 1


def test_a_device_without_a_known_endpoint_is_told_what_to_do(person, node, provider,
        certificates):
    node.set(email_oauth_flow="device",
        email_oauth_token_endpoint="https://localhost:1/token",
        email_oauth_client_secret=provider.client_secret)
    assert person.verify() is None
    title, text = person.outcome()
    assert title == "The sign-in did not work"
    assert "Look up its endpoints by its issuer first." in text, text


# ---- client credentials ----

@pytest.fixture
def client(person, node, provider):
    provider.control(app_mailbox=ACCOUNT)
    node.set(email_oauth_flow="client", email_oauth_scopes="smtp")
    return person


def test_a_client_signs_in_from_the_page_and_needs_nobody_again(node, client, provider,
        token_relay):
    assert client.verify() is None
    title, text = client.outcome()
    assert title == "Signed in", text
    assert "no refresh token" not in text
    provider.expire_all()  # the relay refuses it, another is got without a person
    send(node, token_relay)
    asked = provider.requests(grant_type="client_credentials")
    assert [line["status"] for line in asked] == [200, 200]
    assert not status(node)["has_refresh_token"]


def test_a_client_signs_in_from_a_terminal(node, client, provider):
    assert "the relay takes it" in node.ok("oauth", "verify")
    now = status(node)
    assert now["usable"] and not now["has_refresh_token"] and now["next_renewal"]


def test_a_client_with_a_wrong_secret_is_told(node, client, provider):
    node.set(email_oauth_client_secret="wrong-secret-of-the-test")
    done = node.tocsin("oauth", "verify")
    assert done.returncode != 0 and "invalid_client" in done.stdout + done.stderr
    assert "wrong-secret-of-the-test" not in done.stdout + done.stderr + node.output()


# ---- where the secret goes ----

def test_a_secret_in_the_header_alone_is_found_out_once(node, person, provider, token_relay):
    provider.control(basic_only=True)
    title, text = person.sign_in(provider)
    assert title == "Signed in", text
    assert [line["status"] for line in provider.requests()] == [401, 200]
    person.renew()
    wait_until(lambda: len(provider.requests()) == 3, what="a renewal")
    assert provider.requests()[-1]["status"] == 200  # remembered: no 401 again
    node.restart()
    person.renew()
    wait_until(lambda: len(provider.requests()) == 4, what="a renewal")
    assert provider.requests()[-1]["status"] == 200


# ---- through a proxy ----

def through(node, relay, provider, proxy, **settings):
    use(node, relay, provider, email_oauth_proxy=f"http://127.0.0.1:{proxy.port}", **settings)


def test_a_proxy_leads_to_the_provider(node, person, provider, token_relay):
    with Proxy() as proxy:
        through(node, token_relay, provider, proxy)
        assert person.sign_in(provider)[0] == "Signed in"
        assert [lines[0] for lines in proxy.asked] == [
            f"CONNECT 127.0.0.1:{provider.port} HTTP/1.1"]
        assert_nowhere([provider.client_secret, *provider.secrets()],
            ("what the proxy saw", json.dumps(proxy.asked)))
        person.renew()
        wait_until(lambda: len(proxy.asked) == 2, what="the renewal by the proxy")


def test_a_proxy_may_know_names_that_nobody_else_does(node, person, provider, token_relay,
        certificates):
    """And the certificate is still checked: for the provider's name, through the proxy."""
    name = "token.inside.invalid"
    certificate = certificates.authority.issue("inside", names=(name,), addresses=())
    for served, works in ((certificate, True), (certificates.good, False)):
        with TokenEndpoint(served, http(500, b"")) as endpoint, \
                Proxy(names={name: "127.0.0.1"}) as proxy:
            through(node, token_relay, provider, proxy,
                email_oauth_token_endpoint=f"https://{name}:{endpoint.port}/token")
            title, text = person.sign_in(provider)
            assert title == "The sign-in did not work"
            assert ("status 500" if works else f"TLS with {name} failed") in text, text
            assert len(endpoint.requests) == int(works)


@pytest.mark.parametrize("refusal, said", [
    (b"HTTP/1.1 403 Forbidden", "The proxy 127.0.0.1 does not let this node through to the "
        "provider: it answered with status 403."),
    (b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"",
        "The proxy 127.0.0.1 asks for a name and a password, which it gets from no setting "
        "here: status 407."),
    (b"HTTP/1.1 502 Bad Gateway", "it answered with status 502."),
])
def test_a_proxy_that_does_not_let_through_is_told(node, person, provider, token_relay, refusal,
        said):
    with Proxy(refusal) as proxy:
        through(node, token_relay, provider, proxy)
        title, text = person.sign_in(provider)
        assert title == "The sign-in did not work" and said in text, text
        assert len(proxy.asked) == 1
    assert provider.requests() == []
    assert_nowhere([provider.client_secret], *left_behind(node))


def test_a_proxy_that_is_not_there_is_told(node, person, provider, token_relay):
    with contextlib.closing(ScriptedServer(lambda peer: None)._listener) as gone:
        port = gone.getsockname()[1]
    use(node, token_relay, provider, email_oauth_proxy=f"http://127.0.0.1:{port}")
    title, text = person.sign_in(provider)
    assert title == "The sign-in did not work"
    assert f"127.0.0.1 port {port} cannot be reached" in text, text


@pytest.mark.parametrize("address", ["http://169.254.169.254:3128", "http://[fe80::1]:3128"])
def test_the_rule_of_addresses_is_for_the_proxy(node, person, provider, token_relay, address):
    use(node, token_relay, provider, email_oauth_proxy=address)
    title, text = person.sign_in(provider)
    assert title == "The sign-in did not work" and "that are never used" in text, text


def test_a_proxy_on_loopback_needs_leave(new_daemon, provider, token_relay):
    node = new_daemon().start()
    with Proxy() as proxy:
        through(node, token_relay, provider, proxy,
            email_oauth_token_endpoint="https://token.example.com/token")
        title, text = Person(node).sign_in(provider)
        assert title == "The sign-in did not work" and "private_endpoints" in text, text
        assert proxy.peers == []
