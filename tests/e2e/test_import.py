"""tocsin import: the settings of another program become ours after a yes, all of them or none."""

import json
import os
import pty
import subprocess

import pytest

from world.mail import files_with, send, wait_state
from world.relay import DOMAIN, USERS

SECRET = USERS["tocsin"]


def write(daemon, name, text):
    """A file as another program has it, which any user of the test may read."""
    path = daemon.folder / "other" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o644)
    return path


def null_client(daemon, relay):
    port = relay.port("submission")
    passwords = write(daemon, "sasl_passwd", f"[localhost]:{port} tocsin:{SECRET}\n")
    return write(daemon, "main.cf", f"""myorigin = node.example
mydestination =
relayhost = [localhost]:{port}
smtp_tls_security_level = encrypt
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:{passwords}
alias_maps = hash:/etc/aliases
frobnicate = yes
""")


def test_a_postfix_null_client_moves_in_and_mails(daemon, relay):
    main = null_client(daemon, relay)
    shown = daemon.ok("import", main)
    assert "email.relay_host" in shown and "Nothing was set" in shown
    assert f"(set, {len(SECRET)} characters)" in shown and SECRET not in shown
    assert "tocsin alias import" in shown and "frobnicate is not understood" in shown
    assert daemon.ok("get", "email.relay_host") == "\n"
    assert "Set. Try them" in daemon.ok("import", "--yes", main)
    assert daemon.ok("get", "email.relay_port") == f"{relay.port('submission')}\n"
    assert daemon.ok("get", "site.host_name") == "node.example\n"
    assert SECRET not in daemon.output() and files_with(daemon.state, SECRET) == []
    daemon.ok("set", f"email.from_address=tocsin@{DOMAIN}",
        f"email.ca_certificate=@{relay.authority}")
    queue_id = send(daemon, f"anna@{DOMAIN}")
    wait_state(daemon, queue_id, f"anna@{DOMAIN}", "accepted")
    relay.wait_for(1)


@pytest.mark.parametrize("name, text, expected", [
    ("msmtprc", "account default\nhost smtp.example.com\nport 587\ntls on\nauth on\nuser joe\n"
        "password s3cret\nfrom joe@example.com\n",
        {"email.relay_host": "smtp.example.com", "email.relay_port": "587",
        "email.encryption": "starttls", "email.auth": "password", "email.username": "joe",
        "email.password": "(set, 6 characters)", "email.from_address": "joe@example.com"}),
    ("remotes", "smtp.example.com smtp --ssl --user=joe --pass=s3cret\n",
        {"email.relay_host": "smtp.example.com", "email.relay_port": "465",
        "email.encryption": "tls", "email.auth": "password", "email.username": "joe",
        "email.password": "(set, 6 characters)", "email.admin_contacts": "anna@example.com"}),
    ("ssmtp.conf", "root=anna@example.com\nmailhub=relay.example.com\n",
        {"email.relay_host": "relay.example.com", "email.relay_port": "25",
        "email.encryption": "none", "email.auth": "none",
        "email.admin_contacts": "anna@example.com"}),
    ("dma.conf", "SMARTHOST relay.example.com\nSECURETRANSFER\nPORT 465\n",
        {"email.relay_host": "relay.example.com", "email.relay_port": "465",
        "email.encryption": "tls", "email.auth": "none"}),
])
def test_each_format_for_programs(daemon, name, text, expected):
    write(daemon, "adminaddr", "anna@example.com\n")  # beside nullmailer's remotes, read with it
    path = write(daemon, name, text)
    shown = json.loads(daemon.ok("import", "--json", path))
    assert {row["key"]: row["value"] for row in shown["settings"]} == expected
    assert shown["set"] is False
    assert json.loads(daemon.ok("import", "--json", "--yes", path))["set"] is True
    for key, value in expected.items():
        saved = daemon.ok("get", key).strip()
        assert saved == ("(set)" if key == "email.password" else value)
    other = path.rename(path.with_name("a copy"))
    done = daemon.tocsin("import", other)
    assert done.returncode == 64 and name in done.stderr
    assert json.loads(daemon.ok("import", "--json", f"{name}={other}"))["settings"]


def test_what_the_daemon_refuses_sets_nothing(daemon):
    path = write(daemon, "msmtprc", "account default\nhost smtp.example.com\ntls off\nauth on\n"
        "user joe\npassword s3cret\nfrom joe@example.com\n")
    done = daemon.tocsin("import", "--yes", path)
    assert done.returncode == 65 and "email.encryption" in done.stderr, done.stderr
    assert daemon.ok("get", "email.relay_host") == "\n"
    assert "s3cret" not in done.stdout + done.stderr


def test_two_programs_that_differ_set_nothing(daemon):
    first = write(daemon, "ssmtp.conf", "mailhub=a.example\n")
    second = write(daemon, "msmtprc", "host b.example\n")
    done = daemon.tocsin("import", "--yes", first, second)
    assert done.returncode == 65 and "name the file that counts" in done.stderr
    assert daemon.ok("get", "email.relay_host") == "\n"
    assert daemon.tocsin("import", "/nonexistent/main.cf").returncode == 66
    assert daemon.tocsin("import", "--no").returncode == 64


def answered(daemon, path, answer):
    """On a terminal, with somebody who types the answer; what the screen then shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([daemon.programs / "tocsin", "-c", daemon.conf, "import", path],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/")
    os.write(ours, answer)
    screen = process.communicate(timeout=60)[0].decode()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, screen
    return screen


def test_on_a_terminal_it_asks(daemon):
    path = write(daemon, "ssmtp.conf", "mailhub=a.example\n")
    assert "Nothing was set" in answered(daemon, path, b"n\n")
    assert daemon.ok("get", "email.relay_host") == "\n"
    screen = answered(daemon, path, b"y\n")
    assert "Set these settings? [y/N]" in screen and "Set. Try them" in screen
    assert daemon.ok("get", "email.relay_host") == "a.example\n"


def test_without_a_name_the_usual_places_are_read(daemon):
    home = daemon.folder / "home"
    home.mkdir()
    home.chmod(0o755)
    (home / ".msmtprc").write_text("account default\nhost smtp.example.com\n")
    done = daemon.tocsin("import", "--json", HOME=str(home))
    shown = json.loads(done.stdout)
    assert any(row["file"] == str(home / ".msmtprc") for row in shown["settings"]), done.stdout


def test_a_relay_with_a_bad_part_changes_nothing(daemon):
    daemon.ok("set", "email.relay_host=relay.example", "email.encryption=tls")
    file = write(daemon, "msmtprc", "account default\nhost [\n")
    done = daemon.tocsin("import", "--yes", file)
    assert done.returncode == 65 and "a relay is set whole or not at all" in done.stderr
    assert daemon.ok("get", "email.relay_host") == "relay.example\n"
    assert daemon.ok("get", "email.encryption") == "tls\n"
