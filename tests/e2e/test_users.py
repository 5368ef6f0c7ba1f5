"""Users: made, given another password, disabled, removed, by the page and by the command."""

import json

import pytest

from world.mail import send

PASSWORD, OTHER = "a long enough pass phrase", "another pass phrase of mine"
START = "/login/status"


@pytest.fixture
def site(daemon):
    daemon.ok("admin", "add", "anna", "--password", "@-", input=PASSWORD)
    return daemon


def browser_of(daemon, name="anna", password=PASSWORD):
    browser = daemon.browser()
    browser.submit(browser.get("/login"), {"name": name, "password": password})
    return browser


def is_signed_in(browser):
    return browser.get(START, follow=False).status == 200


def account_page(browser, name):
    page = browser.get(f"/login/users/account?name={name}")
    assert page.status == 200
    return page


def users(daemon):
    return {user["name"]: user for user in json.loads(daemon.ok("admin", "list", "--json"))}


# the page

def test_an_account_is_made_on_the_page_and_signs_in(site):
    anna = browser_of(site)
    page = anna.submit(anna.get("/login/users"), {"name": "bert", "password": OTHER,
        "current": PASSWORD}, action="/login/users")
    assert "The account is made." in page.text and "bert" in page.text
    assert is_signed_in(browser_of(site, "bert", OTHER))
    assert "account made: bert" in anna.get("/login/audit").text


@pytest.mark.parametrize("fields, words", [
    ({"name": "anna", "password": OTHER}, "belongs to an account already"),
    ({"name": "ANNA", "password": OTHER}, "belongs to an account already"),
    ({"name": "", "password": OTHER}, "name"),
    ({"name": "bert bert", "password": OTHER}, "name"),
    ({"name": "bert", "password": "brief 7"}, "8 characters"),
    ({"name": "bert", "password": "password1"}, "common"),
])
def test_a_bad_account_is_told_and_not_made(site, fields, words):
    anna = browser_of(site)
    page = anna.submit(anna.get("/login/users"), {**fields, "current": PASSWORD},
        action="/login/users")
    assert page.status == 422 and words in page.text
    assert fields["password"] not in page.text
    assert set(users(site)) == {"anna"}


@pytest.mark.parametrize("page, fields, made", [
    ("/login/users", {"name": "bert", "password": OTHER}, ("admin", "list")),
    ("/login/tokens", {"name": "bert", "admin": "yes"}, ("token", "list")),
])
def test_a_session_alone_makes_no_way_in(site, page, fields, made):
    anna = browser_of(site)
    form = anna.get(page)
    for current, words in [("", "Your password is missing"), ("a guess", "Your password is not")]:
        refused = anna.submit(form, {**fields, "current": current}, action=page)
        assert refused.status == 422 and words in refused.text
        assert "bert" in refused.text and "bert" not in site.ok(*made)
    anna.submit(form, {**fields, "current": PASSWORD}, action=page)
    assert "bert" in site.ok(*made)


def test_all_that_is_wrong_with_an_account_or_a_token_is_told_at_once(site):
    anna = browser_of(site)
    page = anna.submit(anna.get("/login/users"), {"name": "", "password": "brief",
        "current": "a guess"}, action="/login/users")
    assert "3 things are not right" in page.text
    page = anna.submit(anna.get("/login/tokens"), {"name": "", "expires": "2020-01-01"},
        action="/login/tokens")
    assert "4 things are not right" in page.text
    for words in ("The name is empty", "What it may do is missing", "The last day is over already",
            "Your password is missing"):
        assert words in page.text


def test_own_password_needs_the_one_before(site):
    anna = browser_of(site)
    action = "/login/users/password"
    page = anna.submit(account_page(anna, "anna"), {"current": "not it at all", "password": OTHER},
        action=action)
    assert page.status == 422 and "Your password is not the one" in page.text
    assert is_signed_in(browser_of(site))
    elsewhere = browser_of(site)
    page = anna.submit(account_page(anna, "anna"), {"current": PASSWORD, "password": OTHER},
        action=action)
    assert "The password is changed" in page.text
    assert is_signed_in(anna) and not is_signed_in(elsewhere)
    assert not is_signed_in(browser_of(site))
    assert is_signed_in(browser_of(site, password=OTHER))


def test_guessing_the_password_before_is_slowed_down(site):
    anna = browser_of(site)
    texts = [anna.submit(account_page(anna, "anna"), {"current": f"guess {n}", "password": OTHER},
        action="/login/users/password").text for n in range(12)]
    assert "was wrong too often" in texts[-1]


