"""The life of a sign-in by OAuth2 over months, with a real provider and a real relay that asks it:
what ends soon is told in time, once, whatever clocks do."""

import concurrent.futures
import json

from world.mail import look_again, notices, send, wait_notices, wait_status
from world.net import wait_until
from world.oauth import Person
from world.oauth_terminal import set_up, sign_in, status
from world.relay import DOMAIN

ANNA = f"anna@{DOMAIN}"


def look(node):
    """Whatever the site was called: one of the two is new."""
    look_again(node, "Ward 1")
    look_again(node, "Ward 2")


def no_more_than(relay, node, count):
    """A message that is sent afterwards has arrived, and no warning before it."""
    look(node)
    before = len(notices(relay, "afterwards"))
    send(node, ANNA, message="Subject: afterwards\n\n")
    wait_until(lambda: len(notices(relay, "afterwards")) > before, 20, "the message afterwards")
    assert len(notices(relay, "client secret")) == count


def test_the_secrets_end_is_told_step_by_step_over_clock_steps(new_clocked, provider, token_relay):
    node = set_up(new_clocked("2027-03-01 12:00:00"), provider, token_relay)
    assert sign_in(node, provider)[0] == 0
    node.set(email_oauth_secret_expires="2027-04-15")
    assert "OAuth2 client secret ends in 44 days" in node.ok("status")
    no_more_than(token_relay, node, 0)
    node.set_clock("2027-03-16 00:00:10")
    look(node)
    mail, = wait_notices(token_relay, "OAuth2 client secret ends in 29 days", 1)
    text = " ".join(mail.text.split())
    assert "15 April 2027" in text and "Certificates & secrets" in text
    assert f"admin@{DOMAIN}" in mail.message["To"]
    node.set_clock("2027-03-15 22:00:00")  # back over the step
    no_more_than(token_relay, node, 1)
    node.set_clock("2027-03-25 12:00:00")
    node.restart()
    no_more_than(token_relay, node, 1)
    node.stop()  # off for two steps: the nearest is told, and that after the restart
    node.set_clock("2027-04-10 12:00:00")
    node.start()
    look(node)
    wait_notices(token_relay, "OAuth2 client secret ends in 4 days", 1)
    no_more_than(token_relay, node, 2)
    token_relay.stop()  # mail cannot leave: pages and command alone say it
    send(node, ANNA)
    wait_status(node, "BROKEN")
    node.set_clock("2027-04-14 12:00:00")
    look(node)
    assert "SOON       OAuth2 client secret ends within a day" in node.ok("status")
    listed = node.ok("queue", "list", "all")
    assert listed.count("client secret") == 2
    ends = json.loads(node.ok("status", "--json"))["client_secret_ends"]
    assert ends == 1807747200  # 2027-04-15
    token_relay.start()
    node.ok("queue", "retry", "--all")
    wait_notices(token_relay, "OAuth2 client secret ends within a day", 1)
    node.set(email_oauth_secret_expires="2028-04-15")
    no_more_than(token_relay, node, 3)
    assert "SOON" not in node.ok("status")
    assert status(node)["state"] == "good"
    assert node.output().count("OAuth2 client secret ends") >= 3


# ---- the token is over ----

def test_a_hundred_mails_on_waking_cause_one_request(new_clocked, provider, token_relay):
    """The machine slept past the token's end; what comes then is known to need a new one."""
    node = set_up(new_clocked("2027-03-01 12:00:00"), provider, token_relay)
    assert sign_in(node, provider)[0] == 0
    node.sleeps()
    node.set(email_max_connections="3")
    before = len(provider.requests())
    provider.fail(delay=2000)
    node.pass_time(2 * 3600)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda number: node.sendmail(ANNA,
            message=f"Subject: mail {number}\n\n"), range(100)))
    assert {each.returncode for each in done} == {0}
    mails = token_relay.wait_for(100, 90)
    assert sorted(mail.message["Subject"] for mail in mails) == \
        sorted(f"mail {number}" for number in range(100))
    assert [(line["grant_type"], line["status"]) for line in provider.requests()[before:]] == \
        [("refresh_token", 200)]
    assert status(node)["usable"]


# ---- the sign-in is over ----

ALERT = "alert: mail is broken"


def renewals(node, provider, count):
    """So many were made; asking also makes the keeper look at its clock."""
    wait_until(lambda: status(node) and len(provider.renewals()) >= count, 30, f"{count} renewals")
    wait_until(lambda: status(node)["next_renewal"] or status(node)["state"] == "sign-in needed", 30,
        "the answer")
    assert len(provider.renewals()) == count


