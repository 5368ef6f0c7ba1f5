"""The pages in a real browser, with a real relay behind them."""

import html
import json
import re

import pytest

from world.chromium import play
from world.mail import send, wait_status
from world.relay import DOMAIN, USERS

NAME, PASSWORD = "anna", "a long enough pass phrase"
NO_SCRIPT = {"javaScriptEnabled": False}
PAGES = ["/login/status", "/login/email", "/login/account", "/login/queue",
    "/login/email/key", "/login/email/guide/microsoft365", "/login/email/guide/google",
    "/login/queue/retention", "/login/audit",
    "/login/tokens", "/login/aliases", "/login/backup", "/login/users",
    "/login/users/account?name=anna",
    "/login/queue?to=nobody&since=tomorrow",
    "/login/nowhere"]


def origin(daemon):
    return f"https://localhost:{daemon.port}"


@pytest.fixture
def site(daemon):
    """A daemon with an account."""
    daemon.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    return daemon


def at(daemon, case, **facts):
    return play(case, origin(daemon), name=NAME, password=PASSWORD, **facts)


def relay_values(relay, service="submission", **more):
    values = {
        "email.from_address": f"tocsin@{DOMAIN}",
        "email.relay_host": "localhost",
        "email.encryption": {"submission": "starttls", "smtps": "tls"}.get(service, "none"),
        "email.relay_port": str(relay.port(service)),
        "email.auth": "none" if service == "plain" else "password",
        "email.admin_contacts": f"admin@{DOMAIN}",
    }
    if service != "plain":
        values |= {"email.username": "tocsin", "email.password": USERS["tocsin"]}
    if service in ("submission", "smtps"):
        values["email.ca_certificate"] = relay.authority.read_text()
    return {**values, **more}


# the main road

@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
@pytest.mark.parametrize("service", ["plain", "submission", "smtps"])
def test_from_the_setup_link_to_the_accepted_mail(daemon, relay, service, options):
    seen = play("first_mail", origin(daemon), link=daemon.setup_link(), name=NAME,
        password=PASSWORD, values=relay_values(relay, service), options=options)
    assert "Accepted by localhost" in seen["text"], seen["text"]
    assert USERS["tocsin"] not in seen["text"]
    (mail,) = relay.wait_for(1)
    assert mail.to == f"admin@{DOMAIN}"
    queue_id = seen["text"].split("Accepted by localhost as ")[1].split()[0].strip(".,;")
    assert queue_id in relay.log()
    assert daemon.ok("get", "email.relay_port").strip() == str(relay.port(service))


def test_stages_are_shown(site, relay):
    seen = at(site, "save", values=relay_values(relay), waitForTest=True)
    for word in ("Find the server", "Connect", "Encrypt", "Greeting", "Introduce this node",
            "Sign in", "Sender", "Recipient", "Message", "Answer"):
        assert word in seen["text"], word


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_an_account_from_its_making_to_its_end(site, options):
    seen = at(site, "users", other="bert", changed="quite another pass phrase", options=options)
    assert seen["violations"] == []
    assert seen["names"] == ["bert (you)"]
    assert "is the last account that can sign in" in seen["last"]


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_a_preset_is_filled_in_and_saved_by_enter(site, options):
    seen = at(site, "preset", preset="own-relay", options=options)
    assert seen["from"] == "typed@example.com"
    assert any("Username" in problem for problem in seen["problems"]), seen
    seen = at(site, "preset", preset="google", options=options)
    assert seen["host"] == "smtp.gmail.com"
    assert site.ok("get", "email.relay_host") == "\n"


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_every_preset_is_filled_in_and_explained(site, options):
    presets = json.loads(site.ok("preset", "list", "--json"))
    seen = at(site, "presets", presets=presets, options=options)
    for preset in presets:
        page = seen[preset["name"]]
        known = {key: value for key, value in preset.items() if "." in key}
        assert {key: page["values"].get(key) for key in known} == known
        steps = re.findall(r"^  \d+\. (.+)$", site.ok("preset", "show", preset["name"]), re.M)
        assert steps
        for words in (*steps, preset["limits"]):
            assert words in page["text"]
    assert site.ok("get", "email.relay_host") == "\n"


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
@pytest.mark.parametrize("change, words", [
    ({"email.password": "wrong"}, ["535", "password"]),
    ({"email.relay_port": "1"}, ["refused"]),
    ({"email.relay_host": "no-such-host.invalid"}, ["no-such-host.invalid"]),
    ({"email.ca_certificate": ""}, ["Tocsin Test Authority"]),
    ({"email.admin_contacts": f"reject@{DOMAIN}"}, ["550", f"reject@{DOMAIN}"]),
    ({"email.from_address": f"somebody@{DOMAIN}"}, ["553"]),
])
def test_failing_stage_is_open_with_words_and_a_cure(site, relay, change, words, options):
    seen = at(site, "save", values=relay_values(relay, **change), waitForTest=True,
        options=options)
    for word in words:
        assert word in seen["text"]
    assert any("What to do:" in text for text in seen["open"])
    assert USERS["tocsin"] not in seen["html"]


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_without_saving_nothing_is_saved(site, relay, options):
    seen = at(site, "save", values=relay_values(relay, "plain"), button="Test without saving",
        waitForTest=True, options=options, newPage=bool(options))
    assert "Accepted by localhost" in seen["text"]
    assert site.ok("get", "email.relay_host").strip() == ""


