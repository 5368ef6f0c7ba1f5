"""Accounts and sessions, as a browser without JavaScript sees them, and what forgers try."""

import concurrent.futures
import pathlib
import re
import time
import urllib.parse

import pytest


NAME, PASSWORD = "anna", "a long enough pass phrase"
START = "/login/status"


def sign_in(browser, name=NAME, password=PASSWORD, **options):
    page = browser.get("/login")
    return browser.submit(page, {"name": name, "password": password}, **options)


def is_signed_in(browser):
    answer = browser.get(START, follow=False)
    return answer.status == 200


@pytest.fixture
def site(daemon):
    daemon.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    return daemon


# the set-up link

def use_link(browser, link, name=NAME, password=PASSWORD):
    page = browser.get(link)
    given = {"name": name, "password": password}
    return browser.submit(page, {**given, "repeat": password})


def test_setup_link_makes_the_first_account_and_signs_in(daemon):
    browser = daemon.browser()
    assert use_link(browser, daemon.setup_link()).status == 200
    assert is_signed_in(browser)
    other = daemon.browser()
    sign_in(other)
    assert is_signed_in(other)


def test_setup_link_is_good_once(daemon):
    link = daemon.setup_link()
    use_link(daemon.browser(), link)
    again = daemon.browser().get(link)
    assert not again.forms or "password" not in again.form().fields


def test_setup_link_that_is_guessed_is_none(daemon):
    link = daemon.setup_link()
    wrong = link[:-1] + ("A" if link[-1] != "A" else "B")
    page = daemon.browser().get(wrong)
    assert not any("password" in form.fields for form in page.forms)
    page = daemon.browser().get(link)  # and the right one still works
    assert "password" in page.form().fields


def test_new_setup_link_replaces_the_old_one(daemon):
    old = daemon.setup_link()
    daemon.ok("admin", "setup-link")
    page = daemon.browser().get(old)
    assert not any("password" in form.fields for form in page.forms)


@pytest.mark.parametrize("password, words", [
    ("short", "8"), ("password1", "passwords"), ("", "")])
def test_weak_password_is_refused_and_the_link_still_good(daemon, password, words):
    link = daemon.setup_link()
    answer = use_link(daemon.browser(), link, password=password)
    assert answer.status in (400, 422) and words in answer.text
    assert NAME in answer.text  # what was typed is kept
    browser = daemon.browser()
    use_link(browser, link)
    assert is_signed_in(browser)


# signing in and out

def test_pages_want_a_session_and_lead_back(site):
    browser = site.browser()
    answer = browser.get(START, follow=False)
    assert answer.status in (302, 303) and "/login" in answer.headers["Location"]
    page = browser.get(START)
    landed = browser.submit(page, {"name": NAME, "password": PASSWORD})
    assert urllib.parse.urlsplit(landed.url).path == START


def test_the_way_back_stays_on_this_site(site):
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1",
            "/login\r\nX: y"):
        browser = site.browser()
        page = browser.get("/login?" + urllib.parse.urlencode({"next": target, "to": target,
            "from": target}))
        if page.status != 200:
            continue
        answer = browser.submit(page, {"name": NAME, "password": PASSWORD}, follow=False)
        location = answer.headers.get("Location", "/")
        assert location.startswith("/") and not location.startswith(("//", "/\\")), location


def test_cookie_is_closed_to_scripts_and_other_sites(site):
    answer = sign_in(site.browser(), follow=False)
    lines = [line for line in answer.headers.get_all("Set-Cookie") if "__Host-login=" in line]
    assert len(lines) == 1
    attributes = {part.strip().lower() for part in lines[0].split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)
    token = lines[0].split("=", 1)[1].split(";")[0]
    assert len(token) >= 43  # 256 bits


def test_new_session_id_at_every_sign_in(site):
    browser = site.browser()
    sign_in(browser)
    first = browser.cookies["__Host-login"]
    browser.cookies.clear()
    sign_in(browser)
    assert browser.cookies["__Host-login"] != first


def test_session_id_of_a_forger_is_not_taken_over(site):
    browser = site.browser()
    browser.cookies["__Host-login"] = "A" * 43
    sign_in(browser)
    assert browser.cookies["__Host-login"] != "A" * 43


