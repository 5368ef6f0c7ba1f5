"""No secret is seen anywhere: a node lives through all that it does with secrets, and then everything
that it shows, tells or leaves behind is searched for them, in every disguise. The search itself is
shown to find what is planted."""

import base64
import html
import json
import os
import re
import subprocess
import time
import urllib.parse

import pytest

from world import api
from world.net import wait_until
from world.oauth import ACCOUNT, PASSWORD, Person, query_of, redirect_of, use_oauth, use_provider
from world.relay import DOMAIN, USERS
from world.secrets import assert_nowhere, find, left_behind, processes, temporary
from world.token_endpoint import TokenEndpoint, granted, http

PASSPHRASE = "back-up+pass/phrase=of the test"
RELAY_PASSWORD = "relay+pass/word=&<of>\"the test"
PAGES_MAX = 120

COMMANDS = [("status",), ("status", "--json"), ("show",), ("show", "--json"), ("doctor",),
    ("doctor", "--report"), ("email", "check"), ("queue", "list"), ("queue", "list", "--json"),
    ("oauth", "status"), ("oauth", "status", "--json"), ("token", "list", "--json"),
    ("admin", "list", "--json"), ("alias", "list", "--json"), ("get", "email.password"),
    ("get", "email.oauth_client_secret"), ("email", "test")]


# ---- what it lives through ----

class Life:
    """Everything that a node does with secrets, and the secrets."""

    def __init__(self, node, relay, provider, certificates, folder):
        self.node, self.relay, self.provider = node, relay, provider
        self.certificates, self.folder = certificates, folder
        self.person = Person(node)
        self.secrets = {"password of an account": PASSWORD, "backup passphrase": PASSPHRASE,
            "relay password": RELAY_PASSWORD, "client secret": provider.client_secret,
            "session cookie": max(self.person.browser.cookies.values(), key=len)}

    def live(self):
        self.refused_with_a_password()
        self.exchanged_at_a_scripted_endpoint()
        self.signed_in()
        self.refused_by_the_relay_and_the_provider()
        self.backed_up()
        self.secrets["token of the API"] = self.node.ok("token", "create", "sweep", "--scope",
            "admin,read,send").split()[-1]
        self.secrets |= {f"{number} of the provider": secret
            for number, secret in enumerate(self.provider.secrets())}

    def refused_with_a_password(self):
        self.node.use_relay(self.relay, "submission", email_password=RELAY_PASSWORD)
        assert self.node.tocsin("email", "test").returncode != 0

    def exchanged_at_a_scripted_endpoint(self):
        """For what the provider does not tell: the code's verifier. The endpoint throws all of it
        back, and then gives out tokens that are not good."""
        def echo(peer, request):
            self.secrets["verifier"] = query_of(f"?{request.body}")["code_verifier"]
            peer.send(http(400, {"error": "invalid_request", "error_description": request.body}))
        with TokenEndpoint(self.certificates.good, echo) as endpoint:
            use_oauth(self.node, self.relay, endpoint.url,
                email_oauth_client_secret=self.provider.client_secret)
            for answer in (echo, http(200, granted(access_token="4ccess+token/that=is-not-good",
                    refresh_token="r3fresh+token/that=is-not-good"))):
                endpoint.answer = answer
                state = query_of(self.person.verify())["state"]
                self.person.come_back(f"/login/smtp-verification?state={state}"
                    "&code=c0de%2Bfor%2Fthe%3Dtest")
                self.person.outcome()
                self.secrets["state"] = state
        self.secrets |= {"code": "c0de+for/the=test", "bad token": "4ccess+token/that=is-not-good",
            "bad refresh token": "r3fresh+token/that=is-not-good"}

    def signed_in(self):
        use_provider(self.node, self.relay, self.provider)
        url = self.person.verify()
        self.provider.allow(redirect_of(url))
        self.secrets["state at the provider"] = query_of(url)["state"]
        to = self.provider.sign_in(url, ACCOUNT)
        self.secrets["code of the provider"] = query_of(to)["code"]
        self.person.come_back(to)
        assert self.person.outcome()[0] == "Signed in"
        self.node.ok("email", "test")
        assert self.node.sendmail(f"bert@{DOMAIN}").returncode == 0
        self.relay.wait_for(2)

    def refused_by_the_relay_and_the_provider(self):
        self.provider.expire_all()
        assert self.node.sendmail(f"bert@{DOMAIN}").returncode == 0
        self.relay.wait_for(3, 60)
        self.provider.fail(status=400, type="application/json",
            body='{"error":"invalid_grant","error_description":"no"}')
        before = len(self.provider.renewals())
        self.person.renew()
        wait_until(lambda: len(self.provider.renewals()) > before, 20, "the refusal")

    def backed_up(self):
        phrase = self.folder / "phrase"
        phrase.write_text(PASSPHRASE)
        self.node.ok("backup", "--passphrase", f"@{phrase}", self.folder / "backup")
        phrase.unlink()


# ---- where to look ----

