"""How long mail stays in the log: old finished mail goes at start and when the settings change, what
waits never does."""

import contextlib
import sqlite3

from world.mail import queue_ids, send, wait_state
from world.net import wait_until
from world.relay import DOMAIN

NAME, PASSWORD = "anna", "a long enough pass phrase"
ANNA, NOBODY = f"anna@{DOMAIN}", f"reject@{DOMAIN}"
DAY = 24 * 3600


def make_older(daemon, ages):
    """What time does: {queue id: days}."""
    daemon.stop()
    with contextlib.closing(sqlite3.connect(next(daemon.state.rglob("tocsin.db")))) as store, store:
        for queue_id, days in ages.items():
            done = store.execute("UPDATE message SET at = at - ? WHERE queue_id = ?",
                (days * DAY, queue_id))
            assert done.rowcount == 1
    daemon.start()


def wait_left(daemon, *wanted):
    wait_until(lambda: set(queue_ids(daemon)) == set(wanted), 30, f"{wanted} left", pause=0.2)


def test_old_mail_goes_at_start_and_when_the_settings_change(mailing):
    failed, accepted, young = (send(mailing, address) for address in (NOBODY, ANNA, ANNA))
    wait_state(mailing, failed, NOBODY, "failed")
    for queue_id in (accepted, young):
        wait_state(mailing, queue_id, ANNA, "accepted")
    mailing.set(email_relay_host="")
    waits = send(mailing, ANNA)
    make_older(mailing, {failed: 31, accepted: 10, waits: 400})
    wait_left(mailing, accepted, young, waits)  # 30 days, as nobody set it

    mailing.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    browser = mailing.browser()
    browser.submit(browser.get("/login"), {"name": NAME, "password": PASSWORD})
    form = browser.get("/login/queue/retention")
    wrong = browser.submit(form, {"queue.retention_days": "1", "queue.retention_size": "9"})
    assert wrong.status == 422 and "2 things are not right" in wrong.text
    assert "Saved" in browser.submit(form, {"queue.retention_days": "9"}).text
    wait_left(mailing, young, waits)
    assert mailing.ok("get", "queue.retention_days") == "9\n"
    assert mailing.tocsin("queue", "show", failed).returncode != 0


def test_a_restore_brings_its_limits_into_force(mailing):
    file = mailing.folder / "node.backup"
    mailing.set(queue_retention_days="9")
    mailing.ok("backup", "--passphrase", "@-", file, input=PASSWORD)
    mailing.set(queue_retention_days="60")
    old, older = send(mailing, ANNA), send(mailing, ANNA)
    for queue_id in (old, older):
        wait_state(mailing, queue_id, ANNA, "accepted")
    make_older(mailing, {old: 10, older: 50})
    mailing.set(queue_retention_days="30")
    wait_left(mailing, old)  # and it is not looked at again within the hour
    mailing.ok("restore", "--yes", "--passphrase", "@-", file, input=PASSWORD)
    wait_left(mailing)


def test_old_mail_goes_within_an_hour_while_the_daemon_runs(new_clocked, relay):
    daemon = new_clocked("2027-05-01 12:00:00")
    daemon.use_relay(relay)
    daemon.set(queue_retention_days="9")
    old = send(daemon, ANNA)
    wait_state(daemon, old, ANNA, "accepted")
    daemon.sleeps()
    daemon.pass_time(9 * DAY - 1800)  # more than an hour: it is looked at, and too young
    assert queue_ids(daemon) == [old]
    wait_until(lambda: queue_ids(daemon) == [old], 5, "the first look over")
    daemon.pass_time(3600 + 60)
    wait_left(daemon)