def test_another_account_is_reset_disabled_enabled_and_removed(site):
    site.ok("admin", "add", "bert", "--password", "@-", input=PASSWORD)
    anna, bert = browser_of(site), browser_of(site, "bert")
    page = account_page(anna, "bert")
    refused = anna.submit(page, {"password": "brief"}, action="/login/users/password")
    assert refused.status == 422 and is_signed_in(bert)
    assert "Your password is missing" in refused.text and "8 characters" in refused.text
    anna.submit(page, {"password": OTHER, "current": PASSWORD}, action="/login/users/password")
    assert not is_signed_in(bert)
    bert = browser_of(site, "bert", OTHER)
    assert is_signed_in(bert)
    anna.submit(account_page(anna, "bert"), action="/login/users/sessions")
    assert not is_signed_in(bert)
    bert = browser_of(site, "bert", OTHER)
    page = anna.submit(account_page(anna, "bert"), action="/login/users/disable")
    assert "disabled" in page.text
    assert not is_signed_in(bert) and not is_signed_in(browser_of(site, "bert", OTHER))
    anna.submit(account_page(anna, "bert"), action="/login/users/enable")
    assert is_signed_in(browser_of(site, "bert", OTHER))
    page = anna.submit(account_page(anna, "bert"), action="/login/users/remove")
    assert "The account is removed" in page.text
    assert not is_signed_in(browser_of(site, "bert", OTHER))
    assert anna.get("/login/users/account?name=bert").status == 404


@pytest.mark.parametrize("action", ["disable", "remove"])
def test_the_last_account_stays(site, action):
    site.ok("admin", "add", "bert", "--password", "@-", input=PASSWORD)
    site.ok("admin", "disable", "bert")
    anna = browser_of(site)
    page = anna.submit(account_page(anna, "anna"), action=f"/login/users/{action}")
    assert page.status == 422 and "is the last account that can sign in" in page.text
    assert is_signed_in(anna) and users(site)["anna"]["disabled"] is False


# the command

def test_accounts_by_command(site):
    site.ok("admin", "add", "bert", "--password", "@-", input=PASSWORD)
    bert = browser_of(site, "bert")
    assert users(site)["bert"]["sessions"] == 1 and users(site)["bert"]["signed_in"] > 0
    site.ok("admin", "end-sessions", "bert")
    assert not is_signed_in(bert)
    site.ok("admin", "password", "bert", "--password", "@-", input=OTHER)
    assert is_signed_in(browser_of(site, "bert", OTHER))
    site.ok("admin", "disable", "bert")
    assert users(site)["bert"]["disabled"] is True
    site.ok("admin", "enable", "bert")
    site.ok("admin", "remove", "bert")
    assert set(users(site)) == {"anna"}
    for command in (["disable", "anna"], ["remove", "anna"]):
        done = site.tocsin("admin", *command)
        assert done.returncode == 65 and "last account" in done.stderr


@pytest.mark.parametrize("command", [["disable", "nobody"], ["remove", "nobody"],
    ["end-sessions", "nobody"]])
def test_an_unknown_account_is_told(site, command):
    done = site.tocsin("admin", *command)
    assert done.returncode == 67 and "No account has this name" in done.stderr


def test_a_password_on_the_command_line_is_refused(site):
    done = site.tocsin("admin", "password", "anna", "--password", "in the open")
    assert done.returncode == 64 and "other users can see" in done.stderr


def test_the_shell_completes_what_the_daemon_knows(site):
    site.ok("alias", "set", "ops", "bert@example.com")
    for name in ("backup", "old"):
        site.ok("token", "create", name, "--scope", "read")
    site.ok("token", "revoke", "old")
    queue_id = send(site, "bert@example.com", message="Subject: a\n\n")
    for words, expected in [(["alias", "remove", "o"], "ops"), (["alias", "set", "new", ""], "contacts ops"),
            (["admin", "disable", ""], "anna"), (["admin", "add", ""], ""),
            (["token", "revoke", ""], "backup"), (["queue", "show", ""], queue_id),
            (["queue", "hold", queue_id, queue_id[:3]], queue_id), (["queue", "resend", ""], "")]:
        assert site.ok("--complete", *words).split() == expected.split(), words
    site.stop()
    assert site.ok("--complete", "alias", "remove", "o") == ""
