"""The sign-in by OAuth2 against token endpoints that mean no good: each ends in words and in no
token, nothing else stops working, and no secret is told to anybody else. One node bears it all.

All that such an endpoint may do, and where it is shown (here, or in the file named):
t1   HTML, empty, truncated, duplicate keys, deep, 100 MiB: test_an_answer_that_is_none,
     test_hundreds_of_mebibytes_are_not_taken; unit oauth2/test_answer.c
t2   a gzip bomb: test_hundreds_of_mebibytes_are_not_taken[gzip]
t3   lengths that lie, chunks, 100s for ever, floods of 1xx: test_an_answer_that_is_none
t4   redirects: test_redirects_are_not_followed
t5   expires_in of any kind: test_any_lifetime_is_coped_with,
     test_a_token_of_a_second_is_not_renewed_each_second
t6   tokens with line ends or quotes, of 64 KiB: test_an_answer_that_is_none
t7   token_type: test_an_answer_that_is_none
t8   a reply lost behind a rotation: test_oauth_life.py
     (test_an_answer_lost_behind_a_rotation_ends_in_a_sign_in_and_not_in_a_loop),
     test_oauth_page.py (test_an_answer_lost_after_rotation_is_not_gone_round_with)
t9   Retry-After of 0, a date, 10 years: test_retry_after_is_followed_within_reason
t10  slow drip: test_whoever_stalls_is_left_in_time_and_pages_stay_alive
t11  another clock: test_a_provider_with_another_clock_is_no_trouble; where this node signs,
     test_oauth_keys.py (test_a_clock_that_is_wrong_is_named, test_a_wrong_clock_does_not_last,
     test_clocks_that_are_minutes_apart_do_no_harm)
t12  script in an error: test_script_in_an_error_is_text; a secret in it:
     test_an_errors_words_that_repeat_a_secret_are_not_shown
t13  two renewals at once: test_oauth_page.py (test_a_hundred_mails_at_once_cause_one_request,
     test_presses_at_the_same_time_never_use_a_refresh_token_twice), test_oauth_life.py
     (test_a_hundred_mails_on_waking_cause_one_request)
t14  scopes reduced: test_oauth_page.py (test_less_scope_than_asked_for_is_said)
t15  callbacks: test_oauth_page.py (test_a_tampered_callback_gets_nothing,
     test_a_callback_is_good_once, test_another_sessions_callback_gets_nothing,
     test_a_callback_by_post_gets_nothing, test_consent_refused), test_oauth_flows.py
     (test_an_answer_must_name_the_issuer_that_was_looked_up)
t16  TLS: the tests of that name below
t17  a name that moves inside: test_hostile_names.py
     (test_a_name_is_looked_up_once_and_what_was_checked_is_used and those behind it)
t18  IPv6 alone, a dead first address: test_hostile_names.py
     (test_an_address_that_is_dead_is_passed_by, test_when_all_are_dead_it_is_told)
"""

import base64
import concurrent.futures
import contextlib
import email.utils
import gzip
import json
import ssl
import subprocess
import time
import types
import urllib.parse

import pytest

from world.hostile import ScriptedServer, polite, server_context
from world.net import free_port, wait_until
from world.oauth import CALLBACK, PAGE, Person, query_of, use_oauth
from world.process import memory_peak
from world.secrets import assert_nowhere, left_behind
from world.token_endpoint import TokenEndpoint, granted, http

CODE, SECRET = "c0de-planted-for-the-test", "cl1ent+s3cret/planted=for-the-test"
DEEP = b"[" * 10000 + b"]" * 10000
GRANTED = json.dumps(granted()).encode()
MEBIBYTE = 1 << 20
HOUR, WEEK = 3600, 7 * 24 * 3600


@pytest.fixture(scope="module")
def mailbox(certificates):
    """A relay that takes any token, as use_oauth() wants relays."""
    with ScriptedServer(polite(certificates.good, ["AUTH XOAUTH2"])) as server:
        yield types.SimpleNamespace(port=lambda *service: server.port,
            authority=certificates.authority.cert)


@pytest.fixture(scope="module")
def lasting(new_lasting_daemon):
    return new_lasting_daemon(private_endpoints="yes").start()


