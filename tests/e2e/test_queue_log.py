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
    assert found(mailing, "failed", "--to", "anna") == []
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


# what people do

def test_held_mail_waits_for_its_release(mailing, relay):
    mailing.set(email_relay_host="")
    queue_id = send(mailing, ANNA)
    assert "1 recipient is held" in mailing.ok("queue", "hold", queue_id)
    assert mailing.ok("queue", "hold", queue_id) == \
        "nothing to hold: it is held already, or does not wait\n"
    mailing.use_relay(relay)
    other = send(mailing, BERT)
    wait_state(mailing, other, BERT, "accepted")
    mailing.ok("queue", "retry", "--all")
    assert "Held by root (local)." in mailing.ok("queue", "show", queue_id)
    assert [mail.to for mail in relay.mails()] == [BERT]
    mailing.restart()
    assert json.loads(mailing.ok("queue", "release", "--all", "--json")) == {
        "messages": 1, "recipients": 1, "with_sender": 0}
    wait_state(mailing, queue_id, ANNA, "accepted")


def test_deleted_mail_is_never_sent(mailing, relay):
    mailing.set(email_relay_host="")  # nothing is tried
    queue_id = send(mailing, ANNA, message="Subject: x\n\nthe secret of the mail\n")
    assert "1 recipient was deleted" in mailing.ok("queue", "delete", queue_id)
    shown = wait_state(mailing, queue_id, ANNA, "failed")
    assert "Deleted by root (local)." in shown
    assert "delete by root (local), 1 recipient\n" in shown
    mailing.use_relay(relay)
    other = send(mailing, BERT)
    wait_state(mailing, other, BERT, "accepted")
    assert [mail.to for mail in relay.mails()] == [BERT]
    assert mailing.tocsin("queue", "resend", queue_id).returncode == 69
    assert mailing.tocsin("queue", "delete", "NOSUCHID2345").returncode == 66
    assert mailing.tocsin("queue", "delete").returncode == 64
    assert mailing.tocsin("queue", "delete", queue_id, user="nobody").returncode == 77


def test_one_id_that_is_not_there_leaves_the_others_to_be_done(mailing):
    mailing.set(email_relay_host="")
    first, second = send(mailing, ANNA), send(mailing, BERT)
    done = mailing.tocsin("queue", "hold", "--json", first, "NOSUCHID2345", second)
    assert done.returncode == 66
    assert json.loads(done.stdout) == {"messages": 2, "recipients": 2, "with_sender": 0}
    assert "NOSUCHID2345: nothing was done with it" in done.stderr
    assert mailing.tocsin("queue", "hold", "NOSUCHID2345").stdout == ""


def test_what_was_not_to_be_done_is_said(mailing):
    queue_id = send(mailing, NOBODY)
    wait_state(mailing, queue_id, NOBODY, "failed")
    for verb, words in (("hold", "nothing to hold: "), ("release", "nothing to release: "),
            ("retry", "nothing to try: "), ("delete", "nothing was waiting; what was kept"),
            ("delete", "nothing to delete: ")):
        assert mailing.ok("queue", verb, queue_id).startswith(words), verb


def test_a_search_without_a_find_does_not_call_the_queue_empty(mailing):
    assert mailing.ok("queue", "list") == "nothing in the queue\n"
    mailing.set(email_relay_host="")
    send(mailing, ANNA)
    assert mailing.ok("queue", "list", "--to", "somebody-else") == "no such mail\n"
    assert mailing.ok("queue", "list", "--since", "2099-01-01") == "no such mail\n"


def test_failed_mail_is_sent_again_as_it_was(mailing, relay, signed_in):
    queue_id = send(mailing, NOBODY, message="Subject: once more\nBcc: x@y\n\nbody\n")
    wait_state(mailing, queue_id, NOBODY, "failed")
    page = signed_in.get(f"/login/queue/{queue_id}/resend")
    form = page.form(f"/login/queue/{queue_id}/resend")
    copies = {signed_in.post(form.action, form.fields).url for _ in range(2)}
    assert len(copies) == 1  # a button pressed twice sends once
    copy = copies.pop().split("/")[-1].split("?")[0]
    wait_state(mailing, copy, NOBODY, "failed")
    assert found(mailing, "all") == [copy, queue_id]
    shown = json.loads(mailing.ok("queue", "show", "--json", queue_id))
    assert shown["deeds"][0]["what"] == "resend" and shown["deeds"][0]["other"] == copy
    assert shown["tries"][0]["code"] == 550
    again = json.loads(mailing.ok("queue", "show", "--json", copy))
    assert again["message_id"] == shown["message_id"]
    assert again["size"] > shown["size"]


def test_the_message_page_has_its_buttons(mailing, relay, signed_in):
    mailing.set(email_relay_host="")  # nothing is tried
    queue_id = send(mailing, ANNA)
    address = f"/login/queue/{queue_id}"
    page = signed_in.submit(signed_in.get(address), action=f"{address}/hold")
    assert "1 recipient is held." in page.text and "Held by anna" in page.text
    page = signed_in.submit(signed_in.get(f"{address}/delete"), action=f"{address}/delete")
    assert "1 recipient is given up." in page.text and "Deleted by anna" in page.text
    audit = signed_in.get("/login/audit").text
    assert f"hold: {queue_id}" in audit and f"delete: {queue_id}" in audit
