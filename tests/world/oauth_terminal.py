"""The sign-in to the relay by OAuth2 as an administrator does it: settings for the provider of the
tests, `tocsin oauth verify` in a terminal, and what is known afterwards."""

import json
import subprocess

from .oauth import ACCOUNT
from .provider import SCOPES


def set_up(daemon, provider, relay):
    """All but the sign-in: settings for the provider and for a relay that asks it."""
    daemon.stop()
    daemon.configure(private_endpoints="yes")
    daemon.start()
    daemon.use_relay(relay, "submission", email_auth="oauth2", email_oauth_email=ACCOUNT,
        email_oauth_client_id=provider.client_id, email_oauth_client_secret=provider.client_secret,
        email_oauth_scopes=SCOPES, email_oauth_auth_endpoint=f"{provider.issuer}/auth",
        email_oauth_token_endpoint=f"{provider.issuer}/token",
        email_oauth_ca_certificate=f"@{provider.authority}",
        site_url=f"https://node.example:{daemon.port}")
    provider.allow(f"https://node.example:{daemon.port}/login/smtp-verification")
    return daemon


class Verify:
    """`tocsin oauth verify` in a terminal."""

    def __init__(self, node):
        self._process = subprocess.Popen([node.programs / "tocsin", "-c", node.conf, "oauth",
            "verify"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)
        self.address = ""
        while not self.address.startswith("https://"):
            self.address = self._process.stdout.readline().strip()
            assert self._process.poll() is None, self._process.stdout.read()

    def paste(self, address):
        """(exit status, what was printed)"""
        output, _ = self._process.communicate(address + "\n", timeout=120)
        return self._process.returncode, output


def status(node):
    return json.loads(node.tocsin("oauth", "status", "--json").stdout)


def sign_in(node, provider, account=ACCOUNT):
    verify = Verify(node)
    return verify.paste(provider.sign_in(verify.address, account))
