"""What was acknowledged stays, also when the power is cut in the middle of it.

Every exit status 0 counts, also one that was seen while the cut was under way or after it: the file
systems let such a sync return 0 without having done its work, so the programs look once more before
they answer (docs/adr/0013).

Needs root and loop devices: each disk is a file system of the test's own (world/disk.py).
"""

import os
import random
import shutil
import subprocess
import threading
import time

import pytest

from world.daemon import install
from world.disk import Disk, kinds
from world.hostile import ScriptedServer, polite
from world.load import Arrivals, Load, doubles
from world.relay import DOMAIN

LONG = bool(os.environ.get("TOCSIN_LONG"))
CUTS = 60 if LONG else 3


def use_server(daemon, server, **settings):
    daemon.set(**{"email_from_address": f"tocsin@{DOMAIN}", "email_relay_host": server.host,
        "email_relay_port": server.port, "email_encryption": "none", "email_auth": "none",
        "email_admin_contacts": f"admin@{DOMAIN}", **settings})


@pytest.fixture
def server():
    with ScriptedServer(polite()) as server:
        yield server


# ---- power cuts ----

@pytest.fixture(params=kinds())
def disk(tmp_path, request):
    disk = Disk(tmp_path / "disk", request.param)
    yield disk
    disk.close()


@pytest.fixture
def daemon(disk, new_daemon):  # in this order: ended before its disk is unmounted
    """Not started; its state is on a disk whose power can be cut."""
    return new_daemon(state_dir=disk.path / "state")


def moment():
    """Up to 5 ms: a cut at once would meet the same place each time."""
    time.sleep(random.uniform(0, 0.005))


class Changes:
    """Two settings changed together again and again: they are old or new, and never differ."""

    def __init__(self, daemon):
        self._daemon = daemon
        self._over = threading.Event()
        self.tried = self.acknowledged = self.value()
        self._thread = threading.Thread(target=self._change)
        self._thread.start()

    def _change(self):
        while not self._over.is_set():
            self.tried += 1
            done = self._daemon.tocsin("set", f"email.username=n{self.tried}",
                f"email.helo_name=n{self.tried}.example")
            if done.returncode == 0:
                self.acknowledged = self.tried

    def stop(self):
        self._over.set()
        self._thread.join(120)

    def value(self):
        name = self._daemon.ok("get", "email.username").strip()
        assert self._daemon.ok("get", "email.helo_name").strip() == (name and f"{name}.example")
        return int(name.removeprefix("n") or 0)

    def check(self):
        assert self.acknowledged <= self.value() <= self.tried


def test_power_cuts_lose_nothing_that_was_acknowledged(disk, daemon, server):
    arrivals = Arrivals(server)
    acknowledged = []
    daemon.start()
    use_server(daemon, server)
    for cut in range(CUTS):
        changes = Changes(daemon)
        load = Load(daemon, 6, f"cut-{cut}")
        load.wait_acknowledged(random.randint(10, 40))
        moment()
        disk.cut()
        daemon.kill_all()
        acknowledged += load.stop()
        changes.stop()
        disk.back()
        daemon.start()
        changes.check()
    found = arrivals.wait_for(acknowledged, daemon)
    assert doubles(found) <= CUTS
    print(f"{CUTS} cuts, {len(acknowledged)} acknowledged, {doubles(found)} twice")


def test_power_cuts_lose_nothing_that_lies_in_the_drop_folder(disk, daemon, server):
    arrivals = Arrivals(server)
    acknowledged = []
    daemon.start()
    use_server(daemon, server)
    daemon.stop()
    for cut in range(CUTS):
        load = Load(daemon, 4, f"drop-{cut}")
        load.wait_acknowledged(random.randint(5, 20))
        moment()
        disk.cut()
        acknowledged += load.stop()
        disk.back()
    daemon.start()
    found = arrivals.wait_for(acknowledged, daemon)
    assert doubles(found) == 0


def test_a_power_cut_during_the_first_start_stops_no_later_one(disk, daemon):
    for cut in range(CUTS):
        daemon.launch()
        time.sleep(random.uniform(0.01, 0.3))
        disk.cut()
        daemon.kill_all()
        disk.back()
        daemon.start()
        daemon.ok("set", "email.username=box", "email.password=@-", input="open sesame")
        daemon.restart()
        assert daemon.ok("get", "email.password") == "(set)\n"
        daemon.stop()
        shutil.rmtree(daemon.state)


# the rig itself

def write(path, synced):
    with open(path, "wb") as file:
        file.write(b"acknowledged")
        file.flush()
        if synced:
            os.fsync(file.fileno())


def test_the_rig_loses_what_was_not_synced_and_only_that(disk):
    folder = os.open(disk.path, os.O_RDONLY)
    write(disk.path / "synced", True)
    os.fsync(folder)
    os.close(folder)
    write(disk.path / "empty", False)
    disk.cut()
    with pytest.raises(OSError):
        write(disk.path / "late", True)
    disk.back()
    assert (disk.path / "synced").read_bytes() == b"acknowledged"
    assert not (disk.path / "late").exists()
    assert not (disk.path / "empty").exists() or (disk.path / "empty").read_bytes() == b""


NO_SYNC = """
int fsync(int fd) { (void)fd; return 0; }
int fdatasync(int fd) { (void)fd; return 0; }
int syncfs(int fd) { (void)fd; return 0; }
"""


@pytest.fixture
def careless(tmp_path):
    """Programs that never sync."""
    folder = install(tmp_path / "careless")
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", folder / "nosync.so"],
        input=NO_SYNC, text=True, check=True)
    for program in ("tocsind", "tocsin-sendmail"):
        (folder / program).rename(folder / f"{program}-real")
        (folder / program).write_text("#!/bin/sh\n"
            f'LD_PRELOAD={folder}/nosync.so exec {folder}/{program}-real "$@"\n')
        (folder / program).chmod(0o755)
    return folder


@pytest.mark.parametrize("up", [True, False])
def test_the_rig_finds_out_programs_that_do_not_sync(disk, daemon, careless, up):
    daemon.start()
    daemon.stop()
    disk.back()  # what was there before is on the disk
    daemon.programs = careless
    if up:
        daemon.start()
    load = Load(daemon, 2, "careless")
    load.wait_acknowledged(20)
    disk.cut()
    if up:
        daemon.kill_all()
    acknowledged = load.stop()
    disk.back()
    kept = b"".join(path.read_bytes() for path in daemon.state.rglob("*") if path.is_file())
    lost = [name for name in acknowledged if f"Subject: {name}\n".encode() not in kept
        and f"Subject: {name}\r\n".encode() not in kept]
    assert len(lost) >= len(acknowledged) - 2
