"""Our sendmail beside Postfix's: the same command line and the same octets go into both, and what
comes out at the relay is compared. A row names what may differ, and man/tocsin-sendmail.8 says why;
all else is the same."""

import os
import re
import subprocess

import pytest

from world.null_client import NullClient
from world.relay import DOMAIN

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="Postfix needs root")

TRACE = ("received", "return-path", "x-original-to", "delivered-to")
MADE = ("date", "message-id", "resent-date", "resent-message-id")
LONG = b"x" * 2000

# name, arguments, message, what differs; {to} is the row's own recipient
ROWS = [
    # as programs call it
    ("cron", "-i -FCronDaemon -B8BITMIME -oem {to}", b"Subject: x\nTo: root\n\none\n.\ntwo\n", ""),
    ("at", "-i {to}", b"Subject: Output\nTo: root\n\ntext\n", ""),
    ("php", "-t -i", b"To: {to}\nSubject: x\r\nX-A: b\r\n\r\ntext\r\n", ""),
    ("mailx", "-i {to}", b"To: {to}\nSubject: x\nCc: \n\ntext\n", "cc"),
    ("mutt", "-oem -oi -f anna@node.example -- {to}", b"From: A <anna@node.example>\n\nx\n", "to"),
    ("perl", "-t -oi -oem", b"To: {to}\nFrom: anna@node.example\n\nx\n", ""),
    ("nodemailer", "-i -f anna@node.example {to}", b"From: a@b.example\r\nTo: {to}\r\n\r\nx\r\n", ""),
    # options
    ("combined", "-ti", b"To: {to}\n\nx\n.\ny\n", ""),
    ("sender-near", "-fanna@node.example {to}", b"To: root\n\nx\n", ""),
    ("sender-r", "-r anna@node.example {to}", b"To: root\n\nx\n", ""),
    ("sender-bare", "-f anna {to}", b"To: root\n\nx\n", ""),
    ("sender-angle", "-f <anna@node.example> {to}", b"To: root\n\nx\n", ""),
    ("sender-null", "-f <> {to}", b"To: root\n\nx\n", "from"),
    ("name", "-F Anna_Smith {to}", b"To: root\n\nx\n", ""),
    ("name-8bit", "-F Zo\u00eb {to}", b"To: root\n\nx\n", "from"),
    ("ignored", "-odi -oee -m -v -Ooption=x -hx -p smtp {to}", b"To: root\n\nx\n", ""),
    ("ignore-dots", "-oitrue {to}", b"To: root\n\nx\n.\ny\n", ""),
    ("verbose-mode", "-bm -v {to}", b"To: root\n\nx\n", ""),
    ("dsn", "-N never -R hdrs -V id1 {to}", b"To: root\n\nx\n", ""),
    ("dsn-bad", "-N sometimes {to}", b"To: root\n\nx\n", "body count date from message-id sender status to"),
    ("body-bad", "-B 9BIT {to}", b"To: root\n\nx\n", "status"),
    ("unknown", "-Z {to}", b"To: root\n\nx\n", "status"),
    ("no-recipient", "", b"To: root\n\nx\n", "status"),
    ("t-without", "-t", b"Subject: x\n\nx\n", "status"),
    ("t-and-line", "-t {to}", b"To: {to}\nSubject: x\n\nx\n", ""),
    ("t-bcc", "-t", b"Bcc: {to}\nSubject: x\n\nx\n", "to"),
    ("t-resent", "-t", b"Resent-To: {to}\nTo: other@nowhere.invalid\nSubject: x\n\nx\n", "date from message-id"),
    ("t-group", "-t", b"To: them: {to}, {to};\nSubject: x\n\nx\n", ""),
    ("t-comment", "-t", b"To: A (c) <{to}>,\n\t{to} (B)\nSubject: x\n\nx\n", ""),
    ("commas", "{to},{to}", b"To: root\n\nx\n", ""),
    ("with-name", "A_B<{to}>", b"To: root\n\nx\n", ""),
    # messages
    ("empty", "{to}", b"", "to"),
    ("no-header", "{to}", b"just text\nmore\n", "to"),
    ("no-header-blank", "{to}", b"\njust text\n", "to"),
    ("no-body", "{to}", b"To: root\nSubject: x\n", ""),
    ("no-last-end", "{to}", b"To: root\n\nx", ""),
    ("mbox", "{to}", b"From anna Mon Nov 30 08:00:00 2026\nTo: root\n\nFrom here\n", ""),
    ("quoted-mbox", "{to}", b">From anna Mon Nov 30 08:00:00 2026\nTo: root\n\nx\n", ""),
    ("ends-mixed", "{to}", b"To: root\r\nSubject: x\n\r\none\r\ntwo\n", ""),
    ("cr-alone", "{to}", b"To: root\n\none\rtwo\n", ""),
    ("dots", "-i {to}", b"To: root\n\n.\n..\n.x\n", ""),
    ("dot-ends", "{to}", b"To: root\n\none\n.\ntwo\n", ""),
    ("dot-crlf-ends", "{to}", b"To: root\r\n\r\none\r\n.\r\ntwo\r\n", ""),
    ("8bit", "{to}", b"To: root\nSubject: caf\xc3\xa9\n\ncaf\xc3\xa9 \xff\n", "subject"),
    ("latin1-header", "{to}", b"To: root\nSubject: caf\xe9\n\nx\n", "subject"),
    ("nul", "{to}", b"To: root\n\none\0two\n",
        "body content-transfer-encoding content-type mime-version"),
    ("long-line", "{to}", b"To: root\n\n" + LONG + b"\n", "body content-transfer-encoding content-type mime-version"),
    ("long-field", "{to}", b"To: root\nSubject: " + b"word " * 400 + b"\n\nx\n", "subject"),
    ("long-token", "{to}", b"To: root\nX-A: " + LONG + b"\n\nx\n", ""),
    ("huge-header", "{to}", b"To: root\n" + b"X-A: " + b"a " * 60000 + b"\nSubject: x\n\nx\n", "x-a"),
    ("removed", "{to}", b"To: root\nBcc: x@y.example\nReturn-Path: <a@b.example>\nContent-Length: 9\n"
        b"Received: here\n\nx\n", ""),
    ("resent", "{to}", b"Resent-From: anna@node.example\nResent-Bcc: x@y.example\nTo: root\n\nx\n", "date from message-id"),
    ("empty-fields", "{to}", b"To: \nFrom: \nDate: \nMessage-ID: \nSubject: \n\nx\n", "from to"),
    ("bare-names", "{to}", b"To: root, a@localhost\nFrom: root (Cron)\nCc: b\nReply-To: c\n\nx\n", ""),
    ("twice", "{to}", b"To: root\nTo: {to}\nSubject: a\nSubject: b\nFrom: a@b.example\n\nx\n", ""),
    ("blank-in-name", "{to}", b"To : root\nSubject : x\n\nx\n", ""),
    ("folded", "{to}", b"To: root\nSubject: one\n two\n\tthree\n\nx\n", ""),
    ("text-after-fields", "{to}", b"To: root\nno field\nSubject: x\n\nx\n", ""),
]