@pytest.fixture(scope="module")
def lasting_person(lasting):
    return Person(lasting)


@pytest.fixture
def node(lasting, request):
    before, begin = lasting.wait_roles(), len(lasting.output())
    yield lasting
    request.node.add_report_section("teardown", "tocsind", lasting.output()[begin:])
    assert lasting.wait_roles() == before, "a role died"
    assert "is forked again" not in lasting.output() and "died" not in lasting.output()


@pytest.fixture
def person(node, lasting_person):
    return lasting_person


def attempt(person, relay, url, seconds=60, **settings):
    """(heading, text) of what comes of a code, exchanged at this address."""
    use_oauth(person.daemon, relay, url, email_oauth_client_secret=SECRET, **settings)
    person.come_back(f"{CALLBACK}?state={query_of(person.verify())['state']}&code={CODE}")
    return person.outcome(seconds)


def refused(person, relay, url, seconds=60, **settings):
    """What the page says of a sign-in that must not work."""
    title, text = attempt(person, relay, url, seconds, **settings)
    assert title == "The sign-in did not work", text
    assert status(person)["state"] == "not signed in"
    assert_nowhere([CODE, SECRET], ("the page", text), *left_behind(person.daemon))
    return text


def status(person):
    return json.loads(person.daemon.tocsin("oauth", "status", "--json").stdout)


def forever(line, start=b""):
    def play(peer, request):
        peer.send(start)
        for _ in range(20000):
            peer.send(line)
    return play


def chunked(*pieces):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(pieces)


def ok(*lines, body=GRANTED):
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: application/json", *lines, "", ""]
        ).encode() + body


def until_closed(body, goodbye):
    """An answer without a length: its end is the end of the connection."""
    def play(peer, request):
        peer.send(ok(body=body))
        if goodbye:
            peer.goodbye()
    return play


# ---- t1, t3, t6, t7: what is no answer ----

NO_JSON = "something that is not the JSON of a token endpoint"
UNUSABLE = "no access token that can be used"
TOO_LARGE = "answered with more than is taken"
NO_HTTP = "answered is no HTTP, or it broke off"
CUT = "cannot be reached, or cut the connection"


@pytest.mark.parametrize("answer, words", [pytest.param(answer, words, id=name)
    for name, (answer, words) in {
    # t1
    "html": (http(200, "<!doctype html><h1>Captive portal</h1>", "text/html"), NO_JSON),
    "empty": (http(200, b""), NO_JSON),
    "truncated": (http(200, GRANTED[:-10]), NO_JSON),
    "duplicate key": (http(200, GRANTED[:-1] + b',"access_token":"other"}'), NO_JSON),
    "deep": (http(200, b'{"a":' + DEEP + b"}"), NO_JSON),
    "number past all bounds": (http(200, granted(expires_in=10 ** 300)), NO_JSON),
    "no object": (http(200, b"[]"), NO_JSON),
    "large": (http(200, b'{"access_token":"' + b"x" * 400000 + b'"}'), TOO_LARGE),
    "100 MiB promised": (http(200, b"x", length=100 << 20), NO_HTTP),
    # t3
    "gzip": (http(200, gzip.compress(GRANTED), headers=["Content-Encoding: gzip"]), NO_JSON),
    "length too great": (http(200, GRANTED, length=len(GRANTED) + 100), NO_HTTP),
    "length too small": (http(200, GRANTED, length=len(GRANTED) - 10), NO_JSON),
    "length negative": (http(200, GRANTED, length=-1), NO_HTTP),
    "length past 64 bits": (http(200, GRANTED, length=1 << 70), NO_HTTP),
    "huge chunk": (chunked(b"ffffffffffffffff\r\n{"), NO_HTTP),
    "chunk past 64 bits": (chunked(b"f" * 20 + b"\r\n{"), NO_HTTP),
    "negative chunk": (chunked(b"-5\r\n{}\r\n0\r\n\r\n"), NO_HTTP),
    "chunk too short": (chunked(b"%x\r\n" % (len(GRANTED) + 9), GRANTED), NO_HTTP),
    "no last chunk": (chunked(b"%x\r\n" % len(GRANTED), GRANTED, b"\r\n"), NO_HTTP),
    "no http": (b"SSH-2.0-OpenSSH\r\n", NO_HTTP),
    "1xx flood": (forever(b"HTTP/1.1 103 Early Hints\r\n\r\n"), TOO_LARGE),
    "100-continue for ever": (forever(b"HTTP/1.1 100 Continue\r\n\r\n"), TOO_LARGE),
    "endless header": (forever(b"X: " + b"y" * 1000 + b"\r\n", b"HTTP/1.1 200 OK\r\n"), TOO_LARGE),
    "header without an end": (forever(b"y" * 1000, b"HTTP/1.1 200 OK\r\nX: "), TOO_LARGE),
    "reset": (lambda peer, request: peer.reset(), CUT),
    "closed": (lambda peer, request: None, CUT),
    # t6
    "token with a line end": (http(200, granted(access_token="a\r\nb")), UNUSABLE),
    "token with quotes": (http(200, granted(access_token='a"b c')), UNUSABLE),
    "token of 64 KiB": (http(200, granted(access_token="x" * 65536)), UNUSABLE),
    "no token": (http(200, granted(access_token=None)), UNUSABLE),
    "token that is a number": (http(200, granted(access_token=7)), UNUSABLE),
    "refresh token with a line end": (http(200, granted(refresh_token="a\r\nb")),
        "a refresh token that cannot be used"),
    # t7
    "token type": (http(200, granted(token_type="mac")), "not of type Bearer"),
    "no token type": (http(200, granted(token_type=None)), "not of type Bearer"),
    # t9
    "retry in 10 years": (http(429, b"", headers=["Retry-After: 315360000"]), "status 429"),
    "retry at a date": (http(503, b"", headers=["Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"]),
        "status 503"),
}.items()])
def test_an_answer_that_is_none(person, mailbox, certificates, answer, words):
    with TokenEndpoint(certificates.good, answer) as endpoint:
        assert words in refused(person, mailbox, endpoint.url)
        assert len(endpoint.requests) == 1


