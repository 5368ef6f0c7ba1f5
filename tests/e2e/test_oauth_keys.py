"""Signing in to the relay by a private key, without a person: a real provider that verifies what is
signed, and a real relay that asks it about the tokens."""

import datetime
import json
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from world.net import wait_until
from world.oauth import ACCOUNT, Person, words
from world.oauth_terminal import status
from world.provider import SIGNER, private_pem
from world.relay import DOMAIN
from world.secrets import assert_nowhere, left_behind, processes

OTHER = f"other@{DOMAIN}"


@pytest.fixture(name="node")
def node_with_relay(daemon, provider, token_relay):
    """A daemon with the relay, for a service account that the page has not been given yet."""
    daemon.stop()
    daemon.configure(private_endpoints="yes")
    daemon.start()
    daemon.use_relay(token_relay, "submission", email_auth="oauth2", email_oauth_email=ACCOUNT,
        email_oauth_scopes="smtp", email_oauth_ca_certificate=f"@{provider.authority}",
        site_url=f"https://node.example:{daemon.port}")
    return daemon


def verify(node):
    """(exit status, what was printed)"""
    done = node.tocsin("oauth", "verify", seconds=120)
    return done.returncode, done.stdout + done.stderr


def use_service(node, provider, account):
    node.set(email_oauth_flow="service", email_oauth_client_id=account["client_email"],
        email_oauth_key_id=account["private_key_id"],
        email_oauth_token_endpoint=account["token_uri"],
        email_oauth_private_key=account["private_key"])


