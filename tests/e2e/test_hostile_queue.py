"""A relay that lies, floods, stalls and hangs up, and the queue: no mail is lost or sent twice, the
reason is named, no password goes where it may not, and everything else goes on.

One daemon lives through all of it. Each case plays its part until it is healed, then the same mail
must arrive.
"""

import base64
import email
import email.policy
import os
import pathlib
import re
import ssl
import subprocess
import tempfile
import threading
import types

import pytest

from world.daemon import Daemon
from world.hostile import Gone, ScriptedServer, polite
from world.mail import all_that_is_shown, files_with, send, wait_state, wait_status
from world.net import free_port, wait_until
from world.relay import DOMAIN

ANNA = f"anna@{DOMAIN}"
BERT = f"bert@{DOMAIN}"
PASSWORD = "planted-secret-7741"
MEBIBYTE = 1024 * 1024
AUTH = ("8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN")


@pytest.fixture(scope="module")
def sufferer(world_folder, programs):
    """A daemon that outlives all tests here; its roles must too."""
    daemon = Daemon(pathlib.Path(tempfile.mkdtemp(dir=world_folder)) / "node", programs)
    daemon.folder.parent.chmod(0o755)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.stop()


@pytest.fixture
def daemon(sufferer, request):
    """It, and a look at it afterwards: nobody died, and nobody grew fat."""
    begin = len(sufferer.output())
    roles = sufferer.wait_roles()
    yield sufferer
    request.node.add_report_section("teardown", "tocsind", sufferer.output()[begin:])
    assert sufferer.roles() == roles
    assert sufferer.healthy()
    for pid in roles.values():
        assert resident(pid) < 100 * MEBIBYTE


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


class Patient(ScriptedServer):
    """Plays a bad script until it is healed, then a good one."""

    def __init__(self, bad, good, **options):
        self.healed = threading.Event()
        super().__init__(lambda peer: (good if self.healed.is_set() else bad)(peer), **options)

    def heal(self):
        """Connections of before are dropped: they would go on as they began."""
        self.healed.set()
        for peer in self.peers:
            peer.drop()


def settings(server, encryption="none", certificates=None):
    return {
        "site_host_name": "node.example", "email_from_address": f"tocsin@{DOMAIN}",
        "email_relay_host": server.host, "email_relay_port": server.port,
        "email_encryption": encryption, "email_auth": "password", "email_username": "tocsin",
        "email_password": PASSWORD, "email_admin_contacts": f"admin@{DOMAIN}",
        "email_rewrite_from": "never",
        "email_ca_certificate": f"@{certificates.authority.cert}" if certificates else "",
    }


# ---- the cases ----

def endless_greeting(peer):
    while True:
        peer.send(1000 * b"220-and one more\r\n")


def endless_line(peer):
    """A gibibyte without a line end; nobody may read all of it."""
    piece = MEBIBYTE * b"x"
    peer.send(b"220 ")
    for _ in range(1024):
        peer.send(piece)
    raise AssertionError("the whole line was read")


def say(data):
    """A server that says this at once, and then nothing until the client goes."""
    def play(peer):
        peer.send(data)
        peer.silence(30)
    return play


def hang_up(how):
    """An answer that ends the connection: reset, close or half_close."""
    def answer(peer, line):
        getattr(peer, how)()
        if how == "half_close":
            peer.silence(30)
        raise Gone
    return answer


def server(**answers):
    return polite(capabilities=AUTH, **answers)


def mid_body(peer, line):
    peer.send(b"354 Go on\r\n")
    peer.line()
    peer.reset()


def challenges(peer, line):
    """Another question after each answer."""
    for _ in range(50):
        peer.send(b"334 " + base64.b64encode(b"And?") + b"\r\n")
        peer.line()
    return b"535 5.7.8 No\r\n"


HELD, DEFERRED, MAYBE = "held", "deferred", "deferred (possibly delivered)"

