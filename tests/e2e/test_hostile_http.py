"""Clients that mean no good: framing tricks, slowness, floods. After each the page still answers."""

import contextlib
import re
import socket
import ssl
import threading
import time

import pytest

from world.daemon import Daemon
from world.web import raw, unverified

HOST = b"Host: localhost\r\n"


@contextlib.contextmanager
def tls(port, seconds=60):
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as plain:
        with unverified().wrap_socket(plain, server_hostname="localhost") as connection:
            yield connection


def status(answer):
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else None


def answers(data):
    """Status codes of all answers in what came back."""
    return [int(code) for code in re.findall(rb"(?:^|\n)HTTP/1\.1 (\d{3}) ", data)]


@pytest.fixture(scope="module")
def site(world_folder, programs):
    """One daemon for all tests of this file: it must stand them all."""
    daemon = Daemon(world_folder / "hostile-http", programs).start()
    roles = daemon.wait_roles()
    yield daemon
    same = daemon.roles() == roles
    daemon.stop()
    assert same, "a role died"


@pytest.fixture(autouse=True)
def still_answers(site):
    yield
    began = time.monotonic()
    assert site.healthy()
    assert time.monotonic() - began < 2


# framing

@pytest.mark.parametrize("request_head", [
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 5, 5\r\n\r\nabcde",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\nabcde",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 0x5\r\n\r\nabcde",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999\r\n\r\n",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: identity\r\n\r\n",
    b"GET /login HTTP/1.1\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    b"GET /login HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"GET /login HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
    b"GET /login HTTP/1.1\nHost: localhost\n\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b"A: b\r\n folded\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b": b\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b"A\x00: b\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b"A: b\x00c\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b"A: b\rc\r\n\r\n",
    b"GET /login HTTP/1.1\r\n" + HOST + b"\xe4: b\r\n\r\n",
    b"GET /lo\x00gin HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /lo gin HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET  /login HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /login\r\n\r\n",
    b"GET /login HTTP/1.2.3\r\n" + HOST + b"\r\n",
    b"GET /login HTTP/2.0\r\n" + HOST + b"\r\n",
    b"GET login HTTP/1.1\r\n" + HOST + b"\r\n",
    b"get /login HTTP/1.1\r\n" + HOST + b"\r\n",
    b"CONNECT localhost:25 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"TRACE /login HTTP/1.1\r\n" + HOST + b"\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
])
def test_request_that_is_none_is_refused_and_the_connection_closed(site, request_head):
    data = raw(site.port, request_head + b"GET /login HTTP/1.1\r\n" + HOST + b"\r\n")
    codes = answers(data)
    assert len(codes) <= 1, data
    assert not codes or codes[0] >= 400


