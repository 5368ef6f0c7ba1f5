"""The test world's provider and the relay that asks it about tokens, without the daemon."""

import base64
import hashlib
import json
import smtplib
import ssl
import urllib.parse

import pytest

from world.net import wait_until
from world.relay import DOMAIN

BACK = "https://localhost:1/login/smtp-verification"
VERIFIER = "v" * 64
ACCOUNT = f"tocsin@{DOMAIN}"
MESSAGE = f"From: <{ACCOUNT}>\r\nTo: <anna@{DOMAIN}>\r\nSubject: Test\r\n\r\nHello.\r\n"


def challenge():
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign_in(provider, account=ACCOUNT, consents=True, **more):
    """Query of the address that the provider leads back to."""
    provider.allow(BACK)
    to = provider.sign_in(provider.authorization_url(BACK, challenge(), "st4te", **more), account,
        consents=consents)
    assert to.startswith(BACK + "?")
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(to).query))


def exchange(provider, code):
    return provider.token(grant_type="authorization_code", code=code, redirect_uri=BACK,
        code_verifier=VERIFIER)


def tokens(provider, account=ACCOUNT):
    status, answer = exchange(provider, sign_in(provider, account)["code"])
    assert status == 200, answer
    return answer


def refresh(provider, token):
    return provider.token(grant_type="refresh_token", refresh_token=token)


def authenticate(relay, certificates, mechanism, user, token):
    """(code, what the document said, or None); the session is left open in relay.session."""
    session = smtplib.SMTP("localhost", relay.port("submission"), timeout=20)
    session.starttls(context=ssl.create_default_context(cafile=certificates.authority.cert))
    session.ehlo()
    message = f"user={user}\x01auth=Bearer {token}\x01\x01" if mechanism == "XOAUTH2" else \
        f"n,a={user},\x01host=localhost\x01port=587\x01auth=Bearer {token}\x01\x01"
    code, said = session.docmd("AUTH", mechanism)
    assert (code, said) == (334, b"")
    code, said = session.docmd(base64.b64encode(message.encode()).decode())
    document = None
    if code == 334:
        document = json.loads(base64.b64decode(said))
        code, said = session.docmd("" if mechanism == "XOAUTH2" else "AQ==")
    return session, code, document


def outcome(*arguments):
    session, code, document = authenticate(*arguments)
    session.close()
    return code, document and document["status"]


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_signs_in_and_sends(provider, token_relay, certificates, mechanism):
    answer = tokens(provider)
    assert len(answer["access_token"]) > 2000 and answer["token_type"] == "Bearer"
    session, code, _ = authenticate(token_relay, certificates, mechanism, ACCOUNT,
        answer["access_token"])
    assert code == 235
    session.sendmail(ACCOUNT, [f"anna@{DOMAIN}"], MESSAGE)
    session.quit()
    assert token_relay.wait_for(1)[0].envelope_sender == ACCOUNT


def test_a_token_is_for_its_account_alone(provider, token_relay, certificates):
    token = tokens(provider)["access_token"]
    other = f"other@{DOMAIN}"
    assert outcome(token_relay, certificates, "XOAUTH2", other, token)[0] == 535
    assert outcome(token_relay, certificates, "XOAUTH2", ACCOUNT, "x" + token) == (535, "401")
    assert outcome(token_relay, certificates, "OAUTHBEARER", ACCOUNT, "x") == (535, "invalid_token")


def test_tokens_end_and_are_revoked(provider, token_relay, certificates):
    provider.control(access_token_seconds=1)
    short = tokens(provider)
    wait_until(lambda: outcome(token_relay, certificates, "XOAUTH2", ACCOUNT,
        short["access_token"])[0] == 535, 10, "the token's end")
    provider.control(access_token_seconds=3600)
    status, fresh = refresh(provider, short["refresh_token"])
    assert status == 200 and fresh["expires_in"] == 3600
    assert outcome(token_relay, certificates, "XOAUTH2", ACCOUNT, fresh["access_token"])[0] == 235
    provider.revoke_all()
    assert outcome(token_relay, certificates, "XOAUTH2", ACCOUNT, fresh["access_token"])[0] == 535
    assert refresh(provider, fresh["refresh_token"])[1]["error"] == "invalid_grant"


def test_a_refresh_token_used_twice_ends_the_sign_in(provider):
    first = tokens(provider)
    status, second = refresh(provider, first["refresh_token"])
    assert status == 200 and second["refresh_token"] != first["refresh_token"]
    assert refresh(provider, first["refresh_token"])[1]["error"] == "invalid_grant"
    assert refresh(provider, second["refresh_token"])[1]["error"] == "invalid_grant"


def test_without_consent_asked_for_no_refresh_token_comes(provider):
    tokens(provider)
    query = sign_in(provider, prompt="login")
    assert "refresh_token" not in exchange(provider, query["code"])[1]


def test_the_callback_carries_state_and_issuer(provider):
    query = sign_in(provider)
    assert query["state"] == "st4te" and query["iss"] == provider.issuer
    query = sign_in(provider, consents=False)
    assert query["error"] == "access_denied" and "code" not in query


def test_what_was_remembered_outlives_an_outage(provider):
    answer = tokens(provider)
    provider.stop()
    provider.start()
    assert refresh(provider, answer["refresh_token"])[0] == 200


def test_faults_come_as_often_as_asked(provider):
    answer = tokens(provider)
    provider.fail(times=2, status=503, headers={"Retry-After": "7"})
    assert refresh(provider, answer["refresh_token"]) == (503, None)
    assert refresh(provider, answer["refresh_token"]) == (503, None)
    status, answer = refresh(provider, answer["refresh_token"])
    assert status == 200
    provider.fail(merge={"scope": "openid", "expires_in": None})
    status, answer = refresh(provider, answer["refresh_token"])
    assert answer["scope"] == "openid" and "expires_in" not in answer
    provider.fail(cut=True)
    with pytest.raises(OSError):
        refresh(provider, answer["refresh_token"])
    assert refresh(provider, answer["refresh_token"])[1]["error"] == "invalid_grant"
    assert [line["status"] for line in provider.renewals()] == [503, 503, 200, 200, 200, 400]


def test_a_device_is_let_in(provider):
    status, device = provider._post("/device/auth", {"client_id": provider.client_id,
        "client_secret": provider.client_secret, "scope": "openid offline_access smtp"})
    assert status == 200 and device["user_code"]
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"]}
    assert provider.token(**grant)[1]["error"] == "authorization_pending"
    provider.approve_device(device["verification_uri_complete"], ACCOUNT)
    status, answer = provider.token(**grant)
    assert status == 200 and answer["access_token"]
