"""The package on a machine that had another mail server, takes a newer version under load, and
gives its place up again."""

import json
import re
import shutil

import pytest

from world.daemon import ROLES
from world.hostile import ScriptedServer, polite
from world.load import RECIPIENT, Arrivals, Load, doubles
from world.make_install import install, prefix
from world.net import wait_until
from world.relay import DOMAIN
from world.web import Browser

LANES = 2


class Node:
    """As world.daemon.Daemon, as far as what loads it needs one."""

    def __init__(self, box):
        self.box = box
        self.state = box.root / "var/lib/tocsin"

    def tocsin(self, *arguments):
        return self.box.run("tocsin", *arguments)

    def ok(self, *arguments):
        return self.box.ok("tocsin", *arguments)

    def sendmail(self, *arguments, message):
        done = self.box.run("/usr/sbin/sendmail", *arguments, input=message, user="nobody")
        done.stderr = done.stdout
        return done


class OfLoad:
    """What a server has got of it, and not of the mail before."""

    def __init__(self, server):
        self._server = server

    @property
    def bodies(self):
        return [body for body in self._server.bodies if b"Subject: load-" in body]


@pytest.fixture(scope="module")
def box(new_box, deb, newer_deb, exim_debs):
    """Postfix is installed in it, with a message in its queue, and the package is not yet."""
    box = new_box(deb, newer_deb, *exim_debs)
    box.deb, box.newer_deb = f"/opt/{deb.name}", f"/opt/{newer_deb.name}"
    box.exim_debs = [f"/opt/{exim.name}" for exim in exim_debs]
    return box


@pytest.fixture
def node(box):
    return Node(box)


def apt(box, *arguments):
    return " ".join(box.ok("apt-get", "-q", "-y", *arguments, seconds=600).split())


def is_installed(box, name):
    return box.run("dpkg-query", "-W", "-f", "${Status}", name).stdout == "install ok installed"


def submit(box, subject, *options):
    box.ok("/usr/sbin/sendmail", *options, RECIPIENT, input=f"Subject: {subject}\n\nHello.\n")


def waiting(node):
    """Recipients."""
    status = json.loads(node.ok("status", "--json"))
    assert status["waiting"] + status["held"] > 0
    return status["waiting"] + status["held"]


def waits(node, subject):
    return subject in node.ok("queue", "list")


# in the place of Postfix

def test_it_takes_the_place_of_postfix_and_says_what_is_left(box, node):
    box.ok("tee", "/etc/postfix/main.cf", input="myhostname = n.example\n")
    submit(box, "Postfix had it")
    (left,) = (box.root / "var/spool/postfix/maildrop").iterdir()
    said = apt(box, "install", box.deb)
    assert not is_installed(box, "postfix") and is_installed(box, "tocsin")
    assert "tocsin: 1 messages are left in the queue of postfix and are not sent by tocsin." in said
    assert left.exists()
    assert 'run "tocsin admin setup-link" as root' in said
    assert re.search(r"^https://localhost:8443/login/setup\?token=[0-9a-f]{64}$",
        node.ok("admin", "setup-link"), re.MULTILINE)
    for name in ("/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/mailq",
            "/usr/bin/newaliases"):
        assert box.ok("readlink", "--canonicalize", name) == "/usr/bin/tocsin-sendmail\n"


def test_what_mails_by_sendmail_mails_by_it(box, node):
    box.ok("mail", "-s", "by mail", RECIPIENT, input="text\n", user="nobody")
    assert waits(node, "by mail")
    assert RECIPIENT in box.ok("mailq")
    box.ok("tee", "/var/spool/cron/crontabs/root", input="@reboot echo printed by a job\n")
    box.ok("chmod", "600", "/var/spool/cron/crontabs/root")
    box.ok("systemctl", "stop", "cron")
    box.ok("rm", "-f", "/run/crond.reboot")
    box.ok("systemctl", "start", "cron")
    wait_until(lambda: waits(node, "printed by a job"), 30, "the mail of cron")


def test_packages_that_want_a_mail_server_have_one(box):
    """They depend on, or recommend, default-mta | mail-transport-agent."""
    wanted = ("logcheck", "rkhunter", "mailutils")
    planned = box.ok("apt-get", "--simulate", "--install-recommends", "install", *wanted,
        seconds=300)
    installed = re.findall(r"^Inst (\S+)", planned, re.MULTILINE)
    removed = re.findall(r"^Remv (\S+)", planned, re.MULTILINE)
    assert all(name in installed or is_installed(box, name) for name in wanted), planned
    assert not [name for name in installed if name.startswith(("exim4", "postfix"))]
    assert not removed


# at work

