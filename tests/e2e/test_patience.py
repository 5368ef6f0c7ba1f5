"""A person who waits for a test is not kept waiting: a port that speaks TLS at once is found out, and
a check asks without sending."""

from world.hostile import ScriptedServer, polite
from world.relay import DOMAIN


def use(daemon, server, **settings):
    daemon.set(**{"site_host_name": "node.example", "email_from_address": f"tocsin@{DOMAIN}",
        "email_relay_host": server.host, "email_relay_port": server.port,
        "email_encryption": "none", "email_auth": "none",
        "email_admin_contacts": f"admin@{DOMAIN}", **settings})


def test_starttls_on_a_port_that_speaks_tls_at_once(daemon, certificates):
    with ScriptedServer(polite(), tls=certificates.good) as server:
        use(daemon, server, email_relay_host="localhost", email_encryption="starttls")
        done = daemon.tocsin("email", "test", seconds=60)
    assert done.returncode != 0
    assert "has not greeted yet" in done.stdout
    assert "speaks TLS" in done.stdout and "email.encryption" in done.stdout, done.stdout
    assert server.lines == []


def test_check_asks_and_sends_nothing(daemon):
    with ScriptedServer(polite()) as server:
        use(daemon, server)
        done = daemon.tocsin("email", "check", "--to", f"anna@{DOMAIN}")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "nothing was sent" in done.stdout
        assert server.bodies == []
        assert b"RSET" in server.lines and b"DATA" not in server.lines
    with ScriptedServer(polite(rcpt=b"550 5.1.1 who\r\n")) as server:
        use(daemon, server)
        done = daemon.tocsin("email", "check")
        assert done.returncode == 69 and "550 5.1.1 who" in done.stdout
