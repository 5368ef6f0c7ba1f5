"""The sign-in by OAuth2 against token endpoints that mean no good: each ends in words and in no
token, nothing else stops working, and no secret is told to anybody else."""

import json
import ssl
import time

import pytest

from world.hostile import server_context
from world.oauth import CALLBACK, Person, query_of, use_oauth
from world.secrets import assert_nowhere, left_behind
from world.token_endpoint import TokenEndpoint, granted, http

CODE, SECRET = "c0de-planted-for-the-test", "cl1ent+s3cret/planted=for-the-test"
DEEP = b"[" * 10000 + b"]" * 10000
GRANTED = json.dumps(granted()).encode()


@pytest.fixture
def node(new_daemon):
    return new_daemon(private_endpoints="yes").start()


def attempt(node, relay, endpoint, seconds=60, **settings):
    """(heading, text) of what comes of a code, exchanged at this endpoint."""
    use_oauth(node, relay, endpoint.url, email_oauth_client_secret=SECRET, **settings)
    person = Person(node)
    person.come_back(f"{CALLBACK}?state={query_of(person.verify())['state']}&code={CODE}")
    return person.outcome(seconds)


def assert_fails(node, relay, endpoint, seconds=60, requests=1, **settings):
    title, text = attempt(node, relay, endpoint, seconds, **settings)
    assert title == "The sign-in did not work", text
    assert len(endpoint.requests) == requests
    assert set(node.wait_roles()) == {"front", "keeper", "sender", "watcher"}
    assert "is forked again" not in node.output() and "died" not in node.output()
    assert_nowhere([CODE, SECRET], ("the page", text), *left_behind(node))
    return text


def drip(peer, request):
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    peer.drip(b"{" * 500, 0.5)


def forever(line):
    def play(peer, request):
        for _ in range(20000):
            peer.send(line)
    return play


@pytest.mark.parametrize("answer", [
    pytest.param(http(200, "<!doctype html><h1>Captive portal</h1>", "text/html"), id="html"),
    pytest.param(http(200, b""), id="empty"),
    pytest.param(http(200, GRANTED[:-10]), id="truncated"),
    pytest.param(http(200, GRANTED[:-1] + b',"access_token":"other"}'), id="duplicate key"),
    pytest.param(http(200, b'{"a":' + DEEP + b"}"), id="deep"),
    pytest.param(http(200, b"[]"), id="no object"),
    pytest.param(http(200, b'{"access_token":"' + b"x" * 400000 + b'"}'), id="large"),
    pytest.param(http(200, b"x", length=100 << 20), id="100 MiB promised"),
    pytest.param(http(200, b"\x1f\x8b\x08" + b"\0" * 1000, headers=["Content-Encoding: gzip"]),
        id="gzip"),
    pytest.param(http(200, GRANTED, length=len(GRANTED) + 100), id="too short for its length"),
    pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{",
        id="huge chunk"),
    pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
        id="negative chunk"),
    pytest.param(b"SSH-2.0-OpenSSH\r\n", id="no http"),
    pytest.param(forever(b"HTTP/1.1 100 Continue\r\n\r\n"), id="1xx flood"),
    pytest.param(lambda peer, request: peer.send(b"HTTP/1.1 200 OK\r\n")
        or forever(b"X: " + b"y" * 1000 + b"\r\n")(peer, request), id="endless header"),
    pytest.param(lambda peer, request: peer.reset(), id="reset"),
    pytest.param(http(200, granted(access_token="a\r\nb")), id="token with a line end"),
    pytest.param(http(200, granted(access_token='a"b c')), id="token with quotes"),
    pytest.param(http(200, granted(access_token="x" * 65536)), id="token of 64 KiB"),
    pytest.param(http(200, granted(access_token=None)), id="no token"),
    pytest.param(http(200, granted(access_token=7)), id="token that is a number"),
    pytest.param(http(200, granted(token_type="mac")), id="token type"),
    pytest.param(http(429, b"", headers=["Retry-After: 315360000"]), id="retry in 10 years"),
    pytest.param(http(503, b"", headers=["Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"]),
        id="retry at a date"),
])
def test_an_answer_that_is_none(node, relay, certificates, answer):
    with TokenEndpoint(certificates.good, answer) as endpoint:
        assert_fails(node, relay, endpoint)


@pytest.mark.parametrize("status", [301, 303, 308])
def test_redirects_are_not_followed(node, relay, certificates, status):
    with TokenEndpoint(certificates.good, b"") as elsewhere:
        to = http(status, b"", headers=[f"Location: {elsewhere.url}"])
        with TokenEndpoint(certificates.good, to) as endpoint:
            assert_fails(node, relay, endpoint)
        assert elsewhere.requests == []


def test_a_slow_drip_ends_and_pages_stay_alive(node, relay, certificates):
    with TokenEndpoint(certificates.good, drip) as endpoint:
        assert_fails(node, relay, endpoint, seconds=60)


def test_script_in_an_error_is_text(node, relay, certificates):
    body = {"error": "invalid_request", "error_description": "<script>alert(1)</script>\u001b[31m"}
    with TokenEndpoint(certificates.good, http(400, body)) as endpoint:
        attempt(node, relay, endpoint)
        page = Person(node).browser.get("/login/email/sign-in").text
        assert "<script>alert" not in page and "\x1b" not in page
        assert "\x1b" not in node.output()


def test_an_error_that_repeats_the_secret_is_not_shown(node, relay, certificates):
    def echo(peer, request):
        peer.send(http(500, request.body, "text/html"))
    with TokenEndpoint(certificates.good, echo) as endpoint:
        assert_fails(node, relay, endpoint)


@pytest.mark.parametrize("expires_in", [None, -1, 1e30, "soon"], ids=str)
def test_any_lifetime_is_coped_with(node, relay, certificates, expires_in):
    with TokenEndpoint(certificates.good, http(200, granted(expires_in=expires_in))) as endpoint:
        text = attempt(node, relay, endpoint)[1]
        assert "The provider gave a token" in text or "token" in text  # the relay knows none
        time.sleep(3)  # long enough for a loop to show
        assert len(endpoint.requests) <= 3
        node.wait_roles()


@pytest.mark.parametrize("name", ["expired", "future", "wrong_name", "unknown", "sha1", "endless"])
def test_a_certificate_that_cannot_be_trusted_gets_no_secret(node, relay, certificates, name):
    server_context(getattr(certificates, name), security=0)
    with TokenEndpoint(certificates.good, b"") as endpoint:
        endpoint._context = server_context(getattr(certificates, name), security=0)
        assert_fails(node, relay, endpoint, requests=0)


def test_old_tls_gets_no_secret(node, relay, certificates):
    with TokenEndpoint(certificates.good, b"") as endpoint:
        endpoint._context = server_context(certificates.good, maximum=ssl.TLSVersion.TLSv1_1)
        assert_fails(node, relay, endpoint, requests=0)


def test_loopback_is_out_of_bounds_unless_allowed(new_daemon, relay, certificates):
    node = new_daemon().start()
    with TokenEndpoint(certificates.good, b"") as endpoint:
        text = assert_fails(node, relay, endpoint, requests=0)
        assert "private_endpoints" in text
