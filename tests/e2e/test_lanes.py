"""Several connections to the relay at a time: all of them are used, none waits for another, and
what stops or is killed meanwhile doubles one message of each at most."""

import os
import re
import signal
import threading

import pytest

from world.hostile import ScriptedServer, polite
from world.mail import nothing_waits, send, subjects, wait_arrival, wait_state
from world.net import wait_until
from world.relay import DOMAIN

ANNA = f"anna@{DOMAIN}"
LANES = 5
COUNT = 60


def use_server(daemon, server, **settings):
    daemon.set(**{"site_host_name": "node.example", "email_from_address": f"tocsin@{DOMAIN}",
        "email_relay_host": server.host, "email_relay_port": server.port,
        "email_encryption": "none", "email_admin_contacts": f"admin@{DOMAIN}", **settings})


def hand_in(daemon, names):
    for name in names:
        done = daemon.sendmail(ANNA, message=f"Subject: {name}\n\n{name}\n")
        assert done.returncode == 0, done.stderr


def numbered(name, count=COUNT):
    return [f"{name} {number:03}" for number in range(count)]


def carriers(server):
    """Connections that mail came by: a probe has one, too."""
    return sum(1 for peer in server.peers if peer.bodies)


def most_at_once(log, service):
    """Connections that a port of the relay had at the same time, by its log."""
    now = most = 0
    for end in re.findall(rf"postfix/{service}/smtpd\[\d+\]: (dis)?connect from", log):
        now += -1 if end else 1
        most = max(most, now)
    return most


# ---- all are used ----

def test_all_connections_carry_mail_at_the_same_time(daemon):
    together = threading.Barrier(LANES)

    def dot(peer, line):
        together.wait(20)  # broken, and the test with it, when fewer come
        return b"250 2.0.0 Ok: queued as TOGETHER\r\n"

    with ScriptedServer(polite(dot=dot)) as server:
        hand_in(daemon, numbered("together", LANES))
        use_server(daemon, server, email_max_connections=LANES)
        wait_until(lambda: nothing_waits(daemon), 20, "an empty queue")
        assert carriers(server) == LANES
        assert len(server.bodies) == LANES


def test_one_connection_is_all_there_is_when_the_settings_say_so(daemon):
    with ScriptedServer(polite()) as server:
        hand_in(daemon, numbered("one", 10))
        use_server(daemon, server)
        wait_until(lambda: nothing_waits(daemon), 20, "an empty queue")
        assert carriers(server) == 1
        assert len(server.bodies) == 10


def test_slow_recipient_keeps_no_other_mail_waiting(mailing, relay):
    mailing.set(email_max_connections=2)
    slow = send(mailing, f"slow@{DOMAIN}")
    wait_state(mailing, slow, f"slow@{DOMAIN}", "in flight")
    quick = send(mailing, ANNA)
    wait_state(mailing, quick, ANNA, "accepted")
    wait_state(mailing, slow, f"slow@{DOMAIN}", "in flight")
    wait_state(mailing, slow, f"slow@{DOMAIN}", "accepted", seconds=60)


def test_real_relay_sees_several_connections_and_each_mail_once(mailing, relay):
    relay.stop()
    names = numbered("several")
    hand_in(mailing, names)
    mailing.set(email_max_connections=LANES)
    begin = len(relay.log())
    relay.start()
    relay.wait_for(COUNT, seconds=60)
    wait_until(lambda: nothing_waits(mailing), what="an empty queue")
    assert subjects(relay.mails()) == names
    assert 2 <= most_at_once(relay.log()[begin:], "plain") <= LANES + 1  # and the probe


# ---- a relay that will not have so many ----

def test_relay_that_takes_two_connections_gets_all_mail(daemon, relay):
    names = numbered("few")
    hand_in(daemon, names)
    begin = len(relay.log())
    daemon.use_relay(relay, "few", email_max_connections=20)
    relay.wait_for(COUNT, seconds=60)
    wait_until(lambda: nothing_waits(daemon), what="an empty queue")
    assert subjects(relay.mails()) == names
    assert "too many connections" in relay.log()[begin:] or \
        "Connection concurrency limit exceeded" in relay.log()[begin:]
    assert "the relay refuses more than" in daemon.output()
    assert "mail is broken" not in daemon.output()
    assert "not accepted" not in daemon.output()


# ---- stopped and killed ----

@pytest.mark.parametrize("whom", ["sender", "keeper", "all"])
def test_kill_doubles_one_message_of_each_connection_at_most(daemon, relay, whom):
    names = numbered("killed", 4 * COUNT)
    hand_in(daemon, names)
    daemon.use_relay(relay, email_max_connections=LANES)
    relay.wait_for(COUNT, seconds=60)
    if whom == "all":
        daemon.kill_all()
        daemon.start()
    else:
        os.kill(daemon.wait_roles()[whom], signal.SIGKILL)
    mails = wait_arrival(daemon, relay, names)
    assert set(mails) == set(names)
    assert len(mails) - len(names) <= LANES


def test_stop_with_all_connections_busy_loses_and_doubles_nothing(daemon, relay):
    names = numbered("stopped", 2 * COUNT)
    hand_in(daemon, names)
    daemon.use_relay(relay, email_max_connections=LANES)
    relay.wait_for(COUNT // 2, seconds=60)
    assert daemon.stop() == 0
    assert "possibly delivered" not in daemon.output()
    daemon.start()
    assert wait_arrival(daemon, relay, names) == names


def test_settings_changed_while_all_connections_work_lose_and_double_nothing(daemon, relay):
    names = numbered("changed", 3 * COUNT)
    hand_in(daemon, names)
    daemon.use_relay(relay, email_max_connections=LANES)
    for number in range(4):
        relay.wait_for((number + 1) * COUNT // 2, seconds=60)
        daemon.set(email_max_connections=number + 1, email_helo_name=f"n{number}.example")
    assert wait_arrival(daemon, relay, names) == names
    assert "possibly delivered" not in daemon.output()