CASES = {
    # name: (bad script, what becomes of the mail, words of the test's output)
    "endless greeting lines": (endless_greeting, HELD, "does not end"),
    "a line of a gibibyte": (endless_line, HELD, "does not end"),
    "greeting 000": (say(b"000 hello\r\n"), HELD, "FAIL  Greeting"),
    "greeting 999": (say(b"999 hello\r\n"), HELD, "FAIL  Greeting"),
    "greeting 25": (say(b"25\r\n"), HELD, "FAIL  Greeting"),
    "greeting 2x0": (say(b"2x0 hello\r\n"), HELD, "FAIL  Greeting"),
    "empty greeting": (say(b"\r\n"), HELD, "FAIL  Greeting"),
    "greeting with two codes": (say(b"220-one\r\n250 two\r\n"), HELD, "FAIL  Greeting"),
    "HTTP": (say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), HELD, "That is no mail server"),
    "SSH": (say(b"SSH-2.0-OpenSSH_9.2\r\n"), HELD, "That is no mail server"),
    "greeting 421": (server(greeting=b"421 4.3.2 Going away\r\n"), HELD, "421 4.3.2"),
    "greeting 554": (server(greeting=b"554 5.7.1 Go away\r\n"), HELD, "554 5.7.1"),
    "EHLO 421": (server(ehlo=b"421 4.3.2 Going away\r\n"), HELD, "421 4.3.2"),
    "EHLO 354": (server(ehlo=b"354 Go on\r\n"), HELD, "FAIL  Introduce this node"),
    "EHLO in two codes": (server(ehlo=b"250-one\r\n550 two\r\n"), HELD, "makes no sense"),
    "EHLO answered before it was said": (
        say(b"220 hostile\r\n250-hostile\r\n250 AUTH PLAIN\r\n"), HELD, "does not fit"),
    "no AUTH offered": (polite(), HELD, "does not let you sign in here"),
    "only unknown AUTH": (polite(capabilities=("AUTH CRAM-MD5 NTLM",)), HELD,
        "takes no username and password"),
    "AUTH 421": (server(auth=b"421 4.3.2 Going away\r\n"), HELD, "421 4.3.2"),
    "AUTH 454": (server(auth=b"454 4.7.0 Later\r\n"), HELD, "454 4.7.0"),
    "AUTH 535": (server(auth=b"535 5.7.8 No\r\n"), HELD, "535 5.7.8"),
    "AUTH asks for ever": (server(auth=challenges), HELD, "FAIL  Sign in"),
    "AUTH asks in no base64": (server(auth=b"334 !!!!\r\n"), HELD, "FAIL  Sign in"),
    "AUTH asks hugely": (server(auth=b"334 " + 100_000 * b"QUFB" + b"\r\n"), HELD,
        "FAIL  Sign in"),
    "MAIL 421": (server(mail=b"421 4.3.2 Going away\r\n"), DEFERRED, "421 4.3.2"),
    "MAIL 451": (server(mail=b"451 4.3.0 Later\r\n"), DEFERRED, "451 4.3.0"),
    "RCPT 354": (server(rcpt=b"354 Go on\r\n"), DEFERRED, "FAIL  Recipient"),
    "RCPT 421": (server(rcpt=b"421 4.3.2 Going away\r\n"), DEFERRED, "421 4.3.2"),
    "RCPT answered twice": (server(rcpt=b"250 Ok\r\n250 Ok\r\n"), DEFERRED, "FAIL"),
    "DATA 250": (server(data=b"250 Ok\r\n"), DEFERRED, "FAIL  Message"),
    "DATA 421": (server(data=b"421 4.3.2 Going away\r\n"), DEFERRED, "421 4.3.2"),
    "DATA 451": (server(data=b"451 4.3.0 Later\r\n"), DEFERRED, "451 4.3.0"),
    "answered before the dot": (server(data=b"354 Go on\r\n250 2.0.0 Ok: queued as EARLY\r\n"),
        DEFERRED, "FAIL"),
    "dot 421": (server(dot=b"421 4.3.2 Going away\r\n"), DEFERRED, "421 4.3.2"),
    "dot 452": (server(dot=b"452 4.3.1 Full\r\n"), DEFERRED, "452 4.3.1"),
    "dot 354": (server(dot=b"354 Go on\r\n"), MAYBE, "FAIL  Answer"),
    "dot in no SMTP": (server(dot=b"fine, thanks\r\n"), MAYBE, "FAIL  Answer"),
    "reset in the body": (server(data=mid_body), DEFERRED, "FAIL"),
    **{f"{how} at {verb}": (server(**{verb: hang_up(how)}), outcome, "FAIL")
        for how in ("reset", "close", "half_close")
        for verb, outcome in (("greeting", HELD), ("ehlo", HELD), ("auth", HELD),
            ("mail", DEFERRED), ("rcpt", DEFERRED), ("data", DEFERRED), ("dot", MAYBE))},
}


