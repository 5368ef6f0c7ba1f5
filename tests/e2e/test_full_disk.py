"""A disk without room: new mail is turned away, what was taken goes out, and all is well again by
itself when there is room.

Needs root: the state lies on a small file system of the test's own (world/disk.py).
"""

import pytest

from world.disk import Disk, SmallDisk
from world.hostile import ScriptedServer, polite
from world.load import Arrivals, Load, RECIPIENT, doubles, dropped, message, nothing_open
from world.net import free_port, wait_until
from world.relay import DOMAIN

MEGABYTES = 96
EX_TEMPFAIL = 75


@pytest.fixture(params=["tmpfs", "ext4"])
def disk(tmp_path, request):
    if request.param == "tmpfs":
        disk = SmallDisk(tmp_path / "disk", MEGABYTES)
    else:  # nothing kept for root, who would not notice
        disk = Disk(tmp_path / "disk", "ext4", MEGABYTES, "-m", "0", "-N", "1024")
    disk.path.chmod(0o755)
    yield disk
    disk.close()


class Relay:
    """A port where nobody listens until `open()`."""

    def __init__(self):
        self.port = free_port()
        self.server = None

    def open(self):
        self.server = ScriptedServer(polite(), port=self.port)
        self.server.__enter__()
        return Arrivals(self.server)

    def close(self):
        if self.server is not None:
            self.server.__exit__(None, None, None)


@pytest.fixture
def relay():
    relay = Relay()
    yield relay
    relay.close()


@pytest.fixture
def daemon(disk, relay, new_daemon):
    daemon = new_daemon(state_dir=disk.path / "state").start()
    daemon.set(email_from_address=f"tocsin@{DOMAIN}", email_relay_host="127.0.0.1",
        email_relay_port=relay.port, email_encryption="none", email_auth="none",
        email_admin_contacts=f"admin@{DOMAIN}")
    return daemon


def give(daemon, names, size=5000):
    for name in names:
        done = daemon.sendmail(RECIPIENT, message=message(name, size))
        assert done.returncode == 0, done.stderr
    return names


def names(word, n):
    return [f"{word}-{number}" for number in range(n)]


def is_told(daemon):
    """By everything that tells how the node is."""
    health = daemon.browser().get("/check_health")
    return "FULL: no new mail is taken" in daemon.ok("status") and health.status == 500 and \
        health.text == "the disk is full\n"


def refuse(daemon):
    """New mail is turned away, and nothing of it stays."""
    done = daemon.sendmail(RECIPIENT, message=message("refused", 5000))
    assert done.returncode == EX_TEMPFAIL
    assert "The disk is full" in done.stderr, done.stderr
    assert list(files_in_drop(daemon)) == []


def files_in_drop(daemon):
    return [path.name for path in (daemon.state / "drop").iterdir() if path.is_file()]


def test_full_disk_turns_mail_away_and_sends_what_it_has(disk, relay, daemon):
    given = give(daemon, names("before", 30))
    roles = daemon.roles()
    disk.fill()
    wait_until(lambda: is_told(daemon), 10, "the full disk told")
    refuse(daemon)

    arrivals = relay.open()
    arrivals.wait_for(given, daemon)
    refuse(daemon)

    disk.make_room()
    wait_until(lambda: "there is room on the disk again" in daemon.output(), 10, "the room noticed")
    assert not is_told(daemon)
    given += give(daemon, names("after", 5))
    found = arrivals.wait_for(given, daemon)
    assert doubles(found) == 0 and set(found) == set(given)
    assert daemon.roles() == roles


def test_disk_that_fills_up_under_load_loses_and_doubles_nothing(disk, relay, daemon):
    arrivals = relay.open()
    roles = daemon.roles()
    with Load(daemon, 4, "load", largest=200_000) as load:
        for _ in range(3):
            load.wait_acknowledged(10)
            disk.fill()
            wait_until(lambda: is_told(daemon), 10, "the full disk told")
            disk.make_room()
            wait_until(lambda: not is_told(daemon), 10, "the room noticed")
        load.wait_acknowledged(10)
        acknowledged = load.stop()
    found = arrivals.wait_for(acknowledged, daemon)
    assert doubles(found) == 0
    assert set(found) == set(acknowledged), "mail was sent that was not acknowledged"
    assert {code for code, _ in load.refused} <= {EX_TEMPFAIL}
    assert daemon.roles() == roles


def test_message_that_would_fill_the_disk_is_turned_away_alone(disk, relay, daemon):
    arrivals = relay.open()
    disk.fill(spare=30 << 20)
    done = daemon.sendmail(RECIPIENT, message=message("large", 20_000_000))
    assert done.returncode == EX_TEMPFAIL
    given = give(daemon, names("small", 3))
    found = arrivals.wait_for(given, daemon)
    assert doubles(found) == 0 and set(found) == set(given)


def launch_full(daemon):
    """As start(), which waits for health."""
    daemon.launch()
    wait_until(lambda: len(daemon.roles()) == 4 and daemon.tocsin("status").returncode == 0, 20,
        "the daemon back")


