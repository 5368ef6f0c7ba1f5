"""The certificate of the pages in a backup: an empty machine answers with it at once, and a stop at
the wrong moment loses it not."""

import ssl

import pytest

from world.net import wait_until

PHRASE = "what the backup is sealed with"


def served(daemon):
    return ssl.get_server_certificate(("127.0.0.1", daemon.port))


def backup(daemon):
    file = daemon.folder / "node.backup"
    done = daemon.tocsin("backup", "--passphrase", "@-", file, input=PHRASE)
    assert done.returncode == 0, done.stderr
    assert "the certificate of the pages and its key\n" in done.stderr
    return file


def restore(daemon, file):
    return daemon.ok("restore", "--yes", "--passphrase", "@-", file, input=PHRASE)


def wait_served(daemon, certificate):
    wait_until(lambda: served(daemon) == certificate, what="the backup's certificate")


def own(daemon):
    """What lies on the disk: (certificate, octets of the key, names of all files)"""
    folder = daemon.state / "tls"
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    return ((folder / "certificate.pem").read_text(), (folder / "key.pem").read_bytes(),
        sorted(path.name for path in folder.iterdir()))


@pytest.fixture
def node(new_daemon):
    return new_daemon(node_name="first.example").start()


@pytest.fixture
def signed(new_daemon, certificates):
    """One whose certificate is the administrator's, and ends soon."""
    soon = certificates.authority.issue("soon", ends=10)
    return new_daemon(tls_certificate=soon.cert, tls_key=soon.key).start()


def test_an_empty_machine_answers_with_it_at_once(node, new_daemon):
    certificate, file = served(node), backup(node)
    key = own(node)[1]
    assert key[30:200] not in file.read_bytes()
    node.stop()
    other = new_daemon(node_name="second.example").start()
    assert served(other) != certificate
    said = restore(other, file)
    assert "The pages get the backup's certificate, good until 20" in said
    assert "The pages answer with the backup's certificate.\n" in said
    wait_served(other, certificate)
    assert own(other)[1:] == (key, ["certificate.pem", "key.pem"])
    assert "PRIVATE KEY" not in said + other.output()
    other.restart()
    assert served(other) == certificate


def test_on_the_same_machine_nothing_is_written(node):
    file, before = backup(node), (node.state / "tls/key.pem").stat()
    assert "is the one that is here: this machine keeps its own" in restore(node, file)
    assert (node.state / "tls/key.pem").stat().st_ino == before.st_ino


def test_that_of_a_ca_is_kept_until_its_end(signed, new_daemon):
    certificate, other = served(signed), new_daemon().start()
    restore(other, backup(signed))
    wait_served(other, certificate)
    other.restart()  # fewer than 30 days are left: one of ours would be made anew
    assert served(other) == certificate


def test_the_administrators_own_stays(node, signed):
    certificate, file = served(signed), backup(node)
    assert "is not used, since tocsin.conf names one" in restore(signed, file)
    signed.restart()
    assert served(signed) == certificate


def test_one_that_has_ended_is_not_put_back(new_daemon, certificates, node):
    expired = certificates.expired
    old = new_daemon(tls_certificate=expired.cert, tls_key=expired.key).start()
    certificate = served(node)
    assert "certificate of the pages ended on 20" in restore(node, backup(old))
    node.restart()
    assert served(node) == certificate


def test_what_could_not_be_written_is_written_at_the_next_start(node, new_daemon):
    certificate, file = served(node), backup(node)
    key = own(node)[1]
    other = new_daemon().start()
    tls = other.state / "tls"
    tls.rename(other.state / "away")
    said = restore(other, file)
    assert "could not be put in place yet" in said
    other.kill_all()
    assert key[30:200] not in b"".join(path.read_bytes() for path in other.state.rglob("*")
        if path.is_file())
    (other.state / "away").rename(tls)
    other.start()
    wait_served(other, certificate)
    other.restart()
    assert served(other) == certificate
    assert own(other)[1] == key
