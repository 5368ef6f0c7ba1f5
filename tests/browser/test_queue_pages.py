"""The mail log in a real browser."""

import pytest

from test_pages import NO_SCRIPT, at, site  # noqa: F401 (a fixture)
from world.relay import DOMAIN


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
