"""Backup and restore, with a real relay: everything is there again on an empty machine, and what is
wrong with a file or a passphrase is said and changes nothing."""

import contextlib
import json
import os
import pathlib
import pty
import select
import sqlite3
import ssl
import subprocess
import termios
import time

import pytest

from world.api import Client
from world.mail import queue_ids, recipients, send, wait_state
from world.net import wait_until
from world.relay import DOMAIN, USERS

ANNA = f"anna@{DOMAIN}"
PASSWORD, PHRASE = "a long enough pass phrase", "what the backup is sealed with"
HEAD = 96
DELAYS = (0.1, 0.2, 0.25, 0.3, 0.4)  # seconds; any moment is as good
DATA = pathlib.Path(__file__).parent / "data"


def backup(daemon, path, phrase=PHRASE, **options):
    return daemon.tocsin("backup", "--passphrase", "@-", path, input=phrase, **options)


def restore(daemon, path, phrase=PHRASE, *arguments):
    return daemon.tocsin("restore", "--passphrase", "@-", "--yes", *arguments, path, input=phrase)


def signs_in(daemon, name="anna", password=PASSWORD):
    browser = daemon.browser()
    browser.submit(browser.get("/login"), {"name": name, "password": password})
    return browser.get("/login/status", follow=False).status == 200


def audit(daemon):
    """All entries that the audit page shows, the newest first."""
    with sqlite3.connect(f"file:{daemon.state}/keeper/tocsin.db?mode=ro", uri=True) as db:
        return [row[0] for row in db.execute("SELECT what FROM audit ORDER BY seq DESC")]


def shape(daemon):
    """What a restore would change, as far as commands tell it."""
    return [daemon.ok("show"), daemon.ok("admin", "list", "--json"), daemon.ok("alias", "list"),
        daemon.ok("token", "list", "--json"), daemon.ok("queue", "list", "all")]


@pytest.fixture
def lived_in(new_daemon, relay):
    """A machine with an account, a token, an alias, a relay with a password, and mail sent."""
    daemon = new_daemon(node_name="first.example").start()
    daemon.use_relay(relay, "submission")
    daemon.ok("admin", "add", "anna", "--password", "@-", input=PASSWORD)
    daemon.token = daemon.ok("token", "create", "monitor", "--scope", "read,send").strip()
    daemon.ok("alias", "set", "root", ANNA)
    daemon.sent = send(daemon, "root", message="Subject: before\n\nx\n")
    wait_state(daemon, daemon.sent, ANNA, "accepted")
    daemon.file = daemon.folder / "node.backup"
    done = backup(daemon, daemon.file)
    assert done.returncode == 0, done.stderr
    return daemon


def test_all_is_there_again_on_an_empty_machine(lived_in, new_daemon, relay):
    lived_in.stop()
    relay.clear()
    other = new_daemon(node_name="second.example").start()
    done = restore(other, lived_in.file)
    entries = audit(other)
    assert done.returncode == 0, done.stderr
    assert "A backup of first.example" in done.stdout and "Restored. 1 messages" in done.stdout
    assert signs_in(other)
    assert "root: " + ANNA in other.ok("alias", "list")
    assert Client(other.port, lived_in.token).getStatus().status == 200
    assert recipients(other, lived_in.sent) == {ANNA: "accepted"}
    assert "before" in other.ok("queue", "show", lived_in.sent)
    assert entries[0].startswith("restored from a backup of first.example made at ")
    assert "whole" in entries[0] and "not whole" not in entries[0]
    assert any(e.startswith("[of first.example, entry ") and "alias root set" in e for e in entries)
    sent = send(other, "root", message="Subject: after\n\nx\n")
    wait_state(other, sent, ANNA, "accepted")
    mail, = relay.wait_for(1)
    assert mail.to == ANNA and mail.message["Subject"] == "after"
    other.restart()
    assert signs_in(other) and recipients(other, lived_in.sent) == {ANNA: "accepted"}


def test_the_file_is_private_and_tells_nothing(lived_in):
    assert lived_in.file.stat().st_mode & 0o777 == 0o600
    content = lived_in.file.read_bytes()
    for secret in (USERS["tocsin"], PHRASE, PASSWORD, ANNA, "first.example", lived_in.token):
        assert secret.encode() not in content
    assert content.startswith(b"tocsin backup\n")
    assert [path.name for path in lived_in.folder.glob("node.backup*")] == ["node.backup"]