def test_wrong_name_and_wrong_password_look_the_same(site):
    wrong_password = sign_in(site.browser(), password="not the pass phrase")
    wrong_name = sign_in(site.browser(), name="nobody-here")
    assert wrong_password.status == wrong_name.status
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", wrong_password.text).replace(NAME, "?") == \
        strip.sub("", wrong_name.text).replace("nobody-here", "?")


def test_wrong_name_takes_as_long_as_a_wrong_password(site):
    def seconds(name):
        began = time.monotonic()
        sign_in(site.browser(), name=name, password="not the pass phrase")
        return time.monotonic() - began
    known = min(seconds(NAME) for _ in range(3))
    unknown = min(seconds("nobody-here") for _ in range(3))
    assert 0.4 < unknown / known < 2.5, (known, unknown)


def test_password_is_not_shown_again(site):
    answer = sign_in(site.browser(), password="typed by mistake")
    assert "typed by mistake" not in answer.text
    assert NAME in answer.text


def sign_out(browser):
    page = browser.get(START)
    (form,) = [form for form in page.forms if "out" in (form.action or "")]
    return browser.submit(page, action=form.action)


def test_sign_out_ends_the_session_at_the_server(site):
    browser = site.browser()
    sign_in(browser)
    token = browser.cookies["__Host-login"]
    sign_out(browser)
    browser.cookies["__Host-login"] = token
    assert not is_signed_in(browser)


def test_sessions_survive_a_restart_of_the_roles(site):
    browser = site.browser()
    sign_in(browser)
    site.restart()
    assert is_signed_in(browser)


# forgery

def form_of(site):
    """A signed-in browser, a page with a form that changes something, and that form."""
    browser = site.browser()
    sign_in(browser)
    page = browser.get("/login/email")
    return browser, page, page.form()


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost",
    "https://localhost:1"])
def test_change_from_another_origin_is_refused(site, origin):
    browser, page, form = form_of(site)
    before = site.ok("show")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if origin is not None:
        headers["Origin"] = origin
    else:
        headers["Sec-Fetch-Site"] = "cross-site"
    answer = browser.request("POST", urllib.parse.urljoin(page.url, form.action or ""),
        urllib.parse.urlencode(form.fields), headers, follow=False)
    assert answer.status == 403
    assert site.ok("show") == before


def test_change_without_the_token_of_the_session_is_refused(site):
    browser, page, form = form_of(site)
    tokens = [name for name in form.fields if "csrf" in name or "token" in name]
    assert tokens
    for value in (None, "", "x" * 43):
        values = {**form.fields}
        for name in tokens:
            if value is None:
                values.pop(name)
            else:
                values[name] = value
        answer = browser.post(urllib.parse.urljoin(page.url, form.action or ""), values,
            follow=False)
        assert answer.status in (400, 403), value


def test_token_of_another_session_is_refused(site):
    browser, page, form = form_of(site)
    other, _, other_form = form_of(site)
    tokens = [name for name in form.fields if "csrf" in name or "token" in name]
    values = {**form.fields, **{name: other_form.fields[name] for name in tokens}}
    assert form.fields[tokens[0]] != other_form.fields[tokens[0]]
    answer = browser.post(urllib.parse.urljoin(page.url, form.action or ""), values, follow=False)
    assert answer.status in (400, 403)


# guessing

def test_guessing_is_slowed_and_the_owner_not_locked_out(site):
    owner = site.browser()
    sign_in(owner)
    codes = [sign_in(site.browser(), password=f"guess {n}").status for n in range(15)]
    assert 429 in codes, codes
    limited = sign_in(site.browser(), password="another guess")
    assert limited.status == 429 and int(limited.headers["Retry-After"]) > 0
    assert is_signed_in(owner)  # who is in stays in


def test_flood_of_sign_ins_is_answered_before_hashing(site):
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        codes = list(pool.map(
            lambda n: sign_in(site.browser(), name=f"user{n}").status, range(60)))
    assert 429 in codes
    assert site.healthy()
    memory = max(int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
        for pid in site.roles().values())
    assert memory < 200_000  # kB: one hash of 64 MiB at a time


# audit

def test_changes_are_in_the_audit_without_secrets(site):
    browser = site.browser()
    sign_in(browser)
    site.ok("set", "email.password=@-", input="never to be shown\n")
    page = browser.get("/login/audit")
    assert page.status == 200
    assert NAME in page.text and "email.password" in page.text
    assert "never to be shown" not in page.text and PASSWORD not in page.text
