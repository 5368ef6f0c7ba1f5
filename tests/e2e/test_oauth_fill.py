"""tocsin oauth google-file and find-endpoints: values of OAuth2 from where they stand."""

import json

import pytest

CLIENT = {"client_id": "id-1.apps.googleusercontent.com", "client_secret": "planted-secret",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token"}


def write(daemon, value):
    file = daemon.folder / "client_secret.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return file


def values(daemon, *names):
    return [daemon.ok("get", f"email.oauth_{name}").removesuffix("\n") for name in names]


def test_googles_file_of_a_client(daemon):
    said = daemon.ok("oauth", "google-file", write(daemon, {"web": CLIENT}))
    assert said == "4 changed\nThen: tocsin oauth verify\n"
    assert values(daemon, "client_id", "client_secret", "auth_endpoint", "token_endpoint") == [
        CLIENT["client_id"], "(set)", CLIENT["auth_uri"], CLIENT["token_uri"]]
    desktop = daemon.ok("oauth", "google-file", "-", input=json.dumps({"installed": CLIENT}))
    assert "verify --loopback" in desktop
    assert "planted-secret" not in said + desktop + daemon.output()


def test_googles_file_of_a_service_account_and_back(daemon, provider):
    account = provider.service_account(["anna@example.test"])
    said = daemon.ok("oauth", "google-file", write(daemon, account))
    assert "domain-wide delegation" in said
    assert values(daemon, "flow", "client_id", "private_key", "key_id") == [
        "service", account["client_email"], "(set)", account["private_key_id"]]
    daemon.ok("oauth", "google-file", write(daemon, {"web": CLIENT}))
    assert values(daemon, "flow", "client_id") == ["code", CLIENT["client_id"]]


@pytest.mark.parametrize("text, says", [
    ("{}", "neither the file of an OAuth client"), ("not json", ""), ("", ""),
    ({"web": {"client_id": "x"}}, "no auth_uri"),
    ({"refresh_token": "planted-secret"}, "stored credentials"),
    (" " * 200000, "")], ids=["object", "text", "empty", "half", "tokens", "long"])
def test_a_wrong_file_says_what_it_is_and_changes_nothing(daemon, text, says):
    done = daemon.tocsin("oauth", "google-file", write(daemon, text))
    assert done.returncode in (65, 66) and says in done.stderr and done.stderr
    assert "planted-secret" not in done.stderr
    assert values(daemon, "client_id", "auth_endpoint") == ["", ""]


def test_a_missing_file(daemon):
    assert daemon.tocsin("oauth", "google-file", "/nowhere.json").returncode == 66
    assert daemon.tocsin("oauth", "google-file").returncode == 64


def test_endpoints_are_found_by_the_issuer(new_daemon, provider):
    daemon = new_daemon(private_endpoints="yes").start()
    daemon.set(email_oauth_ca_certificate=f"@{provider.authority}")
    said = daemon.ok("oauth", "find-endpoints", provider.issuer)
    assert f"email.oauth_token_endpoint={provider.issuer}/token\n" in said
    assert values(daemon, "auth_endpoint", "token_endpoint") == [
        f"{provider.issuer}/auth", f"{provider.issuer}/token"]
    for issuer, status, words in [(f"{provider.issuer}/nowhere", 69, "issuer"),
            ("http://127.0.0.1", 65, "https://")]:
        done = daemon.tocsin("oauth", "find-endpoints", issuer)
        assert done.returncode == status and words in done.stderr, done.stderr
    assert values(daemon, "auth_endpoint") == [f"{provider.issuer}/auth"]
