"""The mail log in a real browser."""

import pytest

from test_pages import NAME, NO_SCRIPT, at, site  # noqa: F401 (a fixture)
from world.mail import queue_ids, send, wait_state
from world.relay import DOMAIN

NARROW = {"viewport": {"width": 360, "height": 800}}
LONG_SUBJECT = "A long report about " + "a-very-long-word-without-a-break" * 6
LONG_ADDRESS = "somebody-with-a-long-name" + "-and-more" * 4 + f"@{DOMAIN}"


@pytest.fixture
def log(site, relay):  # noqa: F811
    """Three mails that the relay has, and somebody who may look at them."""
    site.use_relay(relay)
    for subject in ("Report one", "Alarm", "Report two"):
        site.sendmail(f"anna@{DOMAIN}", message=f"Subject: {subject}\n\nx\n")
    relay.wait_for(3)
    return site


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_the_log_is_searched(log, options):
    seen = at(log, "search", subject="report", options=options)
    assert seen["all"] == ["Report two", "Alarm", "Report one"]
    assert seen["found"] == ["Report two", "Report one"]
    assert seen["typed"] == "report"
    assert seen["oldest"] == ["Report one", "Report two"]
    assert seen["after"] == ["Report one", "Alarm", "Report two"]


@pytest.fixture
def deeds(site, relay):  # noqa: F811
    """A mail that failed, and one that waits because the relay puts one of its recipients off."""
    site.use_relay(relay)
    failed = send(site, f"reject@{DOMAIN}", message="Subject: lost\n\nx\n")
    wait_state(site, failed, f"reject@{DOMAIN}", "failed")
    later = f"tempfail@{DOMAIN}"
    waits = send(site, LONG_ADDRESS, later, message=f"Subject: {LONG_SUBJECT}\n\nx\n")
    wait_state(site, waits, later, "deferred")
    return site, {"waits": waits, "failed": failed}


@pytest.mark.parametrize("options", [{}, {**NARROW, "colorScheme": "dark"}, NO_SCRIPT],
    ids=["wide", "narrow, dark", "no script"])
def test_mail_is_held_released_deleted_and_sent_again(deeds, options):
    site, messages = deeds  # noqa: F811
    found = at(site, "deeds", options=options, **messages)
    said = found["said"]
    assert said["held"] == "1 recipient is held. Nothing of it is sent until somebody releases it."
    assert said["buttons"] == ["Release", "Delete"]
    assert said["released"].startswith("1 recipient is due now.")
    assert said["tried"].startswith("1 recipient is due now.")
    assert "This gives the message up for 1 recipient" in said["asked"]
    assert said["left"].strip() == "Deferred", "asking does nothing yet"
    assert said["deleted"] == "1 recipient is given up."
    assert f"Deleted by {NAME}" in said["after"] and f"Held by {NAME}" in said["after"]
    assert "once more to each recipient for whom it failed" in said["askedAgain"]
    assert said["sent"].startswith("This is the copy")
    assert f"This is a copy, sent again by {NAME}" in said["copied"]
    assert f"Sent again by {NAME}" in said["original"] and said["copy"] in said["original"]
    assert queue_ids(site)[-1] == said["copy"]
    assert len(found["seen"]) == (0 if "javaScriptEnabled" in options else 12)
    for page in found["seen"]:
        assert page["violations"] == [], page["url"]
        assert page["sideways"] <= 0, page["url"]
