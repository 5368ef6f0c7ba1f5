"""The API and its tokens, over HTTPS, by curl and by a client generated from its description."""

import email.policy
import json
import re
import subprocess
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from prometheus_client.parser import text_string_to_metric_families

from world.api import Client, call, wait_for_test
from world.mail import wait_state
from world.net import wait_until
from world.provider import private_pem
from world.relay import DOMAIN, USERS
from world.web import raw

ANNA = f"anna@{DOMAIN}"
ALL = "read,send,admin"


def token(daemon, scope=ALL, name=None, *arguments):
    name = name or scope.replace(",", "-")
    return daemon.ok("token", "create", name, "--scope", scope, *arguments).strip()


@pytest.fixture
def api(mailing):
    """A daemon with a relay, and a client with a token that may do everything."""
    mailing.client = Client(mailing.port, token(mailing))
    return mailing


# tokens

def test_token_is_printed_alone_and_kept_as_a_digest(daemon):
    done = daemon.tocsin("token", "create", "backup", "--scope", "send")
    assert done.returncode == 0 and re.fullmatch(r"tocsin_[0-9a-f]{64}\n", done.stdout)
    secret = done.stdout.strip()
    client = Client(daemon.port, secret)
    assert client.getStatus().status == 403
    (row,) = json.loads(daemon.ok("token", "list", "--json"))
    assert (row["name"], row["scopes"], row["state"]) == ("backup", "send", "good")
    assert "backup  good  send" in daemon.ok("token", "list")
    daemon.stop()
    for file in daemon.folder.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("arguments, status", [
    (["--scope", "read"], 64), (["a"], 64), (["a", "--scope", "write"], 64),
    (["a", "--scope", "read", "--expires", "tomorrow"], 64),
    (["two words", "--scope", "read"], 65),
    (["a", "--scope", "read", "--expires", "2020-01-01"], 65)])
def test_bad_token_is_refused(daemon, arguments, status):
    done = daemon.tocsin("token", "create", *arguments)
    assert done.returncode == status and done.stdout == "" and done.stderr


def test_token_list_and_revoke(daemon):
    secret = token(daemon, "read", "monitor", "--expires", "2199-12-31")
    assert daemon.tocsin("token", "create", "monitor", "--scope", "read").returncode == 65
    client = Client(daemon.port, secret)
    assert client.getStatus().status == 200
    wait_until(lambda: json.loads(daemon.ok("token", "list", "--json"))[0]["used_from"] ==
        "127.0.0.1", what="the last use noted")
    assert daemon.ok("token", "revoke", "monitor") == "token monitor revoked\n"
    assert client.getStatus().status == 401
    assert daemon.tocsin("token", "revoke", "monitor").returncode == 66
    assert "revoked" in daemon.ok("token", "list")


def test_token_made_and_revoked_on_the_page(daemon):
    daemon.ok("admin", "add", "anna", "--password", "@-", input="a long enough pass phrase")
    browser = daemon.browser()
    browser.submit(browser.get("/login"), {"name": "anna", "password": "a long enough pass phrase"})
    page = browser.get("/login/tokens")
    form = page.form("/login/tokens")
    made = browser.post(form.action, {**form.fields, "name": "monitor", "read": "yes",
        "current": "a long enough pass phrase"})
    (secret,) = re.findall(r"tocsin_[0-9a-f]{64}", made.text)
    client = Client(daemon.port, secret)
    assert client.getStatus().status == 200
    again = browser.get("/login/tokens")
    assert secret not in again.text and "monitor" in again.text
    revoke = again.form("/login/tokens/revoke")
    assert "revoked" in browser.post(revoke.action, revoke.fields).text
    assert client.getStatus().status == 401
    assert secret not in daemon.output()


# the way in