def test_start_on_a_full_disk_sends_what_is_there(disk, relay, daemon):
    given = give(daemon, names("kept", 5))
    disk.fill()
    wait_until(lambda: is_told(daemon), 10, "the full disk told")
    daemon.kill_all()
    launch_full(daemon)
    wait_until(lambda: is_told(daemon), 10, "the full disk told")
    refuse(daemon)
    arrivals = relay.open()
    arrivals.wait_for(given, daemon)
    disk.make_room()
    given += give(daemon, wait_taken(daemon))
    assert doubles(arrivals.wait_for(given, daemon)) == 0


def test_large_mail_is_settled_after_a_start_on_a_full_disk(disk, relay, daemon):
    """Its octets are more than the room that the start gives."""
    given = give(daemon, ["large"], 22_000_000)
    daemon.stop()
    disk.fill()
    launch_full(daemon)
    arrivals = relay.open()
    arrivals.wait_for(given, daemon)
    wait_until(lambda: nothing_open(daemon), 20, "the verdict kept")
    assert doubles(arrivals.wait_for(given, daemon)) == 0


def wait_taken(daemon):
    wait_until(daemon.healthy, 15, "health again")
    return names("later", 2)


@pytest.mark.parametrize("disk", ["ext4"], indirect=True)  # a tmpfs counts memory
def test_no_file_can_be_made_any_more(disk, relay, daemon):
    """No inodes are left: the queue has its files open and goes on, the drop folder takes nothing."""
    arrivals = relay.open()
    disk.fill_inodes()
    given = give(daemon, names("going-on", 5))
    arrivals.wait_for(given, daemon)
    daemon.kill_all()
    done = daemon.sendmail(RECIPIENT, message=message("dropped", 100))
    assert done.returncode == EX_TEMPFAIL and "No space left" in done.stderr
    assert files_in_drop(daemon) == []
    disk.make_room()
    daemon.start()
    given += give(daemon, names("again", 2))
    assert doubles(arrivals.wait_for(given, daemon)) == 0


def fill_by_drops(daemon, word, size=200_000):
    """Dropped mail until there is no room for another."""
    given = []
    while True:
        name = f"{word}-{len(given)}"
        done = daemon.sendmail(RECIPIENT, message=message(name, size))
        if done.returncode != 0:
            assert done.returncode == EX_TEMPFAIL and "No space left" in done.stderr
            return given
        given.append(name)


def test_disk_that_dropped_mail_filled_is_emptied_by_itself(disk, relay, daemon):
    given = give(daemon, names("before", 3))
    daemon.kill_all()
    dropped_names = fill_by_drops(daemon, "dropped")
    assert len(dropped_names) > 200 and disk.free() < 1 << 20
    launch_full(daemon)
    # each goes into the store in the room of the one before, and others get none of it
    wait_until(lambda: dropped(daemon) == [], 60, "the drop folder taken in")
    assert is_told(daemon)
    refuse(daemon)

    found = relay.open().wait_for(given + dropped_names, daemon, seconds=90)
    assert doubles(found) == 0 and set(found) == {*given, *dropped_names}
    wait_until(lambda: not is_told(daemon), 10, "the room noticed")
    give(daemon, names("after", 2))


def test_a_backup_and_a_restore_leave_the_disk_to_mail(disk, daemon, new_daemon):
    phrase, file = "what the backup is sealed with", daemon.folder / "node.backup"
    assert daemon.tocsin("backup", "--passphrase", "@-", file, input=phrase).returncode == 0
    daemon.ok("alias", "set", "root", RECIPIENT)
    disk.fill(spare=60 << 20)
    done = daemon.tocsin("backup", "--passphrase", "@-", daemon.folder / "2", input=phrase)
    assert done.returncode == EX_TEMPFAIL and "too little room for a backup" in done.stderr
    assert not (daemon.folder / "2").exists()
    done = daemon.tocsin("restore", "--yes", "--passphrase", "@-", file, input=phrase)
    assert done.returncode == 73 and "Nothing was changed" in done.stderr, done.stderr
    assert "root:" in daemon.ok("alias", "list")
    disk.make_room()
    assert daemon.tocsin("restore", "--yes", "--passphrase", "@-", file,
        input=phrase).returncode == 0
    assert "root:" not in daemon.ok("alias", "list")


def test_full_drop_folder_keeps_no_half_file(disk, relay, daemon):
    daemon.stop()
    given = give(daemon, names("fits", 3))
    disk.fill(spare=40 << 10)
    done = daemon.sendmail(RECIPIENT, message=message("does-not", 1_000_000))
    assert done.returncode == EX_TEMPFAIL and "No space left" in done.stderr
    assert len(files_in_drop(daemon)) == 3
    disk.make_room()
    daemon.start()
    found = relay.open().wait_for(given, daemon)
    assert doubles(found) == 0 and set(found) == set(given)
    assert nothing_open(daemon)