@pytest.mark.parametrize("answer", [
    pytest.param(chunked(b"%x\r\n" % len(GRANTED), GRANTED, b"\r\n0\r\n\r\n"), id="chunks"),
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + http(200, GRANTED), id="after a 100"),
    pytest.param(until_closed(GRANTED, goodbye=True), id="until the end, said by close_notify"),
    pytest.param(http(200, granted(access_token="x" * 16384)), id="token of 16 KiB"),
])
def test_an_answer_that_is_unusual_but_good(person, mailbox, certificates, answer):
    """So that the cases above fail for what they are meant to fail for."""
    with TokenEndpoint(certificates.good, answer) as endpoint:
        title, text = attempt(person, mailbox, endpoint.url)
        assert title == "Signed in", text


# ---- t1, t2: bombs ----

def flood(start, piece, count, sent):
    def play(peer, request):
        peer.send(start)
        for _ in range(count):
            peer.send(piece)
            sent.append(len(piece))
    return play


def bomb(size):
    """Zeros that gzip makes a thousand times smaller."""
    return gzip.compress(bytes(size), 9)


@pytest.mark.parametrize("name", ["json", "chunks", "gzip"])
def test_hundreds_of_mebibytes_are_not_taken(node, person, mailbox, certificates, name):
    sent = []
    answer = {
        "json": flood(ok(f"Content-Length: {300 * MEBIBYTE}", body=b'{"access_token":"'),
            MEBIBYTE * b"x", 300, sent),
        "chunks": flood(chunked(), b"100000\r\n" + MEBIBYTE * b"x" + b"\r\n", 300, sent),
        "gzip": http(200, bomb(128 * MEBIBYTE), headers=["Content-Encoding: gzip"]),
    }[name]
    sender = node.roles()["sender"]
    before = memory_peak(sender)
    with TokenEndpoint(certificates.good, answer) as endpoint:
        text = refused(person, mailbox, endpoint.url)
    assert (NO_JSON if name == "gzip" else TOO_LARGE) in text
    assert sum(sent) < 16 * MEBIBYTE  # what the kernels hold between the two
    assert memory_peak(sender) - before < 4 * MEBIBYTE


# ---- t4: redirects ----