@pytest.mark.parametrize("case", CASES)
def test_mail_survives(daemon, case):
    bad, outcome, words = CASES[case]
    with Patient(bad, server()) as patient:
        daemon.set(**settings(patient))
        done = daemon.tocsin("email", "test")
        assert done.returncode == 69 and words in done.stdout, done.stdout + done.stderr
        queue_id = send(daemon, ANNA, message=f"Subject: {case}\n\nHello.\n")
        if outcome == HELD:
            wait_status(daemon, "BROKEN: the queue is held")
        wait_state(daemon, queue_id, ANNA, "queued" if outcome == HELD else outcome)
        if outcome != MAYBE and not case.startswith("dot"):
            assert not whole(patient.bodies, case)
        patient.heal()
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted")
        assert len(whole(patient.bodies, case)) <= (2 if "dot" in case else 1)


def whole(bodies, subject):
    return [body for body in bodies if f"Subject: {subject}\r\n".encode() in body]


# ---- encryption ----

def injected(peer, line):
    peer.send(b"220 2.0.0 Ready\r\n250-hostile\r\n250 AUTH PLAIN\r\n")
    peer.silence(30)


def stall(peer, line):
    peer.send(b"220 2.0.0 Ready\r\n")
    peer.close()
    raise Gone


def garbage(peer, line):
    peer.send(b"220 2.0.0 Ready\r\n")
    peer.line()  # of its hello
    peer.send(b"500 what is that\r\n")
    peer.silence(30)


STARTTLS_CASES = {
    "stripped": (polite(capabilities=AUTH), "does not offer STARTTLS"),
    "refused": (lambda certificate: polite(certificate, AUTH, starttls=b"454 4.7.0 Not now\r\n"),
        "454 4.7.0"),
    "answered 354": (lambda certificate: polite(certificate, AUTH, starttls=b"354 Go on\r\n"),
        "FAIL  Encrypt"),
    "unknown": (lambda certificate: polite(certificate, AUTH, starttls=b"500 5.5.1 What\r\n"),
        "500 5.5.1"),
    "answers injected": (lambda certificate: polite(certificate, AUTH, starttls=injected),
        "tampering"),
    "hung up": (lambda certificate: polite(certificate, AUTH, starttls=stall), "FAIL  Encrypt"),
}


@pytest.mark.parametrize("case", STARTTLS_CASES)
def test_without_starttls_nothing_is_said_in_clear(daemon, certificates, case):
    bad, words = STARTTLS_CASES[case]
    bad = bad if case == "stripped" else bad(certificates.good)
    with Patient(bad, polite(certificates.good, AUTH)) as patient:
        daemon.set(**settings(patient, "starttls", certificates))
        done = daemon.tocsin("email", "test")
        assert done.returncode == 69 and words in done.stdout, done.stdout + done.stderr
        queue_id = send(daemon, ANNA)
        wait_status(daemon, "BROKEN: the queue is held")
        wait_state(daemon, queue_id, ANNA, "queued")
        said = b"\n".join(patient.lines).upper()
        assert b"AUTH" not in said and b"MAIL FROM" not in said
        patient.heal()
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted")


def test_capabilities_before_starttls_do_not_count_after_it(daemon, certificates):
    """AUTH offered in clear only: inside TLS it is asked again and found missing."""
    def ehlo(peer, line):
        return b"250-hostile\r\n250 8BITMIME\r\n" if peer.tls else \
            b"250-hostile\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n"

    with ScriptedServer(polite(certificates.good, ehlo=ehlo)) as hostile:
        daemon.set(**settings(hostile, "starttls", certificates))
        done = daemon.tocsin("email", "test")
        assert done.returncode == 69 and "does not let you sign in here" in done.stdout
        assert not any(line.upper().startswith(b"AUTH") for line in hostile.lines)


