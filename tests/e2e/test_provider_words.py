"""What Microsoft's and Google's relays are known to answer, byte by byte from a scripted one: the test
panel, the mail log and `tocsin diagnose` say the same of it, and the same steps."""

import base64
import html
import itertools
import json
import re
import types

import pytest

from world.hostile import ScriptedServer, polite
from world.mail import queue_ids, send
from world.net import wait_until
from world.oauth import ACCOUNT, Person, redirect_of, use_provider, words
from world.relay import DOMAIN

MICROSOFT = ["SIZE 157286400", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "AUTH LOGIN XOAUTH2",
    "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8"]
# without OAUTHBEARER, which another relay than Google's own would be asked by
GOOGLE = ["SIZE 35882577", "8BITMIME", "AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN XOAUTH",
    "ENHANCEDSTATUSCODES", "PIPELINING", "SMTPUTF8"]
NO_TOKEN = json.dumps({"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"})
numbers = itertools.count()
UNSUCCESSFUL = "535 5.7.139 Authentication unsuccessful, "


def document(peer, line):
    """Google's: 334 with a JSON document, an empty line, and only then the refusal."""
    while line != b"":  # the token, in one step or two
        two_steps = line == b"AUTH XOAUTH2"
        peer.send(b"334 " + (b"" if two_steps else base64.b64encode(NO_TOKEN.encode())) + b"\r\n")
        line = peer.line()
    return (b"535-5.7.8 Username and Password not accepted. For more information, go to\r\n"
        b"535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1-20020sm - gsmtp\r\n")


def sent_as(text):
    """The refusal that a client gets after the token, whether that came in one line or two."""
    def auth(peer, line):
        if line == b"AUTH XOAUTH2":
            peer.send(b"334 \r\n")
            peer.line()
        return text.encode() + b"\r\n"
    return auth


CASES = {
    # name: (offered, where, reply, title)
    "535 5.7.3": (MICROSOFT, "auth", "535 5.7.3 Authentication unsuccessful [AM0PR01CA0001.example]",
        "Exchange did not accept the token"),
    "tenant": (MICROSOFT, "auth", UNSUCCESSFUL + "SmtpClientAuthentication is disabled for the Tenant. "
        "Visit https://aka.ms/smtp_auth_disabled for more information.",
        "Authenticated SMTP is switched off at Microsoft"),
    "mailbox": (MICROSOFT, "auth", UNSUCCESSFUL + "SmtpClientAuthentication is disabled for the "
        "Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.",
        "Authenticated SMTP is switched off at Microsoft"),
    "criteria": (MICROSOFT, "auth", UNSUCCESSFUL + "the request did not meet the criteria to be "
        "authenticated successfully. Contact your administrator.",
        "A rule of the organisation blocks the sign-in"),
    "535 5.7.139": (MICROSOFT, "auth", UNSUCCESSFUL + "for a reason that is new.",
        "Microsoft refused the sign-in with the token"),
    "334": (GOOGLE, "auth", document, "The relay did not accept the token"),
    "432 at AUTH": (MICROSOFT, "auth", "432 4.3.2 Concurrent connections limit exceeded. Visit "
        "https://aka.ms/concurrent_sending for more information.",
        "Too many connections at the same time"),
    "432 at the end": (MICROSOFT, "dot", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
        "Too many connections at the same time"),
    "too many sign-ins": (GOOGLE, "auth", "454 4.7.0 Too many login attempts, please try again later. "
        "a1-20020sm - gsmtp", "Too many sign-ins"),
    "system problem": (GOOGLE, "auth", "454 4.7.0 Cannot authenticate due to temporary system problem. "
        "Try again later. a1-20020sm - gsmtp", "The relay cannot check tokens now"),
    "expires soon": (MICROSOFT, "auth", "501 5.5.127 Token will expire soon",
        "The access token will expire too soon"),
    "not signed in": (MICROSOFT, "mail", "530 5.7.57 Client not authenticated to send mail. "
        "[AM0PR01CA0001.example]", "The relay wants you to sign in"),
    "bad sender": (MICROSOFT, "mail", "550 5.1.8 Access denied, bad outbound sender",
        "The sender is refused"),
    "send as": (MICROSOFT, "dot", "550 5.7.60 SMTP; Client does not have permissions to send as this "
        "sender", "The account may not send as this address"),
    "send as, exception": (MICROSOFT, "dot", "554 5.2.252 SendAsDenied; tocsin@example.test not allowed "
        "to send as root@example.test; STOREDRV.Submission.Exception:SendAsDeniedException."
        "MapiExceptionSendAsDenied", "The account may not send as this address"),
    "send as, 5.7.1": (MICROSOFT, "dot", "550 5.7.1 Client does not have permissions to send as this "
        "sender", "The account may not send as this address"),
    "quota": (MICROSOFT, "dot", "554 5.2.0 STOREDRV.Submission.Exception:"
        "SubmissionQuotaExceededException.MapiExceptionShutoffQuotaExceeded",
        "The account has sent too much today"),
    "daily limit": (MICROSOFT, "dot", "550 5.1.90 Your message can't be sent because you've reached your "
        "daily limit for message recipients", "The account has reached its daily limit"),
    "mailbox full": (MICROSOFT, "dot", "554 5.2.2 mailbox full; STOREDRV.Submission.Exception:"
        "QuotaExceededException.MapiExceptionQuotaExceeded", "The sending mailbox is full"),
    "Google's daily limit": (GOOGLE, "dot", "550 5.4.5 Daily user sending limit exceeded. a1-20020sm - "
        "gsmtp", "The account has reached its daily limit"),
    "front end": (MICROSOFT, "dot", "451 4.7.0 Temporary server error. Please try again later. PRX2",
        "The relay has a fault of its own"),
}