@pytest.mark.parametrize("status_code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["another", "clear text", "itself"])
def test_redirects_are_not_followed(person, mailbox, certificates, status_code, to):
    with contextlib.ExitStack() as stack:
        plain = stack.enter_context(ScriptedServer(lambda peer: peer.silence(1)))
        other = stack.enter_context(TokenEndpoint(certificates.good, http(200, GRANTED)))
        endpoint = stack.enter_context(TokenEndpoint(certificates.good, b""))
        target = {"another": other.url, "clear text": f"http://localhost:{plain.port}/token",
            "itself": endpoint.url}[to]
        endpoint.answer = http(status_code, GRANTED, headers=[f"Location: {target}"])
        assert f"status {status_code}" in refused(person, mailbox, endpoint.url)
        assert len(endpoint.requests) == 1
        assert other.requests == [] and plain.peers == []


# ---- t5: lifetimes ----

@pytest.mark.parametrize("expires_in, life", [
    (None, HOUR), (0, HOUR), (-1, HOUR), ("soon", HOUR), ([], HOUR), (True, HOUR), (1e30, WEEK),
    (1e300, WEEK), ("1200", 1200), ("99999999999999999999", HOUR), (1200.7, 1200),
], ids=lambda value: str(value)[:20])
def test_any_lifetime_is_coped_with(person, mailbox, certificates, expires_in, life):
    with TokenEndpoint(certificates.good, http(200, granted(expires_in=expires_in))) as endpoint:
        title, text = attempt(person, mailbox, endpoint.url)
        assert title == "Signed in", text
        now = status(person)
        assert now["usable"] and abs(now["access_ends"] - now["signed_in"] - life) <= 2
        assert len(endpoint.requests) == 1


def test_a_token_of_a_second_is_not_renewed_each_second(person, mailbox, certificates):
    with TokenEndpoint(certificates.good, http(200, granted(expires_in=1))) as endpoint:
        attempt(person, mailbox, endpoint.url)
        now = status(person)
        assert now["next_renewal"] - now["renewed"] >= 9  # ten, by a clock of whole seconds
        assert len(endpoint.requests) <= 2


# ---- t9: asked to wait ----

def test_retry_after_is_followed_within_reason(person, mailbox, certificates):
    ladder = [("0", 5), ("Fri, 31 Dec 1999 23:59:59 GMT", 15), ("soon", 30), ("-5", 60),
        ("200", 200), (None, 1200), ("315360000", HOUR), ("9" * 30, 600)]
    with TokenEndpoint(certificates.good, http(200, GRANTED)) as endpoint:
        assert attempt(person, mailbox, endpoint.url)[0] == "Signed in"
        for number, (said, seconds) in enumerate(ladder):
            said = said or email.utils.formatdate(time.time() + seconds, usegmt=True)
            endpoint.answer = http(429 if number % 2 else 503, b"",
                headers=[f"Retry-After: {said}"])
            person.renew()
            wait_until(lambda: len(endpoint.requests) == number + 2, 20, "the renewal")
            wait_until(lambda: status(person)["next_renewal"], what="the answer taken")
            now = status(person)
            assert now["state"] == "failing" and now["usable"]
            waits = now["next_renewal"] - now["error_at"]
            assert abs(waits - seconds) <= 2, (said, waits)
        endpoint.answer = http(200, GRANTED)
        person.renew()
        wait_until(lambda: status(person)["state"] == "good", 20, "a renewal")


# ---- t11: clocks ----

def jwt(**claims):
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "RS256", "typ": "JWT"}, claims, "signature"))


@pytest.mark.parametrize("apart", [-10 * 365 * 24 * HOUR, -HOUR, HOUR, 10 * 365 * 24 * HOUR])
def test_a_provider_with_another_clock_is_no_trouble(person, mailbox, certificates, apart):
    """A token lives for so long from when it came, whatever it and the answer's date say."""
    there = int(time.time()) + apart
    times = {"iat": there, "nbf": there, "exp": there + 1200}
    date = f"Date: {email.utils.formatdate(there, usegmt=True)}"
    answer = http(200, granted(access_token=jwt(**times), id_token=jwt(**times), expires_in=1200,
        expires_on=str(there + 1200)), headers=[date])
    with TokenEndpoint(certificates.good, answer) as endpoint:
        assert attempt(person, mailbox, endpoint.url)[0] == "Signed in"
        now = status(person)
        assert now["usable"] and abs(now["access_ends"] - now["signed_in"] - 1200) <= 1
        later = email.utils.formatdate(there + 60, usegmt=True)
        endpoint.answer = http(503, b"", headers=[date, f"Retry-After: {later}"])
        person.renew()
        wait_until(lambda: status(person)["state"] == "failing", 20, "the renewal")
        wait_until(lambda: status(person)["next_renewal"], what="the answer taken")
        now = status(person)
        assert 4 <= now["next_renewal"] - now["error_at"] <= HOUR + 1
        endpoint.answer = answer
        person.renew()
        wait_until(lambda: status(person)["state"] == "good", 20, "a renewal")