def test_old_tls_is_refused(daemon, certificates):
    def old(peer):
        peer.start_tls(certificates.good, maximum=ssl.TLSVersion.TLSv1_1)
        peer.send(b"220 old\r\n")

    with ScriptedServer(old) as hostile:
        daemon.set(**settings(hostile, "tls", certificates))
        done = daemon.tocsin("email", "test")
        assert done.returncode == 69 and "FAIL  Encrypt" in done.stdout
        assert "old TLS" in done.stdout


def serve(certificate, **options):
    """A server that behaves, behind TLS from the first byte."""
    def play(peer):
        peer.start_tls(certificate, **options)
        polite(capabilities=AUTH)(peer)
    return play


def alert(peer):
    peer.read()  # the client's hello
    peer.send(b"\x15\x03\x03\x00\x02\x02\x28")  # fatal, handshake_failure
    peer.silence(30)


def record_without_end(peer):
    """A server hello that is announced and never comes."""
    peer.read()
    peer.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    peer.silence(30)


def cut(data=b"", how="reset"):
    """Ends in the handshake, after the client's hello and these octets."""
    def play(peer):
        peer.read()
        peer.send(data)
        getattr(peer, how)()
    return play


HELLO = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + 32 * b"r"

TLS_CASES = {
    # name: (script of a server that speaks TLS at once, words of the test's output)
    "signed with SHA-1": (lambda c: serve(c.sha1, security=0), "too weak"),
    "a chain of 4 MiB": (lambda c: serve(c.endless), "FAIL  Encrypt"),
    "expired": (lambda c: serve(c.expired), "expired"),
    "of the future": (lambda c: serve(c.future), "not valid yet"),
    "wrong name": (lambda c: serve(c.wrong_name), "other.example"),
    "unknown authority": (lambda c: serve(c.unknown), "FAIL  Encrypt"),
    "TLS 1.0": (lambda c: serve(c.good, maximum=ssl.TLSVersion.TLSv1), "old TLS"),
    "an alert": (lambda c: alert, "FAIL  Encrypt"),
    "cut after the client's hello": (lambda c: cut(), "FAIL  Encrypt"),
    "closed after the client's hello": (lambda c: cut(how="close"), "FAIL  Encrypt"),
    "cut in the server's hello": (lambda c: cut(HELLO), "FAIL  Encrypt"),
    "noise": (lambda c: cut(b"\x16\x03\x03\x00\x10" + bytes(range(16)), "close"),
        "FAIL  Encrypt"),
}


@pytest.mark.parametrize("case", TLS_CASES)
def test_tls_that_is_not_good_enough_gets_no_password(daemon, certificates, case):
    make, words = TLS_CASES[case]
    with Patient(make(certificates), serve(certificates.good)) as patient:
        daemon.set(**{**settings(patient, "tls", certificates), "email_relay_host": "localhost"})
        done = daemon.tocsin("email", "test")
        assert done.returncode == 69 and words in done.stdout, done.stdout + done.stderr
        assert "  1. " in done.stdout  # what to do about it
        queue_id = send(daemon, ANNA)
        wait_status(daemon, "BROKEN: the queue is held")
        wait_state(daemon, queue_id, ANNA, "queued")
        assert patient.lines == []
        patient.heal()
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted")


def test_handshake_that_stalls_keeps_nobody_waiting(daemon, certificates):
    with Patient(record_without_end, serve(certificates.good)) as patient:
        daemon.set(**{**settings(patient, "tls", certificates), "email_relay_host": "localhost"})
        queue_id = send(daemon, ANNA)
        wait_until(lambda: patient.peers, what="the connection")
        assert daemon.healthy()
        assert daemon.browser().get("/login").status == 200
        wait_state(daemon, queue_id, ANNA, "in flight")
        patient.heal()
        wait_status(daemon, "BROKEN: the queue is held")
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted")


