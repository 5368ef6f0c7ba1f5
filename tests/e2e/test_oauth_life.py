"""The life of a sign-in by OAuth2 over months, with a real provider and a real relay that asks it:
what ends soon is told in time, once, whatever clocks do."""

import json

from world.mail import look_again, notices, send, wait_notices, wait_status
from world.net import wait_until
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
