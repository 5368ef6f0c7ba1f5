"""Broken mail is said everywhere and once; the daily notice keeps to its day whatever clocks do."""

import re
import socket

import pytest

from world.mail import look_again, notices, send, wait_notices, wait_status
from world.net import wait_until
from world.relay import DOMAIN

EX_TEMPFAIL = 75
ADMIN, ANNA = f"admin@{DOMAIN}", f"anna@{DOMAIN}"
NAME, PASSWORD = "anna", "a long enough pass phrase"


def signed_in(daemon):
    daemon.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    browser = daemon.browser()
    browser.submit(browser.get("/login"), {"name": NAME, "password": PASSWORD})
    return browser


# ---- while mail is broken ----

def test_broken_mail_is_said_on_every_page_by_the_command_and_in_the_log(mailing, relay):
    browser = signed_in(mailing)
    send(mailing, ANNA)
    relay.wait_for(1)
    relay.stop()
    for _ in range(3):
        send(mailing, ANNA)
    status = wait_status(mailing, "BROKEN")
    assert "what to do 1." in status and "3 waiting" in status and ", since " in status
    assert mailing.tocsin("status", "--check").returncode == EX_TEMPFAIL
    assert mailing.tocsin("status").returncode == 0
    for path, code in (("/login/email", 200), ("/login/queue", 200), ("/login/account", 200),
            ("/login/audit", 200), ("/login/nowhere", 404)):
        page = browser.get(path)
        assert page.status == code
        assert "Mail is broken</strong> since <time" in page.text, path
        assert "Nobody listens" in page.text or "refused" in page.text, path
        assert 'href="/login/email#email.relay_' in page.text, path
        assert 'Waiting in the queue: <a href="/login/queue">3</a>' in page.text, path
    assert "Mail is broken" not in mailing.browser().get("/login/nowhere").text
    assert mailing.output().count("alert: mail is broken") == 1
    relay.start()
    mailing.ok("queue", "retry", "--all")
    relay.wait_for(4)
    assert "mail       works" in mailing.ok("status")
    assert "Mail is broken" not in browser.get("/login/email").text
    assert not notices(relay, "mail works again")  # too short to be worth a mail


def test_an_outage_over_restarts_is_one_and_its_end_is_mailed_once(new_clocked, relay):
    daemon = new_clocked("2027-05-01 12:00:00")
    daemon.use_relay(relay)
    send(daemon, ANNA)
    relay.wait_for(1)
    relay.stop()
    send(daemon, ANNA)
    since = re.search(r"BROKEN.*since (\S+ \S+)", wait_status(daemon, "BROKEN"))[1]
    daemon.stop()
    daemon.set_clock("2027-05-01 12:40:00")
    daemon.start()
    status = wait_status(daemon, "BROKEN")
    assert re.search(r"since (\S+ \S{5})", status.split("BROKEN")[1])[1] == since[:16]
    assert daemon.output().count("alert: mail is broken") == 1
    relay.start()
    for _ in range(6):  # it must stay good before that is believed
        send(daemon, ANNA)
    mail, = wait_notices(relay, "mail works again after 4", 1)
    assert mail.to == ADMIN and mail.message["Auto-Submitted"] == "auto-generated"
    assert re.search(rf"Broken from: +1 May 2027, {since[11:16]}", mail.text), mail.text
    assert re.search(r"Messages that waited: +[1-7]\b", mail.text), mail.text
    daemon.restart()
    send(daemon, ANNA)
    relay.wait_for(10)
    assert len(notices(relay, "mail works again")) == 1


# A /dev with a system log of the test's own: mounts are the daemon's alone.
PRIVATE_DEV = """
set -e
mount -t tmpfs tmpfs "$1"
for name in null zero full random urandom; do
	touch "$1/$name"
	mount --bind "/dev/$name" "$1/$name"
done
mkdir "$1/shm"
mount --bind /dev/shm "$1/shm"
touch "$1/log"
mount --bind "$2" "$1/log"
mount --move "$1" /dev
shift 2
exec "$@"
"""


@pytest.fixture
def system_log(tmp_path):
    """A datagram socket as syslog daemons have it, open to every user."""
    path = tmp_path / "log.socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(path))
        path.chmod(0o666)
        log.settimeout(20)
        yield log


def test_broken_mail_is_an_alert_in_the_system_log(new_daemon, relay, tmp_path, system_log):
    daemon = new_daemon()
    dev = tmp_path / "dev"
    dev.mkdir()
    daemon.wrapper = ["unshare", "--mount", "--propagation", "private", "sh", "-c", PRIVATE_DEV,
        "sh", dev, system_log.getsockname()]
    daemon.start()
    daemon.use_relay(relay)
    send(daemon, ANNA)
    relay.wait_for(1)
    relay.stop()
    send(daemon, ANNA)
    line = system_log.recv(4096).decode()
    # facility mail, severity alert
    assert re.match(r"<17>[A-Z][a-z]{2} [ 0-9]\d \d\d:\d\d:\d\d tocsin\[\d+\]: keeper: alert: "
        "mail is broken, the queue is held: ", line), line
    assert "this log alone" not in daemon.output()
    system_log.settimeout(0.5)
    with pytest.raises(TimeoutError):
        system_log.recv(4096)


# ---- the daily notice ----

