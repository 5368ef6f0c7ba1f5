"""A real OpenID provider on loopback (tests/provider/provider.mjs): codes with PKCE, consent,
refresh tokens that are used once, introspection for the relay, device flow. An account is whatever
name is typed; its mailbox is the name."""

import base64
import json
import pathlib
import secrets
import uuid
import urllib.parse
import urllib.request

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .chromium import install_packages
from .net import free_port, listens, wait_until
from .process import Process
from .web import Browser, unverified

FOLDER = pathlib.Path(__file__).parents[1] / "provider"
SCOPES = "openid offline_access email smtp"
RELAY_CLIENT = ("relay", "relaysecret")
SIGNER = "tocsin-signer"


class Provider:
    """`host` is in the certificate. Client id and secret are its own for each run."""

    def __init__(self, folder, certificate, authority, host="127.0.0.1"):
        self.folder = folder
        self.authority = authority
        self.host = host
        self.port = free_port()
        self.issuer = f"https://{host}:{self.port}"
        self.client_id = "tocsin-client"
        self.client_secret = f"s3cret+{secrets.token_urlsafe(24)}/="
        self._process = None
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps({
            "port": self.port, "host": host, "key": str(certificate.key),
            "cert": str(certificate.cert), "folder": str(folder),
            "client_id": self.client_id, "client_secret": self.client_secret,
            "redirect_uris": [f"https://{host}/login/smtp-verification"]}))
        self.reset()

    @property
    def running(self):
        return self._process is not None and self._process.running

    def start(self):
        assert install_packages(FOLDER)
        self._process = Process(["node", FOLDER / "provider.mjs", self.folder / "config.json"],
            self.folder / "provider.log")

        def up():
            assert self._process.running, self._process.output()
            return listens(self.host, self.port)
        wait_until(up, 30, "the provider")
        return self

    def stop(self):
        """An outage. What it remembers is there again after start()."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def reset(self):
        """As new, but for whoever signed in."""
        self._control = {}
        self.control()
        self.faults()
        (self.folder / "requests.jsonl").write_text("")

    # what it does

    def control(self, **values):
        """access_token_seconds, rotate, token_bits, redirect_uris, clock, basic_only, and what
        keys.mjs says; the others stay."""
        self._control |= values
        self._write("control.json", self._control)

    def allow(self, redirect_uri):
        self.control(redirect_uris=[*self._control.get("redirect_uris", []), redirect_uri])

    def faults(self, *faults):
        """Each is a dictionary as provider.mjs describes; none ends those that are left."""
        self._write("faults.json", faults)

    def service_account(self, mailboxes, key=None):
        """Makes one that may be these mailboxes; what its console would download: the key file."""
        key = key or rsa.generate_private_key(65537, 2048)
        account = {"type": "service_account", "project_id": "tests", "client_id": "1170",
            "private_key_id": uuid.uuid4().hex, "private_key": private_pem(key),
            "client_email": f"tocsin-{uuid.uuid4().hex[:8]}@tests.iam.example",
            "auth_uri": f"{self.issuer}/auth", "token_uri": f"{self.issuer}/token"}
        public = key.public_key().public_bytes(serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        self.control(service_accounts={account["client_email"]: {"public_key": public,
            "key_id": account["private_key_id"], "mailboxes": mailboxes}})
        return account

    def fail(self, path="/token", times=1, **fault):
        self.faults({"path": path, "times": times, **fault})

    def revoke_all(self):
        """All sign-ins of all accounts."""
        self._post("/world/revoke", {})

    def expire_all(self):
        """All access tokens; refresh tokens stay."""
        self._post("/world/expire", {})

    def secrets(self, *kinds):
        """Every token and code that it remembers, used or not; or of these kinds."""
        state = json.loads((self.folder / "state.json").read_text())
        kinds = kinds or ("AccessToken", "ClientCredentials", "RefreshToken", "AuthorizationCode",
            "DeviceCode")
        return [key.split(":", 1)[1] for key in state if key.startswith(
            tuple(f"{kind}:" for kind in kinds))]

    def requests(self, path="/token", **members):
        """What was asked of this path, oldest first."""
        lines = map(json.loads, (self.folder / "requests.jsonl").read_text().splitlines())
        return [line for line in lines if line["path"] == path
            and all(line.get(name) == value for name, value in members.items())]

    def renewals(self, **members):
        return self.requests(grant_type="refresh_token", **members)

    # what a person does

    def browser(self):
        return Browser(self.port, self.host)

    def sign_in(self, url, account, browser=None, consents=True):
        """Follows an authorization URL through the provider's own forms, without a real browser,
        until it leads elsewhere; returns that address."""
        browser = browser or self.browser()
        answer = browser.get(url, follow=False)
        for _ in range(10):
            if answer.status in (302, 303):
                to = urllib.parse.urljoin(answer.url, answer.headers["Location"])
                if not to.startswith(self.issuer + "/"):
                    return to
                answer = browser.get(to, follow=False)
            else:
                assert answer.status == 200, answer.text
                answer = self._fill_in(browser, answer, account, consents)
        raise AssertionError(f"no end at {answer.url}")

    def approve_device(self, url, account):
        """What a person does at verification_uri_complete."""
        browser = self.browser()
        answer = browser.get(url, follow=False)
        for _ in range(15):
            if answer.status in (302, 303):
                answer = browser.get(answer.headers["Location"], follow=False)
            elif not answer.forms:
                return answer
            elif any("prompt" in form.fields for form in answer.forms):
                answer = self._fill_in(browser, answer, account, True)
            else:
                form = answer.forms[0]
                answer = browser.post(form.action, form.fields, follow=False)
        raise AssertionError(f"no end at {answer.url}: {answer.text}")

    def _fill_in(self, browser, answer, account, consents):
        form = next(form for form in answer.forms if "prompt" in form.fields)
        if form.fields["prompt"] == "consent" and not consents:
            return browser.get(urllib.parse.urlsplit(answer.url).path + "/abort", follow=False)
        typed = {"login": account, "password": "any"} if "login" in form.fields else {}
        return browser.submit(answer, typed, form.action, follow=False)

    # what a client does

    def authorization_url(self, redirect_uri, challenge, state="", **more):
        query = {"response_type": "code", "client_id": self.client_id, "scope": SCOPES,
            "redirect_uri": redirect_uri, "code_challenge": challenge,
            "code_challenge_method": "S256", "state": state, "prompt": "consent", **more}
        return f"{self.issuer}/auth?{urllib.parse.urlencode(query)}"

    def knows(self, token):
        """Whether it would still say of a token that it is active."""
        form = {"token": token}
        name, password = RELAY_CLIENT
        return self._post("/token/introspection", form, Authorization="Basic "
            + base64.b64encode(f"{name}:{password}".encode()).decode())[1]["active"]

    def token(self, **fields):
        """One request at the token endpoint as the client: (status, JSON)."""
        return self._post("/token", {"client_id": self.client_id,
            "client_secret": self.client_secret, **fields})

    def _post(self, path, fields, **headers):
        request = urllib.request.Request(self.issuer + path,
            urllib.parse.urlencode(fields).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30, context=unverified()) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        return status, json.loads(body) if body.startswith(b"{") else None

    def _write(self, name, value):
        new = self.folder / f"{name}.tmp"
        new.write_text(json.dumps(value))
        new.rename(self.folder / name)


def private_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()).decode()
