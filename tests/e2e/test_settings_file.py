"""The settings as a file: exported without secrets, imported after a page that shows the changes."""

import re

import pytest

from world.mail import send, wait_state
from world.relay import DOMAIN, USERS

NAME, PASSWORD = "anna", "a long enough pass phrase"
PAGE, APPLY = "/login/backup", "/login/backup/apply"


@pytest.fixture
def site(daemon, relay):
    daemon.use_relay(relay, "submission")
    daemon.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    daemon.page = signed_in(daemon)
    return daemon


def signed_in(daemon):
    browser = daemon.browser()
    browser.submit(browser.get("/login"), {"name": NAME, "password": PASSWORD})
    return browser


def show_changes(browser, text):
    return browser.submit(browser.get(PAGE), {"text": text}, action=PAGE)


def test_export_holds_every_setting_and_no_secret(site):
    file = site.page.get(f"{PAGE}/settings.txt")
    assert file.headers["Content-Disposition"] == 'attachment; filename="tocsin-settings.txt"'
    assert f"email.from_address = tocsin@{DOMAIN}\n" in file.text
    assert "email.password = (set)\n" in file.text and USERS["tocsin"] not in file.text
    assert "-----BEGIN CERTIFICATE-----\n" in file.text
    shown = {line.split(" = ")[0] for line in site.ok("show").splitlines() if " = " in line}
    written = {line.split(" = ")[0] for line in file.text.splitlines() if " = " in line}
    assert written == shown


@pytest.mark.parametrize("source", ["page", "show"])
def test_what_was_exported_is_imported_elsewhere(site, new_daemon, relay, source):
    text = site.page.get(f"{PAGE}/settings.txt").text if source == "page" else site.ok("show")
    other = new_daemon().start()
    other.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    other.set(email_password=USERS["tocsin"])
    browser = signed_in(other)
    page = show_changes(browser, text)
    assert page.status == 200 and "Settings that change" in page.text, page.text
    assert other.ok("get", "email.relay_host") == "\n"
    page = browser.submit(page, {"email.password": USERS["tocsin"]}, action=APPLY)
    assert "They are in force." in page.text, page.text
    assert other.ok("show", "email") == site.ok("show", "email")
    queue_id = send(other, f"anna@{DOMAIN}")
    wait_state(other, queue_id, f"anna@{DOMAIN}", "accepted")


@pytest.mark.parametrize("text, words", [
    ("hello", "Line 1: hello is not KEY = VALUE."),
    ("no.such = 1", "no.such is no setting."),
    ("email.password = hush-hush", "is a secret and is not taken from a file"),
    ("email.relay_port = 70000\nsite.name = x", "email.relay_port"),
    ("", "Nothing in this would change a setting."),
])
def test_what_is_wrong_is_told_and_nothing_changes(site, text, words):
    before = site.ok("show")
    page = show_changes(site.page, text)
    assert page.status == 422 and words in page.text
    kept = text.replace("hush-hush", "").rstrip()  # nothing typed is lost, and no secret is shown
    assert kept.replace("\n", "\r\n") in page.text or kept in page.text
    assert "hush-hush" not in page.text
    assert site.ok("show") == before


def test_less_safe_changes_are_said_before_they_are_made(site):
    page = show_changes(site.page, "email.encryption = none\nemail.allow_clear_password = yes\n")
    assert page.status == 200 and page.text.count("Less safe.") == 2
    assert site.ok("get", "email.encryption") == "starttls\n"
    page = site.page.submit(page, {}, action=APPLY)  # the saved password does not follow by itself
    assert page.status == 422 and "must be typed once more" in page.text
    assert site.ok("get", "email.encryption") == "starttls\n"


def test_a_change_in_between_is_told(site):
    page = show_changes(site.page, "email.helo_name = mx.example\nsite.name = here\n")
    site.set(email_max_connections="3")
    site.set(site_name="there")
    site.set(queue_retention_days="8")
    page = site.page.submit(page, {}, action=APPLY)
    assert page.status == 409 and "changed meanwhile" in page.text
    for key in ("email.max_connections", "site.name"):  # of every section that was to change
        assert re.search(rf'>{key}</span></th>\s*<td data-label="Changed by">', page.text), page.text
    assert "root (local)" in page.text and "queue.retention_days" not in page.text
    assert site.ok("get", "email.helo_name") == "\n"
    page = site.page.submit(page, {}, action=APPLY)
    assert "They are in force." in page.text
    assert site.ok("get", "email.helo_name") == "mx.example\n"


def test_only_for_people_signed_in(site):
    for path in (PAGE, f"{PAGE}/settings.txt"):
        answer = site.browser().get(path, follow=False)
        assert answer.status == 303 and "email.relay_host" not in answer.text