def test_token_goes_by_the_authorization_header_alone(api):
    secret = api.client.token
    for target, headers in [("/api/v1/status", {}), (f"/api/v1/status?access_token={secret}", {}),
            ("/api/v1/status", {"Cookie": f"__Host-login={secret}"}),
            ("/api/v1/status", {"Authorization": f"Basic {secret}"}),
            ("/api/v1/status", {"Authorization": "Bearer"}),
            ("/api/v1/status", {"X-Api-Key": secret})]:
        reply = call(api.port, "GET", target, headers=headers)
        assert reply.status == 401, (target, headers)
        assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="tocsin"')
    reply = call(api.port, "GET", "/api/v1/status", headers={"Authorization": f"bearer {secret}"})
    assert reply.status == 200


def test_session_opens_no_api_and_token_no_page(api):
    api.ok("admin", "add", "anna", "--password", "@-", input="a long enough pass phrase")
    browser = api.browser()
    browser.submit(browser.get("/login"), {"name": "anna", "password": "a long enough pass phrase"})
    assert browser.get("/login/status", follow=False).status == 200
    assert browser.get("/api/v1/status").status == 401
    for target in ("/login/status", "/login/email", "/"):
        answer = api.browser().get(target, headers={
            "Authorization": f"Bearer {api.client.token}"}, follow=False)
        assert answer.status == 303 and answer.headers["Location"].startswith("/login")


def test_wrong_tokens_wait_and_the_good_one_does_not(api):
    statuses = [call(api.port, "GET", "/api/v1/status", f"tocsin_{n:064x}").status
        for n in range(12)]
    assert statuses == 10 * [401] + 2 * [429]
    assert api.client.getStatus().status == 200


def test_a_key_is_made_and_only_its_certificate_leaves(api):
    made = api.client.makeKey({"days": 30})
    assert made.status == 200, made.json
    certificate = x509.load_pem_x509_certificate(made.json["certificate"].encode())
    assert made.json["thumbprint_sha1"] == certificate.fingerprint(hashes.SHA1()).hex().upper()
    assert certificate.not_valid_after.strftime("%Y-%m-%dT%H:%M:%SZ") == made.json["ends"]
    shown = api.client.getEmail()
    assert shown.json["oauth_private_key"]["set"] is True
    assert shown.json["oauth_certificate"].strip() == made.json["certificate"].strip()
    assert "PRIVATE KEY" not in json.dumps([made.json, shown.json])
    for days in (0, 3651, "30"):
        refused = api.client.makeKey({"days": days})
        assert refused.status == 422 and refused.json["errors"][0]["field"] == "days"
    assert api.client.getEmail().json["oauth_certificate"] == shown.json["oauth_certificate"]


def test_methods_and_kinds_of_body_are_exact(api):
    secret = api.client.token
    for method, target, allow in [("DELETE", "/api/v1/email", "GET, HEAD, PUT"),
            ("OPTIONS", "/api/v1/email", "GET, HEAD, PUT"), ("PATCH", "/api/v1/status", "GET, HEAD"),
            ("GET", "/api/v1/queue/retry", "POST"),
            ("PUT", "/api/v1/messages", "GET, HEAD, POST")]:
        reply = call(api.port, method, target, secret)
        assert (reply.status, reply.headers["Allow"]) == (405, allow)
        assert reply.headers.get_content_type() == "application/problem+json"
    assert call(api.port, "GET", "/api/v2/status", secret).status == 404
    assert call(api.port, "HEAD", "/api/v1/status", secret).body == b""
    for target in ("/api/v1/messages", "/api/v1/email/test"):
        assert call(api.port, "POST", target, secret, b"x",
            {"Content-Type": "text/plain"}).status == 415
    reply = call(api.port, "PUT", "/api/v1/email", secret, b" " * 600000,
        {"Content-Type": "application/json"})
    assert reply.status == 413 and "512 KiB" in reply.json["detail"]
    for method, target in (("POST", "/api/v1/queue/retry"), ("DELETE", "/api/v1/messages/NOSUCHID")):
        reply = call(api.port, method, target, secret, {"x": 1})
        assert (reply.status, reply.json["title"]) == (415, "This address takes no body")
    assert call(api.port, "POST", "/api/v1/nowhere", secret, {"x": 1}).status == 404
    assert call(api.port, "POST", "/api/v1/status", secret, {"x": 1}).status == 405