def test_restarts_and_an_upgrade_lose_nothing(box, node):
    with box.network():
        server = ScriptedServer(polite())
    with server:
        node.ok("set", f"email.from_address=tocsin@{DOMAIN}", f"email.relay_host={server.host}",
            f"email.relay_port={server.port}", "email.encryption=none", "email.auth=none",
            f"email.admin_contacts=admin@{DOMAIN}", f"email.max_connections={LANES}")
        wait_until(lambda: "nothing in the queue" in node.ok("queue", "list"), 60, "earlier mail")
        with Load(node, 2, "load") as load:
            for _ in range(2):
                load.wait_acknowledged(5, seconds=120)
                box.ok("systemctl", "restart", "tocsin")
            load.wait_acknowledged(5, seconds=120)
            box.ok("dpkg", "--install", box.newer_deb, seconds=300)
            load.wait_acknowledged(5, seconds=120)
            acknowledged = load.stop()
        assert not load.refused
        found = Arrivals(OfLoad(server)).wait_for(acknowledged, node, seconds=120)
        assert set(found) <= load.submitted
        assert doubles(found) <= LANES * 3
    assert "+newer" in box.ok("dpkg-query", "-W", "tocsin")
    with box.network():
        wait_until(lambda: Browser(8443).get("/check_health").status == 200, 30, "the page")


def test_libcurl_is_loaded_late_or_named_while_it_is_away(box, node):
    """As while its package is unpacked; nothing asked a token endpoint before."""
    (library,) = box.ok("sh", "-c", "readlink -f /usr/lib/*/libcurl.so.4").split()
    box.ok("mv", library, f"{library}.away")
    node.ok("set", "email.auth=oauth2", "email.encryption=starttls", "email.oauth_flow=client",
        f"email.oauth_email=tocsin@{DOMAIN}", "email.oauth_client_id=x", "email.oauth_scopes=smtp",
        "email.oauth_token_endpoint=https://localhost:1/token")
    box.ok("tocsin", "set", "email.oauth_client_secret=@-", input="secret")
    said = node.tocsin("oauth", "verify")
    box.ok("mv", f"{library}.away", library)
    assert said.returncode != 0 and "install libcurl4" in said.stdout
    said = node.tocsin("oauth", "verify")
    assert said.returncode != 0 and "localhost has only addresses of this machine" in said.stdout


# and back

def test_another_takes_its_place_and_its_state_stays(box, node):
    node.ok("set", "email.auth=none", "email.relay_host=")
    submit(box, "ours waits")
    n = waiting(node)
    said = apt(box, "install", *box.exim_debs)
    assert f"tocsin: mail to {n} recipients waits in the queue." in said
    assert not is_installed(box, "tocsin") and is_installed(box, "exim4-daemon-light")
    assert box.ok("readlink", "--canonicalize", "/usr/sbin/sendmail") == "/usr/sbin/exim4\n"
    submit(box, "Exim had it", "-odq")
    said = apt(box, "install", box.deb)
    assert not is_installed(box, "exim4-daemon-light")
    assert "tocsin: 1 messages are left in the queue of exim4" in said
    assert waits(node, "ours waits") and "by mail" in node.ok("queue", "list", "all")
    assert "/usr/bin/tocsin-sendmail" in box.ok("readlink", "--canonicalize", "/usr/sbin/sendmail")


def test_purge_tells_of_mail_that_goes_with_it(box, node):
    """Also when the daemon is gone already."""
    n = waiting(node)
    assert f"tocsin: mail to {n} recipients waits in the queue." in apt(box, "remove", "tocsin")
    assert f"tocsin: mail to {n} recipients was never sent" in apt(box, "purge", "tocsin")
    assert not (box.root / "var/lib/tocsin").exists()


# without a package

def test_make_install_makes_a_service_too(box, node, root):
    """Laid there below a DESTDIR, then finished on the machine as it says."""
    top = prefix()
    install(box.root)
    shutil.copytree(root / "packaging", box.root / "opt/packaging")
    said = box.ok("/opt/packaging/install-rest", "/etc/tocsin/tocsin.conf",
        f"{top}/bin/tocsin-sendmail")
    (start,) = re.findall(r"^install: (.*) starts the service$", said, re.MULTILINE)
    assert box.ok("stat", "--format=%G %a", f"{top}/bin/tocsin-sendmail") == "tocsin-drop 2755\n"
    (link,) = re.findall(r"^install: (ln .*) makes", said, re.MULTILINE)
    box.ok("sh", "-c", f"{start} && {link}")
    for role in ROLES:
        box.ok("pgrep", "--exact", f"tocsin-{role}", "--euid", f"tocsin-{role}")
    submit(box, "to the daemon")
    box.ok("systemctl", "stop", "tocsin")
    assert node.sendmail(RECIPIENT, message="Subject: to the drop folder\n\nx\n").returncode == 0
    box.ok("systemctl", "start", "tocsin")
    wait_until(lambda: waits(node, "to the drop folder"), 30, "mail from the drop folder")
    assert waits(node, "to the daemon")
    assert "tocsin.1" in box.ok("man", "--where", "tocsin")
    assert "-F" in box.ok("bash", "-c",
        f". {top}/share/bash-completion/completions/tocsin && complete -p tocsin")