# errors

BAD = {
    "email.from_address": "nobody",
    "email.relay_host": "https://smtp.example.com",
    "email.relay_port": "65536",
    "email.admin_contacts": "anna@example.test; broken@",
    "email.ca_certificate": "garbage",
}


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_all_errors_at_once_and_nothing_typed_is_lost(site, options):
    seen = at(site, "field_errors", values=BAD, options=options)
    assert {link["target"] for link in seen["links"]} == set(BAD)
    assert set(seen["beside"]) == set(BAD)
    if not options:
        for link in seen["links"]:
            assert link["focused"] == link["target"]
    assert seen["values"] == BAD
    assert seen["title"].startswith("Error")
    assert site.ok("get", "email.from_address").strip() == ""


def test_secret_is_not_sent_back(site):
    seen = at(site, "save", values={**BAD, "email.auth": "password", "email.username": "u",
        "email.password": "typed once"})
    assert "typed once" not in seen["html"]
    assert seen["values"]["email.password"] == ""
    assert seen["values"]["email.username"] == "u"
    assert "once more" in seen["text"] or "not kept" in seen["text"]


# the session ends over a form

KEPT = {
    "email": ("/login/email", "Save", {"email.from_address": f"tocsin@{DOMAIN}",
        "email.relay_host": "mx.example", "email.relay_port": "2525", "email.auth": "password",
        "email.username": "some body <&>"}, {"email.password": "hush, the relay's"}, "Saved."),
    "users": ("/login/users", "Make the account", {"name": "bert"},
        {"password": "a pass phrase for bert", "current": PASSWORD}, "The account is made."),
    "aliases": ("/login/aliases", "Save", {"name": "root", "targets": f"anna@{DOMAIN} contacts"}, {},
        "The alias root is set."),
}


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
@pytest.mark.parametrize("form", KEPT)
def test_what_was_typed_outlives_the_session_and_no_secret_does(site, form, options):
    page, button, values, secrets, after = KEPT[form]
    seen = at(site, "kept", page=page, button=button, values=values, secrets=secrets,
        options=options)
    assert "what you typed is not lost" in seen["told"]
    assert ("only passwords and secrets have to be typed once more" in seen["told"]) == bool(secrets)
    texts = {key: value for key, value in values.items() if value is not True}
    assert {key: seen["values"][key] for key in texts} == texts
    assert set(seen["secrets"].values()) <= {""}
    for content in seen["pages"]:
        for secret in secrets.values():
            assert secret not in content and html.escape(secret) not in content
    assert after in seen["after"]


def test_text_is_text_on_the_page(site):
    hostile = "\"><script>document.title='taken'</script>"
    seen = at(site, "field_errors", values={"email.from_address": hostile})
    assert seen["values"]["email.from_address"] == hostile
    assert "taken" not in seen["title"]


# ways of using it

def test_port_is_suggested_unless_typed(site):
    seen = at(site, "suggest_port")
    assert seen["suggested"] == ["465", "25", "587"]
    assert seen["typed"] == ["2525", "2525"]