def go_through_trouble(node, provider):
    """A day of 503, a sign-in page of the network, HTML, half answers, and nobody at all."""
    html = {"type": "text/html", "body": "<html><form>Sign in to Airport WiFi</form></html>"}
    faults = [{"status": 503, **html}, {"status": 200, **html}, {"status": 500, "body": "{"},
        {"status": 429, "body": "{}", "type": "application/json"}, {"cut": True, "status": 200}]
    node.pass_time(3000)
    for fault in faults:
        provider.faults(*[{"path": "/token", "times": 1000, **fault}])
        for _ in range(5):
            node.pass_time(3700)
            before = len(provider.requests())
            wait_until(lambda: status(node) and len(provider.requests()) > before, 30, "a try")
            assert status(node)["state"] in ("failing", "good")
    provider.stop()
    node.pass_time(24 * 3600)
    wait_until(lambda: "reach" in status(node)["problem"] or "connect" in
        status(node)["problem"], 30, "a try")
    assert status(node)["state"] == "failing"
    assert node.output().count(ALERT) == 1
    provider.faults()
    provider.start()
    node.pass_time(3700)
    wait_until(lambda: status(node)["state"] == "good", 30, "a renewal")
    provider.reset()  # its list of requests, too
    provider.allow(f"https://node.example:{node.port}/login/smtp-verification")


def test_an_answer_lost_behind_a_rotation_ends_in_a_sign_in_and_not_in_a_loop(new_clocked, provider,
        token_relay):
    """The provider has rotated, and the new token never came: the old one, shown once more, ends the
    sign-in there. It is believed after minutes, told once, and nobody is asked any more."""
    node = set_up(new_clocked("2027-03-01 12:00:00"), provider, token_relay)
    assert sign_in(node, provider)[0] == 0
    node.sleeps()
    provider.fail(cut=True)
    node.pass_time(3000)
    renewals(node, provider, 1)
    assert status(node)["state"] == "failing" and status(node)["usable"]
    for count, seconds in ((2, 6), (3, 31), (4, 121), (5, 301)):
        node.pass_time(seconds)
        renewals(node, provider, count)
    assert [line.get("error") for line in provider.renewals()] == [None, *4 * ["invalid_grant"]]
    assert len({line["shown"] for line in provider.renewals()}) == 1
    assert status(node)["state"] == "sign-in needed"
    node.pass_time(24 * 3600)
    assert "sign-in is over" in wait_status(node, "BROKEN")
    send(node, ANNA, message="Subject: waits\n\n")
    node.pass_time(24 * 3600)
    assert status(node)["state"] == "sign-in needed" and len(provider.renewals()) == 5
    assert node.output().count(ALERT) == 1
    assert sign_in(node, provider)[0] == 0
    wait_until(lambda: notices(token_relay, "waits"), 30, "the mail that waited")


def test_only_a_sign_in_that_is_over_needs_a_person_and_that_is_told_once(new_clocked, provider,
        token_relay):
    node = set_up(new_clocked("2027-03-01 12:00:00"), provider, token_relay)
    assert sign_in(node, provider)[0] == 0
    node.sleeps()
    go_through_trouble(node, provider)
    send(node, ANNA, message="Subject: works again\n\n")
    wait_until(lambda: notices(token_relay, "works again"), 30, "a mail")
    node.pass_time(200)  # it has stayed good: that outage is over
    wait_until(lambda: node.ok("status") and "the relay takes mail again" in node.output(), 30,
        "the end of the outage")
    provider.revoke_all()
    token_relay.stop()  # the connection that was let in
    token_relay.start()
    queue_id = send(node, ANNA, message="Subject: kept\n\n")
    renewals(node, provider, 1)  # the relay refused the token
    for count, seconds in ((2, 31), (3, 121), (4, 301)):
        assert status(node)["state"] == "failing"
        node.pass_time(seconds)
        renewals(node, provider, count)
    assert status(node)["state"] == "sign-in needed"
    node.pass_time(24 * 3600)
    assert "sign-in is over" in wait_status(node, "BROKEN")
    page = Person(node).browser.get("/login/queue").text
    assert page.count('id="mail-is-broken"') == 1
    assert 'action="/login/email/verify"' in page and ">Sign in again</button>" in page
    token = node.ok("token", "create", "monitor", "--scope", "read").strip()
    metrics = node.browser().get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    assert "tocsin_oauth_sign_in_needed 1" in metrics
    assert 'tocsin_oauth_refreshes_total{outcome="denied"} 4' in metrics
    node.restart()
    assert status(node)["state"] == "sign-in needed"
    assert "BROKEN" in node.ok("status") and queue_id in node.ok("queue", "list", "open")
    assert len(provider.renewals()) == 4  # no more tries
    assert node.output().count(ALERT) == 2
    assert sign_in(node, provider)[0] == 0
    wait_until(lambda: notices(token_relay, "kept"), 30, "the mail that waited")
    assert "BROKEN" not in node.ok("status")
