"""Mail aliases: set by `tocsin alias`, taken from a real /etc/aliases, and followed by mail."""

import json
import os
import re
import socket

import pytest

from world.mail import queue_ids, recipients, send, wait_state
from world.relay import DOMAIN

ANNA, BERT = f"anna@{DOMAIN}", f"bert@{DOMAIN}"


def aliases(daemon):
    return {row["name"]: row["targets"] for row in json.loads(daemon.ok("alias", "list", "--json"))}


def test_mail_follows_the_alias_to_the_real_relay(mailing, relay):
    mailing.ok("alias", "set", "root", "ops")
    mailing.ok("alias", "set", "Ops", f"{ANNA},{BERT}")
    mailing.ok("alias", "set", "webmaster", "contacts")
    for name in ("root", "root+cron", "root@localhost", "Webmaster", "daemon"):
        send(mailing, name, message=f"Subject: to {name}\n\nx\n")
    mails = sorted((mail.message["Subject"], mail.to) for mail in relay.wait_for(8))
    assert mails == sorted([(f"to {name}", to) for name in ("root", "root+cron", "root@localhost")
        for to in (ANNA, BERT)] + [(f"to {name}", f"admin@{DOMAIN}")
        for name in ("Webmaster", "daemon")])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_mail_for_this_machine_goes_to_the_contacts(new_daemon, relay):
    """Whoever sends it, whatever name of the machine is behind it: it cannot be bounced, nor go to
    a stranger's mailbox."""
    daemon = new_daemon(node_name="node1.example.com").start()
    daemon.use_relay(relay)
    machine = socket.gethostname()
    names = ["root", "backup", "root@localhost", "no-such-user@localhost", "root@node1",
        "backup@node1.example.com", f"root@{machine}", f"Backup@{machine}", f"x@{machine.split('.')[0]}"]
    for name in names:
        send(daemon, name, message=f"Subject: to {name}\n\nx\n", user="nobody")
    mails = relay.wait_for(len(names))
    assert sorted(mail.message["Subject"] for mail in mails) == sorted(f"to {name}" for name in names)
    assert {mail.to for mail in mails} == {f"admin@{DOMAIN}"}


def test_held_mail_goes_when_the_alias_is_set(mailing, relay):
    mailing.set(email_admin_contacts="")
    queue_id = send(mailing, "root")
    assert recipients(mailing, queue_id) == {"root": "held"}
    mailing.ok("alias", "set", "root", ANNA)
    wait_state(mailing, queue_id, ANNA, "accepted")
    mail, = relay.wait_for(1)
    assert mail.to == ANNA


def test_list_set_remove_and_audit(daemon):
    assert daemon.ok("alias", "list") == "any other name of this machine: contacts\n"
    assert aliases(daemon) == {}
    daemon.ok("alias", "set", "root", "contacts", ANNA)
    assert re.match(rf"root: contacts, {ANNA}  \(.* UTC, root \(local\)\)|root: .*uid",
        daemon.ok("alias", "list"))
    daemon.restart()
    assert aliases(daemon) == {"root": ["contacts", ANNA]}
    daemon.ok("alias", "remove", "ROOT")
    assert aliases(daemon) == {}
    assert daemon.tocsin("alias", "remove", "root").returncode == 65


@pytest.mark.parametrize("arguments, status, word", [
    (["set", "root"], 64, "TARGET"),
    (["set", "root", " , "], 64, "no target"),
    (["set", "a b", "contacts"], 65, "cannot be a name"),
    (["set", "a@b", "contacts"], 65, "domain"),
    (["set", "root", "|/bin/sh"], 65, "|/bin/sh"),
    (["set", "root", "root"], 65, "circle"),
    (["remove"], 64, "NAME"),
    (["import"], 64, "FILE"),
    (["import", "/nonexistent"], 66, "nonexistent"),
])
def test_what_cannot_be_is_named_and_changes_nothing(daemon, arguments, status, word):
    done = daemon.tocsin("alias", *arguments)
    assert done.returncode == status and word in done.stderr, done.stderr
    assert aliases(daemon) == {}


FILE = """# Mail aliases
postmaster: root
root: anna@example.test,
    bert
lists: |/usr/bin/list
"""


def test_a_file_is_taken_whole_or_with_skip(daemon):
    done = daemon.tocsin("alias", "import", "-", input=FILE)
    assert done.returncode == 65
    assert 'line 5: lists: "|/usr/bin/list" runs a program' in done.stderr
    assert aliases(daemon) == {}
    assert "2 aliases set" in daemon.ok("alias", "import", "--skip", "-", input=FILE)
    assert aliases(daemon) == {"postmaster": ["root"], "root": [ANNA, "bert"]}
    circle = daemon.tocsin("alias", "import", "-", input="bert: root\nnew: x\n")
    assert circle.returncode == 65 and "circle" in circle.stderr
    assert "new" not in aliases(daemon)


def test_a_circle_in_a_file_is_named_and_the_rest_taken(daemon):
    done = daemon.tocsin("alias", "import", "--skip", "-",
        input="loop: loop\na: b\nb: a\nok: bert@example.test\n")
    assert done.returncode == 0, done.stderr
    assert "line 1: " in done.stderr and "line 3: " in done.stderr
    assert "circle" in done.stderr
    assert aliases(daemon) == {"a": ["b"], "ok": ["bert@example.test"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_others_may_not(daemon):
    done = daemon.tocsin("alias", "list", user="nobody")
    assert done.returncode == 77
    assert daemon.tocsin("alias", "set", "root", ANNA, user="nobody").returncode == 77
    assert aliases(daemon) == {}
    assert queue_ids(daemon) == []
