"""The queue: what was taken arrives, once, whatever stops, breaks or is killed meanwhile."""

import concurrent.futures
import os
import re
import signal
import threading

import pytest

from world.hostile import ScriptedServer, polite
from world.mail import (nothing_waits, queue_ids, recipients, send, subjects, wait_arrival,
    wait_state, wait_status)
from world.net import free_port, wait_until
from world.relay import DOMAIN

LONG = "TOCSIN_LONG" in os.environ
ANNA = f"anna@{DOMAIN}"


def use_server(daemon, server, **settings):
    """A scripted server without TLS as the relay."""
    daemon.set(**{"site_host_name": "node.example", "email_from_address": f"tocsin@{DOMAIN}",
        "email_relay_host": server.host, "email_relay_port": server.port,
        "email_encryption": "none", "email_admin_contacts": f"admin@{DOMAIN}", **settings})


# ---- outages ----

def test_mail_of_an_outage_arrives_once_when_the_relay_is_back(mailing, relay):
    relay.stop()
    names = [f"outage {number:02}" for number in range(50)]
    for name in names:
        done = mailing.sendmail(ANNA, message=f"Subject: {name}\n\nx\n")
        assert done.returncode == 0, done.stderr
    status = wait_status(mailing, "BROKEN: the queue is held")
    assert "50 waiting" in status
    assert len(queue_ids(mailing, "open")) == 50
    relay.start()
    assert subjects(relay.wait_for(50, seconds=60)) == names
    wait_until(lambda: nothing_waits(mailing), what="an empty queue")
    assert subjects(relay.mails()) == names
    assert "mail       works" in mailing.ok("status")
    assert mailing.output().count("alert: mail is broken") == 1


def test_retry_asks_the_relay_at_once(mailing, relay):
    relay.stop()
    queue_id = send(mailing, ANNA)
    wait_status(mailing, "BROKEN")
    relay.start()
    assert "1 recipient is due now" in mailing.ok("queue", "retry", queue_id)
    mailing.ok("queue", "retry", "--all")
    wait_state(mailing, queue_id, ANNA, "accepted")


def test_new_settings_set_held_mail_going(mailing, relay):
    mailing.set(email_relay_port=free_port())
    queue_id = send(mailing, ANNA)
    wait_status(mailing, "BROKEN")
    mailing.use_relay(relay)
    wait_state(mailing, queue_id, ANNA, "accepted")
    assert "mail       works" in mailing.ok("status")


def test_mail_is_taken_before_anything_is_set_and_goes_when_it_is(daemon, relay):
    queue_id = send(daemon, ANNA)
    assert "not set up" in daemon.ok("status")
    assert recipients(daemon, queue_id) == {ANNA: "queued"}
    daemon.use_relay(relay)
    wait_state(daemon, queue_id, ANNA, "accepted")


def test_queue_outlives_a_restart(mailing, relay):
    relay.stop()
    queue_id = send(mailing, ANNA)
    mailing.restart()
    assert recipients(mailing, queue_id) == {ANNA: "queued"}
    relay.start()
    wait_state(mailing, queue_id, ANNA, "accepted")
    assert len(relay.wait_for(1)) == 1  # the relay delivers after its answer


def test_message_id_and_date_do_not_change_between_tries(daemon, relay):
    answers = iter([b"451 4.3.0 Later\r\n"])
    with ScriptedServer(polite(dot=lambda peer, line: next(answers, b"250 Ok\r\n"))) as server:
        use_server(daemon, server)
        queue_id = send(daemon, ANNA)
        wait_state(daemon, queue_id, ANNA, "deferred")
        daemon.ok("queue", "retry", queue_id)
        wait_state(daemon, queue_id, ANNA, "accepted")
        first, second = server.bodies
    assert first == second and b"Message-ID: <" in first and b"Date: " in first


# ---- whom it goes to ----

def test_mail_to_root_and_local_users_goes_to_all_contacts(mailing, relay):
    mailing.set(email_admin_contacts=f"one@{DOMAIN}, two@{DOMAIN}")
    for name in ("root", "daemon", "root@localhost"):
        send(mailing, name)
    mails = relay.wait_for(6)
    assert sorted(mail.to for mail in mails) == 3 * [f"one@{DOMAIN}"] + 3 * [f"two@{DOMAIN}"]


def test_mail_to_root_is_held_without_contacts_and_released_by_them(mailing, relay):
    mailing.set(email_admin_contacts="")
    queue_id = send(mailing, "root", ANNA)
    wait_state(mailing, queue_id, ANNA, "accepted")
    assert recipients(mailing, queue_id)["root"] == "held"
    assert "1 held" in mailing.ok("status")
    mailing.set(email_admin_contacts=f"one@{DOMAIN} two@{DOMAIN}")
    wait_state(mailing, queue_id, f"one@{DOMAIN}", "accepted")
    wait_state(mailing, queue_id, f"two@{DOMAIN}", "accepted")
    assert sorted(mail.to for mail in relay.wait_for(3)) == [ANNA, f"one@{DOMAIN}", f"two@{DOMAIN}"]


# ---- notices of delivery ----