def key_lines(pem):
    """What of a key would show that it leaked: the middle of it, in the form of PEM."""
    lines = pem.splitlines()
    return [lines[len(lines) // 2], lines[len(lines) // 2 + 1]]


def test_a_service_account_signs_in_from_its_file_and_mail_goes(node, provider, token_relay):
    account = provider.service_account([ACCOUNT])
    person = Person(node)
    page = person.browser.get("/login/email")
    saved = person.browser.submit(page, {"client_file": json.dumps(account)}, "/login/email")
    assert saved.status == 200 and "key of a service account" in words(saved.text), saved.text
    assert node.ok("get", "email.oauth_client_id").strip() == account["client_email"]
    assert node.ok("get", "email.oauth_flow").strip() == "service"
    assert node.ok("get", "email.oauth_private_key").strip() == "(set)"

    assert person.verify() is None  # nobody is led anywhere
    heading, text = person.outcome()
    assert "The relay took the token" in text, (heading, text)
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(1)
    node.restart()
    assert status(node)["usable"]

    before = len(provider.requests())
    person.renew()
    wait_until(lambda: len(provider.requests()) > before, 20, "a renewal")
    assert provider.requests()[-1]["grant_type"].endswith("jwt-bearer")
    assert provider.requests()[-1]["status"] == 200

    shown = [("the page", person.browser.get("/login/email").text),
        ("the export", node.ok("show")), ("the status", node.ok("oauth", "status", "--json"))]
    assert_nowhere(key_lines(account["private_key"]), ("the log", node.output()), *shown,
        *left_behind(node), *processes())


def test_the_words_of_a_refusal_lead_to_the_cure(node, provider):
    account = provider.service_account([OTHER])
    use_service(node, provider, account)
    code, output = verify(node)
    assert code != 0 and "Invalid email or User ID" in output, output
    assert "primary address of a mailbox in your organisation" in output

    node.set(email_oauth_email=OTHER, email_oauth_scopes="smtp admin")
    code, output = verify(node)
    assert code != 0 and "domain-wide delegation" in output, output

    node.set(email_oauth_scopes="smtp", email_oauth_key_id="another")
    code, output = verify(node)
    assert code != 0 and "account not found" in output, output
    assert "service account" in output

    wrong = provider.service_account([OTHER])
    node.set(email_oauth_client_id=wrong["client_email"], email_oauth_key_id=wrong["private_key_id"])
    code, output = verify(node)
    assert code != 0 and "Invalid JWT Signature" in output, output
    assert "Make a new" in output


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_clock_that_is_wrong_is_named(node, provider, seconds):
    use_service(node, provider, provider.service_account([ACCOUNT]))
    provider.control(clock=seconds)
    code, output = verify(node)
    assert code != 0 and "short-lived token" in output, output
    assert "clock" in output
    provider.control(clock=0)
    assert verify(node)[0] == 0


def test_clocks_that_are_minutes_apart_do_no_harm(node, provider):
    use_service(node, provider, provider.service_account([ACCOUNT]))
    for seconds in (-50, 500):
        provider.control(clock=seconds)
        assert verify(node)[0] == 0


# ---- the application itself, by its certificate ----

DAY = datetime.timedelta(days=1)


def use_application(node, provider):
    node.set(email_oauth_flow="client", email_oauth_client_id=SIGNER,
        email_oauth_token_endpoint=f"{provider.issuer}/token")


def certificate_of(key, begins=-2, ends=30):
    """PEM, self-signed, valid from and to so many days from now."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node.example")])
    now = datetime.datetime.utcnow()
    return (x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now + begins * DAY).not_valid_after(now + ends * DAY)
        .sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode())


def thumbprint(pem):
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex().upper()


def test_a_key_that_never_travels_signs_in(node, provider, token_relay):
    use_application(node, provider)
    done = node.tocsin("oauth", "make-key", "--days", "90")
    assert done.returncode == 0, done.stderr
    assert thumbprint(done.stdout) in done.stderr
    code, output = verify(node)
    assert code != 0 and "invalid_client" in output, output  # it is not uploaded yet

    provider.control(signer_certificate=done.stdout, app_mailbox=ACCOUNT)
    assert verify(node)[0] == 0
    assert node.sendmail(f"anna@{DOMAIN}").returncode == 0
    assert token_relay.wait_for(1)
    now = status(node)
    assert now["thumbprint"] == thumbprint(done.stdout)
    assert 89 * 86400 < now["certificate_ends"] - now["renewed"] < 90 * 86400
    node.restart()
    assert status(node)["usable"] and status(node)["certificate_ends"] == now["certificate_ends"]

    node.ok("oauth", "forget-key")
    assert node.ok("get", "email.oauth_private_key").strip() == ""
    assert node.ok("get", "email.oauth_certificate").strip() == ""
    code, output = verify(node)
    assert code != 0 and "or else a private key" in output, output


def test_the_page_makes_a_key_and_gives_the_certificate(node, provider):
    use_application(node, provider)
    person = Person(node)
    page = person.browser.get("/login/email/key")
    refused = person.browser.submit(page, {"days": "0"}, "/login/email/key")
    assert refused.status == 422 and "from 1 to 3650" in refused.text
    page = person.browser.submit(page, {"days": "365"}, "/login/email/key")
    pem = person.browser.get("/login/email/key/certificate.pem").text
    assert thumbprint(pem) in page.text
    provider.control(signer_certificate=pem, app_mailbox=ACCOUNT)
    person.verify()
    assert "The relay took the token" in person.outcome()[1]
    assert thumbprint(pem) in person.connection()
    assert "PRIVATE KEY" not in page.text + person.browser.get("/login/email").text
    assert re.search(r"settings changed: .*email.oauth_private_key.* email.oauth_certificate",
        words(person.browser.get("/login/audit").text))

    page = person.browser.get("/login/email/key")
    forgotten = person.browser.post("/login/email/key", {"csrf": page.forms[0].fields["csrf"],
        "forget": "yes"})
    assert "None is set" in words(forgotten.text)


def test_another_key_and_an_expired_certificate_are_told_apart(node, provider):
    use_application(node, provider)
    mine, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    provider.control(signer_certificate=certificate_of(other), app_mailbox=ACCOUNT)
    node.set(email_oauth_private_key=private_pem(mine))
    wrong = node.tocsin("set", f"email.oauth_certificate={certificate_of(other)}")
    assert wrong.returncode == 65 and "another private key" in wrong.stderr, wrong.stderr
    node.set(email_oauth_certificate=certificate_of(mine))
    code, output = verify(node)
    assert code != 0 and "invalid_client" in output, output
    assert "the one that is registered" in output

    expired = certificate_of(mine, ends=-1)
    node.set(email_oauth_certificate=expired)
    provider.control(signer_certificate=expired)
    code, output = verify(node)
    assert code != 0 and "has not expired" in output, output
    assert_nowhere(key_lines(private_pem(mine)), ("the log", node.output()), ("words", output),
        *left_behind(node), *processes())


def test_microsofts_words_about_a_certificate_are_explained(node, provider):
    use_application(node, provider)
    node.ok("oauth", "make-key")
    for number, said, words_of_ours in (
            (700027, "[Reason - The key used is expired.", "The certificate of this node's private"),
            (700027, "[Reason - The key was not found.", "does not know the certificate"),
            (7000229, "missing service principal in the tenant", "has no Enterprise application"),
            (700024, "not within its valid time range", "by the provider's clock")):
        provider.fail(status=401, type="application/json", body=json.dumps({
            "error": "invalid_client", "error_codes": [number],
            "error_description": f"AADSTS{number}: Client assertion {said}"}))
        code, output = verify(node)
        assert code != 0 and words_of_ours in output, output


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_wrong_clock_does_not_last(node, provider, seconds):
    use_application(node, provider)
    pem = node.ok("oauth", "make-key")
    provider.control(signer_certificate=pem, app_mailbox=ACCOUNT, clock=seconds)
    code, output = verify(node)
    assert code != 0 and "this node's clock" in output, output
    provider.control(clock=0)
    assert verify(node)[0] == 0