@pytest.fixture(scope="module")
def relay(certificates):
    """A relay whose script is changed from test to test."""
    def play(peer):
        server.script(peer)

    with ScriptedServer(play) as server:
        server.good = polite(certificates.good, MICROSOFT, auth=sent_as("235 2.7.0 Accepted"))
        server.script = server.good
        server.certificate = certificates.good
        server.fixture = types.SimpleNamespace(port=lambda *service: server.port,
            authority=certificates.authority.cert)
        yield server


@pytest.fixture(scope="module")
def person(new_lasting_daemon, relay, running_provider):
    """Somebody at a node that is signed in to that relay."""
    running_provider.reset()
    daemon = new_lasting_daemon(private_endpoints="yes").start()
    daemon.wait_roles()
    use_provider(daemon, relay.fixture, running_provider)
    person = Person(daemon)
    url = person.verify()
    running_provider.allow(redirect_of(url))
    person.come_back(running_provider.sign_in(url, ACCOUNT))
    assert person.outcome()[0] == "Signed in"
    return person


@pytest.fixture
def node(person, relay):
    yield person.daemon
    play(relay, relay.good)
    # as a person mends something: all that waits is tried
    person.daemon.set(email_helo_name=f"node{next(numbers)}.example")
    person.daemon.ok("queue", "retry", "--all")
    wait_until(lambda: "nothing" in person.daemon.ok("queue", "list")
        and "mail       works" in person.daemon.ok("status"), 60, "all of it mended")


def play(relay, script):
    """From now on, also to whoever keeps a connection open."""
    relay.script = script
    for peer in relay.peers:
        peer.drop()


def trouble(markup):
    """(title, what the server said, steps) of the first trouble on a page."""
    found = re.search(r'<div class="trouble.*?<strong>(.*?)</strong>(.*?)</div>', markup, re.S)
    said = re.search(r"<blockquote>(.*?)</blockquote>", found[2], re.S)
    return html.unescape(found[1]), words(said[1]), [words(step) for step in
        re.findall(r"<li>(.*?)</li>", found[2], re.S)]


def panel(person):
    """What the test panel says in the end."""
    browser = person.browser
    page = browser.get("/login/email")
    form = page.form("/login/email")
    run = browser.post("/login/email/test", form.fields)
    assert run.status == 200, run.text

    def done():
        text = browser.get(run.url).text
        return text if "data-events" not in text else None
    return trouble(wait_until(done, 60, "the end of the test", pause=0.2))


def log(person, queue_id, title):
    """What the page of the message says, in the end: of its own try, or of all mail that waits."""
    def told():
        text = person.browser.get(f"/login/queue/{queue_id}").text
        return text if html.escape(title, quote=True) in text else None
    text = wait_until(told, 60, f'"{title}" in the mail log', pause=0.2)
    if '<div class="trouble' in text:
        return trouble(text)[2]
    banner = words(re.search(r'id="mail-is-broken">(.*?)</div>', text, re.S)[1])
    return banner


def diagnosed(node, said):
    """(the line with the title, steps) of tocsin diagnose, given what a page shows."""
    done = node.tocsin("diagnose", input=said)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[1], re.findall(r"^  \d\. (.*)$", done.stdout, re.M)


@pytest.mark.parametrize("case", CASES)
def test_the_same_is_said_everywhere(node, person, relay, case):
    offered, where, reply, title = CASES[case]
    if callable(reply):
        answer = reply
    else:
        answer = sent_as(reply) if where == "auth" else reply.encode() + b"\r\n"
    answers = {"auth": sent_as("235 2.7.0 Accepted"), where: answer}
    play(relay, polite(relay.certificate, offered, **answers))
    shown, said, steps = panel(person)
    assert shown == title, said
    assert steps
    if not callable(reply):
        assert said.startswith(reply)
    line, advised = diagnosed(node, said)
    assert line.startswith(f"{title}: ") and advised == steps, line
    (queue_id,) = [send(node, f"anna@{DOMAIN}")]
    logged = log(person, queue_id, title)
    assert logged == steps or steps[0] in logged, logged
    assert queue_id in queue_ids(node)
    assert not any(b"AUTH PLAIN" in line for line in relay.lines)


def test_googles_document_is_shown_and_answered_by_an_empty_line(node, person, relay):
    play(relay, polite(relay.certificate, GOOGLE, auth=document))
    said = panel(person)[1]
    assert "status 400" in said and "https://mail.google.com/" in said, said
    assert b"" in relay.lines
