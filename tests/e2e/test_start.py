"""Starting and stopping: what a first start says, and one clear line for each way it can fail."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess

import pytest

from world.clock import give_parent_a_clock
from world.daemon import ROLES, alive
from world.net import wait_until
from world.web import Browser, unverified


def refuses_to_start(daemon, *words):
    """It ends by itself, not with 0, and its last line, the only one of an error, has the words."""
    status = daemon.launch().wait(20)
    lines = daemon.output().strip().splitlines()
    assert 64 <= status <= 78, f"{status}\n{daemon.output()}"
    assert [line for line in lines if " error: " in line] == lines[-1:], daemon.output()
    for word in words:
        assert str(word) in lines[-1]
    return status


def served_certificate(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with unverified().wrap_socket(plain, server_hostname="localhost") as connection:
            return connection.getpeercert(binary_form=True)


# what it says

def test_first_start_prints_fingerprint_address_and_setup_link(new_daemon):
    daemon = new_daemon().start()
    link = daemon.setup_link()
    output = daemon.output()
    digest = hashlib.sha256(served_certificate(daemon.port)).hexdigest()
    shown = re.sub(r"[^0-9a-f]", "", output.lower())
    assert digest in shown
    assert f"https://localhost:{daemon.port}/login" in output
    assert daemon.browser().get(link).status == 200


def test_setup_link_is_not_the_same_twice(new_daemon):
    daemon = new_daemon().start()
    first = daemon.setup_link()
    daemon.stop()
    daemon.log.unlink()
    daemon.start()
    assert daemon.setup_link() != first
    assert daemon.browser().get(first).status != 200 or \
        "password" not in daemon.browser().get(first).text


def test_certificate_is_kept_for_the_next_start(new_daemon):
    daemon = new_daemon().start()
    first = served_certificate(daemon.port)
    daemon.restart()
    assert served_certificate(daemon.port) == first


def put_ending_certificate(daemon):
    """A certificate of ten days in the place of the one that the node made for itself."""
    folder = daemon.folder / "state/tls"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", "/CN=localhost",
                    "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
                   check=True, capture_output=True)
    return ssl.PEM_cert_to_DER_cert((folder / "certificate.pem").read_text())


def test_certificate_of_its_own_is_looked_at_every_day(new_daemon):
    daemon = new_daemon()
    pass_time = give_parent_a_clock(daemon)
    daemon.folder.mkdir(exist_ok=True)
    pass_time(0)
    daemon.start()
    ending = put_ending_certificate(daemon)
    served = served_certificate(daemon.port)
    pass_time(24 * 3600 + 60)
    os.kill(daemon.wait_roles()["watcher"], signal.SIGKILL)  # wakes parent, and renews nothing
    wait_until(lambda: served_certificate(daemon.port) != served, 15, "the new certificate")
    assert served_certificate(daemon.port) != ending
    assert "in place of the one that ends" in daemon.output()


def test_certificate_of_its_own_is_renewed_before_its_end(new_daemon):
    daemon = new_daemon().start()
    daemon.stop()
    ending = put_ending_certificate(daemon)
    daemon.start()
    renewed = served_certificate(daemon.port)
    assert renewed != ending
    assert "in place of the one that ends" in daemon.output()
    assert (daemon.folder / "state/tls/key.pem").stat().st_mode & 0o777 == 0o600
    ending = put_ending_certificate(daemon)
    daemon._process.signal(signal.SIGHUP)
    wait_until(lambda: served_certificate(daemon.port) != renewed, what="the new certificate")
    assert served_certificate(daemon.port) != ending


def test_secrets_of_a_node_are_closed_to_others(new_daemon):
    daemon = new_daemon().start()
    state = daemon.folder / "state"
    for path in state.rglob("*"):
        if path.suffix in (".db", ".key", ".pem") or "key" in path.name:
            assert path.stat().st_mode & 0o077 == 0 or path.name == "certificate.pem", path


# which user

def test_an_ordinary_user_can_start_it_and_is_told_which_guards_are_off(new_daemon):
    daemon = new_daemon(user="nobody").start()
    assert "not started as root" in daemon.output()
    owner = pathlib.Path("/etc/passwd").stat().st_uid  # root
    for pid in daemon.wait_roles().values():
        assert pathlib.Path(f"/proc/{pid}").stat().st_uid != owner or os.geteuid() == owner


def test_root_roles_run_as_users_of_their_own(daemon):
    for role, pid in daemon.wait_roles().items():
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        uids = re.search(r"^Uid:\s+(\d+)\s+(\d+)\s+(\d+)", status, re.M).groups()
        assert len(set(uids)) == 1
        entry = pathlib.Path("/etc/passwd").read_text()
        assert re.search(rf"^tocsin-{role}:[^:]*:{uids[0]}:", entry, re.M), (role, uids)


# stopping and reloading

@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_cleanly(new_daemon, number):
    daemon = new_daemon().start()
    roles = daemon.wait_roles()
    daemon._process.signal(number)
    assert daemon._process.wait(10) == 0
    assert not [role for role in ROLES if alive(roles[role])]
    daemon.start()  # and nothing is in the way of the next


def test_sighup_takes_a_new_certificate(new_daemon, certificates):
    daemon = new_daemon()
    cert, key = daemon.folder / "site.pem", daemon.folder / "site.key"

    def use(certificate):
        shutil.copy(certificate.cert, cert)
        shutil.copy(certificate.key, key)

    use(certificates.good)
    daemon.configure(tls_certificate=cert, tls_key=key)
    daemon.start()
    first = served_certificate(daemon.port)
    assert first == ssl.PEM_cert_to_DER_cert(certificates.good.cert.read_text())

    use(certificates.name_only)
    daemon._process.signal(signal.SIGHUP)
    wait_until(lambda: served_certificate(daemon.port) != first, what="the new certificate")
    assert served_certificate(daemon.port) == \
        ssl.PEM_cert_to_DER_cert(certificates.name_only.cert.read_text())


def test_sighup_with_a_bad_certificate_keeps_the_old_one(new_daemon, certificates):
    daemon = new_daemon()
    cert, key = daemon.folder / "site.pem", daemon.folder / "site.key"
    shutil.copy(certificates.good.cert, cert)
    shutil.copy(certificates.good.key, key)
    daemon.configure(tls_certificate=cert, tls_key=key)
    daemon.start()
    before = served_certificate(daemon.port)
    seen = len(daemon.output())
    cert.write_text("not a certificate\n")
    daemon._process.signal(signal.SIGHUP)
    wait_until(lambda: "the certificate stays as it was" in daemon.output()[seen:],
        what="a word about it")
    assert served_certificate(daemon.port) == before


def test_sighup_with_an_unknown_key_changes_nothing(new_daemon):
    daemon = new_daemon().start()
    seen = len(daemon.output())
    daemon.configure(colour="red")
    daemon._process.signal(signal.SIGHUP)
    wait_until(lambda: "colour" in daemon.output()[seen:], what="a word about the key")
    assert daemon.healthy()


# one clear line

def test_port_in_use(new_daemon):
    daemon = new_daemon()
    with socket.create_server(("127.0.0.1", daemon.port)):
        refuses_to_start(daemon, daemon.port, "in use")


def test_second_daemon_on_the_same_state(new_daemon):
    first = new_daemon().start()
    second = new_daemon()
    second.configure(state_dir=first.folder / "state")
    refuses_to_start(second, first.folder / "state")
    assert first.healthy()


def test_state_folder_below_a_file(new_daemon):
    daemon = new_daemon()
    (daemon.folder / "file").write_text("")
    daemon.configure(state_dir=daemon.folder / "file" / "state")
    refuses_to_start(daemon, daemon.folder / "file")


def test_state_folder_that_the_user_may_not_write(new_daemon):
    daemon = new_daemon(user="nobody")
    closed = daemon.folder / "closed"
    closed.mkdir(mode=0o755)
    daemon.configure(state_dir=closed / "state")
    refuses_to_start(daemon, closed / "state")


def test_missing_configuration(new_daemon):
    daemon = new_daemon()
    daemon.conf.unlink()
    refuses_to_start(daemon, daemon.conf)


@pytest.mark.parametrize("settings, words", [
    ({"colour": "red"}, ["line 4", "colour"]),
    ({"state_dri": "x"}, ["line 4", "state_dri", "state_dir"]),
    ({"https": "8443"}, ["line 3", "https"]),
    ({"https": "[::]:99999"}, ["line 3", "https"]),
    ({"store": "postgresql://db.example/tocsin"}, ["line 4", "not in this version"]),
    ({"log_level": "loud"}, ["line 4", "log_level"]),
    ({"tls_certificate": "missing.pem", "tls_key": "missing.key"}, ["missing.pem"]),
])
def test_bad_line_in_the_configuration(new_daemon, settings, words):
    daemon = new_daemon()
    daemon.configure(**settings)
    refuses_to_start(daemon, *words)


def store_file(daemon):
    (path,) = (daemon.folder / "state").rglob("*.db")
    return path


def stopped_with_a_store(new_daemon):
    daemon = new_daemon().start()
    daemon.set(site_name="Kept")
    assert daemon.stop() == 0
    daemon.log.unlink()
    return daemon


def test_damaged_store_is_named_and_left_alone(new_daemon):
    daemon = stopped_with_a_store(new_daemon)
    path = store_file(daemon)
    damaged = b"this was a database" + path.read_bytes()[19:]
    path.write_bytes(damaged)
    refuses_to_start(daemon, path.name)
    assert path.read_bytes() == damaged


def test_newer_schema_is_refused_and_left_alone(new_daemon):
    daemon = stopped_with_a_store(new_daemon)
    path = store_file(daemon)
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9999")
    database.close()
    before = path.read_bytes()
    status = refuses_to_start(daemon, "newer")
    assert status == 78  # the unit does not try it every two seconds
    assert path.read_bytes() == before


def test_missing_key_is_named_and_no_new_one_made(new_daemon):
    daemon = stopped_with_a_store(new_daemon)
    (key,) = (daemon.folder / "state").rglob("store.key")
    kept = key.read_bytes()
    key.unlink()
    refuses_to_start(daemon, key.name)
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    shutil.chown(key, store_file(daemon).owner())
    daemon.log.unlink()
    daemon.start()
    assert daemon.ok("get", "site.name").strip() == "Kept"


def test_wrong_key_is_refused(new_daemon):
    daemon = stopped_with_a_store(new_daemon)
    (key,) = (daemon.folder / "state").rglob("store.key")
    key.write_bytes(bytes(len(key.read_bytes())))
    refuses_to_start(daemon, key.name)


# health

def test_check_health_answers_one_line_without_sign_in(daemon):
    answer = daemon.browser().get("/check_health")
    assert answer.status == 200
    assert answer.text.count("\n") <= 1 and answer.text.strip()


def test_listens_on_every_address_that_is_asked_for(new_daemon):
    daemon = new_daemon()
    daemon.configure(https=f"[::]:{daemon.port}")
    daemon.start()
    for address in ("127.0.0.1", "::1"):
        browser = Browser(daemon.port)
        browser._address = (address, daemon.port)
        assert browser.get("/check_health").status == 200