def inputs(row, side):
    """Each side's mail has a recipient of its own. A "_" in an argument without a hyphen in front
    stands for a blank."""
    to = f"{row[0]}-{side}@{DOMAIN}"
    words = [word if word[0] == "-" else word.replace("_", " ") for word in row[1].split()]
    return [word.replace("{to}", to) for word in words], row[2].replace(b"{to}", to.encode())


def fields(header):
    """[name in lower case, text on one line] of each."""
    for field in re.findall(rb"(.+(?:\n[ \t].*)*)\n", header + b"\n"):
        name, _, text = field.decode("latin1").partition(":")
        yield name.lower(), " ".join(text.split())


def seen(status, mails, side):
    """What came of a row: its exit status, and what a reader sees of the mail. Both must make a date
    and an ID where there was none; what these are is their own affair."""
    table = {"status": status, "count": len(mails)}
    for mail in mails:
        header, _, table["body"] = mail.raw.partition(b"\n\n")
        table["sender"] = mail.envelope_sender
        for name, text in fields(header):
            if name in TRACE and text != "here":
                continue
            text = "made" if name in MADE else text.replace(f"-{side}@", "@")
            table[name] = [*table.get(name, []), text]
    return table


def hand_in(daemon, postfix):
    """{(row's name, side): exit status}"""
    status = {}
    for row in ROWS:
        arguments, message = inputs(row, "ours")
        status[row[0], "ours"] = daemon.sendmail(*arguments, message=message).returncode
        arguments, message = inputs(row, "theirs")
        status[row[0], "theirs"] = subprocess.run(["/usr/sbin/sendmail", *arguments],
            input=message, env=postfix.environment, capture_output=True, check=False).returncode
    return status


def differences(status, mails):
    """{row's name: {what differs: what came of it on either side}}"""
    found = {}
    for name, *_ in ROWS:
        ours, theirs = [seen(status[name, side], [mail for mail in mails
            if mail.to == f"{name}-{side}@{DOMAIN}"], side) for side in ("ours", "theirs")]
        for key in ours.keys() | theirs.keys():
            if ours.get(key) != theirs.get(key):
                found.setdefault(name, {})[key] = (ours.get(key), theirs.get(key))
    return found


@pytest.fixture
def postfix(relay, tmp_path):
    postfix = NullClient(tmp_path / "postfix", relay.port("plain"), connections=4)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    try:
        postfix.start()
        yield postfix
    finally:
        postfix.close()


def test_every_difference_is_known(new_daemon, relay, postfix):
    daemon = new_daemon(node_name="node.example").start()
    daemon.use_relay(relay, email_rewrite_from="never", email_max_connections=4)
    status = hand_in(daemon, postfix)
    mails = relay.wait_for(sum(code == 0 for code in status.values()), 90)
    found = differences(status, mails)
    told = {name: " ".join(sorted(found[name])) for name in found}
    assert told == {name: differs for name, _, _, differs in ROWS if differs}, found
    nul, = [mail for mail in mails if mail.to == f"nul-ours@{DOMAIN}"]
    assert nul.text == "one\0two\n"
