"""Five roles: each may die and comes back; without parent none stays; what none of them may do."""

import json
import os
import pathlib
import re
import signal
import socket
import time

import pytest

from world.daemon import ROLES, alive
from world.net import wait_until

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def kill(pid):
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("role", ROLES)
def test_page_answers_within_2_seconds_after_a_role_was_killed(daemon, role):
    victim = daemon.wait_roles()[role]
    kill(victim)
    began = time.monotonic()
    wait_until(lambda: not alive(victim), 2, "its end")
    wait_until(daemon.healthy, 2 - (time.monotonic() - began), "health")
    assert daemon.browser().get("/login").status == 200
    roles = daemon.wait_roles(2)
    assert roles[role] != victim


@pytest.mark.parametrize("role", ROLES)
def test_accepted_mail_survives_the_death_of_a_role(mailing, relay, role):
    relay.stop()
    assert mailing.sendmail("anna@example.test", message="Subject: before\n\n").returncode == 0
    kill(mailing.wait_roles()[role])
    wait_until(mailing.healthy, 5, "health")
    assert mailing.sendmail("anna@example.test", message="Subject: after\n\n").returncode == 0
    relay.start()
    mailing.ok("queue", "retry", "--all")
    subjects = [mail.message["Subject"] for mail in relay.wait_for(2)]
    assert sorted(subjects) == ["after", "before"]


def test_role_that_dies_again_and_again_is_not_forked_in_a_hurry(daemon):
    for _ in range(5):
        kill(daemon.wait_roles(20)["watcher"])
        time.sleep(0.3)
    time.sleep(1)
    assert "watcher" in daemon.output()
    assert daemon.browser().get("/login").status == 200  # the others do not care


def test_running_since_means_the_service_and_no_role(daemon):
    daemon.wait_roles()
    before = json.loads(daemon.ok("status", "--json"))["started"]
    wait_until(lambda: time.time() >= before + 1, 3, "another second")
    kill(daemon.wait_roles()["keeper"])
    wait_until(daemon.healthy, 5, "health")
    daemon.wait_roles()
    assert json.loads(daemon.ok("status", "--json"))["started"] == before


class ServiceManager:
    """Hears what a service tells it (sd_notify(3))."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(20)

    def wait_for(self, words):
        while words not in (said := self._socket.recv(4096).decode()):
            pass
        return said

    def close(self):
        self._socket.close()


def test_keeper_with_a_damaged_store_is_tried_ever_more_seldom(new_daemon):
    daemon = new_daemon()
    manager = ServiceManager(daemon.folder / "notify")
    daemon.environment["NOTIFY_SOCKET"] = str(daemon.folder / "notify")
    daemon.start()
    assert manager.wait_for("READY=1") == "READY=1\nSTATUS=all roles are running"
    with open(daemon.state / "keeper/tocsin.db", "r+b", buffering=0) as store:
        good = store.read(100)
        store.seek(0)
        store.write(bytes(100))
        kill(daemon.wait_roles()["keeper"])
        assert manager.wait_for("STATUS=") == "STATUS=keeper does not stay up and is started again " \
            "every few minutes; the log says why"
        assert "keeper does not stay up; it is started again in 60 s" in daemon.output()
        assert daemon.output().count("keeper ended with 65") == 4  # within two seconds
        assert daemon.browser().get("/login").status in (200, 503)  # front does not care
        store.seek(0)
        store.write(good)
    os.kill(daemon.pid, signal.SIGHUP)  # no need to wait for the minute
    assert manager.wait_for("STATUS=") == "STATUS=all roles are running"
    wait_until(daemon.healthy, 10, "health")
    manager.close()


def test_all_are_gone_within_1_second_when_parent_is_killed(daemon):
    roles = daemon.wait_roles()
    kill(daemon.pid)
    wait_until(lambda: not [role for role, pid in roles.items() if alive(pid)], 1, "the end of all")
    daemon._process.wait()
    daemon.start()  # nothing is in the way of the next


@pytest.mark.parametrize("role", ROLES)
def test_role_has_given_up_its_rights(daemon, role):
    pid = daemon.wait_roles()[role]
    status = dict(line.split(":\t", 1) for line in
        pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[kind], 16) == 0, kind


@pytest.mark.parametrize("role", ROLES)
def test_every_thread_of_a_role_is_filtered(daemon, role):
    tasks = pathlib.Path(f"/proc/{daemon.wait_roles()[role]}/task")
    for task in tasks.iterdir():
        assert re.search(r"^Seccomp:\t2$", (task / "status").read_text(), re.M), task


@pytest.mark.parametrize("role", ROLES)
def test_role_cannot_be_looked_into_by_its_own_user(daemon, role):
    pid = daemon.wait_roles()[role]
    memory = pathlib.Path(f"/proc/{pid}/mem").stat()
    assert memory.st_uid == 0  # not dumpable: /proc belongs to root


def open_files(pid):
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            yield os.readlink(entry)
        except FileNotFoundError:
            pass


def test_only_keeper_has_the_store_open(daemon):
    roles = daemon.wait_roles()
    has = {role for role, pid in roles.items() if any(".db" in name for name in open_files(pid))}
    assert has == {"keeper"}


def test_only_front_listens(daemon):
    """Listening sockets by inode, from the kernel's tables, against each role's descriptors."""
    tables = pathlib.Path("/proc/net/tcp").read_text() + pathlib.Path("/proc/net/tcp6").read_text()
    listening = {f"socket:[{fields[9]}]" for fields in map(str.split, tables.splitlines())
        if len(fields) > 9 and fields[3] == "0A"}
    roles = daemon.wait_roles()
    has = {role for role, pid in roles.items() if listening & set(open_files(pid))}
    assert has == {"front"}


def test_roles_that_hang_are_killed_and_started_again(daemon):
    """Stopped all at once: none of their loops turns, and only parent can tell."""
    hanging = daemon.wait_roles()
    for pid in hanging.values():
        os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: not any(alive(pid) for pid in hanging.values()), 60, "their end")
    wait_until(daemon.healthy, 20, "health")
    for role in ROLES:
        assert f"{role} hangs" in daemon.output()