def test_the_queue_is_not_in_it_and_stays(lived_in, new_daemon):
    lived_in.set(email_relay_host="")
    waiting = send(lived_in, "root", message="Subject: waits\n\nx\n")
    again = lived_in.folder / "again.backup"
    assert backup(lived_in, again).returncode == 0
    other = new_daemon().start()
    own = send(other, "x@example.org", message="Subject: own\n\nx\n")
    assert restore(other, again).returncode == 0
    assert own in queue_ids(other) and waiting not in queue_ids(other)
    assert "own" in other.ok("queue", "show", own)
    assert other.tocsin("queue", "show", waiting).returncode != 0


def test_a_restore_ends_sessions_and_comes_in_once(lived_in):
    browser = lived_in.browser()
    browser.submit(browser.get("/login"), {"name": "anna", "password": PASSWORD})
    assert browser.get("/login/status", follow=False).status == 200
    lived_in.ok("admin", "add", "bert", "--password", "@-", input=PASSWORD)
    lived_in.ok("alias", "remove", "root")
    lived_in.set(email_admin_contacts=ANNA)
    before = len(audit(lived_in))
    done = restore(lived_in, lived_in.file)
    assert done.returncode == 0, done.stderr
    assert "email.admin_contacts" in done.stdout and "0 messages and 0 audit entries" in done.stdout
    assert browser.get("/login/status", follow=False).status != 200
    assert [row["name"] for row in json.loads(lived_in.ok("admin", "list", "--json"))] == ["anna"]
    assert "root" in lived_in.ok("alias", "list")
    assert lived_in.ok("get", "email.admin_contacts") == f"admin@{DOMAIN}\n"
    assert len(audit(lived_in)) == before + 1


def test_less_safe_settings_are_said(lived_in, relay):
    lived_in.set(email_encryption="none", email_allow_clear_password="yes")
    weak = lived_in.folder / "weak.backup"
    assert backup(lived_in, weak).returncode == 0
    lived_in.set(email_encryption="starttls", email_allow_clear_password="no")
    done = restore(lived_in, weak)
    assert done.returncode == 0 and done.stdout.count("LESS SAFE") == 2
    assert 'email.encryption: "starttls" becomes "none"' in done.stdout


def test_a_file_of_the_first_version_comes_back(daemon):
    daemon.ok("restore", "--yes", "--passphrase", "@-", DATA / "version-1.backup", input=PHRASE)
    assert signs_in(daemon) and "root: " + ANNA in daemon.ok("alias", "list")
    assert daemon.ok("get", "email.relay_host") == "localhost\n"
    assert len(queue_ids(daemon, "accepted")) == 1


def test_without_an_account_in_it_a_new_set_up_is_offered(new_daemon, lived_in):
    empty = new_daemon().start()
    file = empty.folder / "empty.backup"
    assert backup(empty, file).returncode == 0
    links = lived_in.output().count("there is no account yet")
    done = restore(lived_in, file)
    assert "nobody can sign in to the pages until one is made" in done.stdout
    wait_until(lambda: lived_in.output().count("there is no account yet") > links, what="a link")
    browser = lived_in.browser()
    assert browser.get(lived_in.setup_link()).status == 200
    assert json.loads(lived_in.ok("admin", "list", "--json")) == []


def flip(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]


@pytest.mark.parametrize("change, words", [
    (lambda c: b"SQLite format 3\0" + c, "no backup"),
    (lambda c: b"", "no backup"),
    (lambda c: c[:14] + b"\0\x03" + c[16:], "newer format"),
    (lambda c: c[:14] + b"\0\x00" + c[16:], "damaged"),
    (lambda c: c[:14] + b"\0\x01" + c[16:], "damaged"),
    (lambda c: flip(c, 20), "damaged"),
    (lambda c: flip(c, 40), "damaged"),
    (lambda c: flip(c, HEAD + 5), "damaged"),
    (lambda c: flip(c, len(c) - 1), "damaged"),
    (lambda c: c[:HEAD - 1], "damaged"),
    (lambda c: c[:HEAD], "damaged"),
    (lambda c: c[:-1], "damaged"),
    (lambda c: c + b"x", "damaged"),
])
def test_a_bad_file_is_told_and_changes_nothing(lived_in, change, words):
    bad = lived_in.folder / "bad.backup"
    bad.write_bytes(change(lived_in.file.read_bytes()))
    lived_in.ok("alias", "remove", "root")
    before, entries = shape(lived_in), audit(lived_in)
    done = restore(lived_in, bad)
    assert done.returncode == 65 and words in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1 and "Nothing was changed." in done.stderr
    assert shape(lived_in) == before and audit(lived_in) == entries
    assert restore(lived_in, lived_in.file).returncode == 0  # the next one is not kept out