def test_renegotiation_is_refused_and_gets_no_password(daemon, certificates):
    """OpenSSL's own server, told by "R" to begin another handshake in the middle of the dialogue."""
    port = free_port()
    server_program = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}",
        "-tls1_2", "-cert", certificates.good.cert, "-key", certificates.good.key],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    heard = []

    def act():
        for line in server_program.stdout:
            heard.append(line)
            if b"CIPHER is" in line:
                server_program.stdin.write(b"220 mx ESMTP\r\n")
            if line.startswith(b"EHLO"):
                server_program.stdin.write(b"R\n250-mx\r\n250 AUTH PLAIN LOGIN\r\n")
            server_program.stdin.flush()

    actor = threading.Thread(target=act, daemon=True)
    actor.start()
    try:
        wait_until(lambda: any(b"ACCEPT" in line for line in heard), what="the server")
        daemon.set(**{**settings(types.SimpleNamespace(host="localhost", port=port), "tls",
            certificates)})
        done = daemon.tocsin("email", "check")
    finally:
        server_program.kill()
        actor.join()
        with server_program:  # closes its pipes
            pass
    assert done.returncode == 69 and "ok    Encrypt" in done.stdout, done.stdout
    assert any(line.startswith(b"EHLO") for line in heard)
    assert not any(b"AUTH" in line for line in heard), heard


def test_end_without_a_tls_goodbye_after_acceptance_is_acceptance(daemon, certificates):
    """The relay cuts the connection where close_notify belongs: what it accepted stays accepted."""
    def play(peer):
        peer.start_tls(certificates.good)
        polite(capabilities=AUTH, quit=lambda p, line: p.reset())(peer)

    with ScriptedServer(play) as hostile:
        daemon.set(**{**settings(hostile, "tls", certificates), "email_relay_host": "localhost"})
        daemon.ok("email", "test")
        queue_id = send(daemon, ANNA)
        wait_state(daemon, queue_id, ANNA, "accepted")


def test_cut_without_a_tls_goodbye_before_acceptance_is_no_acceptance(daemon, certificates):
    def bad(peer):
        peer.start_tls(certificates.good)
        polite(capabilities=AUTH, dot=lambda p, line: p.drop())(peer)

    with Patient(bad, serve(certificates.good)) as patient:
        daemon.set(**{**settings(patient, "tls", certificates), "email_relay_host": "localhost"})
        queue_id = send(daemon, ANNA)
        wait_state(daemon, queue_id, ANNA, "deferred (possibly delivered)")
        patient.heal()
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted")


# ---- what a relay's words may not do ----

EVIL = b"\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>\x00\xff\xfe\x9b31m\x7f end"


def test_escapes_and_html_in_replies_are_shown_harmless(daemon):
    bad = server(rcpt=b"550 5.1.1 " + EVIL + b"\r\n", greeting=b"220 " + EVIL + b"\r\n")
    with ScriptedServer(bad) as hostile:
        daemon.set(**settings(hostile))
        done = daemon.tocsin("email", "test")
        assert done.returncode == 69 and "<script>alert(1)</script>" in done.stdout
        queue_id = send(daemon, ANNA)
        wait_state(daemon, queue_id, ANNA, "failed")
        raw = daemon.log.read_bytes()
        shown = (all_that_is_shown(daemon) + done.stdout).encode() + raw
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xff|\xfe", shown)


def test_hostile_reply_at_the_end_changes_nothing(daemon):
    with ScriptedServer(server(quit=b"552 5.2.2 Thrown away\r\n")) as hostile:
        daemon.set(**settings(hostile))
        daemon.ok("email", "test")
        queue_id = send(daemon, ANNA)
        wait_state(daemon, queue_id, ANNA, "accepted")


# ---- what it does not offer ----

def test_message_above_the_announced_size_fails_without_being_sent(daemon):
    with ScriptedServer(polite(capabilities=(*AUTH, "SIZE 2000"))) as hostile:
        daemon.set(**settings(hostile))
        queue_id = send(daemon, ANNA, message="Subject: big\n\n" + 200 * "twenty octets ......\n")
        assert "2000" in wait_state(daemon, queue_id, ANNA, "failed")
        assert not whole(hostile.bodies, "big")


def test_eight_bit_text_is_recoded_for_a_server_without_8bitmime(daemon):
    with ScriptedServer(polite(capabilities=("AUTH PLAIN",))) as hostile:
        daemon.set(**settings(hostile))
        queue_id = send(daemon, ANNA, message="Subject: eight\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\u00fc\u00dfe\n")
        wait_state(daemon, queue_id, ANNA, "accepted")
        body, = whole(hostile.bodies, "eight")
        assert body.isascii()
        message = email.message_from_bytes(body, policy=email.policy.default)
        assert message.get_content().rstrip() == "Gr\u00fc\u00dfe"
        assert not any(b"BODY=8BITMIME" in line for line in hostile.lines)


