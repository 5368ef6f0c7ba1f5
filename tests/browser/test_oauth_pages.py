"""Signing in to the relay by OAuth2 in a real browser, at a real provider, and mail in the Maildir."""

import pytest

from world.api import Client
from world.chromium import play
from world.provider import SCOPES
from world.relay import DOMAIN

NAME, PASSWORD = "anna", "a long enough pass phrase"
NO_SCRIPT = {"javaScriptEnabled": False}
NARROW = {"colorScheme": "dark", "viewport": {"width": 360, "height": 800}}
ACCOUNT = f"tocsin@{DOMAIN}"


@pytest.fixture
def site(new_daemon):
    """A daemon with an account, which may ask a provider on loopback."""
    daemon = new_daemon(private_endpoints="yes").start()
    daemon.ok("admin", "add", NAME, "--password", "@-", input=PASSWORD)
    return daemon


def sign_in(site, relay, provider, **facts):
    origin = f"https://localhost:{site.port}"
    provider.allow(f"{origin}/login/smtp-verification")
    authority = relay.authority.read_text()
    return play("oauth", origin, name=NAME, password=PASSWORD, account=ACCOUNT, values={
        "email.from_address": ACCOUNT, "email.relay_host": "localhost",
        "email.encryption": "starttls", "email.relay_port": str(relay.port("submission")),
        "email.auth": "oauth2", "email.admin_contacts": f"admin@{DOMAIN}",
        "email.ca_certificate": authority, "email.oauth_ca_certificate": authority,
        "email.oauth_email": ACCOUNT, "email.oauth_client_id": provider.client_id,
        "email.oauth_client_secret": provider.client_secret, "email.oauth_scopes": SCOPES,
        "email.oauth_auth_endpoint": f"{provider.issuer}/auth",
        "email.oauth_token_endpoint": f"{provider.issuer}/token",
        "email.oauth_secret_expires": "2099-12-31"}, **facts)


@pytest.mark.parametrize("options", [{}, NO_SCRIPT, NARROW], ids=["script", "no script", "narrow"])
def test_from_the_page_to_the_provider_and_back_to_the_accepted_mail(site, token_relay, provider,
        options):
    seen = sign_in(site, token_relay, provider, options=options)
    assert "Nobody is signed in yet" in seen["before"]
    assert "Accepted by localhost" in seen["result"], seen
    (mail,) = token_relay.wait_for(1)
    assert mail.to == f"admin@{DOMAIN}"
    assert "Connected" in seen["after"] and ACCOUNT in seen["after"] and NAME in seen["after"]
    assert "2099" in seen["after"]
    assert "code=" not in seen["address"] and "state=" not in seen["address"]
    assert "Nobody is signed in yet" in seen["end"]
    assert seen["looks"] == []
    assert provider.client_secret not in seen["html"]


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_the_browsers_back_leads_nowhere(site, token_relay, provider, options):
    seen = sign_in(site, token_relay, provider, options=options, back=True)
    assert seen["way"][-1]["path"] == "/login/email", seen["way"]
    assert not any(page["leads"] for page in seen["way"]), seen["way"]
    reader = Client(site.port, site.ok("token", "create", "reader", "--scope", "admin").strip())
    done = [row["what"] for row in reader.listAudit().json["entries"]]
    assert done.count("began to sign in to the relay's provider") == 1, done
    assert len(provider.requests(grant_type="authorization_code")) == 1
    # the page that led there is over, and says so beside the way to a new sign-in
    assert "leads nowhere any more" in seen["over"] and "Sign in again" in seen["over"]
    assert seen["looks"] == []


@pytest.mark.parametrize("options", [{}, NO_SCRIPT], ids=["script", "no script"])
def test_a_consent_that_was_refused_is_told(site, token_relay, provider, options):
    seen = sign_in(site, token_relay, provider, refuse=True, options=options)
    assert "The sign-in was refused by the person" in seen["text"]
    assert "Sign in again and press" in seen["text"]
    assert "Verify OAuth2 Provider" in seen["text"]  # the way on
    assert seen["looks"] == []
    assert provider.requests("/token") == []


def test_a_site_without_a_public_name_signs_in_by_pasting(site, token_relay, provider):
    provider.allow("http://127.0.0.1/login/smtp-verification")
    seen = sign_in(site, token_relay, provider, paste=True)
    assert "Accepted by localhost" in seen["result"], seen
    token_relay.wait_for(1)
    assert seen["looks"] == []
