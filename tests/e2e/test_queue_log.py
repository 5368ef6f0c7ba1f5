"""The mail log: what it lists, finds and says, by command and by page."""

import json
import time

import pytest

from world.mail import send, wait_state
from world.relay import DOMAIN

NAME, PASSWORD = "anna", "a long enough pass phrase"
ANNA, BERT = f"anna@{DOMAIN}", f"bert@{DOMAIN}"
NOBODY = f"reject@{DOMAIN}"


@pytest.fixture
def signed_in(mailing):
    """A browser of somebody signed in."""
    mailing.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    browser = mailing.browser()
    browser.submit(browser.get("/login"), {"name": NAME, "password": PASSWORD})
    return browser


def found(daemon, *options):
    return [row["id"] for row in json.loads(daemon.ok("queue", "list", "--json", *options))]


def three_mails(daemon):
    """Two that are accepted and one that is refused; their queue ids."""
    report = send(daemon, ANNA, message="Subject: =?utf-8?q?Bericht_f=C3=BCr_M=C3=A4rz?=\n\nx\n")
    alarm = send(daemon, BERT, message="From: Raid <raid@node.example>\nSubject: DegradedArray\n\nx\n")
    lost = send(daemon, NOBODY, message="Subject: cron 50% done\n\nx\n")
    wait_state(daemon, report, ANNA, "accepted")
    wait_state(daemon, alarm, BERT, "accepted")
    wait_state(daemon, lost, NOBODY, "failed")
    return report, alarm, lost


# by command

def test_mail_is_found_by_what_is_known_of_it(mailing):
    report, alarm, lost = three_mails(mailing)
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert found(mailing, "all") == [lost, alarm, report]
    assert found(mailing, "all", "--oldest-first") == [report, alarm, lost]
    assert found(mailing, "all", "--to", "ANNA@") == [report]
    assert found(mailing, "all", "--from", "raid") == [alarm]
    assert found(mailing, "all", "--subject", "für März") == [report]
    assert found(mailing, "all", "--subject", "50%") == [lost]
    assert found(mailing, "all", "--subject", "5%0") == []
    assert found(mailing, "failed", "--to", "reject") == [lost]
    assert found(mailing, "--state", "failed", "--to", "anna") == []
    assert found(mailing, "--id", alarm) == [alarm]
    (row,) = json.loads(mailing.ok("queue", "list", "--json", "--id", alarm))
    message_id = [line.split()[1] for line in mailing.ok("queue", "show", alarm).splitlines()
        if line.startswith("  id ")][0]
    assert found(mailing, "--id", message_id) == found(mailing, "--id", message_id[1:-1]) == [alarm]
    assert found(mailing, "all", "--since", today, "--until", today) == [lost, alarm, report]
    assert found(mailing, "all", "--until", "2020-01-01") == []
    assert found(mailing, "all", "--limit", "2") == [lost, alarm]
    assert row["state"] == "accepted"
    assert mailing.ok("queue", "list", "all", "--to", "nobody") == "no such mail\n"


@pytest.mark.parametrize("options, words", [
    (["--since", "yesterday"], "--since: takes a day as 2026-03-17"),
    (["--until", "2026-02-30"], "--until: takes a day"),
    (["--limit", "0"], "--limit takes a number"),
    (["--to"], "the last option wants a value"),
    (["--colour", "red"], "knows no option --colour"),
    (["--subject", "x" * 201], "--subject: takes at most 200 octets"),
    (["open", "all"], "one state at the most"),
    (["sideways"], "must be open, all"),
])
def test_a_list_that_cannot_be_is_refused(daemon, options, words):
    done = daemon.tocsin("queue", "list", *options)
    assert done.returncode == 64
    assert words in done.stderr
    assert done.stdout == ""


# by page

def test_the_search_is_a_plain_form(mailing, signed_in):
    report, alarm, lost = three_mails(mailing)
    page = signed_in.get("/login/queue")
    assert all(queue_id in page.text for queue_id in (report, alarm, lost))
    form = page.form("/login/queue")
    assert form.method == "get"
    assert set(form.fields) == {"state", "to", "from", "subject", "id", "since", "until"}
    page = signed_in.get("/login/queue?state=all&to=&from=raid&subject=&id=&since=&until=")
    assert alarm in page.text and report not in page.text and lost not in page.text
    assert page.form("/login/queue").fields["from"] == "raid"
    page = signed_in.get("/login/queue?state=failed&to=nobody%40nowhere")
    assert "No mail in this list fits." in page.text
    page = signed_in.get("/login/queue?since=tomorrow&to=x")
    assert page.status == 400
    assert "Enter a day as 2026-03-17" in page.text
    assert page.form("/login/queue").fields["to"] == "x"