# settings

def test_settings_by_the_api(api):
    client = api.client
    before = client.getEmail()
    assert before.json["relay_host"] == "localhost"
    assert before.json["admin_contacts"] == [f"admin@{DOMAIN}"]
    assert before.json["password"]["set"] is False
    saved = client.putEmail({"admin_contacts": [ANNA, f"bert@{DOMAIN}"], "daily_notice": True,
        "max_connections": 3}, If_Match=before.headers["ETag"])
    assert saved.status == 200
    assert saved.json == {**before.json, "admin_contacts": [ANNA, f"bert@{DOMAIN}"],
        "daily_notice": True, "max_connections": 3}
    assert api.ok("get", "email.max_connections") == "3\n"
    stale = client.putEmail({"max_connections": 4}, If_Match=before.headers["ETag"])
    assert stale.status == 412
    assert {row["field"] for row in stale.json["changed"]} == {
        "admin_contacts", "daily_notice", "max_connections"}
    assert all(row["by"] == "token read-send-admin" for row in stale.json["changed"])
    assert api.ok("get", "email.max_connections") == "3\n"
    assert client.putEmail({"max_connections": None}).json["max_connections"] == 1
    # what was shown may be sent back
    shown = client.getEmail()
    again = client.putEmail(shown.json, If_Match=shown.headers["ETag"])
    assert (again.status, again.json) == (200, shown.json)


def test_never_saved_is_a_version_too(daemon):
    client = Client(daemon.port, token(daemon))
    first = client.getEmail()
    daemon.set(email_helo_name="somebody.example")
    assert client.putEmail({"helo_name": "other.example"},
        If_Match=first.headers["ETag"]).status == 412


def test_all_errors_at_once_and_nothing_half(api):
    before = api.client.getEmail().json
    reply = api.client.putEmail({"relay_port": 65536, "encryption": "ssl", "daily_notice": True,
        "from_address": "nobody"})
    assert reply.status == 422
    assert {row["field"] for row in reply.json["errors"]} == {
        "relay_port", "encryption", "from_address"}
    reply = api.client.putEmail({"relay_prot": 25, "daily_notice": "maybe", "relay_port": [],
        "from_address": 7})
    told = {row["field"]: row["detail"] for row in reply.json["errors"]}
    assert list(told) == ["relay_prot", "relay_port", "from_address", "daily_notice"]
    assert told["relay_prot"] == \
        "is no setting of Email Configuration; did you mean relay_port?"
    reply = api.client.putEmail({"zzz": 1, "time_zone": "Mars/Olympus", "encryption": "ssl"})
    assert {row["field"] for row in reply.json["errors"]} == {"zzz", "time_zone", "encryption"}
    assert api.client.getEmail().json == before


def test_secret_is_set_and_never_shown(api, relay):
    reply = api.client.putEmail({"encryption": "none", "auth": "password", "username": "tocsin",
        "password": USERS["tocsin"], "allow_clear_password": True})
    assert reply.status == 200 and reply.json["password"]["set"] is True
    assert reply.json["password"]["by"] == "token read-send-admin"
    assert USERS["tocsin"] not in api.client.getEmail().body.decode()
    elsewhere = api.client.putEmail({"relay_host": "evil.example"})
    assert elsewhere.status == 422
    assert [row["field"] for row in elsewhere.json["errors"]] == ["password"]


