"""The daemon under test, with a state folder and a port of its own, and the two commands."""

import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess

from .net import free_port, wait_until
from .process import Process
from .relay import DOMAIN, USERS
from .web import Browser

PROGRAMS = ("tocsind", "tocsin", "tocsin-sendmail")
SECRETS = ("email.password", "email.oauth_client_secret", "email.oauth_private_key")
ROLES = ("front", "keeper", "sender", "watcher")
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD", pathlib.Path(__file__).parents[2] / "build"))


def install(folder):
    """Copies the programs to where any user may run them (a checkout may lie in a closed home)."""
    folder.mkdir()
    folder.chmod(0o755)
    for program in PROGRAMS:
        shutil.copy2(BUILD / program, folder / program)
        (folder / program).chmod(0o755)
    return folder


def as_user(user, command):
    """The command as another user (root may), with that user's groups and no others."""
    if user is None:
        return command
    return ["setpriv", "--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid),
        "--init-groups", *command]


class Daemon:
    """`user`: who starts it (None: whoever runs the tests). `settings`: lines of tocsin.conf that
    replace or add to the usual ones; None leaves a line out."""

    def __init__(self, folder, programs, user=None, **settings):
        self.environment = {}  # of the daemon, besides that of the tests
        self.wrapper = []  # what it is started by
        self.folder = folder
        self.user = user
        self.programs = programs
        self._process = None
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        if user is not None:
            shutil.chown(folder, user)
        self.port = free_port()
        self.state = pathlib.Path(settings.get("state_dir", folder / "state"))
        self.conf = folder / "tocsin.conf"
        self.log = folder / "tocsind.log"
        self.configure(**settings)

    def configure(self, **settings):
        lines = {
            "state_dir": self.state,
            "run_dir": self.folder / "run",
            "https": f"127.0.0.1:{self.port}",
            **settings,
        }
        self.conf.write_text("".join(f"{key} = {value}\n" for key, value in lines.items()
            if value is not None))

    # starting and stopping

    def launch(self):
        """Starts it without waiting for anything."""
        command = [*self.wrapper, self.programs / "tocsind", "-c", self.conf]
        self._process = Process(as_user(self.user, command),
            self.log, cwd="/", env={**os.environ, **self.environment})
        return self._process

    def start(self):
        begin = len(self.output())
        self.launch()
        self.wait_ready(begin)
        return self

    def wait_ready(self, begin=0, seconds=20):
        """Healthy, and every role has said that it is ready, after `begin` in the log."""
        def ready():
            assert self._process.running, f"ended with {self._process.status}:\n{self.output()}"
            return self.healthy() and all(
                f"{role} is ready" in self.output()[begin:] for role in ROLES)
        wait_until(ready, seconds, "the daemon ready")

    def healthy(self):
        try:
            return self.browser().get("/check_health").status == 200
        except OSError:
            return False

    def stop(self):
        """Ends it as an administrator would; returns the exit status."""
        if self._process is None:
            return None
        roles = self.roles() if self._process.running else {}
        status = self._process.stop()
        for pid in roles.values():  # leave nothing behind, whatever a test has broken
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        return status

    def restart(self):
        self.stop()
        self.start()

    def kill_all(self):
        """As a power cut: parent and roles at once, no chance to tidy up."""
        os.kill(self.pid, signal.SIGSTOP)  # so that it forks nothing in between
        pids = [self.pid, *self.roles().values()]
        for pid in reversed(pids):
            os.kill(pid, signal.SIGKILL)
        self._wait_gone(pids)

    def kill_parent(self):
        """The roles are left alone with it, and must end by themselves."""
        pids = list(self.roles().values())
        os.kill(self.pid, signal.SIGKILL)
        self._wait_gone(pids)

    def kill_role(self, role):
        """Another must come by itself."""
        before = self.wait_roles(seconds=30)
        os.kill(before[role], signal.SIGKILL)
        wait_until(lambda: self.roles().get(role) not in (None, before[role]), 30,
            f"a new {role}")

    def crash(self, whom):
        """A role, "parent" alone, or "all", dies; it runs again afterwards."""
        if whom in ROLES:
            self.kill_role(whom)
            return
        if whom == "parent":
            self.kill_parent()
        else:
            self.kill_all()
        self.start()

    def _wait_gone(self, pids):
        self._process.wait()
        wait_until(lambda: not any(alive(pid) for pid in pids), what="all roles gone")

    # looking at it

    @property
    def pid(self):
        return self._process.pid

    @property
    def running(self):
        return self._process is not None and self._process.running

    def roles(self):
        """{role: pid} of the children that run now."""
        found = {}
        try:
            children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except OSError:
            return found
        for pid in map(int, children.split()):
            name = role_of(pid)
            if name is not None:
                found[name] = pid
        return found

    def wait_roles(self, seconds=5):
        wait_until(lambda: set(self.roles()) == set(ROLES), seconds, "four roles")
        return self.roles()

    def output(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def setup_link(self):
        """Path and query of the one-time link that the daemon printed last; it makes it when all
        roles are there already."""
        def printed():
            return re.findall(r"https://[^\s/]+(/\S*set-?up\S*)", self.output())

        wait_until(printed, 10, "a set-up link")
        return printed()[-1]

    def browser(self):
        return Browser(self.port)

    # the commands

    def run(self, program, *arguments, input=None, user=None, wrapper=(), seconds=60,
            **environment):
        """Runs a program, behind a wrapper if given; returns what subprocess.run returns, texts
        decoded."""
        if isinstance(input, str):
            input = input.encode()
        done = subprocess.run(
            as_user(user or self.user, [*wrapper, self.programs / program, *map(str, arguments)]),
            input=input if input is not None else b"", capture_output=True, timeout=seconds,
            check=False, cwd="/", env={"PATH": "/usr/bin:/bin", "TOCSIN_CONF": str(self.conf),
                **environment})
        done.stdout = done.stdout.decode(errors="replace")
        done.stderr = done.stderr.decode(errors="replace")
        return done

    def tocsin(self, *arguments, **options):
        return self.run("tocsin", "-c", self.conf, *arguments, **options)

    def ok(self, *arguments, **options):
        """As tocsin(), and it must end with 0; returns what it printed."""
        done = self.tocsin(*arguments, **options)
        assert done.returncode == 0, f"tocsin {arguments}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def set(self, **settings):
        """email_relay_host=... for email.relay_host and so on; a secret (one at a time) goes by
        standard input."""
        pairs = {key.replace("_", ".", 1): value for key, value in settings.items()}
        secret = next((key for key in SECRETS if key in pairs), None)
        said = pairs.get(secret)
        if secret is not None:
            pairs[secret] = "@-"
        self.ok("set", *[f"{key}={value}" for key, value in pairs.items()], input=said)

    def use_relay(self, relay, service="plain", certificate="good", host="localhost", **settings):
        """The settings that fit a port of the real relay; more settings replace or add to them."""
        fitting = {
            "site_host_name": "node.example",
            "email_from_address": f"tocsin@{DOMAIN}",
            "email_relay_host": host,
            "email_relay_port": relay.port(service, certificate),
            "email_encryption": {"submission": "starttls", "smtps": "tls"}.get(service, "none"),
            "email_auth": "none" if service in ("plain", "few") else "password",
            "email_admin_contacts": f"admin@{DOMAIN}",
        }
        if fitting["email_auth"] == "password":
            fitting |= {"email_username": "tocsin", "email_password": USERS["tocsin"]}
        if service in ("submission", "smtps"):
            fitting["email_ca_certificate"] = f"@{relay.authority}"
        self.set(**{**fitting, **settings})

    def sendmail(self, *arguments, message="Subject: test\n\nHello.\n", **options):
        return self.run("tocsin-sendmail", *arguments, input=message, **options)


def role_of(pid):
    """Which role a process is, by the name it gave itself."""
    try:
        name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None
    name = name.removeprefix("tocsin-")
    return name if name in ROLES else None


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