def pages(person):
    """Every page that links lead to, and the settings as a file."""
    waiting, seen = ["/login/status", "/login/email/sign-in", "/login/email/key",
        "/login/backup/settings.txt", "/login/email/disconnect"], {}
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.pop(0)
        if path in seen or "/events" in path:
            continue
        answer = person.browser.get(path)
        seen[path] = answer.body
        yield f"page {path}", answer.body
        yield f"headers of {path}", str(answer.headers.items()).encode()
        if "text/html" in answer.headers["Content-Type"]:
            waiting += [link.replace("&amp;", "&").split("#")[0] for link
                in re.findall(r'href="(/[^"]*)"', answer.text)]
    assert {"/login/email", "/login/queue", "/login/audit", "/login/tokens", "/login/users",
        "/login/aliases", "/login/site"} <= set(seen), sorted(seen)


def answers(node, token):
    """Every GET of the API, each message and each run of it, and the metrics."""
    document = api.call(node.port, "GET", "/api/v1/openapi.json").json
    found = json.loads(api.call(node.port, "GET", "/api/v1/messages", token).body)["messages"]
    values = {"id": [message["id"] for message in found], "run": ["1", "2", "3"]}
    assert values["id"]
    for path, methods in document["paths"].items():
        if "get" not in methods:
            continue
        name = re.search(r"\{(\w+)\}", path)
        for value in values[name[1]] if name else [""]:
            target = path.replace(name[0], value) if name else path
            yield target, api.call(node.port, "GET", target, token).body


def said(node, *command):
    done = node.tocsin(*command)
    return " ".join(command), done.stdout + done.stderr


def everywhere(life, since):
    token = life.secrets["token of the API"]
    yield from left_behind(life.node)
    yield from processes()
    yield from temporary(since)
    yield from pages(life.person)
    yield from answers(life.node, token)
    for command in COMMANDS:
        yield said(life.node, *command)
    yield "the backup", (life.folder / "backup").read_bytes()


@pytest.fixture(scope="module")
def life(new_lasting_daemon, running_token_relay, running_provider, certificates,
        tmp_path_factory):
    since = time.time()
    running_provider.reset()
    running_token_relay.clear()
    node = new_lasting_daemon(private_endpoints="yes").start()
    life = Life(node, running_token_relay, running_provider, certificates,
        tmp_path_factory.mktemp("life"))
    life.since = since
    life.live()
    return life


# ---- the search ----

def test_no_secret_is_seen_anywhere(life):
    secrets = list(life.secrets.values())
    assert len(secrets) >= 15
    looked = []
    for name, data in everywhere(life, life.since):
        looked.append(name)
        assert_nowhere(secrets, (name, data))
    for kind in ("page /login/email/test/", "page /login/queue/", "/proc/", "/api/v1/messages/",
            "/api/v1/email/test/", "/metrics", "doctor --report", str(life.node.state)):
        assert any(name.startswith(kind) for name in looked), kind


def test_no_secret_is_in_a_store_that_was_killed(life):
    """What was written last is in the write-ahead log, and stays there."""
    life.node.kill_all()
    names = [name for name, data in left_behind(life.node)
        if not assert_nowhere(life.secrets.values(), (name, data))]
    assert any(name.endswith(".db") for name in names)
    assert any(name.endswith("-wal") for name in names), names
    life.node.start()


# ---- the search can find ----

@pytest.mark.parametrize("secret", ["many+signs/and=more-of~them &<\">", "x" * 12,
    "ya29." + "aB3_-" * 500], ids=["signs", "short", "long"])
def test_every_disguise_is_seen_through(secret):
    for before in (b"", b"1", b"22", b"user=x\x01auth=Bearer "):
        octets = before + secret.encode() + b"\x01\x01"
        for plain in (octets, base64.b64encode(octets), base64.urlsafe_b64encode(octets),
                urllib.parse.quote(octets).encode(), urllib.parse.quote_plus(octets).encode(),
                html.escape(secret).encode(), octets.hex().encode(),
                octets.hex().upper().encode(), json.dumps(secret).encode()):
            assert find([secret], b"noise \x00" + plain + b" noise") == secret
    assert find([secret], b"noise" + bytes(1000)) is None
    assert find([secret], secret[:11].encode()) is None


def test_a_piece_of_a_long_secret_is_found():
    secret = base64.urlsafe_b64encode(os.urandom(900)).decode()
    for piece in (secret[:30], secret[-30:], secret[len(secret) // 2 - 20:len(secret) // 2 + 20]):
        assert find([secret], f"begin {piece} end".encode()) == secret


def test_what_is_planted_is_found_in_each_place(life, tmp_path):
    secret = "pl4nted+by/the=test-itself"
    blob = base64.b64encode(f"user=x\x01auth=Bearer {secret}\x01\x01".encode())
    planted = life.node.state / "keeper" / "planted"
    planted.write_bytes(b"\x00" * 1000 + blob)
    process = subprocess.Popen(["sleep", "60"], env={"PLANTED": secret})
    leak = f"/dev/shm/planted-{os.getpid()}"
    try:
        with open(leak, "wb") as file:
            file.write(blob)
        found = {name for name, data in (*left_behind(life.node), *processes(),
            *temporary(life.since)) if find([secret], data)}
        assert found == {str(planted), f"/proc/{process.pid}/environ", leak}
        life.node.ok("set", f"site.name={secret}")
        names = {name for name, data in (*pages(life.person),
            *answers(life.node, life.secrets["token of the API"])) if find([secret], data)}
        assert "page /login/site" in names and "page /login/backup/settings.txt" in names
    finally:
        process.kill()
        process.wait()
        os.unlink(leak)
        planted.unlink()