def test_a_wrong_passphrase_is_told_and_changes_nothing(lived_in):
    lived_in.ok("alias", "remove", "root")
    before = shape(lived_in)
    done = restore(lived_in, lived_in.file, PHRASE + "x")
    assert done.returncode == 65 and "passphrase is not the one" in done.stderr
    assert shape(lived_in) == before


@pytest.mark.parametrize("arguments, status", [
    (["backup"], 64), (["backup", "--passphrase", "in the open", "x"], 64), (["restore", "x"], 64),
    (["restore", "--passphrase", "@-", "-"], 64),
    (["restore", "--passphrase", "@-", "/nowhere/x"], 66),
    (["backup", "--passphrase", "@-", "/nowhere/x"], 73),
])
def test_misuse_is_told(daemon, arguments, status):
    done = daemon.tocsin(*arguments, input=PHRASE, wrapper=["setsid", "-w"])
    assert done.returncode == status and done.stderr, done.stderr


@pytest.mark.parametrize("make, words", [
    (lambda path: os.mkfifo(path), "no ordinary file"),
    (lambda path: path.symlink_to("/dev/null"), "no ordinary file"),
    (lambda path: path.mkdir(), "no ordinary file"),
])
def test_what_is_no_file_is_not_replaced(daemon, make, words):
    path = daemon.folder / "there"
    make(path)
    before = path.lstat()
    done = backup(daemon, path)
    assert done.returncode == 73 and words in done.stderr, done.stderr
    assert path.lstat() == before
    assert [p.name for p in daemon.folder.glob("there*")] == ["there"]


def test_an_older_backup_is_replaced_and_a_failed_one_leaves_nothing(daemon):
    path = daemon.folder / "node.backup"
    path.write_text("older")
    path.chmod(0o644)
    assert backup(daemon, path).returncode == 0
    assert path.read_bytes().startswith(b"tocsin backup\n") and path.stat().st_mode & 0o777 == 0o600
    done = daemon.tocsin("backup", "--passphrase", "@-", path, input=PHRASE,
        wrapper=["prlimit", "--fsize=1000"])
    assert done.returncode != 0
    assert path.stat().st_size > 1000
    assert [p.name for p in daemon.folder.glob("node.backup*")] == ["node.backup"]


def test_a_weak_passphrase_is_refused(daemon):
    done = backup(daemon, daemon.folder / "x", "brief 7")
    assert done.returncode == 65 and "8 characters" in done.stderr
    assert not (daemon.folder / "x").exists()


def test_without_yes_a_script_changes_nothing(lived_in):
    lived_in.ok("alias", "remove", "root")
    done = lived_in.tocsin("restore", "--passphrase", "@-", lived_in.file, input=PHRASE,
        wrapper=["setsid", "-w"])
    assert done.returncode == 64 and "--yes" in done.stderr
    assert "root:" not in lived_in.ok("alias", "list")


def test_pipes(lived_in):
    phrase = lived_in.folder / "phrase"
    phrase.write_text(PHRASE + "\n")
    made = subprocess.run([lived_in.programs / "tocsin", "-c", lived_in.conf, "backup",
        "--passphrase", f"@{phrase}", "-"], capture_output=True, check=True)
    lived_in.ok("alias", "remove", "root")
    lived_in.ok("restore", "--yes", "--passphrase", f"@{phrase}", "-", input=made.stdout)
    assert "root:" in lived_in.ok("alias", "list")