@pytest.mark.parametrize("head, least", [
    (b"GET /" + b"x" * 65536 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    (b"GET /login HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 10000 + b"\r\n", 431),
    (b"GET /login HTTP/1.1\r\n" + HOST + b"A: " + b"x" * (1 << 20) + b"\r\n\r\n", 431),
])
def test_head_without_end_is_cut(site, head, least):
    try:
        data = raw(site.port, head)
    except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
        return
    assert not answers(data) or answers(data) == [least]


def test_body_above_the_limit_is_refused(site):
    data = raw(site.port, b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 16777216\r\n\r\n")
    assert answers(data) == [413]


@pytest.mark.parametrize("path, code", [
    ("/login/../../etc/passwd", 404), ("/login/..%2f..%2fetc%2fpasswd", 404), ("//login", 404),
    ("/login%00", 400), ("/login%", 400), ("/login%zz", 400), ("/LOGIN", 404),
    ("/assets/../tocsin.conf", 404), ("/assets/%2e%2e/x", 404), ("/login;x=1", 404),
    ("/login%2flogin", 404), ("/%252e%252e/", 404),
])
def test_odd_path_finds_nothing(site, path, code):
    data = raw(site.port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        .encode())
    assert answers(data)[0] in (400, 404), data[:200]


def test_head_has_the_lines_of_get_and_no_body(site):
    lines = {}
    for method in (b"GET", b"HEAD"):
        data = raw(site.port, method + b" /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        head, body = data.split(b"\r\n\r\n", 1)
        lines[method] = [line for line in head.split(b"\r\n")
            if not line.lower().startswith((b"date:", b"set-cookie:"))]
        if method == b"HEAD":
            assert body == b""
    assert [line.split(b":")[0] for line in lines[b"GET"]] == \
        [line.split(b":")[0] for line in lines[b"HEAD"]]


def test_pipelined_requests_are_answered_in_order(site):
    one = b"GET /check_health HTTP/1.1\r\n" + HOST
    data = raw(site.port, (one + b"\r\n") * 20 + one + b"Connection: close\r\n\r\n")
    assert answers(data) == [200] * 21


@pytest.mark.parametrize("extra", [
    b"Expect: 100-continue\r\n", b"Expect: 200-ok\r\n", b"Upgrade: h2c\r\nConnection: upgrade\r\n",
    b"X-HTTP-Method-Override: DELETE\r\n", b"Range: bytes=0-,0-,0-\r\n",
])
def test_header_that_asks_for_too_much_is_harmless(site, extra):
    data = raw(site.port, b"GET /login HTTP/1.1\r\n" + HOST + extra + b"Connection: close\r\n\r\n")
    codes = [code for code in answers(data) if code != 100]
    assert len(codes) == 1 and codes[0] in (200, 400, 417), data[:200]


# slowness

def cut_after(connection, limit):
    """Seconds until the server closes; fails when it does not."""
    began = time.monotonic()
    connection.settimeout(limit)
    try:
        while connection.recv(65536):
            pass
    except (ConnectionResetError, ssl.SSLError):
        pass
    return time.monotonic() - began


def test_handshake_that_never_begins_is_cut(site):
    with socket.create_connection(("127.0.0.1", site.port)) as plain:
        assert cut_after(plain, 25) < 20


def test_head_that_drips_is_cut(site):
    with tls(site.port) as connection:
        began = time.monotonic()
        with contextlib.suppress(OSError):
            connection.settimeout(1)
            for byte in b"GET /login HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100:
                connection.sendall(bytes([byte]))
                with contextlib.suppress(TimeoutError):
                    if connection.recv(1000) == b"":
                        break
        assert time.monotonic() - began < 20


def test_body_that_drips_is_cut(site):
    with tls(site.port) as connection:
        connection.sendall(b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
        began = time.monotonic()
        with contextlib.suppress(OSError):
            connection.settimeout(1)
            for _ in range(60):
                connection.sendall(b"a")
                with contextlib.suppress(TimeoutError):
                    connection.recv(1000)
                    break
        assert time.monotonic() - began < 40


def test_many_idle_connections_do_not_shut_people_out(site):
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            with contextlib.suppress(OSError):
                stack.enter_context(socket.create_connection(("127.0.0.1", site.port), timeout=5))
        began = time.monotonic()
        assert site.browser().get("/login").status == 200
        assert time.monotonic() - began < 5


def test_clients_that_do_not_read_do_not_stop_others(site):
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(tls(site.port, 5))
            connection.setblocking(False)
            with contextlib.suppress(OSError):
                for _ in range(200):
                    connection.send(b"GET /login HTTP/1.1\r\n" + HOST + b"\r\n")
        assert site.healthy()


def test_handshake_flood(site):
    stop = threading.Event()

    def flood():
        while not stop.is_set():
            with contextlib.suppress(OSError):
                with tls(site.port, 5):
                    pass
    threads = [threading.Thread(target=flood) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        began = time.monotonic()
        assert site.browser().get("/login").status == 200
        assert time.monotonic() - began < 5
    finally:
        stop.set()
        for thread in threads:
            thread.join()


# forms

def form(site, body, kind=b"application/x-www-form-urlencoded"):
    return raw(site.port, b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Type: " + kind + b"\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.mark.parametrize("body, kind", [
    (b"&" * 10000, b"application/x-www-form-urlencoded"),
    (b"".join(b"f%d=1&" % n for n in range(10000)), b"application/x-www-form-urlencoded"),
    (b"name=%zz&password=%", b"application/x-www-form-urlencoded"),
    (b"name=%00&password=%00", b"application/x-www-form-urlencoded"),
    (b"name=a&name=b&password=x&password=y", b"application/x-www-form-urlencoded"),
    (b"\xff\xfe=\x00", b"application/x-www-form-urlencoded"),
    (b"{\"name\": 1}", b"application/json"),
    (b"--x\r\n\r\n", b"multipart/form-data; boundary=x"),
    (b"", b"multipart/form-data"),
])
def test_odd_form_is_refused_cleanly(site, body, kind):
    codes = answers(form(site, body, kind))
    assert len(codes) == 1 and 400 <= codes[0] < 500, codes


def test_cookies_that_are_forged_are_none(site):
    for value in ("", "x", "x" * 4000, "%00", '"', "a" * 43, "../../x", "=; __Host-login=y"):
        data = raw(site.port, f"GET /login/status HTTP/1.1\r\nHost: localhost\r\nConnection: close"
            f"\r\nCookie: __Host-login={value}\r\n\r\n".encode())
        assert answers(data)[0] in (302, 303, 400, 401, 403, 404, 431), value


def test_every_answer_has_the_headers_that_protect(site):
    for data in (
            raw(site.port, b"GET /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"),
            raw(site.port, b"GET /nowhere HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"),
            raw(site.port, b"DELETE /login HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"),
            raw(site.port, b"GET /check_health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"),
            raw(site.port, b"nonsense\r\n\r\n")):
        head = data.split(b"\r\n\r\n")[0].decode().lower()
        assert "content-security-policy: default-src 'none'" in head, head
        assert "frame-ancestors 'none'" in head
        assert "x-content-type-options: nosniff" in head
        assert "referrer-policy: " in head
        assert "cache-control: no-store" in head
        assert "strict-transport-security" not in head  # the certificate is self-signed
        assert "server:" not in head
