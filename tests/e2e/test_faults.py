"""One submission, and at each of its calls to the disk the program is killed or the call fails: what
was acknowledged arrives whole and once, what was not is gone or whole, and nothing is sent half.

Needs root and strace, which injects the faults.
"""

import os
import random
import re
import subprocess

import pytest

from world.hostile import ScriptedServer, polite
from world.load import Arrivals, RECIPIENT, doubles, message, nothing_open
from world.net import wait_until
from world.relay import DOMAIN

LONG = bool(os.environ.get("TOCSIN_LONG"))
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC", "error=EINTR")
EX_TEMPFAIL = 75


@pytest.fixture
def server():
    with ScriptedServer(polite()) as server:
        yield server


@pytest.fixture
def daemon(new_daemon, server):
    daemon = new_daemon().start()
    daemon.set(email_from_address=f"tocsin@{DOMAIN}", email_relay_host=server.host,
        email_relay_port=server.port, email_encryption="none", email_auth="none",
        email_admin_contacts=f"admin@{DOMAIN}")
    return daemon


# ---- the drop folder ----

DROP_CALLS = ("openat", "fchown", "fchmod", "write", "fsync", "renameat2", "pread64", "unlinkat",
    "close")


def points(daemon, trace):
    """[(call, number)]: the calls that one submission makes from its new file on."""
    done = daemon.sendmail(RECIPIENT, message=message("counted", 100),
        wrapper=["strace", "-o", trace, "-e", f"trace={','.join(DROP_CALLS)}"])
    assert done.returncode == 0, done.stderr
    seen, found, begun = {}, [], False
    for line in trace.read_text().splitlines():
        call = line.split("(")[0]
        if call not in DROP_CALLS:
            continue
        seen[call] = seen.get(call, 0) + 1
        begun = begun or '".new-' in line
        if begun:
            found.append((call, seen[call]))
    assert {"openat", "write", "fsync", "renameat2", "pread64"} <= {call for call, _ in found}
    assert found.count(("unlinkat", 1)) == 0
    return found


def names_in(folder):
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_fault_at_each_call_of_the_drop_folder(daemon, server, tmp_path):
    daemon.stop()
    drop = daemon.state / "drop"
    calls = points(daemon, tmp_path / "trace")
    acknowledged, killed = ["counted"], []
    for call, number in calls:
        for fault in FAULTS:
            name = f"{call}-{number}-{fault.split('=')[1]}"
            before = names_in(drop)
            done = daemon.sendmail(RECIPIENT, message=message(name, 3000), wrapper=["strace",
                "-o", "/dev/null", "-e", f"inject={call}:{fault}:when={number}"])
            left = names_in(drop) - before
            whole = {file for file in left if not file.startswith(".")}
            if done.returncode == 0:
                acknowledged.append(name)
                assert len(whole) == 1 and left == whole, name
            elif fault == "signal=KILL":
                killed.append(name)
                assert len(left) <= 1, name
            else:  # told that it failed: nothing of it may be sent later
                assert done.returncode == EX_TEMPFAIL, f"{name}: {done.stderr}"
                assert not left, name
    unsure = {f"{call}-{number}-EIO" for call, number in calls
        if call in ("write", "fsync", "renameat2", "pread64")}
    assert len(unsure) >= 5 and not unsure & set(acknowledged)
    print(f"{len(calls)} calls, {len(acknowledged)} acknowledged, {len(killed)} killed")
    daemon.start()
    found = Arrivals(server).wait_for(acknowledged, daemon)
    assert doubles(found) == 0
    assert set(acknowledged) <= set(found) <= set(acknowledged) | set(killed)


def test_fault_of_the_cleaning_up_sends_nothing(daemon, server):
    """The disk fails, and the file that could not be finished cannot be removed either."""
    daemon.stop()
    done = daemon.sendmail(RECIPIENT, message=message("half", 3000), wrapper=["strace",
        "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "-e", "inject=unlinkat:error=EIO"])
    assert done.returncode == EX_TEMPFAIL
    assert all(name.startswith(".new-") for name in names_in(daemon.state / "drop"))
    daemon.start()
    assert daemon.sendmail(RECIPIENT, message=message("next", 100)).returncode == 0
    assert set(Arrivals(server).wait_for(["next"], daemon)) == {"next"}


# ---- the keeper ----

class Tracer:
    """strace on the keeper of a running daemon; a with statement."""

    def __init__(self, daemon, *options):
        self._keeper = daemon.wait_roles(30)["keeper"]
        self._process = subprocess.Popen(["strace", "-f", "-p", str(self._keeper), *options],
            stderr=subprocess.PIPE, text=True)
        assert "attached" in self._process.stderr.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.communicate()


def n_calls(daemon, trace):
    """{call: how often} of the keeper over one submission."""
    with Tracer(daemon, "-o", str(trace), "-e", "trace=pwrite64,fdatasync"):
        assert daemon.sendmail(RECIPIENT, message=message("counted", 3000)).returncode == 0
    calls = re.findall(r"\b(pwrite64|fdatasync)\(", trace.read_text())
    return {call: calls.count(call) for call in ("pwrite64", "fdatasync")}


def test_fault_at_a_write_or_sync_of_the_keeper(daemon, server, tmp_path):
    daemon.set(email_relay_port=1)  # so that the keeper has this mail alone in hand
    count = n_calls(daemon, tmp_path / "trace")
    assert count["fdatasync"] >= 1 and count["pwrite64"] > 4
    sweep = [("fdatasync", 1, fault) for fault in FAULTS[:3]]
    rest = [("pwrite64", number, fault) for number in range(1, count["pwrite64"] + 1)
        for fault in FAULTS[:3]]
    sweep += rest if LONG else random.sample(rest, 5)
    acknowledged, others = ["counted"], []
    for call, number, fault in sweep:
        name = f"{call}-{number}-{fault.split('=')[1]}"
        with Tracer(daemon, "-o", "/dev/null", "-e", f"inject={call}:{fault}:when={number}"):
            done = daemon.sendmail(RECIPIENT, message=message(name, 3000))
        (acknowledged if done.returncode == 0 else others).append(name)
        wait_until(lambda: len(daemon.roles()) == 4, 30, f"the keeper back after {name}")
        daemon.restart()  # one that dies often is forked again with growing pauses
    daemon.set(email_relay_port=server.port)
    found = Arrivals(server).wait_for(acknowledged, daemon, seconds=90)
    assert doubles(found) == 0
    assert set(acknowledged) <= set(found) <= set(acknowledged + others)
    assert nothing_open(daemon)