def daily(relay):
    return notices(relay, "daily communication notice")


def no_more_than(relay, daemon, count):
    """A message that is sent afterwards has arrived, and no notice before it."""
    look_again(daemon, f"Ward {daemon.state}"[:50])
    before = len(notices(relay, "afterwards"))
    send(daemon, ANNA, message="Subject: afterwards\n\n")
    wait_until(lambda: len(notices(relay, "afterwards")) > before, 20, "the message afterwards")
    assert len(daily(relay)) == count, [mail.message["Date"] for mail in daily(relay)]


def test_daily_notice_once_a_day_whatever_the_clock_does(new_clocked, relay):
    daemon = new_clocked("2027-03-27 06:50:00")  # 07:50 in Berlin
    daemon.use_relay(relay, email_daily_notice="yes", email_daily_notice_time="8:00",
        email_time_zone="europe/berlin")
    assert daemon.ok("get", "email.time_zone") == "Europe/Berlin\n"
    assert "the next is due 2027-03-27 07:00" in daemon.ok("status")
    no_more_than(relay, daemon, 0)
    daemon.set_clock("2027-03-27 07:00:10")
    look_again(daemon)
    mail, = wait_notices(relay, "daily communication notice", 1)
    # 08:00 of the 28th, when summer time has begun
    assert "28 March 2027, 08:00:00 +0200 (Europe/Berlin)" in " ".join(mail.text.split())
    assert re.search(r"HTTPS certificate of this node:\s+\d+ days left", mail.text)
    for step in ("2027-03-27 05:00:00", "2027-03-27 07:00:00", "2027-03-26 07:30:00"):
        daemon.set_clock(step)
        no_more_than(relay, daemon, 1)
    daemon.set_clock("2027-03-27 12:00:00")
    daemon.restart()
    no_more_than(relay, daemon, 1)
    daemon.ok("set", "email.daily_notice_time=13:30")
    daemon.set_clock("2027-03-27 12:31:00")
    no_more_than(relay, daemon, 1)
    # the machine was off for two days and comes up in the evening: one, not two
    daemon.stop()
    daemon.set_clock("2027-03-29 18:00:00")
    daemon.start()
    look_again(daemon)
    wait_notices(relay, "daily communication notice", 2)
    no_more_than(relay, daemon, 2)


def test_daily_notice_at_a_time_that_is_skipped_and_one_that_comes_twice(new_clocked, relay):
    daemon = new_clocked("2027-03-28 00:58:00")
    daemon.use_relay(relay, email_daily_notice_time="02:30", email_time_zone="Europe/Berlin")
    daemon.ok("set", "email.daily_notice=yes")
    no_more_than(relay, daemon, 0)
    daemon.set_clock("2027-03-28 01:00:01")  # 01:59:59, then 03:00:00
    look_again(daemon)
    wait_notices(relay, "daily communication notice", 1)
    daemon.set_clock("2027-03-28 01:31:00")
    no_more_than(relay, daemon, 1)
    daemon.set_clock("2027-10-31 00:30:01")  # 02:30 for the first time
    look_again(daemon)
    wait_notices(relay, "daily communication notice", 2)
    daemon.set_clock("2027-10-31 01:30:01")
    no_more_than(relay, daemon, 2)


def test_daily_notice_waits_while_mail_is_broken(new_clocked, relay):
    daemon = new_clocked("2027-05-01 07:59:00")
    daemon.use_relay(relay, email_daily_notice="yes")
    relay.stop()
    send(daemon, ANNA)
    wait_status(daemon, "BROKEN")
    daemon.set_clock("2027-05-01 08:00:01")
    look_again(daemon)
    assert "1 waiting" in daemon.tocsin("status").stdout
    relay.start()
    daemon.ok("queue", "retry", "--all")
    relay.wait_for(1)
    look_again(daemon)
    mail, = wait_notices(relay, "daily communication notice", 1)
    assert "Accepted in 24 hours" in mail.text


# ---- settings ----

@pytest.mark.parametrize("pair, words", [
    ("email.time_zone=Europe/Berln", "Did you mean Europe/Berlin?"),
    ("email.time_zone=new york", "Did you mean America/New_York?"),
    ("email.daily_notice_time=25:00", "00:00 to 23:59"),
])
def test_bad_time_or_zone_is_told_with_what_was_meant(daemon, pair, words):
    done = daemon.tocsin("set", pair)
    assert done.returncode == 65 and words in done.stderr, done.stderr


# ---- mail that failed ----

def test_failed_mail_is_in_the_daily_notice(new_clocked, relay):
    daemon = new_clocked("2027-05-01 07:50:00")
    daemon.use_relay(relay, email_daily_notice="yes")
    send(daemon, f"reject@{DOMAIN}", message="Subject: backup of db1\n\n")
    wait_status(daemon, "1 failed in 24 h")
    daemon.set_clock("2027-05-01 08:00:01")
    look_again(daemon)
    # within the gathering minute of failures or after it: they are told on their own, too
    mail, = wait_notices(relay, "daily communication notice", 1)
    text = " ".join(mail.text.split())
    assert f"to reject@{DOMAIN}, \"backup of db1\"" in text and "550" in text
    told, = wait_notices(relay, "could not be delivered", 1)
    assert f"reject@{DOMAIN}" in told.text
