"""The daemon's sign-in to the relay by OAuth2, as a person does it in a browser without JavaScript."""

import html
import re
import urllib.parse

from .net import wait_until
from .provider import SCOPES
from .relay import DOMAIN

NAME, PASSWORD = "anna", "a long enough pass phrase"
ACCOUNT = f"tocsin@{DOMAIN}"
PAGE = "/login/email/sign-in"
CALLBACK = "/login/smtp-verification"


def use_oauth(daemon, relay, token_endpoint, auth_endpoint=None, authority=None, **settings):
    """The settings for signing in with a token; more replace or add to them."""
    daemon.use_relay(relay, **{
        "email_relay_port": relay.port("submission"),
        "email_encryption": "starttls",
        "email_ca_certificate": f"@{relay.authority}",
        "email_auth": "oauth2",
        "email_oauth_email": ACCOUNT,
        "email_oauth_client_id": "tocsin-client",
        "email_oauth_scopes": SCOPES,
        "email_oauth_auth_endpoint": auth_endpoint or token_endpoint,
        "email_oauth_token_endpoint": token_endpoint,
        "email_oauth_ca_certificate": f"@{authority or relay.authority}",
        **settings})


def use_provider(daemon, relay, provider, **settings):
    use_oauth(daemon, relay, f"{provider.issuer}/token", f"{provider.issuer}/auth",
        provider.authority, **{"email_oauth_client_id": provider.client_id,
        "email_oauth_client_secret": provider.client_secret, **settings})


class Person:
    """Somebody with an account of the daemon, in a browser of their own."""

    def __init__(self, daemon, name=NAME):
        self.daemon = daemon
        self.browser = daemon.browser()
        daemon.tocsin("admin", "add", name, "--password", "@-", input=PASSWORD)
        # a password is checked slowly on purpose: a busy machine may say so
        wait_until(lambda: self._is_in(name), 60, f"{name} signed in", pause=0.5)

    def _is_in(self, name):
        page = self.browser.get("/login")
        answer = self.browser.submit(page, {"name": name, "password": PASSWORD})
        return answer.status == 200 and not answer.url.endswith("/login")

    def verify(self, button=None):
        """Presses Verify OAuth2 Provider; the address of the provider's page, or None."""
        page = self.browser.get("/login/email")
        answer = self.browser.submit(page, action="/login/email/verify", button=button)
        assert answer.status == 200, answer.text
        found = re.search(r'href="(https://[^"]*code_challenge[^"]*)"', answer.text)
        self.page = answer
        return html.unescape(found[1]) if found else None

    def come_back(self, address, **options):
        """The browser is led to the redirect URI, whatever host it names."""
        parts = urllib.parse.urlsplit(address)
        return self.browser.get(f"{parts.path}?{parts.query}", **options)

    def outcome(self, seconds=40):
        """What the page of the sign-in says once nothing is under way: its heading and text."""
        def ended():
            answer = self.browser.get(PAGE)
            assert answer.status == 200, answer.text
            return None if "data-refresh" in answer.text else answer.text
        text = wait_until(ended, seconds, "the end of the sign-in", pause=0.2)
        return heading(text), words(text)

    def sign_in(self, provider, account=ACCOUNT, **options):
        """All of it: (heading, text) of the page at the end."""
        url = self.verify()
        provider.allow(redirect_of(url))
        self.come_back(provider.sign_in(url, account, **options))
        return self.outcome()

    def connection(self):
        """What the page of the settings says of the sign-in, as words."""
        page = self.browser.get("/login/email").text
        found = re.search(r'<section[^>]*id="connection".*?</section>', page, re.S)
        return words(found[0])

    def discover(self, issuer):
        """Has the endpoints looked up; the form again, as the answer and what is typed in it."""
        page = self.browser.get("/login/email")
        fields = {**page.form("/login/email").fields, "issuer": issuer}
        answer = self.browser.post("/login/email/discover", fields)
        return answer, answer.form("/login/email").fields

    def disconnect(self):
        page = self.browser.get("/login/email/disconnect")
        return self.browser.submit(page, {}, "/login/email/disconnect")

    def renew(self):
        page = self.browser.get("/login/email")
        return self.browser.submit(page, {}, "/login/email/renew")


def query_of(address):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))


def redirect_of(url):
    return query_of(url)["redirect_uri"]


def with_query(address, **changes):
    """The address with other values in its query; None takes one out."""
    parts = urllib.parse.urlsplit(address)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), **changes}
    query = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


def heading(page):
    return words(re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1])


def words(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