@pytest.mark.parametrize("secret, away, back", [
    ("password", {"auth": "none", "relay_host": "evil.example"}, {"auth": "password"}),
    ("oauth_client_secret", {"auth": "none", "oauth_token_endpoint": "https://evil.example/t"},
        {"auth": "oauth2", "oauth_flow": "client"}),
    ("oauth_client_secret", {"oauth_flow": "service",
        "oauth_token_endpoint": "https://evil.example/t"}, {"oauth_flow": "client"}),
], ids=["password", "secret by type", "secret by flow"])
def test_a_secret_follows_to_nobody_who_was_named_while_it_was_not_used(api, secret, away, back):
    key = rsa.generate_private_key(65537, 2048)
    used = {"encryption": "starttls", "auth": "password", "username": "tocsin",
        "password": "hush-hush-password"}
    if secret == "oauth_client_secret":
        used = {"encryption": "starttls", "auth": "oauth2", "oauth_email": "a@example.test",
            "oauth_client_id": "x", "oauth_scopes": "smtp", "oauth_flow": "client",
            "oauth_token_endpoint": "https://good.example/t", "oauth_private_key": private_pem(key),
            "oauth_key_id": "k", "oauth_client_secret": "hush-hush-secret"}
    reply = api.client.putEmail(used)
    assert reply.status == 200, reply.body
    assert api.client.putEmail(away).status == 200  # where it is not used it may go anywhere
    reply = api.client.putEmail(back)
    assert reply.status == 422
    assert [row["field"] for row in reply.json["errors"]] == [secret]
    tried = api.client.testEmail({"settings": back})
    assert tried.status == 422 and secret in tried.body.decode()
    assert api.client.putEmail({**back, secret: "typed-once-more"}).status == 200


@pytest.mark.parametrize("body, words", [
    (b"", "no JSON"), (b"{", "no JSON"), (b"[]", "no object"), (b'{"a":1,"a":2}', "duplicate"),
    (b"[" * 9 + b"]" * 9, "8 levels"), (b'{"a":[' + b"1," * 5001 + b"1]}", "5000"),
    (b'{"a":"\\u0000"}', "no JSON"), (b'{"a":"\xff"}', "no JSON"), (b"{} x", "no JSON")])
def test_body_that_is_no_object_is_400(api, body, words):
    reply = api.client.putEmail(body, media="application/json")
    assert reply.status == 400 and words in reply.json["detail"]


# the test mail

def test_test_mail(api, relay):
    started = api.client.testEmail()
    assert started.status == 202
    assert started.headers["Location"] == f"/api/v1/email/test/{started.json['run']}"
    run = wait_for_test(api.client, started.json["run"])
    assert run["ok"] and run["relay_queue_id"] in relay.log()
    assert {stage["step"] for stage in run["stages"]} >= {"connect", "ehlo", "rcpt", "answer"}
    (mail,) = relay.wait_for(1)
    assert mail.to == f"admin@{DOMAIN}"


def test_test_mail_with_values_that_are_not_saved(api):
    started = api.client.testEmail({"to": [ANNA], "settings": {"relay_port": 1}})
    run = wait_for_test(api.client, started.json["run"])
    assert not run["ok"]
    assert any(stage["step"] == "connect" and stage["state"] == "bad" for stage in run["stages"])
    assert api.client.getEmail().json["relay_port"] != 1
    wrong = api.client.testEmail({"to": "nobody", "settings": {"relay_port": "x"}, "more": 1})
    assert {row["field"] for row in wrong.json["errors"]} == {"more", "to", "settings.relay_port"}
    wrong = api.client.testEmail({"settings": {"relay_port": 0}})
    assert [row["field"] for row in wrong.json["errors"]] == ["settings.relay_port"]
    assert api.client.getTest(run=999999999999).status == 404


# mail