def at_terminal(daemon, answers, *arguments):
    """Runs tocsin with a terminal of its own and types each answer when its question is there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(daemon.programs / "tocsin", ["tocsin", "-c", str(daemon.conf),
            *map(str, arguments)])
    shown, waiting = "", list(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 4096).decode()
        except OSError:  # it has ended
            break
        if waiting and shown.endswith(waiting[0][0]):
            os.write(terminal, waiting.pop(0)[1].encode() + b"\n")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def test_at_a_terminal_it_asks_without_echo(lived_in):
    file = lived_in.folder / "asked.backup"
    status, shown = at_terminal(lived_in, [("backup: ", PHRASE), ("more: ", PHRASE)], "backup",
        file)
    assert status == 0 and PHRASE not in shown and file.exists()
    status, shown = at_terminal(lived_in, [("backup: ", PHRASE), ("more: ", "another")], "backup",
        lived_in.folder / "y")
    assert status == 65 and "not the same" in shown
    lived_in.ok("alias", "remove", "root")
    status, shown = at_terminal(lived_in, [("backup: ", PHRASE), ("[y/N] ", "n")], "restore", file)
    assert status == 75 and "nothing was changed" in shown and PHRASE not in shown
    assert "root:" not in lived_in.ok("alias", "list")
    status, shown = at_terminal(lived_in, [("backup: ", PHRASE), ("[y/N] ", "y")], "restore", file)
    assert status == 0 and "Restored." in shown
    assert "root:" in lived_in.ok("alias", "list")


def test_a_question_that_is_broken_off_leaves_nothing_behind(lived_in):
    file = lived_in.folder / "z"
    assert backup(lived_in, file).returncode == 0
    status, shown = at_terminal(lived_in, [("backup: ", PHRASE), ("[y/N] ", "\x03")], "restore",
        file)
    assert status == 75 and "nothing was changed" in shown
    assert backup(lived_in, file).returncode == 0  # no restore is under way any more
    status, shown = at_terminal(lived_in, [("any organisation: ", "\x03")], "preset", "apply",
        "microsoft365")
    assert status == 75 and "nothing was changed" in shown
    assert lived_in.ok("get", "email.relay_host") != "smtp.office365.com\n"


def test_a_terminal_echoes_again_when_the_passphrase_is_broken_off(lived_in):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(lived_in.programs / "tocsin", ["tocsin", "-c", str(lived_in.conf), "restore", "-"])
    wait_until(lambda: not echoes(terminal), what="the question")
    held = os.open(os.readlink(f"/proc/{pid}/fd/0"), os.O_RDWR | os.O_NOCTTY)  # it keeps its state
    os.write(terminal, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 75
    assert echoes(terminal)
    os.close(held)


def echoes(terminal):
    return termios.tcgetattr(terminal)[3] & termios.ECHO != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
def test_others_may_not(lived_in):
    done = subprocess.run(["setpriv", "--reuid", "nobody", "--regid", "65534", "--clear-groups",
        lived_in.programs / "tocsin", "-c", lived_in.conf, "backup", "--passphrase", "@-", "-"],
        input=PHRASE.encode(), capture_output=True, check=False)
    assert done.returncode == 77 and done.stdout == b""


def test_nothing_of_it_stays_on_the_disk(lived_in):
    names = {path.name for path in (lived_in.state / "keeper").iterdir()}
    assert restore(lived_in, lived_in.file).returncode == 0
    assert {path.name for path in (lived_in.state / "keeper").iterdir()} == names


def grow_history(daemon, n):
    """More finished mail, so that a restore has something to do."""
    daemon.stop()
    with contextlib.closing(sqlite3.connect(daemon.state / "keeper/tocsin.db")) as db, db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(message)")
            if row[1] not in ("id", "queue_id", "submission")]
        db.execute(f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})
            INSERT INTO message (queue_id, {", ".join(columns)})
            SELECT printf('X%011d', i), {", ".join(columns)} FROM n,
            (SELECT * FROM message LIMIT 1)""")
    daemon.start()


def test_killed_at_any_moment_all_of_it_is_there_or_nothing(lived_in, new_daemon):
    grow_history(lived_in, 20000)
    assert backup(lived_in, lived_in.file).returncode == 0
    certificate = ssl.get_server_certificate(("127.0.0.1", lived_in.port))
    other = new_daemon().start()
    other.ok("alias", "set", "own", ANNA)
    before = shape(other)
    for delay in DELAYS:
        tool = subprocess.Popen([other.programs / "tocsin", "-c", other.conf, "restore",
            "--passphrase", "@-", "--yes", lived_in.file], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        tool.stdin.write(PHRASE.encode())
        tool.stdin.close()
        time.sleep(delay)
        other.kill_all()
        tool.wait()
        other.start()
        if any(entry.startswith("restored") for entry in audit(other)):
            break
        assert shape(other) == before
    else:
        restore(other, lived_in.file)
    assert signs_in(other) and "root: " + ANNA in other.ok("alias", "list")
    assert other.ok("get", "email.relay_host") == "localhost\n"
    assert Client(other.port, lived_in.token).getStatus().status == 200
    with sqlite3.connect(f"file:{other.state}/keeper/tocsin.db?mode=ro", uri=True) as db:
        assert db.execute("SELECT count(*) FROM message").fetchone() == (20001,)
    wait_until(lambda: ssl.get_server_certificate(("127.0.0.1", other.port)) == certificate,
        what="the backup's certificate")