def test_recipient_that_needs_smtputf8_fails_alone_without_it(daemon):
    with ScriptedServer(polite(capabilities=("8BITMIME", "AUTH PLAIN"))) as hostile:
        daemon.set(**settings(hostile))
        queue_id = send(daemon, f"j\u00fcrgen@{DOMAIN}")
        shown = wait_state(daemon, queue_id, f"j\u00fcrgen@{DOMAIN}", "failed")
        assert "SMTPUTF8" in shown or "internationalised" in shown


# ---- time ----

def test_all_else_goes_on_while_the_relay_is_silent(daemon):
    """After connect, and in the middle of a message: there new settings take it back."""
    reached = threading.Event()

    def silent(peer, line):
        reached.set()
        peer.silence(60)
        raise Gone

    for stage in ("greeting", "data"):
        reached.clear()
        with ScriptedServer(server(**{stage: silent})) as hostile, \
                ScriptedServer(server()) as good:
            daemon.set(**settings(hostile))
            first = send(daemon, ANNA)
            wait_until(reached.is_set, what=f"the silence at {stage}")
            assert daemon.healthy()
            assert daemon.browser().get("/login").status == 200
            second = send(daemon, BERT)
            daemon.set(**settings(good))
            wait_state(daemon, first, ANNA, "accepted")
            wait_state(daemon, second, BERT, "accepted")


def test_all_else_goes_on_while_the_answer_to_the_dot_is_awaited(daemon):
    reached, released = threading.Event(), threading.Event()

    def dot(peer, line):
        reached.set()
        released.wait(60)
        return b"250 2.0.0 Ok: queued as LATE\r\n"

    with ScriptedServer(server(dot=dot)) as slow:
        daemon.set(**settings(slow))
        first = send(daemon, ANNA)
        assert reached.wait(20)
        assert daemon.healthy()
        assert daemon.browser().get("/login").status == 200
        second = send(daemon, BERT)
        assert "in flight" in daemon.ok("queue", "list") or "dot sent" in daemon.ok("queue", "list")
        released.set()
        assert "LATE" in wait_state(daemon, first, ANNA, "accepted")
        wait_state(daemon, second, BERT, "accepted")
        assert len(slow.bodies) == 2


def test_reader_that_stops_in_the_body_keeps_nobody_else_waiting(daemon):
    stopped = threading.Event()

    def data(peer, line):
        peer.send(b"354 Go on\r\n")
        stopped.set()
        released.wait(60)
        raise Gone

    released = threading.Event()
    big = "Subject: big\n\n" + 300_000 * "sixty octets of text that say nothing to anybody at all ...\n"
    with Patient(server(data=data), server()) as patient:
        daemon.set(**settings(patient))
        queue_id = send(daemon, ANNA, message=big)
        assert stopped.wait(20)
        assert daemon.healthy()
        assert send(daemon, BERT)
        patient.heal()
        released.set()
        wait_state(daemon, queue_id, ANNA, "deferred")
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted", seconds=60)
        assert len(whole(patient.bodies, "big")) == 1


def test_half_of_the_connections_dropped_loses_none(daemon):
    numbers = iter(range(10_000))

    def play(peer):
        if next(numbers) % 2:
            peer.reset()
        server()(peer)

    with ScriptedServer(play) as hostile:
        daemon.set(**settings(hostile))
        names = [f"half {number}" for number in range(20)]
        for name in names:
            assert daemon.sendmail(ANNA, message=f"Subject: {name}\n\nx\n").returncode == 0
        wait_until(lambda: all(whole(hostile.bodies, name) for name in names), 60, "all mails")
        assert all(len(whole(hostile.bodies, name)) == 1 for name in names)


# ---- at the very end ----

def test_after_all_that_the_password_was_never_shown(daemon):
    shown = all_that_is_shown(daemon)
    for secret in (PASSWORD, base64.b64encode(PASSWORD.encode()).decode(),
            base64.b64encode(f"\0tocsin\0{PASSWORD}".encode()).decode()):
        assert secret not in shown
        assert files_with(daemon.folder, secret) == []
    assert os.path.exists(daemon.folder / "state")