def test_keyboard_alone(site, relay):
    values = relay_values(relay, "plain")
    order = ["email.from_address", "email.relay_host", "email.encryption", "email.relay_port",
        "email.auth", "email.admin_contacts"]
    assert "Accepted" in at(site, "keyboard", values={key: values[key] for key in order})["result"]
    relay.wait_for(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_for_everybody(site, relay, scheme, width):
    site.use_relay(relay)
    site.sendmail(f"anna@{DOMAIN}", message="Subject: seen\n\n")
    site.ok("oauth", "make-key")
    seen = at(site, "look", before=["/login"], pages=PAGES,
        options={"colorScheme": scheme, "viewport": {"width": width, "height": 800}})
    for page in seen:
        assert page["violations"] == [], page["address"]
        assert page["sideways"] <= 0, page["address"]
        assert len(page["h1"]) == 1 and page["h1"][0] in page["title"], page


# addresses as long as they may be

def long_address(local, n=254):
    """Of n octets: a local part and labels of the greatest length, with nowhere to break."""
    local = (local + "x" * 64)[:64]
    rest = n - len(local) - 1 - len(".example")
    labels = []
    while rest > 0:
        labels.append("d" * min(63, rest))
        rest -= len(labels[-1]) + 1
    address = f"{local}@{'.'.join(labels)}.example"
    assert len(address) == n
    return address


@pytest.mark.parametrize("width", [360, 1280])
def test_long_addresses_do_not_push_a_page_sideways(site, relay, width):
    site.use_relay(relay)
    wide, user = long_address("anna"), "u" * 64
    site.ok("alias", "set", "root", wide, long_address("bert"))
    site.ok("admin", "add", user, "--password", "@-", input=PASSWORD)
    queue_id = send(site, "-f", long_address("from"), wide, "root", message=f"From: {wide}\n"
        f"Subject: {'s' * 200}\n\nx\n")
    pages = ["/login/queue", "/login/queue?state=all", f"/login/queue/{queue_id}",
        f"/login/queue/{queue_id}/delete", f"/login/queue?to={wide[:200]}", "/login/aliases",
        "/login/aliases?name=root", "/login/aliases?set=root", "/login/users",
        f"/login/users/account?name={user}", "/login/audit"]
    seen = at(site, "look", pages=pages, options={"viewport": {"width": width, "height": 800}})
    for page in seen:
        assert page["status"] == 200, page
        assert page["sideways"] <= 0, page["address"]
        assert page["violations"] == [], page["address"]


# while mail is broken

@pytest.mark.parametrize("options", [
    {"colorScheme": "dark", "viewport": {"width": 360, "height": 800}}, NO_SCRIPT],
    ids=["narrow and dark", "no script"])
def test_every_page_says_that_mail_is_broken_and_then_no_more(site, relay, options):
    site.use_relay(relay)
    send(site, f"anna@{DOMAIN}")
    relay.wait_for(1)
    relay.stop()
    send(site, f"anna@{DOMAIN}")
    wait_status(site, "BROKEN")
    pages = ["/login/email", "/login/queue", "/login/account", "/login/nowhere"]
    found = at(site, "alarm", pages=pages, options=options)
    for page in found["seen"]:
        assert page["alarm"].startswith("Mail is broken since"), page
        assert "What to do first:" in page["alarm"] and "Waiting in the queue: 1" in page["alarm"]
        assert page["violations"] == [] and page["sideways"] <= 0, page
    assert found["field"].startswith("email.relay_") and found["address"] == "/login/email"
    relay.start()
    site.ok("queue", "retry", "--all")
    relay.wait_for(2)
    for page in at(site, "alarm", pages=pages, options=options)["seen"]:
        assert page["alarm"] == ""


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_time_and_zone_of_the_daily_notice(site, options):
    values = {"email.admin_contacts": f"admin@{DOMAIN}", "email.daily_notice": True,
        "email.daily_notice_time": "7:30", "email.time_zone": "berlin"}
    seen = at(site, "field_errors", values=values, options=options)
    assert [link["target"] for link in seen["links"]] == ["email.time_zone"]
    assert "Did you mean Europe/Berlin?" in seen["beside"]["email.time_zone"]
    assert seen["values"]["email.time_zone"] == "berlin"
    at(site, "save", values={**values, "email.time_zone": "europe/berlin"}, options=options)
    assert site.ok("get", "email.daily_notice_time") == "07:30\n"
    assert site.ok("get", "email.time_zone") == "Europe/Berlin\n"


# settings as a file

@pytest.mark.parametrize("options", [{}, NO_SCRIPT,
    {"colorScheme": "dark", "viewport": {"width": 360, "height": 740}}],
    ids=["script", "no script", "narrow and dark"])
def test_settings_are_exported_and_imported(site, relay, options):
    site.use_relay(relay)
    seen = at(site, "import", text="email.helo_name = mx.example\nemail.max_connections = 3\n",
        options=options)
    assert seen["chooser"] == (options != NO_SCRIPT)
    assert seen["name"] == "tocsin-settings.txt"
    assert "email.helo_name" in seen["table"] and "mx.example" in seen["table"]
    assert seen["violations"] == [] and seen["sideways"] == 0
    assert "Settings changed: 2." in seen["banner"]
    assert site.ok("get", "email.helo_name") == "mx.example\n"


# aliases

@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_an_alias_is_set_changed_and_removed(site, options):
    seen = at(site, "aliases", first="contacts", second=f"anna@{DOMAIN}, bert", options=options)
    assert "circle: root, root" in seen["wrong"] and seen["kept"] == "root"
    assert "The alias root is set" in seen["set"]
    assert seen["filled"] == "contacts"
    assert f"anna@{DOMAIN}, bert" in seen["table"] and f"by {NAME}" in seen["table"]
    assert "root is removed" in seen["removed"] and "No alias is set" in seen["after"]
    assert site.ok("alias", "list", "--json") == "[]\n"