def test_message_in_parts(api, relay):
    sent = api.client.sendMessage({"to": [f"Ännä <{ANNA}>"], "cc": f"bert@{DOMAIN}",
        "bcc": [f"carl@{DOMAIN}"], "subject": "Größe" + " long" * 30,
        "text": "Hello,\n\nüber\n", "html": "<p>Hello</p>", "headers": {"X-Job": "7",
            "Reply-To": f"ops@{DOMAIN}"}})
    assert sent.status == 202
    mails = relay.wait_for(3)
    assert {mail.to for mail in mails} == {ANNA, f"bert@{DOMAIN}", f"carl@{DOMAIN}"}
    message = email.message_from_bytes(mails[0].message.as_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Größe" + " long" * 30
    assert message["To"].addresses[0].display_name == "Ännä"
    assert message["Bcc"] is None and "carl" not in message.as_string().split("\n\n")[0]
    assert (message["X-Job"], message["Reply-To"]) == ("7", f"ops@{DOMAIN}")
    assert message["From"].addresses[0].addr_spec == f"tocsin@{DOMAIN}"
    assert message.get_body(("plain",)).get_content() == "Hello,\n\nüber\n"
    assert message.get_body(("html",)).get_content() == "<p>Hello</p>"
    queue_id = sent.json["id"]
    wait_state(api, queue_id, ANNA, "accepted")
    shown = api.client.getMessage(id=queue_id).json
    assert shown["submitter"] == "token read-send-admin" and shown["n_recipients"] == 3
    assert all(row["last_try"]["code"] == 250 for row in shown["recipients"])
    assert {row["address"] for row in shown["tries"]} == {mail.to for mail in mails}
    assert all(row["code"] == 250 and row["class"] == "accepted" and row["relay"]
        for row in shown["tries"])
    assert (shown["next_recipients"], shown["next_tries"], shown["deeds"]) == (None, None, [])


def test_message_of_its_own(api, relay):
    raw = f"From: job@{DOMAIN}\nTo: {ANNA}\nSubject: whole\n\nbody\n".encode()
    sent = api.client.sendMessage(raw, media="message/rfc822")
    assert sent.status == 202
    (mail,) = relay.wait_for(1)
    assert mail.to == ANNA and mail.message["Subject"] == "whole"
    relay.clear()
    sent = api.client.sendMessage(raw, media="message/rfc822",
        to=[f"bert@{DOMAIN}", f"carl@{DOMAIN}"], **{"from": f"bounce@{DOMAIN}"})
    assert api.client.getMessage(id=sent.json["id"]).json["sender"] == f"bounce@{DOMAIN}"
    assert {mail.to for mail in relay.wait_for(2)} == {f"bert@{DOMAIN}", f"carl@{DOMAIN}"}
    assert api.client.sendMessage(b"Subject: to nobody\n\n", media="message/rfc822").status == 422


@pytest.mark.parametrize("way", ["sendmail", "drop", "parts", "whole"])
def test_one_mailbox_is_one_recipient_by_every_way_in(api, relay, way):
    """The domain's case makes no difference, nor whether an alias leads there."""
    names = [f"anna@{DOMAIN.upper()}", ANNA, "root"]
    api.ok("alias", "set", "root", f"anna@{DOMAIN.title()}")
    if way == "parts":
        assert api.client.sendMessage({"to": names, "subject": "one", "text": "x"}).status == 202
    elif way == "whole":
        assert api.client.sendMessage(b"Subject: one\n\nx\n", media="message/rfc822",
            to=names).status == 202
    elif way == "drop":
        api.stop()
    if way in ("sendmail", "drop"):
        assert api.sendmail(*names, message="Subject: one\n\nx\n").returncode == 0
    if way == "drop":
        api.start()
    (mail,) = relay.wait_for(1)
    assert mail.to == ANNA
    (row,) = api.client.listMessages().json["messages"]
    assert row["n_recipients"] == 1


def test_same_key_is_one_message(api, relay):
    message = {"to": ANNA, "subject": "once", "text": "x"}
    first = api.client.sendMessage(message, Idempotency_Key="order 7")
    again = api.client.sendMessage(message, Idempotency_Key="order 7")
    assert (first.status, again.status, first.json) == (202, 202, again.json)
    other = api.client.sendMessage(message, Idempotency_Key="order 8")
    assert other.json != first.json
    foreign = api.client.sendMessage(message, Idempotency_Key="order 7",
        token=token(api, "send", "other"))
    assert foreign.json["id"] not in (first.json["id"], other.json["id"])
    relay.wait_for(3)
    assert len(api.client.listMessages().json["messages"]) == 3
    assert api.client.sendMessage(message, Idempotency_Key="k" * 256).status == 400


def test_message_names_everything_that_is_wrong(api):
    reply = api.client.sendMessage({"to": [ANNA, "nobody", "a@b.c, d@e.f"], "from": "x\r\nBcc: y",
        "subject": "a\r\nBcc: b", "headers": {"Bcc": "c", "X Y": "1", "X-Z": "a\nb"}, "attach": 1})
    assert reply.status == 422
    assert {row["field"] for row in reply.json["errors"]} == {"to[1]", "to[2]", "from", "subject",
        "text", "headers.Bcc", "headers.X Y", "headers.X-Z", "attach"}
    assert api.client.listMessages().json["messages"] == []


@pytest.mark.parametrize("query, body, errors", [
    ([("to", "x@"), ("to", ANNA), ("to", "y@z..example"), ("from", "@"), ("cc", "a")],
        b"X: y\n" * 1001 + b"\ntext\n", {("to", "x@"), ("to", "y@z..example"), ("from", "@"),
        ("cc", "not known here"), ("", "more than 1000 fields")}),
    ([("form", "a@b.example")], b"To: x@\n\ntext\n",
        {("form", "not known here"), ("", "x@")}),
    ([("form", "a@b.example")], b"Subject: to nobody\n\ntext\n",
        {("form", "not known here"), ("", "No recipient is named")}),
])
def test_whole_message_names_everything_that_is_wrong(api, query, body, errors):
    reply = call(api.port, "POST", "/api/v1/messages?" + urllib.parse.urlencode(query),
        api.client.token, body, {"Content-Type": "message/rfc822"})
    assert reply.status == 422
    rows = [(row["field"], row["detail"]) for row in reply.json["errors"]]
    assert len(rows) == len(errors), rows
    for field, words in errors:
        assert any(field == row[0] and words in row[1] for row in rows), (field, words, rows)
    assert api.client.listMessages().json["messages"] == []


def test_large_message(api):
    sent = api.client.sendMessage({"to": ANNA, "subject": "large", "text": "0123456789abcde\n" * 500000})
    assert sent.status == 202
    assert api.client.getMessage(id=sent.json["id"]).json["size"] >= 8000000
    # who announces too much is told before sending it
    answer = raw(api.port, b"POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: message/rfc822\r\nContent-Length: 10485761\r\n\r\n")
    assert b" 413 " in answer and b"application/problem+json" in answer and b"sendmail" in answer


# the queue

def test_list_pages_and_filters(api, relay):
    relay.stop()
    ids = [api.client.sendMessage({"to": ANNA, "subject": f"n {n}", "text": "x"}).json["id"]
        for n in range(5)]
    first = api.client.listMessages(limit=3, state="open").json
    assert [row["id"] for row in first["messages"]] == ids[:1:-1]
    rest = api.client.listMessages(limit=3, state="open", after=first["next"]).json
    assert [row["id"] for row in rest["messages"]] == ids[1::-1] and rest["next"] is None
    assert api.client.listMessages(state="accepted").json["messages"] == []
    found = api.client.listMessages(subject="n 3", to="anna", order="oldest").json
    assert [row["id"] for row in found["messages"]] == [ids[3]]
    assert api.client.listMessages(since="2000-01-01", until="2000-01-02").json["messages"] == []
    assert api.client.listMessages(id=ids[2]).json["messages"][0]["id"] == ids[2]
    for wrong in ({"state": "lost"}, {"limit": 0}, {"limit": 201}, {"after": "x"},
            {"order": "best"}, {"since": "yesterday"}):
        reply = api.client.listMessages(**wrong)
        assert [row["field"] for row in reply.json["errors"]] == list(wrong)
    assert reply.json["detail"].startswith("since: Enter a day")
    assert api.client.retryMessage(id=ids[0]).json == {"recipients": 1}
    assert api.client.retryAll().json == {"recipients": 5}
    relay.start()
    api.client.retryAll()
    relay.wait_for(5)
    for unknown in ("NOSUCHMESSAGE", "%00", "a b"):
        assert api.client.getMessage(id=unknown).status == 404
        assert api.client.retryMessage(id=unknown).status == 404


def test_hold_release_delete_resend(api, relay):
    relay.stop()
    kept = api.client.sendMessage({"to": ANNA, "text": "x"}).json["id"]
    assert api.client.holdMessage(id=kept).json["recipients"] == 1
    shown = api.client.getMessage(id=kept).json
    assert (shown["state"], shown["held_by"]) == ("held", "token read-send-admin")
    assert api.client.releaseMessage(id=kept).json["recipients"] == 1
    assert api.client.getMessage(id=kept).json["held_by"] == ""
    gone = api.client.sendMessage({"to": ANNA, "text": "x"}).json["id"]
    api.client.holdMessage(id=gone)
    assert api.client.deleteMessage(id=gone).json["recipients"] == 1
    shown = api.client.getMessage(id=gone).json
    assert shown["state"] == "failed"
    assert [(row["what"], row["who"], row["recipients"]) for row in shown["deeds"]] == [
        ("delete", "token read-send-admin", 1), ("hold", "token read-send-admin", 1)]


def test_a_message_of_many_comes_in_pages(api, relay):
    relay.stop()
    to = [f"r{n:03}@{DOMAIN}" for n in range(150)]
    queue_id = api.client.sendMessage({"to": to, "text": "x"}).json["id"]
    first = api.client.getMessage(id=queue_id).json
    rest = api.client.getMessage(id=queue_id, after=first["next_recipients"]).json
    assert [row["address"] for row in first["recipients"] + rest["recipients"]] == to
    assert len(first["recipients"]) == 100 and rest["next_recipients"] is None
    for wrong in ({"after": "x"}, {"before": "-1"}):
        reply = api.client.getMessage(id=queue_id, **wrong)
        assert reply.status == 422
        assert [row["field"] for row in reply.json["errors"]] == list(wrong)
    relay.start()
    api.client.retryAll()
    failed = api.client.sendMessage({"to": f"reject@{DOMAIN}", "text": "x"}).json["id"]
    wait_state(api, failed, f"reject@{DOMAIN}", "failed")
    again = api.client.resendMessage(id=failed)
    assert again.status == 202 and again.json["id"] not in (failed, "")
    for unknown in ("NOSUCHMESSAGE", "%00"):
        for action in ("holdMessage", "releaseMessage", "deleteMessage", "resendMessage"):
            assert getattr(api.client, action)(id=unknown).status == 404


def test_audit_names_the_token(api):
    api.client.retryAll()
    entries = api.client.listAudit(limit=2).json
    assert entries["entries"][0]["who"] == "token read-send-admin"
    assert entries["entries"][0]["from"] == "127.0.0.1"
    assert entries["entries"][1]["what"].startswith("token made: read-send-admin")
    assert api.client.listAudit(before=entries["next"]).status == 200


# metrics

def samples(api):
    """{(name, label values): value} of /metrics, by the parser of Prometheus' own library."""
    families = list(text_string_to_metric_families(api.client.getMetrics().body.decode()))
    assert all(family.documentation and family.type in ("gauge", "counter") for family in families)
    for family in families:  # as promtool check metrics wants names
        for sample in family.samples:
            assert re.fullmatch(r"tocsin_[a-z]+(_[a-z]+)*", sample.name)
            assert sample.name.endswith("_total") == (family.type == "counter"), sample.name
            assert not re.search(r"_(ms|milliseconds|minutes|kilobytes|count|gauge)(_|$)", sample.name)
    found = [((sample.name, *sample.labels.values()), sample.value)
        for family in families for sample in family.samples]
    assert len(dict(found)) == len(found)
    return dict(found)


def test_metrics_count_what_happens(api, relay):
    before = samples(api)
    assert before["tocsin_deliveries_total", "accepted"] == 0
    assert 800 * 86400 < before["tocsin_certificate_seconds_left",] < 826 * 86400
    assert before["tocsin_disk_free_bytes",] > 0
    assert ("tocsin_last_accepted_seconds",) not in before
    sent = api.client.sendMessage({"to": [ANNA, f"reject@{DOMAIN}"], "text": "x"})
    wait_state(api, sent.json["id"], ANNA, "accepted")
    after = samples(api)
    assert after["tocsin_deliveries_total", "accepted"] == 1
    assert after["tocsin_deliveries_total", "recipient"] == 1
    assert after["tocsin_queue_recipients", "accepted"] == 1
    assert after["tocsin_queue_recipients", "failed"] == 1
    assert after["tocsin_relay_up",] == 1 and after["tocsin_relay_state", "works"] == 1
    assert after["tocsin_last_accepted_seconds",] >= 0
    api.restart()
    again = samples(api)
    assert again["tocsin_deliveries_total", "accepted"] == 1
    relay.stop()
    api.client.sendMessage({"to": ANNA, "text": "x"})
    wait_until(lambda: samples(api)["tocsin_relay_state", "broken"] == 1, what="a broken relay")
    now = samples(api)
    assert now["tocsin_relay_up",] == 0
    assert now["tocsin_relay_tries_total", "relay"] >= 1
    assert now["tocsin_relay_tries_total", "credential"] == 0


def test_metrics_count_refused_sign_ins(api, relay):
    assert samples(api)["tocsin_relay_tries_total", "credential"] == 0
    api.use_relay(relay, "submission", email_password="not the password")
    api.client.sendMessage({"to": ANNA, "text": "x"})
    wait_until(lambda: samples(api)["tocsin_relay_tries_total", "credential"] >= 1,
        what="a refused sign-in that is counted")
    assert ("tocsin_deliveries_total", "credential") not in samples(api)


def test_metrics_want_a_token(api):
    assert call(api.port, "GET", "/metrics").status == 401
    assert api.client.getMetrics(token=token(api, "send", "s")).status == 403


# by curl, as docs/api.md shows it

@pytest.fixture
def curl(api, tmp_path):
    """Runs curl with the token in a file, as nobody else may see it; (status, JSON)."""
    config = tmp_path / "token"
    config.write_text(f'header = "Authorization: Bearer {api.client.token}"\n')

    def run(*arguments, input=b""):
        done = subprocess.run(["curl", "-sS", "--insecure", "--noproxy", "*", "-K", config,
            "-w", "\n%{http_code}", *arguments], input=input, capture_output=True, timeout=60,
            check=True)
        body, _, status = done.stdout.decode().rpartition("\n")
        return int(status), json.loads(body)
    return run


def test_by_curl(api, relay, curl):
    origin = f"https://127.0.0.1:{api.port}/api/v1"
    status, body = curl(f"{origin}/status")
    assert (status, body["node"]) == (200, api.client.getStatus().json["node"])
    status, body = curl("--json", json.dumps({"to": ANNA, "subject": "curl", "text": "x"}),
        f"{origin}/messages")
    assert status == 202
    status, body = curl("--data-binary", "@-", "-H", "Content-Type: message/rfc822",
        f"{origin}/messages?to={ANNA}", input=b"Subject: curl\n\n" + b"x\n" * 300000)
    assert status == 202
    relay.wait_for(2)
    status, body = curl("-X", "POST", f"{origin}/queue/retry")
    assert (status, body) == (200, {"recipients": 0})
    status, body = curl("-X", "PUT", "--json", '{"max_connections": 2}', f"{origin}/email")
    assert (status, body["max_connections"]) == (200, 2)