@pytest.mark.parametrize("offered", [True, False], ids=["DSN offered", "not offered"])
@pytest.mark.parametrize("by_drop", [False, True], ids=["socket", "drop folder"])
def test_notices_are_asked_of_a_relay_that_sends_them(daemon, offered, by_drop):
    seen = []

    def note(peer, line):
        seen.append(line.strip().decode())
        return b"250 2.1.0 Ok\r\n"

    capabilities = ("8BITMIME", "SMTPUTF8") + (("DSN",) if offered else ())
    with ScriptedServer(polite(capabilities=capabilities, mail=note, rcpt=note)) as server:
        use_server(daemon, server)
        if by_drop:
            daemon.stop()
        done = daemon.sendmail("-N", "success,delay", "-R", "hdrs", "-V", "job 7", ANNA)
        assert done.returncode == 0, done.stderr
        if by_drop:
            daemon.start()
        wait_until(lambda: server.bodies, 30, "the message")
    mail, rcpt = seen
    asked = " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;" + ANNA
    assert mail.endswith(" RET=HDRS ENVID=job+207") == offered
    assert rcpt == f"RCPT TO:<{ANNA}>" + (asked if offered else "")


def test_the_relay_sends_the_notice_that_was_asked_for(mailing, relay):
    """The real relay tells the envelope sender that the message was delivered."""
    send(mailing, "-f", f"admin@{DOMAIN}", "-N", "success", "-V", "job-7", ANNA,
        message="Subject: noticed\n\nx\n")
    mails = relay.wait_for(2)
    notice, = [mail for mail in mails if mail.to == f"admin@{DOMAIN}"]
    assert notice.message.get_content_type() == "multipart/report"
    text = notice.message.as_string()
    assert "Original-Envelope-Id: job-7" in text
    assert "Action: delivered" in text or "Action: relayed" in text


# ---- deferral ----

def test_greylisted_recipient_alone_is_tried_again(daemon):
    seen = []

    def rcpt(peer, line):
        seen.append(line)
        return b"450 4.2.0 Greylisted\r\n" if b"bert" in line and len(seen) < 3 else b"250 Ok\r\n"

    with ScriptedServer(polite(rcpt=rcpt)) as server:
        use_server(daemon, server)
        queue_id = send(daemon, ANNA, f"bert@{DOMAIN}")
        wait_state(daemon, queue_id, f"bert@{DOMAIN}", "deferred")
        assert recipients(daemon, queue_id)[ANNA] == "accepted"
        daemon.ok("queue", "retry", queue_id)
        wait_state(daemon, queue_id, f"bert@{DOMAIN}", "accepted")
        assert len(server.bodies) == 2
    assert sum(ANNA.encode() in line for line in seen) == 1


# ---- killed ----

class Flow:
    """Mail handed in by several at once; knows which were taken."""

    def __init__(self, daemon, count):
        self._daemon = daemon
        self._pool = concurrent.futures.ThreadPoolExecutor(3)
        self._lock = threading.Lock()
        self.taken, self.answers = [], {}
        self._work = [self._pool.submit(self._hand_in, f"flow {n:04}") for n in range(count)]

    def _hand_in(self, name):
        done = self._daemon.sendmail(ANNA, message=f"Subject: {name}\n\n{name}\n")
        with self._lock:
            self.answers.setdefault(done.returncode, []).append(done.stderr)
            if done.returncode == 0:
                self.taken.append(name)

    def finish(self):
        for work in self._work:
            work.result()
        self._pool.shutdown()


def kill(daemon, whom):
    if whom == "all":
        daemon.kill_all()
        daemon.start()
    else:
        before = daemon.wait_roles()[whom]
        os.kill(before, signal.SIGKILL)
        wait_until(lambda: daemon.roles().get(whom) not in (None, before), 20, f"a new {whom}")


@pytest.mark.parametrize("whom", ["front", "keeper", "sender", "all"])
def test_kill_loses_nothing_and_doubles_one_message_at_most(mailing, relay, whom):
    count, kills = (1000, 5) if LONG else (200, 2)
    flow = Flow(mailing, count)
    for turn in range(kills):
        relay.wait_for((turn + 1) * count // (kills + 2), seconds=60)
        kill(mailing, whom)
    flow.finish()
    assert set(flow.answers) <= {0, 75}, flow.answers
    assert len(flow.taken) > count // 2
    arrived = wait_arrival(mailing, relay, flow.taken)
    extra = len(arrived) - len(set(arrived))
    assert extra <= kills, f"{extra} doubled by {kills} kills"


def test_dot_without_an_answer_is_possibly_delivered_and_not_lost(daemon):
    drops = iter([True])

    def dot(peer, line):
        return peer.reset() if next(drops, False) else b"250 2.0.0 Ok: queued as SECOND\r\n"

    with ScriptedServer(polite(dot=dot)) as server:
        use_server(daemon, server)
        queue_id = send(daemon, ANNA)
        wait_state(daemon, queue_id, ANNA, "deferred (possibly delivered)")
        assert len(server.bodies) == 1
        other = send(daemon, f"bert@{DOMAIN}")  # it holds nobody up
        wait_state(daemon, other, f"bert@{DOMAIN}", "accepted")
        daemon.ok("queue", "retry", queue_id)
        assert "SECOND" in wait_state(daemon, queue_id, ANNA, "accepted")


def test_kill_between_dot_and_answer_shows_it(daemon):
    reached = threading.Event()

    def dot(peer, line):
        if not reached.is_set():
            reached.set()
            peer.silence(20)
            return None
        return b"250 2.0.0 Ok\r\n"

    with ScriptedServer(polite(dot=dot)) as server:
        use_server(daemon, server)
        queue_id = send(daemon, ANNA)
        assert reached.wait(10)
        daemon.kill_all()
        daemon.start()
        shown = wait_state(daemon, queue_id, ANNA, "deferred (possibly delivered)")
        assert re.search(r"next 2\d\d\d-", shown)
        daemon.ok("queue", "retry", "--all")
        wait_state(daemon, queue_id, ANNA, "accepted")
        assert len(server.bodies) == 2
