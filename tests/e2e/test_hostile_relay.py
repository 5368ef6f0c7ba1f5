"""The test mail against relays that mean no good: what each failure says, and that nothing secret is
ever said to the wrong server."""

import base64
import ssl

import pytest

from world.hostile import ScriptedServer, polite
from world.relay import USERS

SECRET = USERS["tocsin"]


def send_test(daemon):
    """`tocsin email test`: (exit status, everything it printed)."""
    done = daemon.tocsin("email", "test")
    assert SECRET not in done.stdout + done.stderr
    assert base64.b64encode(SECRET.encode()).decode() not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


def hostile(daemon, relay, server, encryption="starttls", **settings):
    daemon.use_relay(relay, "submission", host="localhost" if encryption != "none" else server.host,
        email_relay_port=server.port, email_encryption=encryption, **settings)


def nothing_secret(server):
    said = b"\n".join(server.lines)
    assert b"AUTH" not in said.upper()
    assert SECRET.encode() not in said
    assert server.bodies == []


@pytest.mark.parametrize("name, script", [
    ("STARTTLS is not offered", lambda cert: polite(capabilities=["AUTH PLAIN LOGIN"])),
    ("454 to STARTTLS", lambda cert: polite(cert, ["AUTH PLAIN"], starttls=b"454 4.7.0 No\r\n")),
    ("500 to STARTTLS", lambda cert: polite(cert, ["AUTH PLAIN"], starttls=b"500 What\r\n")),
    ("354 to STARTTLS", lambda cert: polite(cert, ["AUTH PLAIN"], starttls=b"354 Go on\r\n")),
    ("a line follows the 220", lambda cert: polite(cert, ["AUTH PLAIN"],
        starttls=b"220 Ready\r\n250 injected\r\n")),
    ("EHLO is refused", lambda cert: polite(ehlo=b"502 5.5.1 HELO only\r\n",
        helo=b"250 hostile.example\r\n")),
    ("it hangs up after STARTTLS", lambda cert: polite(cert, ["AUTH PLAIN"],
        starttls=lambda peer, line: peer.reset())),
])
def test_stripping_of_tls_gets_no_secret(daemon, relay, certificates, name, script):
    with ScriptedServer(script(certificates.good)) as server:
        hostile(daemon, relay, server)
        assert send_test(daemon)[0] != 0
        nothing_secret(server)


def test_capabilities_before_tls_are_forgotten(daemon, relay, certificates):
    def ehlo(peer, line):
        return b"250 hostile.example\r\n" if peer.tls else \
            b"250-hostile.example\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n"
    with ScriptedServer(polite(certificates.good, ehlo=ehlo)) as server:
        hostile(daemon, relay, server)
        status, said = send_test(daemon)
        assert status != 0
        nothing_secret(server)


def test_port_for_starttls_is_no_attack_when_tls_is_set(daemon, relay):
    daemon.use_relay(relay, "submission", email_encryption="tls")
    status, said = send_test(daemon)
    assert status != 0 and "begins in clear text" in said, said


def test_old_tls_is_refused(daemon, relay, certificates):
    def starttls(peer, line):
        peer.send(b"220 Ready\r\n")
        peer.start_tls(certificates.good, maximum=ssl.TLSVersion.TLSv1_1)
        return None
    with ScriptedServer(polite(certificates.good, ["AUTH PLAIN"], starttls=starttls)) as server:
        hostile(daemon, relay, server)
        assert send_test(daemon)[0] != 0
        nothing_secret(server)


@pytest.mark.parametrize("greeting", [
    b"554 5.7.1 Go away\r\n", b"421 4.3.2 Closing\r\n", b"\r\n", b"000 zero\r\n", b"999 nine\r\n",
    b"2x0 hm\r\n", b"25\r\n", b"220", b"220-" + b"x" * 70000, b"220-one\r\n250 two\r\n",
    b"220-again\r\n" * 200, b"220 \x00\xff\x1b[2J\r\n221 two\r\n",
])
def test_greeting_that_is_none(daemon, relay, greeting):
    def script(peer):
        peer.send(greeting)
        if not greeting.endswith(b"\n"):
            return
        peer.silence(5)
    with ScriptedServer(script) as server:
        hostile(daemon, relay, server, "none", email_auth="none")
        status, said = send_test(daemon)
        assert status != 0
        assert "\x1b" not in said and "\x00" not in said
        assert server.bodies == []
    assert daemon.healthy()


@pytest.mark.parametrize("where", ["greeting", "ehlo", "mail", "rcpt", "data", "dot"])
def test_relay_that_hangs_up_is_told(daemon, relay, where):
    script = polite(**{where: lambda peer, line: peer.reset()})
    with ScriptedServer(script) as server:
        hostile(daemon, relay, server, "none", email_auth="none")
        assert send_test(daemon)[0] != 0
    assert daemon.healthy()


def test_answer_to_the_dot_before_the_body_is_no_success(daemon, relay):
    script = polite(data=b"354 Go on\r\n250 2.0.0 queued as NEVER\r\n", dot=b"550 5.0.0 No\r\n")
    with ScriptedServer(script) as server:
        hostile(daemon, relay, server, "none", email_auth="none")
        status, said = send_test(daemon)
        assert status != 0


def test_words_of_the_relay_cannot_paint_the_screen(daemon, relay):
    script = polite(rcpt=b"550 5.1.1 <script>alert(1)</script>\x1b[31m\x07 no\r\n")
    with ScriptedServer(script) as server:
        hostile(daemon, relay, server, "none", email_auth="none")
        status, said = send_test(daemon)
        assert status != 0 and "550" in said
        assert "\x1b" not in said and "\x07" not in said


def test_login_is_used_where_plain_is_not_offered(daemon, relay, certificates):
    given = []

    def auth(peer, line):
        peer.send(b"334 VXNlcm5hbWU6\r\n")
        name = base64.b64decode(peer.line())
        peer.send(b"334 UGFzc3dvcmQ6\r\n")
        given.append((line, name, base64.b64decode(peer.line())))
        return b"235 2.7.0 Ok\r\n"
    with ScriptedServer(polite(certificates.good, ["AUTH LOGIN"], auth=auth)) as server:
        hostile(daemon, relay, server)
        status, said = send_test(daemon)
        assert status == 0, said
        assert set(given) == {(b"AUTH LOGIN", b"tocsin", SECRET.encode())}


def test_challenges_without_end_are_ended(daemon, relay, certificates):
    def auth(peer, line):
        while True:
            peer.send(b"334 VXNlcm5hbWU6\r\n")
            peer.line()
    with ScriptedServer(polite(certificates.good, ["AUTH LOGIN"], auth=auth)) as server:
        hostile(daemon, relay, server)
        assert send_test(daemon)[0] != 0
        assert server.bodies == []