# ---- t10, t16: slow, or silent at any point ----

def drip(peer, request):
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    peer.drip(b"{" * 500, 0.5)


def stall(said):
    def play(peer, request):
        peer.send(said)
        peer.silence(90)
    return play


STALLS = {
    "drip": drip,
    "headers": stall(b""),
    "half a header": stall(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "interim answers": lambda peer, request: peer.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 20, 0.5),
    "body": stall(http(200, GRANTED[:20], length=len(GRANTED))),
    "handshake": None,
}


def stalled(node, mailbox, certificates, answer):
    """What the page says, and which requests came."""
    node.start()
    server = ScriptedServer(lambda peer: peer.silence(90)) if answer is None else \
        TokenEndpoint(certificates.good, answer)
    with server:
        text = refused(Person(node), mailbox, f"https://localhost:{server.port}/token")
        assert len(server.peers) == 1
        return text


def test_whoever_stalls_is_left_in_time_and_pages_stay_alive(new_daemon, mailbox, certificates):
    """All at once, each at a node of its own: the wait for the deadline is the same for all."""
    nodes = {name: new_daemon(private_endpoints="yes") for name in STALLS}
    with concurrent.futures.ThreadPoolExecutor(len(STALLS)) as pool:
        texts = {name: pool.submit(stalled, nodes[name], mailbox, certificates, STALLS[name])
            for name in STALLS}
        while not all(text.done() for text in texts.values()):
            for node in nodes.values():
                if node.running and "front is ready" in node.output():
                    assert node.browser().get("/check_health").status == 200
            time.sleep(1)
    for name, text in texts.items():
        assert "localhost did not answer in time" in text.result(), name
    assert all("died" not in node.output() for node in nodes.values())


# ---- t12: words ----

def test_script_in_an_error_is_text(node, person, mailbox, certificates):
    body = {"error": "invalid_request", "error_description": "<script>alert(1)</script>\u001b[31m"}
    with TokenEndpoint(certificates.good, http(400, body)) as endpoint:
        text = refused(person, mailbox, endpoint.url)
    page = person.browser.get(PAGE).text
    assert "<script>alert(1)</script>" in text  # as words
    assert "<script>alert" not in page and "\x1b" not in page
    assert "\x1b" not in node.output()


def test_an_error_that_repeats_the_secret_is_not_shown(person, mailbox, certificates):
    def echo(peer, request):
        peer.send(http(500, request.body, "text/html"))
    with TokenEndpoint(certificates.good, echo) as endpoint:
        assert "status 500" in refused(person, mailbox, endpoint.url)


@pytest.mark.parametrize("disguise", [str, lambda secret: urllib.parse.quote_plus(secret),
    lambda secret: base64.b64encode(f"client:{secret}".encode()).decode()],
    ids=["raw", "percent", "base64"])
@pytest.mark.parametrize("secret", [SECRET, CODE], ids=["secret", "code"])
def test_an_errors_words_that_repeat_a_secret_are_not_shown(person, mailbox, certificates, secret,
        disguise):
    body = {"error": "invalid_request", "error_description": f"You sent {disguise(secret)}."}
    with TokenEndpoint(certificates.good, http(400, body)) as endpoint:
        assert "repeats a secret" in refused(person, mailbox, endpoint.url)


# ---- t16: TLS ----

