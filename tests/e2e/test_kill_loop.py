"""Whatever dies, and how often: mail that was taken arrives as it was given, once, and a second time
only where a connection's last answer was not yet on the disk.

The crashes are SIGKILL for any role, for parent alone, or for all at once, at random moments while
mail comes in and goes out over several connections.
"""

import os
import random
import sqlite3
import time

import pytest

from world.daemon import ROLES
from world.hostile import ScriptedServer, polite
from world.load import Arrivals, Load, doubles
from world.relay import DOMAIN

LONG = bool(os.environ.get("TOCSIN_LONG"))
ROUNDS = 60 if LONG else 5
LANES = 3
SUBMITTERS = 3
MAILING = {"sender", "keeper", "parent", "all"}  # whose end may double what is on its way


@pytest.fixture
def server():
    with ScriptedServer(polite()) as server:
        yield server


def use_server(daemon, server):
    daemon.set(email_from_address=f"tocsin@{DOMAIN}", email_relay_host=server.host,
        email_relay_port=server.port, email_encryption="none", email_auth="none",
        email_admin_contacts=f"admin@{DOMAIN}", email_max_connections=LANES)


def crashes():
    """Who dies in one round: roles first, as many as parent starts again without a pause."""
    return [*random.sample(ROLES, 3), random.choice(["parent", "all"])]


def rows(database, query):
    return database.execute(query).fetchall()


def check_books(daemon, found):
    """The daemon is stopped and everything was sent: the queue's own books must say just that."""
    (path,) = daemon.state.rglob("tocsin.db")
    database = sqlite3.connect(path)
    accepted = [subject for subject, in rows(database, "SELECT subject FROM message")]
    assert len(accepted) == len(set(accepted)), "a mail was taken twice"
    assert set(accepted) == set(found), "accepted is not what was sent"
    assert rows(database, "SELECT DISTINCT state FROM recipient") == [(3,)]
    assert rows(database, "SELECT n FROM tally WHERE state = 3") == [(len(accepted),)]
    assert rows(database, "SELECT sum(n) FROM tally WHERE state <> 3") == [(0,)]
    assert rows(database, "SELECT count(*) FROM message WHERE n_open <> 0") == [(0,)]
    assert rows(database, "SELECT count(*) FROM content") == [(0,)]
    assert rows(database, "SELECT octets FROM volume WHERE kind = 'open'") == [(0,)]
    assert rows(database, "PRAGMA integrity_check") == [("ok",)]
    database.close()


def test_crashes_at_any_time_lose_nothing_and_double_little(daemon, server):
    arrivals = Arrivals(server)
    acknowledged, submitted, killed = [], set(), []
    use_server(daemon, server)
    for number in range(ROUNDS):
        load = Load(daemon, SUBMITTERS, f"round-{number}")
        for whom in crashes():
            load.wait_acknowledged(random.randint(5, 15), seconds=60)
            time.sleep(random.uniform(0, 0.01))
            daemon.crash(whom)
            killed.append(whom)
        acknowledged += load.stop()
        submitted |= load.submitted
    found = arrivals.wait_for(acknowledged, daemon, seconds=120)
    assert set(found) <= submitted, "mail that nobody has submitted"
    assert doubles(found) <= LANES * sum(whom in MAILING for whom in killed), killed
    assert daemon.stop() == 0
    check_books(daemon, found)
    print(f"{len(killed)} crashes, {len(acknowledged)} acknowledged of {len(submitted)}, "
        f"{doubles(found)} twice")