@pytest.mark.parametrize("name, words", [
    ("expired", "certificate has expired"), ("future", "certificate is not yet valid"),
    ("wrong_name", "TLS with localhost failed"),
    ("unknown", "unable to get local issuer certificate"),
    ("self_signed", "self-signed certificate"), ("sha1", "CA signature digest algorithm too weak"),
    ("endless", "TLS with localhost failed"),
])
def test_a_certificate_that_cannot_be_trusted_gets_no_secret(person, mailbox, certificates, name,
        words):
    with TokenEndpoint(certificates.good, b"") as endpoint:
        endpoint._context = server_context(getattr(certificates, name), security=0)
        assert words in refused(person, mailbox, endpoint.url)
        assert endpoint.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=str)
def test_old_tls_gets_no_secret(person, mailbox, certificates, version):
    with TokenEndpoint(certificates.good, b"") as endpoint:
        endpoint._context = server_context(certificates.good, maximum=version)
        assert "TLS with localhost failed" in refused(person, mailbox, endpoint.url)
        assert endpoint.requests == []


def test_an_alert_instead_of_a_handshake(person, mailbox):
    def alert(peer):
        peer.read()
        peer.send(b"\x15\x03\x03\x00\x02\x02\x28")
    with ScriptedServer(alert) as server:
        text = refused(person, mailbox, f"https://localhost:{server.port}/token")
        assert "TLS with localhost failed" in text


def test_clear_text_instead_of_a_handshake(person, mailbox):
    with ScriptedServer(lambda peer: peer.send(http(200, GRANTED))) as server:
        text = refused(person, mailbox, f"https://localhost:{server.port}/token")
        assert "TLS with localhost failed: what answers there speaks no TLS" in text


@pytest.mark.parametrize("octets", [0, 1, len(GRANTED) // 2, len(GRANTED) - 1, len(GRANTED)])
def test_an_end_that_anybody_could_have_made_makes_no_token(person, mailbox, certificates, octets):
    """Without a length and without close_notify the rest may have been cut off on the way, also where
    what came looks whole."""
    with TokenEndpoint(certificates.good, until_closed(GRANTED[:octets], False)) as endpoint:
        assert NO_HTTP in refused(person, mailbox, endpoint.url)


@pytest.mark.parametrize("answer", [
    pytest.param(http(200, GRANTED), id="length"),
    pytest.param(chunked(b"%x\r\n" % len(GRANTED), GRANTED, b"\r\n0\r\n\r\n"), id="last chunk"),
])
def test_where_the_end_is_said_nobody_waits_for_a_goodbye(person, mailbox, certificates, answer):
    """As most servers leave: without close_notify behind an answer that is whole."""
    with TokenEndpoint(certificates.good, answer) as endpoint:
        assert attempt(person, mailbox, endpoint.url)[0] == "Signed in"


def test_another_handshake_in_the_middle_ends_it(person, mailbox, certificates):
    """OpenSSL's own server, told by "R" to begin one when the request has come."""
    port = free_port()
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-tls1_2",
        "-cert", certificates.good.cert, "-key", certificates.good.key],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    heard = []

    def act():
        for line in server.stdout:
            heard.append(line)
            if line.startswith(b"POST"):
                server.stdin.write(b"R\n" + http(200, GRANTED))
                server.stdin.flush()

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        actor = pool.submit(act)
        try:
            wait_until(lambda: any(b"ACCEPT" in line for line in heard), what="the server")
            text = refused(person, mailbox, f"https://localhost:{port}/token")
        finally:
            server.kill()
            actor.result()
            with server:  # closes its pipes
                pass
    assert any(line.startswith(b"POST") for line in heard)
    assert CUT in text, text


# ---- addresses ----

def test_loopback_is_out_of_bounds_unless_allowed(new_daemon, mailbox, certificates):
    person = Person(new_daemon().start())
    with TokenEndpoint(certificates.good, b"") as endpoint:
        for host in ("localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]",
                "0x7f000001"):
            text = refused(person, mailbox, f"https://{host}:{endpoint.port}/token")
            assert "private_endpoints" in text, host
        for host in ("127.1", "2130706433", "0177.0.0.1"):
            done = person.daemon.tocsin("set",
                f"email.oauth_token_endpoint=https://{host}:{endpoint.port}/token")
            assert done.returncode != 0 and "no valid host name" in done.stderr, host
        assert endpoint.peers == []
